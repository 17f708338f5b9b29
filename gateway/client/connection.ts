/**
 * One session's line to the server: opens sockets, says hello with the session's token, and opens
 * the next socket when one is lost. What is sent over it, and again, is `requests.ts`.
 *
 *   connecting ──▶ online ◀──▶ reconnecting ◀──▶ offline      any ──▶ closed
 *
 * `reconnecting`: lost, and tried again within moments. `offline`: the network is said to be
 * down, or several tries failed; still tried, slowly, and at once when the network returns.
 */
import type { RequestId } from '../../engine/ids.ts';
import type { WireErrorReason } from '../wire/errors.ts';
import type { Down, DownMessage, UpMessage } from '../wire/message-types.ts';
import { backoffMs } from './backoff.ts';
import { monotonicMs } from './clock.ts';
import type { TokenStorage } from './session-storage.ts';
import type { SocketLike } from './socket.ts';
import type { Transport, Transports, Way } from './transports.ts';

export type ConnectionState = 'connecting' | 'online' | 'reconnecting' | 'offline' | 'closed';

const RECONNECT_CAP_MS = 5_000;
/** Opening a socket and being welcomed may take this long together. */
const GREETING_TIMEOUT_MS = 10_000;
/** Tries in a row that fail before the state says `offline`. */
const TRIES_UNTIL_OFFLINE = 4;
/** A connection that lived this long was a good one: the next try is fast again. */
const SETTLED_MS = 1_000;
const badTokenReasons: ReadonlySet<string> = new Set<WireErrorReason>([
  'malformed',
  'invalidField',
  'notFound',
]);

export interface ConnectionOptions {
  readonly transports: Transports;
  readonly storage: TokenStorage;
  readonly token: string | undefined;
  readonly nextId: () => RequestId;
}

export interface ConnectionHandlers {
  onState(state: ConnectionState): void;
  /** Greeted; `resumed` where the hello carried a token. Times are local milliseconds. */
  onWelcome(welcome: Down<'welcome'>, resumed: boolean, sentMs: number, receivedMs: number): void;
  onMessage(message: DownMessage): void;
  /** The socket is gone: nothing sent on it will be answered on it. */
  onDropped(): void;
}

