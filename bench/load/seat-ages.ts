/**
 * How old a seat's state is when a screen shows it: from the moment a person asked for the
 * decision (scheduled to ask for it, to be exact) to the moment a watcher's socket had the change.
 * Both lie in one process, so no two clocks are compared.
 */
import type { Latencies } from './latencies.ts';

export class SeatAges {
  readonly #askedMs: number[] = [];
  readonly #shown: { readonly from: number; readonly to: number; readonly atMs: number }[] = [];

  /** A decision of the show was acknowledged. */
  decided(seq: number, askedMs: number): void {
    this.#askedMs[seq] = askedMs;
  }

  /** A screen has learnt of the decisions after `from` up to `to`. */
  shown(from: number, to: number, atMs: number): void {
    this.#shown.push({ from, to, atMs });
  }

  /** Screens looked at, times the decisions that each has shown. */
  get count(): number {
    return this.#shown.length;
  }

  /** A change may reach a screen before its acknowledgement is here, so they meet at the end. */
  record(latencies: Latencies): void {
    for (const { from, to, atMs } of this.#shown) {
      for (let seq = from + 1; seq <= to; seq++) {
        const askedMs = this.#askedMs[seq];
        if (askedMs !== undefined) latencies.record(atMs - askedMs);
      }
    }
  }
}
