/** "Best n" by looking at every choice there is, and seats left alone [H8, H9]. */

import { type ModelShow, nearestOf } from './model-show.ts';
import { bestSplits } from './model-split.ts';

/** Every choice of `count` seats that is as good as the best; none where there is none. */
export function bestChoices(
  show: ModelShow,
  count: number,
  tier: number | undefined,
  maySplit: boolean,
): readonly (readonly number[])[] {
  const isTier = (each: number) => tier === undefined || each === tier;
  const blocks = freeBlocks(show, count, isTier);
  const clean = blocks.filter((block) => orphansOf(show, block).length === 0);
  if (clean.length > 0) return nearestOf(show, clean);
  if (blocks.length > 0) return nearestOf(show, blocks);
  return maySplit ? bestSplits(show, count, isTier) : [];
}

/** The size of the largest unbroken block. */
export function largestBlock(show: ModelShow, tier: number | undefined): number {
  const isTier = (each: number) => tier === undefined || each === tier;
  let size = 0;
  while (freeBlocks(show, size + 1, isTier).length > 0) size++;
  return size;
}

/** Every unbroken block of `count` seats in one run that are free, or `own` already. */
export function freeBlocks(
  show: ModelShow,
  count: number,
  isTier: (tier: number) => boolean,
  own: readonly number[] = [],
): readonly (readonly number[])[] {
  const everyStart = show.places.map((_, seat) => seat);
  const blocks = everyStart.map((start) => Array.from({ length: count }, (_, at) => start + at));
  return blocks.filter((block) =>
    block.every(
      (seat) =>
        (show.seats[seat] === 'free' || own.includes(seat)) &&
        show.places[seat]?.run === show.places[block[0] ?? -1]?.run &&
        isTier(show.places[seat]?.tier ?? -1),
    ),
  );
}

/**
 * Free seats that would be left alone: they have no free neighbour then, but have one now, and
 * would still have one were the seats that are `own` given back, among which whoever changes a
 * hold chooses again.
 */
export function orphansOf(
  show: ModelShow,
  seats: readonly number[],
  own: readonly number[] = [],
): readonly number[] {
  const isFree = (seat: number) => show.seats[seat] === 'free';
  const isFreeWithoutOwn = (seat: number) => isFree(seat) || own.includes(seat);
  const isFreeAfter = (seat: number) => isFreeWithoutOwn(seat) && !seats.includes(seat);
  const neighbours = (seat: number) =>
    [seat - 1, seat + 1].filter((other) => show.places[other]?.run === show.places[seat]?.run);
  const isAlone = (seat: number, isThere: (seat: number) => boolean) =>
    isThere(seat) && !neighbours(seat).some(isThere);
  return [...show.places.keys()].filter(
    (seat) =>
      isAlone(seat, isFreeAfter) && !isAlone(seat, isFree) && !isAlone(seat, isFreeWithoutOwn),
  );
}