interface Attempt {
  readonly transport: Transport;
  readonly socket: SocketLike;
  timer: ReturnType<typeof setTimeout> | undefined;
  helloId: RequestId | undefined;
  helloToken: string | null;
  helloSentMs: number;
  welcomedMs: number | undefined;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  #state: ConnectionState = 'connecting';
  #attempt: Attempt | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #token: string | null;
  readonly #onNetworkUp = () => this.#tryNow();
  readonly #onNetworkDown = () => {
    if (this.#state !== 'closed') this.drop();
  };

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#token = options.token ?? options.storage.get();
    this.#open();
    if (typeof window !== 'undefined') {
      window.addEventListener('online', this.#onNetworkUp);
      window.addEventListener('offline', this.#onNetworkDown);
    }
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How it is connected, or tries to be. */
  get way(): Way {
    return this.#attempt?.transport.way ?? 'socket';
  }

  get token(): string | null {
    return this.#token;
  }

  /** Sends now; the caller has checked that the state is `online`. */
  send(message: UpMessage): void {
    const attempt = this.#attempt;
    attempt?.socket.send(attempt.transport.codec.encode(message));
  }

  /** Gives the present socket up as dead and goes for the next. */
  drop(): void {
    const attempt = this.#attempt;
    if (attempt) this.#lost(attempt);
  }

  /** The server asked for fewer messages: the next tries come slowly. */
  slowDown(): void {
    this.#failures = Math.max(this.#failures, TRIES_UNTIL_OFFLINE);
  }

  /** Ends everything; the state is `closed` for ever. */
  close(): void {
    if (this.#state === 'closed') return;
    const attempt = this.#attempt;
    this.#attempt = undefined;
    clearTimeout(this.#retry);
    this.#options.transports.stop();
    if (typeof window !== 'undefined') {
      window.removeEventListener('online', this.#onNetworkUp);
      window.removeEventListener('offline', this.#onNetworkDown);
    }
    if (attempt) discard(attempt);
    this.#setState('closed');
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#handlers.onState(state);
  }

  #open(): void {
    const transport = this.#options.transports.next();
    const attempt: Attempt = {
      transport,
      socket: transport.open(),
      timer: undefined,
      helloId: undefined,
      helloToken: null,
      helloSentMs: 0,
      welcomedMs: undefined,
    };
    this.#attempt = attempt;
    attempt.socket.binaryType = 'arraybuffer';
    attempt.socket.addEventListener('open', () => this.#sayHello(attempt, this.#token));
    attempt.socket.addEventListener('message', (event) => this.#received(attempt, event.data));
    attempt.socket.addEventListener('close', () => this.#lost(attempt));
    // An error is followed by a close; without a listener some implementations would throw it.
    attempt.socket.addEventListener('error', () => {});
    attempt.timer = setTimeout(() => this.#lost(attempt), GREETING_TIMEOUT_MS);
  }

  #sayHello(attempt: Attempt, token: string | null): void {
    if (attempt !== this.#attempt) return;
    attempt.helloId = this.#options.nextId();
    attempt.helloToken = token;
    attempt.helloSentMs = monotonicMs();
    this.send({ type: 'hello', requestId: attempt.helloId, token });
  }

  #received(attempt: Attempt, data: unknown): void {
    if (attempt !== this.#attempt) return;
    const message = attempt.transport.codec.decode(data);
    if (!message) return;
    if (attempt.welcomedMs !== undefined) this.#handlers.onMessage(message);
    else if (message.type === 'welcome') this.#welcomed(attempt, message);
    else if (message.type === 'error') this.#helloRefused(attempt, message);
  }

  #helloRefused(attempt: Attempt, message: Down<'error'>): void {
    if (message.requestId !== attempt.helloId) return;
    // A token that the server will never take must not lock its owner out; a server that is only
    // busy must not cost the owner the session.
    const hopeless = attempt.helloToken !== null && badTokenReasons.has(message.reason);
    if (hopeless) this.#sayHello(attempt, null);
    else this.#lost(attempt);
  }

  #welcomed(attempt: Attempt, welcome: Down<'welcome'>): void {
    clearTimeout(attempt.timer);
    const nowMs = monotonicMs();
    attempt.welcomedMs = nowMs;
    this.#token = welcome.token;
    this.#options.storage.set(welcome.token);
    this.#options.transports.greeted(attempt.transport, () => this.#lost(attempt));
    this.#setState('online');
    const resumed = attempt.helloToken !== null;
    this.#handlers.onWelcome(welcome, resumed, attempt.helloSentMs, nowMs);
  }

  #lost(attempt: Attempt): void {
    if (attempt !== this.#attempt) return;
    this.#attempt = undefined;
    discard(attempt);
    const { welcomedMs } = attempt;
    const settled = welcomedMs !== undefined && monotonicMs() - welcomedMs >= SETTLED_MS;
    if (settled) this.#failures = 0;
    this.#options.transports.lost(attempt.transport, settled);
    this.#failures += 1;
    const networkDown = typeof navigator !== 'undefined' && navigator.onLine === false;
    const hopeless = networkDown || this.#failures > TRIES_UNTIL_OFFLINE;
    this.#setState(hopeless ? 'offline' : 'reconnecting');
    this.#handlers.onDropped();
    const waitMs = backoffMs(this.#failures, RECONNECT_CAP_MS);
    this.#retry = setTimeout(() => this.#tryNow(), waitMs);
  }

  #tryNow(): void {
    if (this.#state === 'closed' || this.#attempt) return;
    clearTimeout(this.#retry);
    this.#open();
  }
}

/** Closes an attempt's socket without hearing of it any more. */
function discard(attempt: Attempt): void {
  clearTimeout(attempt.timer);
  try {
    attempt.socket.close(1000);
  } catch {
    // A socket that never opened may refuse to be closed; it is let go either way.
  }
}
