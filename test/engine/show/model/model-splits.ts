/** "Best n" over rows that follow each other, by looking at every choice there is [H8]. */
import { distance, orphansOf, TOLERANCE_A_SEAT, wholeBlocks } from './model-best.ts';
import type { ModelShow } from './model-show.ts';

type Part = readonly number[];

/**
 * Every choice of `count` seats, one block in each of some rows that follow each other, that is
 * as good as the best: fewest orphans, fewest rows, fewest parts that are not behind the one
 * before, fewest people by themselves, and then nearest.
 */
export function bestSplits(
  show: ModelShow,
  count: number,
  tier: number | undefined,
): readonly (readonly number[])[] {
  const sizes = Array.from({ length: count - 1 }, (_, size) => size + 1);
  const parts = sizes.flatMap((size) => wholeBlocks(show, size, tier));
  const rows = [...new Set(show.places.map((place) => place.y))].sort((a, b) => a - b);
  const byRow = rows.map((y) => parts.filter(([seat = -1]) => show.places[seat]?.y === y));
  const splits = byRow
    .flatMap((_, row) => from(byRow, row, count))
    .filter(({ length }) => length > 1);
  const ranks = splits.map((split) => rankOf(show, split));
  const best = ranks.reduce(
    (least, rank) => (compare(rank, least) < 0 ? rank : least),
    [Number.POSITIVE_INFINITY],
  );
  const equals = splits.filter((_, index) => compare(ranks[index] ?? [], best) === 0);
  const nearest = Math.min(...equals.map((split) => distance(show, split.flat())));
  return equals
    .map((split) => split.flat())
    .filter((seats) => distance(show, seats) <= nearest + count * TOLERANCE_A_SEAT);
}

/** Every way to seat `count` in rows from this one on, without leaving a row out. */
function from(rows: readonly (readonly Part[])[], row: number, count: number): Part[][] {
  return (rows[row] ?? []).flatMap((part) => {
    if (part.length > count) return [];
    if (part.length === count) return [[part]];
    return from(rows, row + 1, count - part.length).map((rest) => [part, ...rest]);
  });
}

function rankOf(show: ModelShow, split: readonly Part[]): readonly number[] {
  const x = (seat: number | undefined) => show.places[seat ?? -1]?.x ?? Number.NaN;
  const apart = split.filter((part, index) => {
    const front = split[index - 1];
    if (front === undefined) return false;
    return x(part[0]) > x(front.at(-1)) + 1 || x(part.at(-1)) < x(front[0]) - 1;
  });
  const alone = split.filter((part) => part.length === 1);
  return [orphansOf(show, split.flat()).length, split.length, apart.length, alone.length];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((each, index) => each !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
