/**
 * What a show decided, decision by decision, for replies to be compared with. It grows with the
 * log, so it is kept in tests only.
 */
import type { LoggedDecision } from './facts.ts';
import type { Mark } from './seat-marks.ts';
import type { Phase, ShowBook } from './show-book.ts';

/** One decision and how the show stood right after it. */
export interface PastDecision {
  readonly decision: LoggedDecision;
  readonly partition: number;
  readonly lsn: number;
  readonly timeMs: number;
  readonly hash: Uint8Array;
  /** Seat × 16 + mark before × 4 + mark after. */
  readonly changes: readonly number[];
  readonly phase: Phase;
  readonly waiting: number;
  readonly serving: number;
  readonly promised: number;
  readonly free: number;
  readonly held: number;
  readonly low: number;
  readonly high: number;
}

type Place = Pick<PastDecision, 'partition' | 'lsn' | 'timeMs' | 'hash'>;

export class ShowHistory {
  readonly book: ShowBook;
  readonly #past: PastDecision[] = [];
  /** By seat: decision × 4 + mark, in order. */
  readonly #seats = new Map<number, number[]>();

  constructor(book: ShowBook) {
    this.book = book;
  }

  get last(): number {
    return this.#past.length;
  }

  /** The decision of that number. */
  at(seq: number): PastDecision | undefined {
    return this.#past[seq - 1];
  }

  /** Enters a decision that has just been entered into the book. */
  add(decision: LoggedDecision, place: Place, changes: readonly number[]): void {
    const { phase, line, promised, marks } = this.book;
    for (const change of changes) {
      const seat = change >> 4;
      const list = this.#seats.get(seat);
      const entry = decision.seq * 4 + (change & 3);
      if (list === undefined) this.#seats.set(seat, [entry]);
      else list.push(entry);
    }
    const { partition, lsn, timeMs, hash } = place;
    this.#past[decision.seq - 1] = {
      decision,
      partition,
      lsn,
      timeMs,
      hash: new Uint8Array(hash),
      changes,
      phase,
      waiting: line.size,
      serving: line.head?.ticket ?? 0,
      promised,
      free: marks.free,
      held: marks.held,
      low: marks.low,
      high: marks.high,
    };
  }

  /** The mark of a seat right after a decision. */
  markAt(seat: number, seq: number): Mark {
    const list = this.#seats.get(seat) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] ?? 0) < (seq + 1) * 4) low = middle + 1;
      else high = middle;
    }
    return ((list[low - 1] ?? 0) & 3) as Mark;
  }

  /** Decisions from `from` to `until`, both included, that changed a seat. */
  changesOf(seat: number, from: number, until: number): readonly number[] {
    const list = this.#seats.get(seat) ?? [];
    return list.map((entry) => Math.floor(entry / 4)).filter((seq) => seq >= from && seq <= until);
  }
}
