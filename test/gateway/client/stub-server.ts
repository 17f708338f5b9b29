/**
 * A server of few words for the SDK's tests: real sockets and the real wire, but it answers only
 * as the test says. That makes the moments reachable that matter: an answer that never comes, a
 * line cut between request and answer, a delta that is lost.
 */
import type { AddressInfo } from 'node:net';
import { Packr } from 'msgpackr';
import { type WebSocket, WebSocketServer } from 'ws';
import { millis, userId } from '../../../engine/ids.ts';
import type { DownMessage, Up, UpMessage } from '../../../gateway/wire/message-types.ts';
import { down, SUBPROTOCOL_JSON, up } from '../../../gateway/wire/messages.ts';
import { fromJson, fromTuple, toJson, toTuple } from '../../../gateway/wire/positional.ts';

const packr = new Packr({ useRecords: false });

export type Reply = (
  message: UpMessage,
  line: StubLine,
) => DownMessage | readonly DownMessage[] | undefined;

/** One accepted connection. */
export class StubLine {
  readonly received: UpMessage[] = [];
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  send(message: DownMessage): void {
    const json = this.protocol === SUBPROTOCOL_JSON;
    this.#socket.send(json ? toJson(down, message) : packr.pack(toTuple(down, message)));
  }

  /** Cuts the line without a goodbye, as a crash does. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Requests of one type received on this line. */
  of<Name extends UpMessage['type']>(type: Name): readonly Up<Name>[] {
    return this.received.filter((message): message is Up<Name> => message.type === type);
  }
}

export class StubServer {
  readonly lines: StubLine[] = [];
  readonly url: string;
  /** The server's clock, minus this machine's. */
  clockAheadMs = 0;
  /** Answers what the stub does not answer by itself. */
  reply: Reply = () => undefined;
  readonly #port: number;
  #server: WebSocketServer;
  #users = 0;

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.url = `ws://127.0.0.1:${this.#port}/ws`;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(): Promise<StubServer> {
    return new StubServer(await listen(0));
  }

  /** The line accepted last. */
  get line(): StubLine {
    const line = this.lines.at(-1);
    if (!line) throw new Error('nobody connected yet');
    return line;
  }

  /** Every request of one type, over all lines. */
  of<Name extends UpMessage['type']>(type: Name): readonly Up<Name>[] {
    return this.lines.flatMap((line) => line.of(type));
  }

  /** Cuts every line and takes no new ones. */
  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((done) => this.#server.close(done));
  }

  /** Listens again on the same port. */
  async restart(): Promise<void> {
    this.#server = await listen(this.#port);
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  #accept(socket: WebSocket): void {
    const line = new StubLine(socket);
    this.lines.push(line);
    socket.on('message', (data: Buffer, isBinary) => {
      const message = isBinary
        ? fromTuple(up, packr.unpack(data) as unknown[])
        : fromJson(up, data.toString());
      if (!message) throw new Error('the SDK sent something that is no message');
      line.received.push(message);
      this.#answer(message, line);
    });
  }

  #answer(message: UpMessage, line: StubLine): void {
    const replies = this.reply(message, line);
    if (replies !== undefined) {
      for (const reply of Array.isArray(replies) ? replies : [replies]) line.send(reply);
      return;
    }
    const { requestId } = message;
    const serverMs = millis(Date.now() + this.clockAheadMs);
    if (message.type === 'hello') {
      line.send({
        type: 'welcome',
        requestId,
        user: userId('u1'),
        token: message.token ?? `token-${++this.#users}`,
        serverMs,
        graceMs: 5000,
        seatsPerRequest: 10,
        wireHash: 'stub',
      });
    } else if (message.type === 'ping') {
      line.send({ type: 'pong', requestId, serverMs });
    } else if (message.type === 'mine') {
      line.send({ type: 'mineFound', requestId, shows: [] });
    }
  }
}

async function listen(port: number): Promise<WebSocketServer> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  await new Promise<void>((done, failed) => {
    server.once('listening', done);
    server.once('error', failed);
  });
  return server;
}

/** Waits until something holds, for at most `limitMs`. */
export async function until(holds: () => boolean, what: string, limitMs = 5000): Promise<void> {
  const endMs = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`never came true: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

export function pause(forMs: number): Promise<void> {
  return new Promise((done) => setTimeout(done, forMs));
}
