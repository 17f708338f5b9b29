/**
 * "Best n" where no row has so many free seats side by side [H8]: one block in each of two or
 * more rows that follow each other, chosen together.
 */
import type { CompiledLayout } from './compiled-layout.ts';
import { FREE, type SeatBitmap } from './seat-bitmap.ts';

/** The free seats of a row, from the left, and the blocks that a split may use of them. */
interface Row {
  readonly seats: readonly number[];
  /** Where each is, in seat widths from the hall's left edge. */
  readonly xs: readonly number[];
  readonly parts: readonly Part[];
}

interface Part {
  readonly row: Row;
  /** Index of its first seat among the row's free ones. */
  readonly at: number;
  readonly size: number;
  readonly rank: number;
  /** Of its seats' distances from the best point. */
  readonly sum: number;
}

/** Parts in rows that follow each other; the last one is in the row now being looked at. */
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
 * party alone, then is nearest to the best point. Cost: where two rows will do nicely, those near
 * the best point; at the most the blocks of all rows times `count` squared. Blocks are short,
 * since no row has `count` free seats side by side.
 */
export function findSplit(
  layout: CompiledLayout,
  seats: SeatBitmap,
  count: number,
  tier: number | undefined,
): readonly number[] | undefined {
  const known: (Row | undefined)[] = [];
  const rowAt = (index: number): Row => {
    const row = known[index] ?? freeRow(layout, seats, layout.rows[index] ?? [], count, tier);
    known[index] = row;
    return row;
  };
  const inTwo = findInTwo(layout, rowAt, count);
  // More rows are worse, unless they can spare a seat from being left alone.
  const isBest = inTwo !== undefined && inTwo.rank < ORPHAN;
  const best = isBest ? inTwo : findPath([...layout.rows.keys()].map(rowAt), count);
  return best === undefined ? undefined : seatsOf(best);
}

/** The best split over two rows, those nearest to the best point first. */
function findInTwo(
  layout: CompiledLayout,
  rowAt: (index: number) => Row,
  count: number,
): Path | undefined {
  const nearestOf = (runs: readonly number[] = []) =>
    Math.min(...runs.map((run) => layout.runNearest[run] as number));
  const pairs = layout.rows.slice(1).map((back, front) => {
    return { front, nearest: Math.min(nearestOf(layout.rows[front]), nearestOf(back)) };
  });
  let best: Path | undefined;
  for (const { front, nearest } of pairs.sort((a, b) => a.nearest - b.nearest)) {
    // Nothing is better than two rows with nothing amiss, but what is nearer.
    if (best?.rank === 2 * ROW && nearest * count > best.sum) break;
    const path = findPath([rowAt(front), rowAt(front + 1)], count);
    if (path !== undefined && isBetter(path, best)) best = path;
  }
  return best;
}

function freeRow(
  layout: CompiledLayout,
  seats: SeatBitmap,
  runs: readonly number[],
  count: number,
  tier: number | undefined,
): Row {
  const parts: Part[] = [];
  const row = { seats: [] as number[], xs: [] as number[], parts };
  const xOf = (run: number) => layout.layout.runs[run]?.x ?? 0;
  for (const run of [...runs].sort((a, b) => xOf(a) - xOf(b))) {
    if (tier !== undefined && layout.layout.runs[run]?.tier !== tier) continue;
    const start = layout.runStart[run] as number;
    const end = layout.runStart[run + 1] as number;
    let streak = 0;
    for (let seat = start; seat <= end; seat++) {
      if (seat < end && seats.get(seat) === FREE) {
        row.seats.push(seat);
        row.xs.push(xOf(run) + seat - start);
        streak++;
      } else if (streak > 0) {
        addParts(row, layout.distance, streak, count);
        streak = 0;
      }
    }
  }
  return row;
}

