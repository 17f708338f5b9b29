/**
 * How old a seat's state is when a screen shows it: from the moment a person asked for the
 * decision (scheduled to ask for it, to be exact) to the moment a watcher's socket had the change.
 * Counted from the acknowledgement instead, it would leave out deciding and writing, which a
 * person in front of the map waits for as well. Both moments lie in one process, so no two clocks
 * are compared.
 */
import type { Latencies } from './latencies.ts';

export class SeatAges {
  readonly #askedMs: number[] = [];
  readonly #screens: Screen[] = [];
  /** Of the decisions told here, the latest. */
  #lastSeq = 0;

  /** A decision of the show was acknowledged. */
  decided(seq: number, askedMs: number): void {
    this.#askedMs[seq] = askedMs;
    this.#lastSeq = Math.max(this.#lastSeq, seq);
  }

  /** One more screen that is looked at. */
  screen(): Screen {
    const screen = new Screen();
    this.#screens.push(screen);
    return screen;
  }

  /** Whether this screen has yet to show a decision. */
  isBehind(screen: Screen): boolean {
    return screen.seq < this.#lastSeq;
  }

  /** A change may reach a screen before its acknowledgement is here, so they meet at the end. */
  record(latencies: Latencies): void {
    for (const { changes } of this.#screens) {
      for (const { from, to, atMs } of changes) {
        for (let seq = from + 1; seq <= to; seq++) {
          const askedMs = this.#askedMs[seq];
          if (askedMs !== undefined) latencies.record(atMs - askedMs);
        }
      }
    }
  }
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly atMs: number;
}

/** What one watcher's screen has shown, and when. */
export class Screen {
  readonly changes: Change[] = [];
  /** The latest decision shown; before the map is there it shows none. */
  #seq = -1;

  get seq(): number {
    return this.#seq;
  }

  /** The whole map, as it was after a decision. */
  opened(seq: number): void {
    this.#seq = seq;
  }

  /**
   * The screen has learnt of the decisions after `from` up to `to`. False where some before them
   * are missing, which a browser would have to ask the whole map for.
   */
  shown(from: number, to: number, atMs: number): boolean {
    if (this.#seq < 0 || to <= this.#seq) return true;
    const isWhole = from <= this.#seq;
    this.changes.push({ from: Math.max(from, this.#seq), to, atMs });
    this.#seq = to;
    return isWhole;
  }
}
