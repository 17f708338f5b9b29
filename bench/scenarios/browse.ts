/** Looking around: the catalogue and a show's live map, as everybody does before they hold. */
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Children } from '../load/children.ts';
import { discoverTrips } from '../load/discover.ts';
import { type LoadSummary, runLoad } from '../load/run-load.ts';
import { startSubject, type Target } from '../load/subject.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { clientWarning, machine } from '../report/facts.ts';
import { cpuFigures, figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';

export const BROWSE_FIGURES = { perSecond: 'requests a second', p50: 'p50', p99: 'p99' } as const;

export interface BrowseOptions {
  readonly connections: number;
  readonly shows: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly clients: number;
  readonly seed: number;
  readonly target: Target | undefined;
}

export async function browseScenario(
  children: Children,
  options: BrowseOptions,
  progress: Progress,
): Promise<RunReport> {
  const { connections, shows, seconds, warmupSeconds, clients, seed } = options;
  const load = await inTemporaryFolder((folder) => browse(children, options, progress, folder));
  const warnings = [
    clientWarning('browse', load),
    ...Object.entries(load.errors).map(([name, count]) => `${name}, ${count} times`),
  ];
  const bytes = load.bytes / Math.max(1, load.operations);
  const ms = (percentile: number) => load.latencies.getValueAtPercentile(percentile) / 1_000;
  return {
    scenario: 'browse',
    settings: { connections, shows, seconds, warmupSeconds, clients, seed },
    figures: [
      figure(BROWSE_FIGURES.perSecond, load.operationsPerSecond, '/s', 'higher'),
      figure(BROWSE_FIGURES.p50, ms(50), 'ms', 'lower', 'one request in flight on each'),
      figure(BROWSE_FIGURES.p99, ms(99), 'ms', 'lower'),
      ...cpuFigures(load),
      figure('bytes an answer', bytes, 'bytes', 'lower'),
    ],
    latencies: [
      { name: 'answer, closed loop', histogram: encodeIntoCompressedBase64(load.latencies) },
    ],
    series: load.series,
    verdict: null,
    warnings: warnings.filter((warning) => warning !== undefined),
    machine: machine(),
  };
}

async function browse(
  children: Children,
  options: BrowseOptions,
  progress: Progress,
  directory: string,
): Promise<LoadSummary> {
  const { connections, seconds, warmupSeconds, clients, seed, target } = options;
  progress.stretch('starting the server', 10);
  const subject = await startSubject(children, { target, directory });
  try {
    const { host, port, pid: serverPid } = subject;
    const trips = await discoverTrips(host, port, options.shows, seed);
    return await runLoad(children, {
      ...{ scenario: 'browse', host, port, serverPid, connections, clients, seed, trips },
      ...{ pipeline: 1, rate: 0, sellers: 0, shows: [], seconds, warmupSeconds },
      acksPath: () => '',
      onMeasuring: () => progress.stretch('looking around', seconds),
    });
  } finally {
    await subject.end();
  }
}
