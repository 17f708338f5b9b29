/**
 * A WebSocket with nothing of the SDK around it: no reconnecting, no resending, no caching. Tests
 * send with it what no good client would, and see each frame as it came.
 */
import { WebSocket } from 'ws';
import { requestId } from '../../engine/ids.ts';
import {
  type ClientCodec,
  jsonClientCodec,
  msgpackClientCodec,
} from '../../gateway/wire/client-codec.ts';
import type { Down, DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';

export type Protocol = 'msgpack' | 'json';

/** A frame as it came and what it says; `message` is undefined where it says nothing known. */
export interface Heard {
  readonly bytes: Buffer;
  readonly message: DownMessage | undefined;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

type Fits = (message: DownMessage) => boolean;

interface Waiting {
  readonly fits: Fits;
  readonly resolve: (heard: Heard) => void;
}

const WAIT_MS = 5_000;

export class RawSocket {
  readonly socket: WebSocket;
  readonly protocol: Protocol;
  /** Resolves when the connection is gone; 1006 where nobody said goodbye. */
  readonly closed: Promise<Closed>;
  readonly #codec: ClientCodec;
  /** Heard and not asked for yet. */
  readonly #heard: Heard[] = [];
  readonly #waiting = new Set<Waiting>();
  #count = 0;
  #requests = 0;

  private constructor(socket: WebSocket, protocol: Protocol) {
    this.socket = socket;
    this.protocol = protocol;
    this.#codec = codecOf(protocol);
    socket.binaryType = 'nodebuffer';
    socket.on('message', (bytes: Buffer, isBinary) => this.#hear(bytes, isBinary));
    // A reset line is told by `closed` as well.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Connects without a hello. Rejects where the server does not upgrade the connection. */
  static open(url: string, protocol: Protocol = 'msgpack'): Promise<RawSocket> {
    const socket = new WebSocket(url, codecOf(protocol).subprotocol);
    const raw = new RawSocket(socket, protocol);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(raw));
      socket.once('error', reject);
    });
  }

  /** Connects and says hello, with a token where there is one. */
  static async greeted(
    url: string,
    protocol: Protocol = 'msgpack',
    token: string | null = null,
  ): Promise<{ readonly raw: RawSocket; readonly welcome: Down<'welcome'> }> {
    const raw = await RawSocket.open(url, protocol);
    const welcome = await raw.ask({ type: 'hello', requestId: raw.nextId(), token }, 'welcome');
    return { raw, welcome };
  }

  /** Frames heard so far. */
  get count(): number {
    return this.#count;
  }

  nextId() {
    this.#requests++;
    return requestId(`q${this.#requests}`);
  }

  sendRaw(frame: Uint8Array | string): void {
    this.socket.send(frame);
  }

  send(message: UpMessage): void {
    this.socket.send(this.#codec.encode(message));
  }

  /** A message as this connection's bytes, to be spoilt before they are sent. */
  encode(message: UpMessage): Buffer {
    return Buffer.from(this.#codec.encode(message));
  }

  /** Sends a request and gives its answer; throws where that is of another type. */
  async ask<Name extends DownMessage['type']>(
    message: UpMessage,
    ...types: readonly Name[]
  ): Promise<Down<Name>> {
    const { message: answer } = await this.askRaw(message);
    if (answer === undefined || !(types as readonly string[]).includes(answer.type)) {
      throw new Error(`${message.type} was answered ${JSON.stringify(answer)}`);
    }
    return answer as Down<Name>;
  }

  /** Sends a request and gives the frame that answers it. */
  askRaw(message: UpMessage): Promise<Heard> {
    const answer = this.next(
      (each) => 'requestId' in each && each.requestId === message.requestId,
      `an answer to ${message.type} ${message.requestId}`,
    );
    this.send(message);
    return answer;
  }

  /** The first frame, heard already or still to come, that fits; each is given once. */
  next(fits: Fits, what = 'a message', limitMs = WAIT_MS): Promise<Heard> {
    const at = this.#heard.findIndex(({ message }) => message !== undefined && fits(message));
    const [found] = at < 0 ? [] : this.#heard.splice(at, 1);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        fits,
        resolve: (heard) => {
          clearTimeout(timer);
          resolve(heard);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        const last = JSON.stringify(this.#heard.slice(-3).map((each) => each.message));
        reject(new Error(`never heard ${what}; unclaimed: ${last}`));
      }, limitMs);
      this.#waiting.add(waiting);
    });
  }

  /** The first message of this type, heard already or still to come. */
  async push<Name extends DownMessage['type']>(type: Name, limitMs = WAIT_MS): Promise<Down<Name>> {
    const { message } = await this.next((each) => each.type === type, `a ${type}`, limitMs);
    return message as Down<Name>;
  }

  /** Messages heard and not asked for. */
  unclaimed(): readonly (DownMessage | undefined)[] {
    return this.#heard.map(({ message }) => message);
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  /** Goes away without a goodbye. */
  cut(): void {
    this.socket.terminate();
  }

  #hear(bytes: Buffer, isBinary: boolean): void {
    this.#count++;
    const message = this.#codec.decode(isBinary ? bytes : bytes.toString());
    const heard: Heard = { bytes, message };
    for (const waiting of this.#waiting) {
      if (message === undefined || !waiting.fits(message)) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(heard);
      return;
    }
    this.#heard.push(heard);
  }
}

function codecOf(protocol: Protocol): ClientCodec {
  return protocol === 'json' ? jsonClientCodec : msgpackClientCodec;
}
