/** "Best n" by looking at every choice there is [H8]. */
import type { ModelShow } from './model-show.ts';
import { sum } from './model-show.ts';

/**
 * The engine keeps each seat's distance to the nearest 1/1024 of a seat width. Two sums of n of
 * them that differ by less than this are equally near.
 */
export const TOLERANCE_A_SEAT = 1 / 1024;

/** Every choice of `count` seats that is as good as the best; none where there is none. */
export function bestChoices(
  show: ModelShow,
  count: number,
  tier: number | undefined,
): readonly (readonly number[])[] {
  const blocks = wholeBlocks(show, count, tier);
  const clean = blocks.filter((block) => orphansOf(show, block).length === 0);
  const choices = clean.length > 0 ? clean : blocks;
  const nearest = Math.min(...choices.map((block) => distance(show, block)));
  const tolerance = count * TOLERANCE_A_SEAT;
  return choices.filter((block) => distance(show, block) <= nearest + tolerance);
}

/** The size of the largest unbroken block. */
export function largestBlock(show: ModelShow, tier: number | undefined): number {
  let size = 0;
  while (wholeBlocks(show, size + 1, tier).length > 0) size++;
  return size;
}

/** Every unbroken block of `count` seats in one run that are free, or among `instead`. */
export function wholeBlocks(
  show: ModelShow,
  count: number,
  tier: number | undefined,
  instead: readonly number[] = [],
): number[][] {
  const everyStart = show.places.map((_, seat) => seat);
  const blocks = everyStart.map((start) => Array.from({ length: count }, (_, at) => start + at));
  return blocks.filter((block) =>
    block.every(
      (seat) =>
        (show.seats[seat] === 'free' || instead.includes(seat)) &&
        show.places[seat]?.run === show.places[block[0] ?? -1]?.run &&
        (tier === undefined || show.places[seat]?.tier === tier),
    ),
  );
}

/**
 * Seats that would be left alone were these taken, and are not so now, nor would be if the seats
 * `instead` were given back first.
 */
export function orphansOf(
  show: ModelShow,
  seats: readonly number[],
  instead: readonly number[] = [],
): readonly number[] {
  const isFree = (seat: number) => show.seats[seat] === 'free';
  const isFreeWithout = (seat: number) => isFree(seat) || instead.includes(seat);
  const isFreeAfter = (seat: number) => isFreeWithout(seat) && !seats.includes(seat);
  const isAlone = (seat: number, is: (seat: number) => boolean) =>
    is(seat) &&
    ![seat - 1, seat + 1]
      .filter((other) => show.places[other]?.run === show.places[seat]?.run)
      .some(is);
  return show.places.flatMap((_, seat) =>
    isAlone(seat, isFreeAfter) && !isAlone(seat, isFree) && !isAlone(seat, isFreeWithout)
      ? [seat]
      : [],
  );
}

export function distance(show: ModelShow, seats: readonly number[]): number {
  return sum(seats.map((seat) => show.places[seat]?.distance ?? Number.NaN));
}
