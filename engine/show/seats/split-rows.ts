/**
 * "Best n" where no row has so many free seats side by side [H8]: one block in each of two or
 * more rows that follow each other, chosen together.
 */
import type { CompiledLayout } from './compiled-layout.ts';
import { FREE, type SeatBitmap } from './seat-bitmap.ts';

/** One block of a row that a split may use. */
interface Part {
  readonly first: number;
  readonly size: number;
  /** Middle of its first and of its last seat, in seat widths from the hall's left edge. */
  readonly left: number;
  readonly right: number;
  readonly rank: number;
  /** Of its seats' distances from the best point. */
  readonly sum: number;
}

/** Parts in rows that follow each other, the last one of a row now being looked at. */
interface Path {
  readonly part: Part;
  readonly before: Path | undefined;
  readonly size: number;
  readonly rank: number;
  readonly sum: number;
}

// What makes one split better than another, packed so that the first counts most: seats that it
// leaves alone, rows that it takes, rows where it is not behind the part in front, and members of
// the party who sit by themselves. Each is far below 128; distances decide between equals.
const ALONE = 1;
const APART = 128;
const ROW = 128 * APART;
const ORPHAN = 128 * ROW;

/**
 * The best `count` free seats in rows that follow each other, one block a row, of price tier
 * `tier` if given; undefined where there are none. Best is what leaves the fewest orphans, then
 * takes the fewest rows, then has the parts right behind one another, then leaves nobody of the
 * party alone, then is nearest to the best point. Cost: the parts of each row times those behind
 * them, a few rows deep; parts are short, since no row has `count` free seats side by side.
 */
export function findSplit(
  layout: CompiledLayout,
  seats: SeatBitmap,
  count: number,
  tier: number | undefined,
): readonly number[] | undefined {
  const rows = layout.rows.map((runs) => partsOf(layout, seats, runs, count, tier));
  let paths: Path[][] = rows.map((parts) => parts.map(startWith));
  let best: Path | undefined;
  for (let depth = 2; depth <= count && paths.some((row) => row.length > 0); depth++) {
    const last = paths;
    paths = rows.map((parts, row) => extend(last[row - 1] ?? [], parts, count));
    for (const path of paths.flat()) {
      if (path.size === count && isBetter(path, best)) best = path;
    }
    // More rows are worse, unless they can spare a seat from being left alone.
    if (best !== undefined && best.rank < ORPHAN) break;
  }
  return best === undefined ? undefined : seatsOf(best);
}

/** Every block of fewer than `count` free seats of a row, from the left. */
function partsOf(
  layout: CompiledLayout,
  seats: SeatBitmap,
  runs: readonly number[],
  count: number,
  tier: number | undefined,
): Part[] {
  const parts: Part[] = [];
  for (const run of runs) {
    if (tier !== undefined && layout.layout.runs[run]?.tier !== tier) continue;
    const end = layout.runStart[run + 1] as number;
    let streak = 0;
    for (let seat = layout.runStart[run] as number; seat <= end; seat++) {
      if (seat < end && seats.get(seat) === FREE) {
        streak++;
        continue;
      }
      addParts(parts, layout, run, seat - streak, seat, count);
      streak = 0;
    }
  }
  return parts.sort((a, b) => a.left - b.left || a.first - b.first || a.size - b.size);
}

/** Every block within the free seats `from` … `until` − 1 of a run. */
function addParts(
  parts: Part[],
  layout: CompiledLayout,
  run: number,
  from: number,
  until: number,
  count: number,
): void {
  const offset = (layout.layout.runs[run]?.x ?? 0) - (layout.runStart[run] as number);
  for (let first = from; first < until; first++) {
    let sum = 0;
    for (let size = 1; size < count && first + size <= until; size++) {
      sum += layout.distance[first + size - 1] as number;
      const orphans = Number(first === from + 1) + Number(first + size === until - 1);
      const rank = orphans * ORPHAN + ROW + (size === 1 ? ALONE : 0);
      const left = first + offset;
      parts.push({ first, size, left, right: left + size - 1, rank, sum });
    }
  }
}

function startWith(part: Part): Path {
  const { size, rank, sum } = part;
  return { part, before: undefined, size, rank, sum };
}

/** The best path for each part of the next row and each number of seats taken with it. */
function extend(paths: readonly Path[], parts: readonly Part[], count: number): Path[] {
  if (paths.length === 0) return [];
  const found: (Path | undefined)[] = new Array(parts.length * (count + 1)).fill(undefined);
  const offer = (before: Path, index: number, apart: number) => {
    const part = parts[index];
    if (part === undefined) return;
    const size = before.size + part.size;
    if (size > count) return;
    const rank = before.rank + part.rank + apart;
    const sum = before.sum + part.sum;
    const key = index * (count + 1) + size;
    const known = found[key];
    if (known !== undefined && (known.rank < rank || (known.rank === rank && known.sum <= sum))) {
      return;
    }
    found[key] = { part, before, size, rank, sum };
  };
  for (const before of paths) {
    const { left, right } = before.part;
    // The parts whose seats lie behind, or diagonally behind, those of the path's last part.
    for (let index = firstFrom(parts, left - count); index < parts.length; index++) {
      const part = parts[index] as Part;
      if (part.left > right + 1) break;
      if (part.right >= left - 1) offer(before, index, 0);
    }
  }
  for (const before of bestOfEachSize(paths)) {
    for (let index = 0; index < parts.length; index++) offer(before, index, APART);
  }
  return found.filter((path) => path !== undefined);
}

/** Where the parts from `left` on begin; they are sorted by it. */
function firstFrom(parts: readonly Part[], left: number): number {
  let from = 0;
  let until = parts.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((parts[middle] as Part).left < left) from = middle + 1;
    else until = middle;
  }
  return from;
}

function bestOfEachSize(paths: readonly Path[]): Iterable<Path> {
  const best = new Map<number, Path>();
  for (const path of paths) if (isBetter(path, best.get(path.size))) best.set(path.size, path);
  return best.values();
}

function isBetter(path: Path, other: Path | undefined): boolean {
  if (other === undefined) return true;
  return path.rank < other.rank || (path.rank === other.rank && path.sum < other.sum);
}

function seatsOf(path: Path): readonly number[] {
  const { first, size } = path.part;
  const own = Array.from({ length: size }, (_, offset) => first + offset);
  return path.before === undefined ? own : [...seatsOf(path.before), ...own];
}
