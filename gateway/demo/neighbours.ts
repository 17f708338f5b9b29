/**
 * How a person picks seats on a map: side by side, somewhere they like, not a place that is meant
 * for a wheelchair.
 */
import type { Seat } from '../../engine/show/seats/layout.ts';
import type { Random } from './random.ts';

const windowsLookedAt = 24;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * `count` free seats next to each other near a point, as seat indexes; undefined where there is
 * no such block. People do not look at every block: they see some and take the nearest.
 */
export function pickNeighbours(
  seats: readonly Seat[],
  isFree: (seat: number) => boolean,
  count: number,
  near: Point,
  random: Random,
): readonly number[] | undefined {
  const blocks = blocksOf(seats, isFree, count);
  let best: Seat | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < windowsLookedAt; looks++) {
    const first = random.pick(blocks);
    if (first === undefined) return undefined;
    const distance = Math.hypot(first.x + (count - 1) / 2 - near.x, first.y - near.y);
    if (distance >= bestDistance) continue;
    best = first;
    bestDistance = distance;
  }
  if (best === undefined) return undefined;
  const from = best.index;
  return Array.from({ length: count }, (_, offset) => from + offset);
}

/** The first seat of each block of `count` free neighbours. */
function blocksOf(
  seats: readonly Seat[],
  isFree: (seat: number) => boolean,
  count: number,
): readonly Seat[] {
  const firsts: Seat[] = [];
  let length = 0;
  for (const [index, seat] of seats.entries()) {
    const isUsable = isFree(index) && !seat.wheelchair && !seat.companion;
    const continues = length > 0 && seats[index - 1]?.run === seat.run;
    if (!isUsable) length = 0;
    else length = continues ? length + 1 : 1;
    const first = seats[index - count + 1];
    if (length >= count && first !== undefined) firsts.push(first);
  }
  return firsts;
}
