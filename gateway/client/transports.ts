/**
 * Which way the next connection goes. A WebSocket is the rule. Where WebSockets do not open, or
 * die as soon as they have, plain HTTP takes its turn; while that serves, a WebSocket is tried
 * aside now and then, and one that stays open brings the client back up to it.
 */
import { type ClientCodec, jsonClientCodec } from '../wire/client-codec.ts';
import { HttpSocket } from './http-socket.ts';
import type { SocketClass, SocketLike } from './socket.ts';

export type Way = 'socket' | 'http';

export interface Transport {
  readonly way: Way;
  readonly codec: ClientCodec;
  open(): SocketLike;
}

export interface TransportOptions {
  readonly url: string;
  readonly WebSocket: SocketClass;
  readonly codec: ClientCodec;
  /** False: WebSockets only, whatever becomes of them. */
  readonly fallback: boolean;
}

/** WebSockets in a row that fail before HTTP is tried, by turns with them. */
const FAILURES_BEFORE_HTTP = 3;
const FIRST_PROBE_MS = 5_000;
const PROBE_CAP_MS = 300_000;
/** A WebSocket that stays open for so long is one to go back to. */
const PROVEN_MS = 2_000;

export class Transports {
  readonly #options: TransportOptions;
  readonly #socket: Transport;
  readonly #http: Transport;
  #failures = 0;
  #wantsSocket = true;
  #probePauseMs = FIRST_PROBE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #probe: SocketLike | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { url, WebSocket, codec } = options;
    const open = () => new WebSocket(url, codec.subprotocol);
    this.#socket = { way: 'socket', codec, open };
    this.#http = { way: 'http', codec: jsonClientCodec, open: () => new HttpSocket(url) };
  }

  /** How the next connection is made. */
  next(): Transport {
    this.stop();
    if (!this.#options.fallback || this.#failures < FAILURES_BEFORE_HTTP) return this.#socket;
    // By turns, since it may be the server that is away and not the WebSockets that are broken.
    this.#wantsSocket = !this.#wantsSocket;
    return this.#wantsSocket ? this.#socket : this.#http;
  }

  /** A connection was greeted; over HTTP, `climb` is called once a WebSocket has proved itself. */
  greeted(transport: Transport, climb: () => void): void {
    if (transport.way === 'http') this.#probeLater(climb);
  }

  /** A connection is gone; `settled` where it had lived for a while. */
  lost(transport: Transport, settled: boolean): void {
    this.stop();
    if (transport.way === 'http') {
      // What served so far is tried again first.
      if (settled) this.#wantsSocket = true;
      return;
    }
    if (settled) this.#probePauseMs = FIRST_PROBE_MS;
    this.#failures = settled ? 1 : this.#failures + 1;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#endProbe();
  }

  #probeLater(climb: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tryAside(climb), this.#probePauseMs);
    this.#probePauseMs = Math.min(PROBE_CAP_MS, this.#probePauseMs * 2);
  }

  #tryAside(climb: () => void): void {
    let probe: SocketLike;
    try {
      probe = this.#socket.open();
    } catch {
      return this.#probeLater(climb);
    }
    this.#probe = probe;
    probe.addEventListener('open', () => {
      if (probe !== this.#probe) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#endProbe();
        this.#failures = 0;
        climb();
      }, PROVEN_MS);
    });
    const failed = () => {
      if (probe !== this.#probe) return;
      this.#probe = undefined;
      this.#probeLater(climb);
    };
    probe.addEventListener('close', failed);
    probe.addEventListener('error', () => undefined);
  }

  #endProbe(): void {
    const probe = this.#probe;
    this.#probe = undefined;
    try {
      probe?.close(1000);
    } catch {
      // One that never opened may refuse to be closed.
    }
  }
}
