/**
 * A show can refuse a selection that leaves a single orphan seat [H9]: one that had a free
 * neighbour and has none any more, so that hardly anybody will want it.
 */
import type { Rejection } from '../rejections.ts';
import { FREE } from '../seats/seat-bitmap.ts';
import type { Show } from '../show.ts';

/**
 * Refuses seats that would leave an orphan, naming it, where the show has the rule. `instead`
 * are the seats that a changed hold has now: it may choose among them again. The rule relaxes
 * where no unbroken block of that many seats, in the price tiers chosen, would leave none: then
 * there is no better choice to send anybody to. Cost: the seats chosen; where they leave an
 * orphan, at most all seats.
 */
export function checkOrphans(
  show: Show,
  seats: readonly number[],
  instead: readonly number[],
): Rejection | undefined {
  if (show.terms.orphanRule !== true) return undefined;
  const map = new OrphanMap(show, instead);
  const orphans = map.orphansOf(seats);
  if (orphans.length === 0 || !map.hasBetter(seats)) return undefined;
  return { type: 'rejected', reason: 'leavesOrphan', seats: orphans };
}

type Has = (seat: number) => boolean;

class OrphanMap {
  readonly #show: Show;
  /** Whether a seat is free now. */
  readonly #now: Has;
  /** Whether it can be chosen: it is free, or in the hold that is being changed. */
  readonly #choosable: Has;

  constructor(show: Show, instead: readonly number[]) {
    this.#show = show;
    this.#now = (seat) => show.seats.get(seat) === FREE;
    this.#choosable = (seat) => this.#now(seat) || instead.includes(seat);
  }

  /** Seats that choosing these would leave alone, lowest first. */
  orphansOf(seats: readonly number[]): readonly number[] {
    const after: Has = (seat) => this.#choosable(seat) && !seats.includes(seat);
    const beside = new Set(seats.flatMap((seat) => [seat - 1, seat + 1]));
    return [...beside].filter((seat) => this.#isOrphan(seat, after)).sort((a, b) => a - b);
  }

  /** Whether as many seats of the same tiers, side by side, would leave none alone. */
  hasBetter(seats: readonly number[]): boolean {
    const { layout } = this.#show;
    const tiers = new Set(seats.map((seat) => layout.tierOf[seat]));
    return layout.layout.runs.some((run, index) => {
      return tiers.has(run.tier) && this.#hasBlock(index, seats.length);
    });
  }

  #hasBlock(run: number, size: number): boolean {
    const { runStart } = this.#show.layout;
    const end = runStart[run + 1] as number;
    let streak = 0;
    for (let seat = runStart[run] as number; seat < end; seat++) {
      streak = this.#choosable(seat) ? streak + 1 : 0;
      if (streak < size) continue;
      const first = seat - size + 1;
      const after: Has = (each) => this.#choosable(each) && (each < first || each > seat);
      if (!this.#isOrphan(first - 1, after) && !this.#isOrphan(seat + 1, after)) return true;
    }
    return false;
  }

  /** Alone after, and neither alone now nor without the hold that is being changed. */
  #isOrphan(seat: number, after: Has): boolean {
    if (seat < 0 || seat >= this.#show.layout.count) return false;
    return (
      this.#isAlone(seat, after) &&
      !this.#isAlone(seat, this.#choosable) &&
      !this.#isAlone(seat, this.#now)
    );
  }

  /** One of those seats, without another of them beside it in its run. */
  #isAlone(seat: number, has: Has): boolean {
    const { runOf } = this.#show.layout;
    const beside = (other: number) => runOf[other] === runOf[seat] && has(other);
    return has(seat) && !beside(seat - 1) && !beside(seat + 1);
  }
}
