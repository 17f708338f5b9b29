/**
 * One WebSocket to a server on this machine, as cheap as Node allows: all sockets read into one
 * buffer, everything sent while a piece of input is handled leaves in one write.
 */
import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import {
  clientFrame,
  FrameParser,
  OPCODE_CLOSE,
  OPCODE_PING,
  OPCODE_PONG,
} from './websocket-frames.ts';

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 16 * 1024;
/** It grows with what is sent at once; twenty thousand of them are to fit into one process. */
const FIRST_OUT_BYTES = 512;

/**
 * One for all sockets of this process: libuv fills it and the callback empties it before any
 * other socket is read.
 */
const readBuffer = new Uint8Array(256 * 1024);

/** Takes one message; its payload is `bytes[from … until)`, valid only during the call. */
export type MessageHandler = (bytes: Uint8Array, from: number, until: number) => void;

export interface RawClientOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly subprotocol?: string;
}

/** Opens a WebSocket. @throws Error where the server refuses or does not answer. */
export function connectRaw(options: RawClientOptions): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString('base64');
    const handshake = new Handshake(key, options.subprotocol);
    let client: RawClient | undefined;
    const socket = connect({
      host: options.host,
      port: options.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          if (client !== undefined) {
            client.receive(readBuffer, 0, length);
            return true;
          }
          try {
            const rest = handshake.push(readBuffer.subarray(0, length));
            if (rest === undefined) return true;
            socket.setTimeout(0);
            client = new RawClient(socket);
            resolve(client);
            client.receive(rest, 0, rest.length);
          } catch (error) {
            reject(error);
            socket.destroy();
          }
          return true;
        },
      },
    });
    socket.setTimeout(HANDSHAKE_TIMEOUT_MS, () => {
      socket.destroy(new Error('the server did not answer the WebSocket handshake'));
    });
    socket.once('connect', () => socket.write(upgradeRequest(options, key)));
    // After the promise is settled these two do nothing: the client has its own listeners.
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed during the WebSocket handshake')));
  });
}

function upgradeRequest(options: RawClientOptions, key: string): string {
  const lines = [
    `GET ${options.path} HTTP/1.1`,
    `Host: ${options.host}:${options.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
  ];
  if (options.subprotocol !== undefined) {
    lines.push(`Sec-WebSocket-Protocol: ${options.subprotocol}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Collects the HTTP answer and checks it. */
class Handshake {
  readonly #accept: string;
  readonly #subprotocol: string | undefined;
  #received: Buffer = Buffer.alloc(0);

  constructor(key: string, subprotocol: string | undefined) {
    this.#accept = createHash('sha1')
      .update(key + ACCEPT_SUFFIX)
      .digest('base64');
    this.#subprotocol = subprotocol;
  }

  /** What followed the answer, once it is complete. @throws Error where it is a refusal. */
  push(bytes: Uint8Array): Uint8Array | undefined {
    this.#received = Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) {
      if (this.#received.length > MAX_RESPONSE_BYTES) throw new Error('not an HTTP answer');
      return undefined;
    }
    const [status = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
    if (!/^HTTP\/1\.1 101 /.test(status)) throw new Error(`no WebSocket there: ${status}`);
    const headers = new Map(lines.map(headerOf));
    if (headers.get('sec-websocket-accept') !== this.#accept) {
      throw new Error('the handshake was answered with a wrong key');
    }
    if (headers.get('sec-websocket-protocol') !== this.#subprotocol) {
      throw new Error(`the server does not speak ${this.#subprotocol}`);
    }
    return this.#received.subarray(end + 4);
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

export class RawClient {
  readonly #socket: Socket;
  readonly #parser: FrameParser;
  #out: Uint8Array = new Uint8Array(FIRST_OUT_BYTES);
  #outLength = 0;
  #handling = false;
  /** Why the connection ended, once it has. */
  #ended: string | undefined;
  /** Set before the first message can arrive, that is in the turn that made the client. */
  onMessage: MessageHandler = () => undefined;
  onClosed: (reason: string) => void = () => undefined;
  /** `performance.now()` when the input being handled was read. */
  receivedAt = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#parser = new FrameParser((opcode, bytes, from, until) => {
      if (opcode < OPCODE_CLOSE) this.onMessage(bytes, from, until);
      else this.#control(opcode, bytes.slice(from, until));
    });
    socket.on('error', (error) => this.#end(error.message));
    socket.on('close', () => this.#end('the server closed the connection'));
  }

  /** Bytes from the socket. Whatever is sent meanwhile leaves together at the end. */
  receive(bytes: Uint8Array, from: number, until: number): void {
    this.receivedAt = performance.now();
    this.#handling = true;
    try {
      this.#parser.push(bytes, from, until);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
    }
    this.#handling = false;
    this.flush();
  }

  /**
   * Room for `bytes` more bytes of frames: returns the offset to write at, in `outgoing`. What is
   * written there leaves with the next flush.
   */
  reserve(bytes: number): number {
    const at = this.#outLength;
    if (at + bytes > this.#out.length) {
      const grown = new Uint8Array(Math.max(at + bytes, this.#out.length * 2));
      grown.set(this.#out.subarray(0, at));
      this.#out = grown;
    }
    this.#outLength = at + bytes;
    return at;
  }

  /** The bytes that leave next; another array after each `reserve` and `flush`. */
  get outgoing(): Uint8Array {
    return this.#out;
  }

  /** Sends one whole frame, now or at the end of the input being handled. */
  send(frame: Uint8Array): void {
    const at = this.reserve(frame.length);
    this.#out.set(frame, at);
    if (!this.#handling) this.flush();
  }

  flush(): void {
    const length = this.#outLength;
    if (length === 0) return;
    this.#outLength = 0;
    if (this.#ended !== undefined) return;
    this.#socket.write(this.#out.subarray(0, length));
    // Almost always the kernel took it all at once; else the socket still needs these bytes.
    if (this.#socket.writableLength > 0) this.#out = new Uint8Array(this.#out.length);
  }

  close(): void {
    this.onClosed = () => undefined;
    this.#socket.destroy();
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (opcode === OPCODE_PING) {
      this.send(clientFrame(payload, OPCODE_PONG));
    } else if (opcode === OPCODE_CLOSE) {
      const code = payload.length >= 2 ? (payload[0] ?? 0) * 256 + (payload[1] ?? 0) : 1005;
      this.#end(`the server closed with ${code} ${Buffer.from(payload.subarray(2)).toString()}`);
    }
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#socket.destroy();
    this.onClosed(reason.trim());
  }
}
