/**
 * The server's clock, estimated from here, so that a countdown agrees with the deadline whatever
 * this machine's own clock says. It runs on the monotonic clock: setting the wall clock during a
 * hold changes nothing [T1].
 */
import { type Millis, millis } from '../../engine/ids.ts';

interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/** Enough to find one quick round trip among slow ones, few enough to follow a drifting clock. */
const SAMPLES_KEPT = 8;

/** Milliseconds that only ever rise, from an origin that means nothing. */
export function monotonicMs(): number {
  return performance.now();
}

export class ServerClock {
  readonly #samples: Sample[] = [];
  readonly #localMs: () => number;

  constructor(localMs: () => number = monotonicMs) {
    this.#localMs = localMs;
  }

  /** The local reading to hand to `sample` as `sentMs`. */
  localNow(): number {
    return this.#localMs();
  }

  /**
   * Learns from one round trip: sent and received in local milliseconds, answered at `serverMs`.
   * The true time lies within half a round trip of the middle, so the quickest trip is believed.
   */
  sample(sentMs: number, receivedMs: number, serverMs: Millis): void {
    const roundTripMs = receivedMs - sentMs;
    if (!(roundTripMs >= 0) || !Number.isFinite(serverMs)) return;
    this.#samples.push({ roundTripMs, offsetMs: serverMs - (sentMs + receivedMs) / 2 });
    if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift();
  }

  /** Forgets everything: after a sleep the monotonic clock may have stood still. */
  reset(): void {
    this.#samples.length = 0;
  }

  /** Round trip of the sample that is believed, or undefined before the first. */
  get roundTripMs(): number | undefined {
    return this.#best()?.roundTripMs;
  }

  /** The server's time now; this machine's wall clock until the first sample. */
  serverNow(): Millis {
    const best = this.#best();
    return millis(best ? this.#localMs() + best.offsetMs : Date.now());
  }

  /** Milliseconds until a deadline of the server's, never negative. */
  remainingMs(deadlineMs: Millis): number {
    return Math.max(0, deadlineMs - this.serverNow());
  }

  #best(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.#samples) {
      if (!best || sample.roundTripMs <= best.roundTripMs) best = sample;
    }
    return best;
  }
}
