/**
 * The arrivals of an open loop: requests come at random moments that were fixed beforehand, as
 * people do, and do not wait for the answers to those before them. Where the server stalls they
 * come all the same, and each one's latency counts from the moment it should have been sent.
 */
import { performance } from 'node:perf_hooks';
import type { LoadOrder } from './process-messages.ts';
import type { Tally } from './tally.ts';

/** How often arrivals that are due are sent; what this adds to a latency counts as latency. */
const TICK_MS = 1;
/** Sent later than this, an arrival says more about the load process than about the server. */
const LATE_MS = 5;

interface Arriving {
  arrive?(scheduledMs: number): void;
}

export class Arrivals {
  /** Scheduled in the measured stretch. */
  made = 0;
  late = 0;
  readonly #drivers: readonly Arriving[];
  readonly #tally: Tally;
  readonly #meanGapMs: number;
  readonly #timer: NodeJS.Timeout;
  #nextMs: number;
  #nextDriver = 0;
  #random: number;

  /** Begins at once. */
  constructor(
    { rate, seed, firstConnection }: Pick<LoadOrder, 'rate' | 'seed' | 'firstConnection'>,
    drivers: readonly Arriving[],
    tally: Tally,
  ) {
    this.#drivers = drivers;
    this.#tally = tally;
    this.#meanGapMs = 1_000 / rate;
    this.#random = (Math.imul(seed + 1, 0x9e3779b1) ^ (firstConnection + 1)) >>> 0 || 1;
    this.#nextMs = performance.now() + this.#gapMs();
    this.#timer = setInterval(() => this.#sendDue(performance.now()), TICK_MS);
  }

  /** Sends what is due by then, which a tick may not have come to, and nothing after it. */
  stop(untilMs: number): void {
    clearInterval(this.#timer);
    this.#sendDue(untilMs);
  }

  #sendDue(untilMs: number): void {
    const nowMs = performance.now();
    while (this.#nextMs < untilMs) {
      this.#drivers[this.#nextDriver]?.arrive?.(this.#nextMs);
      this.#nextDriver = (this.#nextDriver + 1) % this.#drivers.length;
      if (this.#tally.covers(this.#nextMs)) {
        this.made++;
        if (nowMs - this.#nextMs > LATE_MS) this.late++;
      }
      this.#nextMs += this.#gapMs();
    }
  }

  /** Gaps of a Poisson process. */
  #gapMs(): number {
    let random = this.#random;
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    this.#random = random >>> 0;
    return -Math.log((this.#random + 1) / (2 ** 32 + 1)) * this.#meanGapMs;
  }
}
