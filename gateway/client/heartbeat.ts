/**
 * Pings: they tell the clock's offset, and that the connection is alive at all. A laptop that
 * woke up or a phone that changed networks often keeps a socket that will never say anything.
 */
import type { RequestId } from '../../engine/ids.ts';
import type { Down, Up } from '../wire/message-types.ts';
import type { ServerClock } from './clock.ts';

/** A few pings right after the greeting find the offset, then one now and then keeps it. */
const FIRST_PAUSES_MS = [0, 150, 400] as const;
const PAUSE_MS = 20_000;
/** Silence after a ping that means the connection is dead. */
const DEAD_AFTER_MS = 8_000;

export interface HeartbeatLink {
  nextId(): RequestId;
  send(message: Up<'ping'>): void;
  /** No answer came: the connection is to be given up. */
  onDead(): void;
}

export class Heartbeat {
  readonly #link: HeartbeatLink;
  readonly #clock: ServerClock;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outstanding: { readonly id: RequestId; readonly sentMs: number } | undefined;
  #sent = 0;
  #running = false;
  readonly #onVisible = () => {
    if (document.visibilityState === 'visible' && this.#running) this.#ping();
  };

  constructor(clock: ServerClock, link: HeartbeatLink) {
    this.#clock = clock;
    this.#link = link;
  }

  start(): void {
    this.stop();
    this.#running = true;
    this.#sent = 0;
    if (typeof document !== 'undefined') {
      document.addEventListener('visibilitychange', this.#onVisible);
    }
    this.#schedule();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#outstanding = undefined;
    if (typeof document !== 'undefined') {
      document.removeEventListener('visibilitychange', this.#onVisible);
    }
  }

  /** Takes a pong in; false where it answers somebody else's ping. */
  pong(message: Down<'pong'>): boolean {
    const outstanding = this.#outstanding;
    if (outstanding?.id !== message.requestId) return false;
    this.#clock.sample(outstanding.sentMs, this.#clock.localNow(), message.serverMs);
    this.#outstanding = undefined;
    this.#schedule();
    return true;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ping(), FIRST_PAUSES_MS[this.#sent] ?? PAUSE_MS);
  }

  #ping(): void {
    if (this.#outstanding) return;
    clearTimeout(this.#timer);
    this.#sent += 1;
    const id = this.#link.nextId();
    this.#outstanding = { id, sentMs: this.#clock.localNow() };
    this.#timer = setTimeout(() => this.#link.onDead(), DEAD_AFTER_MS);
    this.#link.send({ type: 'ping', requestId: id });
  }
}
