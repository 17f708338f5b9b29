/** Best n where no row has so many side by side: every split over adjacent rows [H8]. */
import { freeBlocks, orphansOf } from './model-best.ts';
import { type ModelShow, nearestOf } from './model-show.ts';

type Block = readonly number[];

/**
 * Every best choice of two or more blocks, one a row, in rows that follow each other: best is the
 * one that leaves the fewest orphans, then takes the fewest rows, then has its blocks right
 * behind each other, then seats the fewest of the party alone, then is nearest.
 */
export function bestSplits(
  show: ModelShow,
  count: number,
  isTier: (tier: number) => boolean,
): readonly Block[] {
  const sizes = Array.from({ length: count - 1 }, (_, at) => at + 1);
  const blocks = sizes.flatMap((size) => freeBlocks(show, size, isTier));
  const inRow = rowsOf(show).map((y) => blocks.filter((block) => yOf(show, block) === y));
  let splits = inRow.flatMap((_, row) => splitsFrom(inRow, row, count));
  const criteria: readonly ((split: readonly Block[]) => number)[] = [
    (split) => orphansOf(show, split.flat()).length,
    (split) => split.length,
    (split) => split.filter((block, at) => at > 0 && !isBehind(show, split[at - 1], block)).length,
    (split) => split.filter((block) => block.length === 1).length,
  ];
  for (const criterion of criteria) {
    const least = Math.min(...splits.map(criterion));
    splits = splits.filter((split) => criterion(split) === least);
  }
  return nearestOf(
    show,
    splits.map((split) => split.flat()),
  );
}

/** Every way to seat `count` in blocks from a row on, one a row, over two rows or more. */
function splitsFrom(
  inRow: readonly (readonly Block[])[],
  row: number,
  count: number,
): readonly (readonly Block[])[] {
  return (inRow[row] ?? []).flatMap((block): (readonly Block[])[] => {
    const rest = count - block.length;
    if (rest < 0) return [];
    if (rest === 0) return [[block]];
    return splitsFrom(inRow, row + 1, rest).map((others) => [block, ...others]);
  });
}

/** Whether a block lies behind another, or diagonally behind it: nobody has to shout. */
function isBehind(show: ModelShow, front: Block | undefined, back: Block): boolean {
  const ends = (block: Block) => {
    const at = block.map((seat) => show.places[seat]?.x ?? Number.NaN);
    return { left: Math.min(...at), right: Math.max(...at) };
  };
  const [first, second] = [ends(front ?? []), ends(back)];
  return second.left <= first.right + 1 && second.right >= first.left - 1;
}

/** Where the rows lie, from the screen to the back. */
function rowsOf(show: ModelShow): readonly number[] {
  return [...new Set(show.layout.runs.map((run) => run.y))].sort((a, b) => a - b);
}

function yOf(show: ModelShow, [seat]: Block): number | undefined {
  return show.layout.runs[show.places[seat ?? -1]?.run ?? -1]?.y;
}
