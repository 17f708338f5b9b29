/**
 * What growth is judged by: one operation's cost at sizes that rise by the same factor, and what
 * is wrong with how it rises. The measuring is elsewhere; this is arithmetic.
 */
import type { Series } from '../report/run-report.ts';

/** What an operation's cost may follow: nothing, or the size. */
export type Follows = 'nothing' | 'size';

export interface Growth {
  /** What grows, e.g. `shows`. */
  readonly axis: string;
  readonly operation: string;
  readonly follows: Follows;
  /** By rising size; microseconds an operation. */
  readonly costs: readonly (readonly [size: number, us: number])[];
}

/** Between neighbours, beyond what the cost may follow. */
const CLIFF = 3;
/** Over the whole range a cost that follows the size may be this much worse than linear. */
const LINEAR_SLACK = 1.5;
/** Below this a cost is the clock's and the caches' own. */
const TOO_SMALL_US = 0.05;

/** What is wrong with it, in sentences; nothing where it grows as it may. */
export function faultsOf(growth: Growth): readonly string[] {
  const { axis, operation, costs } = growth;
  const faults: string[] = [];
  costs.forEach(([size, us], index) => {
    const before = costs[index - 1];
    if (before === undefined) return;
    const [sizeBefore, usBefore] = before;
    const times = us / Math.max(usBefore, TOO_SMALL_US) / allowed(growth, size / sizeBefore);
    if (times <= CLIFF) return;
    faults.push(
      `${operation}: a cliff between ${whole(sizeBefore)} and ${whole(size)} ${axis}, ` +
        `${usBefore.toPrecision(3)} to ${us.toPrecision(3)} µs, ` +
        `${times.toFixed(1)} times what ${followed(growth)} explains`,
    );
  });
  const [first] = costs;
  const last = costs.at(-1);
  if (first === undefined || last === undefined) return faults;
  const range = last[0] / first[0];
  const grown = last[1] / Math.max(first[1], TOO_SMALL_US);
  if (grown > range * LINEAR_SLACK) {
    faults.push(
      `${operation}: worse than linear, ${grown.toFixed(0)} times the cost for ` +
        `${whole(range)} times the ${axis}`,
    );
  }
  return faults;
}

/**
 * The lower cost of each operation and size, of several passes over the same sizes: what disturbs
 * one pass, the first being cold, is not in all of them.
 */
export function lowestOf(passes: readonly (readonly Growth[])[]): readonly Growth[] {
  const [first = [], ...others] = passes;
  return first.map((growth, index) => ({
    ...growth,
    costs: growth.costs.map(([size, us], at) => {
      const all = others.map((pass) => pass[index]?.costs[at]?.[1] ?? us);
      return [size, Math.min(us, ...all)] as const;
    }),
  }));
}

const BY = ' by ';

export function seriesOf({ axis, operation, costs }: Growth): Series {
  return { name: `${operation}${BY}${axis}`, unit: 'µs', points: costs };
}

/** A table an axis: operations down, sizes across, microseconds in the cells. */
export function renderGrowth(series: readonly Series[]): string {
  const axes = [...new Set(series.map(({ name }) => axisOf(name)))];
  return axes.map((axis) => tableOf(axis, series)).join('\n');
}

const axisOf = (name: string): string => name.slice(name.lastIndexOf(BY) + BY.length);

function tableOf(axis: string, series: readonly Series[]): string {
  const own = series.filter(({ name }) => axisOf(name) === axis);
  const sizes = [...new Set(own.flatMap(({ points }) => points.map(([size]) => size)))];
  sizes.sort((a, b) => a - b);
  const rows = own.map(({ name, points }) => {
    const at = new Map(points);
    return [name.slice(0, name.lastIndexOf(BY)), ...sizes.map((size) => cellOf(at.get(size)))];
  });
  const all = [[`µs by ${axis}`, ...sizes.map(whole)], ...rows];
  const widths = [...Array(sizes.length + 1).keys()].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const lines = all.map(([name = '', ...cells]) => {
    const padded = cells.map((cell, index) => cell.padStart(widths[index + 1] ?? 0));
    return `  ${name.padEnd(widths[0] ?? 0)}  ${padded.join('  ')}`.trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

function cellOf(us: number | undefined): string {
  if (us === undefined) return '';
  return us >= 100 ? whole(us) : us.toPrecision(3);
}

function allowed({ follows }: Growth, timesTheSize: number): number {
  return follows === 'size' ? timesTheSize : 1;
}

function followed({ follows }: Growth): string {
  return follows === 'size' ? 'the size' : 'noise';
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