/** Every block, of fewer than `count`, of the row's last `streak` free seats. */
function addParts(
  row: Row & { readonly parts: Part[] },
  distance: Float32Array,
  streak: number,
  count: number,
): void {
  const end = row.seats.length;
  for (let at = end - streak; at < end; at++) {
    let sum = 0;
    for (let size = 1; size < count && at + size <= end; size++) {
      sum += distance[row.seats[at + size - 1] as number] as number;
      const orphans = Number(at === end - streak + 1) + Number(at + size === end - 1);
      const rank = orphans * ORPHAN + ROW + (size === 1 ? ALONE : 0);
      row.parts.push({ row, at, size, rank, sum });
    }
  }
}

/** The best split over any number of these rows; each is looked at once, from the front. */
function findPath(rows: readonly Row[], count: number): Path | undefined {
  let best: Path | undefined;
  let front: Reached | undefined;
  for (const row of rows) {
    const reached = new Reached(row, count);
    for (const part of row.parts) {
      const { size, rank, sum } = part;
      reached.add({ part, before: undefined, size, rank, sum });
      for (let taken = 1; front !== undefined && taken + size <= count; taken++) {
        const path = front.continued(part, taken);
        if (path === undefined) continue;
        if (path.size < count) reached.add(path);
        else if (isBetter(path, best)) best = path;
      }
    }
    front = reached;
  }
  return best;
}

/** The best paths that end in a row, by how many seats they have taken, and over which seat. */
class Reached {
  readonly #row: Row;
  readonly #count: number;
  readonly #over: (Path | undefined)[];
  readonly #anywhere: (Path | undefined)[];

  constructor(row: Row, count: number) {
    this.#row = row;
    this.#count = count;
    this.#over = new Array(row.seats.length * count).fill(undefined);
    this.#anywhere = new Array(count).fill(undefined);
  }

  add(path: Path): void {
    const { at, size } = path.part;
    if (isBetter(path, this.#anywhere[path.size])) this.#anywhere[path.size] = path;
    for (let index = at; index < at + size; index++) {
      const place = index * this.#count + path.size;
      if (isBetter(path, this.#over[place])) this.#over[place] = path;
    }
  }

  /** The best path that has taken so many seats up to this row, with `part` of the next one. */
  continued(part: Part, taken: number): Path | undefined {
    const behind = this.#inFrontOf(part, taken);
    const loose = this.#anywhere[taken];
    if (loose === undefined) return undefined;
    const size = taken + part.size;
    const rank = loose.rank + part.rank + APART;
    const apart = { part, before: loose, size, rank, sum: loose.sum + part.sum };
    if (behind === undefined) return apart;
    const rankBehind = behind.rank + part.rank;
    const sum = behind.sum + part.sum;
    const together = { part, before: behind, size, rank: rankBehind, sum };
    // As many parts may be apart either way: then the nearer of the two is better.
    return isBetter(apart, together) ? apart : together;
  }

  /** The best path whose last part is in front, or diagonally in front, of a part's seats. */
  #inFrontOf({ row, at, size }: Part, taken: number): Path | undefined {
    const { xs } = this.#row;
    const right = (row.xs[at + size - 1] as number) + 1;
    let best: Path | undefined;
    for (let index = firstFrom(xs, (row.xs[at] as number) - 1); index < xs.length; index++) {
      if ((xs[index] as number) > right) break;
      const path = this.#over[index * this.#count + taken];
      if (path !== undefined && isBetter(path, best)) best = path;
    }
    return best;
  }
}

/** Index of the first number from `least` on in a rising list. */
function firstFrom(numbers: readonly number[], least: number): number {
  let from = 0;
  let until = numbers.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((numbers[middle] as number) < least) from = middle + 1;
    else until = middle;
  }
  return from;
}

function isBetter(path: Path, other: Path | undefined): boolean {
  if (other === undefined) return true;
  return path.rank < other.rank || (path.rank === other.rank && path.sum < other.sum);
}

function seatsOf({ part, before }: Path): readonly number[] {
  const own = part.row.seats.slice(part.at, part.at + part.size);
  return before === undefined ? own : [...seatsOf(before), ...own];
}
