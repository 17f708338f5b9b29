/**
 * How cost grows with work: the same operations at 1 to 10,000 shows, 100 to 100,000 seats a show,
 * 1 to 100,000 waiters and 10 to 19,000 connections. What costs more where nothing but the size
 * has changed, or falls off a cliff between two sizes, is told as a warning.
 */
import type { Children } from '../load/children.ts';
import { overConnections } from '../load/over-connections.ts';
import { faultsOf, type Growth, lowestOf, seriesOf } from '../micro/growth.ts';
import { type GrowthEffort, growLine, growSeats, growShows } from '../micro/growth-measures.ts';
import { machine } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';

export interface GrowthOptions {
  /** The largest of each; the others are a tenth, a hundredth … of it. */
  readonly mostShows?: number;
  readonly mostSeats?: number;
  readonly mostWaiters?: number;
  /** 0 for none: sockets need a server. */
  readonly mostConnections?: number;
  readonly effort?: GrowthEffort;
  readonly seed?: number;
}

const MOST = { shows: 10_000, seats: 100_000, waiters: 100_000, connections: 19_000 } as const;
const LEAST = { shows: 1, seats: 100, waiters: 1, connections: 10 } as const;
const EFFORT: GrowthEffort = { passes: 3, rounds: 5, warmups: 4, perRound: 2_000 };
const SECONDS_A_PASS = 2;

type Measure = typeof growShows;

export async function growthScenario(
  children: Children,
  options: GrowthOptions,
  progress: Progress,
): Promise<RunReport> {
  const { mostShows = MOST.shows, mostSeats = MOST.seats, mostWaiters = MOST.waiters } = options;
  const { mostConnections = MOST.connections, effort = EFFORT, seed = 1 } = options;
  const growths: Growth[] = [];
  const grow = async (what: string, sizes: readonly number[], measure: Measure) => {
    progress.stretch(what, SECONDS_A_PASS * effort.passes);
    const passes: (readonly Growth[])[] = [];
    for (let pass = 0; pass < effort.passes; pass++) passes.push(await measure(sizes, effort));
    growths.push(...lowestOf(passes));
  };
  await grow('more shows', sizesOf(LEAST.shows, mostShows), growShows);
  await grow('larger halls', sizesOf(LEAST.seats, mostSeats), growSeats);
  await grow('longer lines', sizesOf(LEAST.waiters, mostWaiters), growLine);
  if (mostConnections > 0) {
    const sizes = sizesOf(LEAST.connections, mostConnections);
    growths.push(...(await overConnections(children, sizes, seed, progress)));
  }
  return {
    scenario: 'growth',
    settings: { mostShows, mostSeats, mostWaiters, mostConnections, ...effort },
    figures: growths.map(figureOf),
    latencies: [],
    series: growths.map(seriesOf),
    verdict: null,
    warnings: growths.flatMap(faultsOf),
    machine: machine(),
  };
}

/** From the least on, each ten times the one before; the most ends them. */
export function sizesOf(least: number, most: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = least; size < most; size *= 10) sizes.push(size);
  return [...sizes, most];
}

function figureOf({ axis, operation, costs }: Growth): Figure {
  const [size, us] = costs.at(-1) ?? [0, 0];
  const least = costs[0]?.[1] ?? us;
  const grown = us / Math.max(least, Number.MIN_VALUE);
  return {
    name: `${operation}, ${size.toLocaleString('en-US')} ${axis}`,
    value: us,
    unit: 'µs',
    better: 'lower',
    note: `${grown.toPrecision(3)} times that of ${costs[0]?.[0].toLocaleString('en-US')}`,
  };
}
