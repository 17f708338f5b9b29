/**
 * A real SMTP server that keeps what it is given, and can be ill in every way that a client has
 * to live with: away, silent, or refusing at a step of its choice.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { quietPort } from './quiet-port.ts';

export interface KeptMail {
  readonly to: readonly string[];
  /** As it came, headers and all. */
  readonly source: string;
  /** Header values by name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Who had logged in, if anybody. */
  readonly user: string | undefined;
  /** Whether it came encrypted. */
  readonly secure: boolean;
}

export type MailStep = 'hello' | 'from' | 'to' | 'data';
/** The answer to a step, e.g. 451; undefined where it is welcome. */
export type Refusal = (step: MailStep, address: string) => number | undefined;

export class MailServer {
  readonly mails: KeptMail[] = [];
  /** What is refused just now. */
  refusal: Refusal = () => undefined;
  /** How often each step was refused. */
  readonly refused: Record<MailStep, number> = { hello: 0, from: 0, to: 0, data: 0 };
  /** Does not say that it has a mail, though it has. */
  losesAnswers = false;
  /** Connections that were met with silence. */
  hung = 0;
  readonly #options: SMTPServerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  readonly #port: number;

  private constructor(options: SMTPServerOptions, port: number) {
    this.#options = options;
    this.#port = port;
  }

  static async start(options: SMTPServerOptions = {}): Promise<MailServer> {
    const made = new MailServer(options, await quietPort());
    await made.open();
    return made;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Comes back on the port that it had. */
  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onConnect: (_session, done) => done(this.#refuse('hello', '')),
      onMailFrom: ({ address }, _session, done) => done(this.#refuse('from', address)),
      onRcptTo: ({ address }, _session, done) => done(this.#refuse('to', address)),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          const refused = this.#refuse('data', to[0] ?? '');
          if (refused !== undefined) return done(refused);
          const source = Buffer.concat(chunks).toString();
          const { user, secure } = session;
          this.mails.push({ to, source, headers: headersOf(source), user, secure });
          if (!this.losesAnswers) done();
        });
      },
      ...this.#options,
    });
    server.on('error', () => undefined);
    await this.#listen(server.server);
  }

  /** Takes connections from now on, and never says a word; `close` and `open` heal it. */
  async hang(): Promise<void> {
    await this.close();
    const server = createServer((socket) => {
      this.hung++;
      socket.on('error', () => undefined);
    });
    await this.#listen(server);
  }

  /** Is away, as after a power cut: connections end, and whoever comes is refused. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  to(address: string): readonly KeptMail[] {
    return this.mails.filter((mail) => mail.to.includes(address));
  }

  async #listen(server: Server): Promise<void> {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => {
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  #refuse(step: MailStep, address: string): Error | undefined {
    const responseCode = this.refusal(step, address);
    if (responseCode === undefined) return undefined;
    this.refused[step]++;
    return Object.assign(new Error(`refused at ${step}`), { responseCode });
  }
}

function headersOf(source: string): ReadonlyMap<string, string> {
  const [head = ''] = source.split('\r\n\r\n', 1);
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
    }),
  );
}

/** The attachments of a type, as bytes. */
export function attachments({ source }: KeptMail, type: string): readonly Buffer[] {
  return source
    .split(/\r\n--[^\r\n]+\r\n/)
    .filter((part) => part.toLowerCase().startsWith(`content-type: ${type}`))
    .map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n')), 'base64'));
}
