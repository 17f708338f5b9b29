/**
 * "Best n": the engine picks the seats itself [H8]. One unbroken block, nearest to the hall's
 * best point, that strands nobody's neighbour where that can be helped.
 */
import { invariant } from '../../unreachable.ts';
import type { CompiledLayout } from './compiled-layout.ts';
import { FREE, type SeatBitmap } from './seat-bitmap.ts';

/** What the search has found so far; one object a search, none a seat. */
interface Search {
  readonly layout: CompiledLayout;
  readonly seats: SeatBitmap;
  readonly count: number;
  /** First seat and summed distance of the best block that leaves no orphan; −1 for none. */
  clean: number;
  cleanSum: number;
  /** The same among blocks that leave one. */
  orphaning: number;
  orphaningSum: number;
  /** Longest free block seen. */
  largest: number;
}

/**
 * The best `count` free neighbouring seats inside one run, of price tier `tier` if given: those
 * with the smallest sum of distances, then the lowest index. A block that would leave a lone free
 * seat beside it is taken only where every block would. Without any block: the length of the
 * longest one free. Cost: linear in seats at the most; runs too far away to win are not looked at.
 */
export function findBestBlock(
  layout: CompiledLayout,
  seats: SeatBitmap,
  count: number,
  tier: number | undefined,
): { seats: readonly number[] } | { largest: number } {
  invariant(Number.isSafeInteger(count) && count >= 1, 'a block has one seat or more');
  const search: Search = {
    layout,
    seats,
    count,
    clean: -1,
    cleanSum: Number.POSITIVE_INFINITY,
    orphaning: -1,
    orphaningSum: Number.POSITIVE_INFINITY,
    largest: 0,
  };
  for (const run of layout.runsByDistance) {
    // No block of this run, or of a later one, can be nearer than `count` of its nearest seat.
    if ((layout.runNearest[run] as number) * count > search.cleanSum) break;
    if (tier === undefined || layout.layout.runs[run]?.tier === tier) searchRun(search, run);
  }
  const first = search.clean >= 0 ? search.clean : search.orphaning;
  if (first < 0) return { largest: search.largest };
  return { seats: Array.from({ length: count }, (_, offset) => first + offset) };
}

/** Slides a window of `count` seats over one run, keeping its sum of distances. */
function searchRun(search: Search, run: number): void {
  const { layout, seats, count } = search;
  const end = layout.runStart[run + 1] as number;
  let streak = 0;
  let sum = 0;
  for (let seat = layout.runStart[run] as number; seat < end; seat++) {
    if (seats.get(seat) !== FREE) {
      streak = 0;
      sum = 0;
      continue;
    }
    streak++;
    if (streak > search.largest) search.largest = streak;
    sum += layout.distance[seat] as number;
    if (streak > count) sum -= layout.distance[seat - count] as number;
    if (streak < count) continue;
    const orphans = streak === count + 1 || isLone(seats, seat + 1, end);
    offer(search, seat - count + 1, sum, orphans);
  }
}

/** Whether `seat`, just right of a block, is free and the last free one before a border. */
function isLone(seats: SeatBitmap, seat: number, end: number): boolean {
  if (seat >= end || seats.get(seat) !== FREE) return false;
  return seat + 1 >= end || seats.get(seat + 1) !== FREE;
}

function offer(search: Search, first: number, sum: number, orphans: boolean): void {
  if (orphans) {
    if (!isBetter(sum, first, search.orphaningSum, search.orphaning)) return;
    search.orphaning = first;
    search.orphaningSum = sum;
  } else if (isBetter(sum, first, search.cleanSum, search.clean)) {
    search.clean = first;
    search.cleanSum = sum;
  }
}

function isBetter(sum: number, first: number, bestSum: number, best: number): boolean {
  return sum < bestSum || (sum === bestSum && first < best);
}
