/** A real SMTP server that keeps what it is given, and can be away for a while. */
import { SMTPServer } from 'smtp-server';

export interface KeptMail {
  readonly to: readonly string[];
  /** As it came, headers and all. */
  readonly source: string;
  /** Header values by name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export class MailServer {
  readonly mails: KeptMail[] = [];
  #server: SMTPServer | undefined;
  #port = 0;

  static async start(): Promise<MailServer> {
    const made = new MailServer();
    await made.open();
    return made;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  /** Comes back on the port that it had. */
  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const source = Buffer.concat(chunks).toString();
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.mails.push({ to, source, headers: headersOf(source) });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(this.#port, '127.0.0.1', () => resolve());
    });
    const address = server.server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** Is away: whoever comes is refused. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>((resolve) =>
      server === undefined ? resolve() : server.close(resolve),
    );
  }

  to(address: string): readonly KeptMail[] {
    return this.mails.filter((mail) => mail.to.includes(address));
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
