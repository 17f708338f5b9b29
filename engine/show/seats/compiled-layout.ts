/**
 * A layout worked out once, in flat arrays, and shared by all shows of its hall: what deciding
 * needs of a seat without an object a seat.
 */
import { invariant } from '../../unreachable.ts';
import { type Layout, placeOf, type SeatRun, seatCount } from './layout.ts';

/** All arrays are read-only by agreement; typed arrays cannot be frozen. */
export interface CompiledLayout {
  readonly layout: Layout;
  /** Number of seats. */
  readonly count: number;
  /** Price tier of each seat. */
  readonly tierOf: Uint8Array;
  /** Index of each seat's run. */
  readonly runOf: Uint32Array;
  /** First seat of each run, and one entry more: the number of seats. */
  readonly runStart: Uint32Array;
  /**
   * Each seat's distance from the hall's best point, the rows' curve included, in seat widths, to
   * the nearest 1/1024: then sums are exact and seats that mirror each other tie.
   */
  readonly distance: Float32Array;
  /** Runs by their nearest seat, nearest first, then by index. */
  readonly runsByDistance: Uint32Array;
  /** Distance of each run's nearest seat. */
  readonly runNearest: Float32Array;
  /** Indexes of the runs of each row, rows from the screen to the back: those of equal `y`. */
  readonly rows: readonly (readonly number[])[];
}

const GRID = 1024;

/** Compiles a layout that `checkLayout` found nothing wrong with. Cost: linear in seats. */
export function compileLayout(layout: Layout): CompiledLayout {
  const count = seatCount(layout);
  const runs = layout.runs.length;
  const tierOf = new Uint8Array(count);
  const runOf = new Uint32Array(count);
  const runStart = new Uint32Array(runs + 1);
  const distance = new Float32Array(count);
  const runNearest = new Float32Array(runs).fill(Number.POSITIVE_INFINITY);
  let seat = 0;
  layout.runs.forEach((run, index) => {
    runStart[index] = seat;
    tierOf.fill(run.tier, seat, seat + run.count);
    runOf.fill(index, seat, seat + run.count);
    for (let offset = 0; offset < run.count; offset++, seat++) {
      const away = distanceFromBest(layout, run, offset);
      distance[seat] = away;
      if (away < (runNearest[index] as number)) runNearest[index] = away;
    }
  });
  runStart[runs] = seat;
  invariant(seat === count, 'the runs hold every seat');
  const runsByDistance = Uint32Array.from(runNearest.keys()).sort(
    (a, b) => (runNearest[a] as number) - (runNearest[b] as number) || a - b,
  );
  const rows = rowsOf(layout);
  return { layout, count, tierOf, runOf, runStart, distance, runsByDistance, runNearest, rows };
}

/** A row may be several runs with aisles between them, and in several sections side by side. */
function rowsOf(layout: Layout): readonly (readonly number[])[] {
  const byPlace = new Map<number, number[]>();
  layout.runs.forEach(({ y }, index) => {
    const place = Math.round(y * GRID);
    const row = byPlace.get(place);
    if (row === undefined) byPlace.set(place, [index]);
    else row.push(index);
  });
  return [...byPlace].sort(([a], [b]) => a - b).map(([, runs]) => runs);
}

function distanceFromBest(layout: Layout, run: SeatRun, offset: number): number {
  const { x, y } = placeOf(layout, run, offset);
  const across = x - layout.best.x;
  const along = y - layout.best.y;
  return Math.round(Math.sqrt(across * across + along * along) * GRID) / GRID;
}
