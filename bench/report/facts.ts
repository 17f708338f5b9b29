/** What every report says about the machine and about whether its figures can be believed. */
import { availableParallelism, loadavg } from 'node:os';
import type { LoadSummary } from '../load/run-load.ts';

/** From here on a thread has no time left, as nearly as it can be measured. */
const SATURATED = 0.9;

export interface Machine {
  readonly node: string;
  readonly cores: number;
  /** Processes that wanted a core over the last minute; the bench itself takes about 2 to 4. */
  readonly loadAverage: number;
}

export function machine(): Machine {
  return {
    node: process.version,
    cores: availableParallelism(),
    loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/**
 * A load process without time left in front of a server that has some measures itself: the
 * figure is then too low.
 */
export function clientWarning(what: string, summary: LoadSummary): string | undefined {
  const { busiestClient, serverCpu } = summary;
  if (busiestClient <= SATURATED) return undefined;
  const busiestThread = serverCpu?.threads[0] ?? 1;
  if (busiestThread > SATURATED) return undefined;
  const client = Math.round(busiestClient * 100);
  const server = Math.round(busiestThread * 100);
  return (
    `${what}: a load process used ${client} % of a core while the server's busiest thread used ` +
    `${server} %, so the load was the bottleneck; try --clients 2 where there are cores for it`
  );
}

/** Two echo runs that differ by more than this say more about the machine than about the server. */
const STEADY = 0.2;

/** The echo is the same before and after, unless something else used the machine. */
export function unsteadyWarning(before: number, after: number): string | undefined {
  if (Math.abs(before - after) <= STEADY * Math.max(before, after)) return undefined;
  return (
    `the echo reached ${Math.round(before)} a second before and ${Math.round(after)} after the ` +
    'run: something else used the machine, so do not trust the ratio'
  );
}

/** Microseconds an operation, or null where they could not be measured. */
export function perOperation(us: number | undefined, operations: number): number | null {
  return us === undefined || operations === 0 ? null : Number((us / operations).toFixed(3));
}
