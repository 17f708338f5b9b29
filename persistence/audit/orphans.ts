/**
 * Seats that a choice leaves alone: free ones that had a free neighbour in their run and have none
 * any more. A show may refuse such a choice, as long as there is a better one [H9].
 */
import { FREE } from './seat-marks.ts';
import type { ShowBook } from './show-book.ts';

type Has = (seat: number) => boolean;

/**
 * The seats that this choice leaves alone; none where no block of as many seats of the same tiers
 * would leave none. `instead` are the seats of the hold that is being changed. It is asked before
 * the choice is entered.
 */
export function orphansLeft(
  book: ShowBook,
  seats: readonly number[],
  instead: readonly number[],
): readonly number[] {
  const { plan, marks } = book;
  const isFree: Has = (seat) => marks.get(seat) === FREE;
  const canBeChosen: Has = (seat) => isFree(seat) || instead.includes(seat);
  const isLeftAloneBy = (chosen: readonly number[]): Has => {
    const after: Has = (seat) => canBeChosen(seat) && !chosen.includes(seat);
    return (seat) =>
      isAlone(book, seat, after) &&
      !isAlone(book, seat, canBeChosen) &&
      !isAlone(book, seat, isFree);
  };
  const orphans = neighboursOf(book, seats).filter(isLeftAloneBy(seats));
  if (orphans.length === 0) return orphans;
  const tiers = new Set(seats.map((seat) => plan.tierOf(seat)));
  for (const block of blocksOf(book, seats.length, canBeChosen)) {
    if (!tiers.has(plan.tierOf(block[0] ?? -1))) continue;
    if (!neighboursOf(book, block).some(isLeftAloneBy(block))) return orphans;
  }
  return [];
}

/** Every choice of so many seats side by side in one run. */
export function* blocksOf(
  { plan }: ShowBook,
  count: number,
  canBeChosen: Has,
): Generator<readonly number[]> {
  for (let run = 0; run < plan.layout.runs.length; run++) {
    const end = plan.starts[run + 1] ?? 0;
    for (let first = plan.starts[run] ?? 0; first + count <= end; first++) {
      const block = Array.from({ length: count }, (_, at) => first + at);
      if (block.every(canBeChosen)) yield block;
    }
  }
}

/** Seats beside these in their runs, each once. */
export function neighboursOf({ plan }: ShowBook, seats: readonly number[]): number[] {
  const beside = seats.flatMap((seat) =>
    [seat - 1, seat + 1].filter(
      (other) => plan.isSeat(other) && plan.isSeat(seat) && plan.runOf(other) === plan.runOf(seat),
    ),
  );
  return [...new Set(beside)];
}

/** One of those seats, without another of them beside it. */
export function isAlone(book: ShowBook, seat: number, has: Has): boolean {
  return has(seat) && !neighboursOf(book, [seat]).some(has);
}
