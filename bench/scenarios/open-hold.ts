/**
 * G4: how long a decision takes while people come at their own pace. An open loop: arrivals are
 * scheduled beforehand and do not wait for answers, and a latency counts from the moment that was
 * scheduled, so that a server that stalls cannot keep the load away from its own stalls.
 */
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Children } from '../load/children.ts';
import { type HoldRun, type HoldRunOptions, runHold } from '../load/hold-run.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { clientWarning, machine } from '../report/facts.ts';
import { cpuFigures, figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';
import { sweepHold } from '../sweep/sweep-hold.ts';

export const OPEN_HOLD_FIGURES = {
  p50: 'p50',
  p99: 'p99',
  p999: 'p99.9',
  most: 'most',
  scheduled: 'arrivals scheduled',
  answered: 'arrivals answered',
  late: 'sent late by the load itself',
} as const;

/** Of what a closed loop reaches, the share that arrives where no rate is given. */
const SHARE = 0.5;
/** As many late ones would be seen in p99.9. */
const MOST_LATE = 0.001;
/** Enough that an arrival hardly ever finds its connection busy. */
const LANES = 8;

/** `rate` 0: half of what a closed loop with one in flight on each connection reaches. */
export type OpenHoldOptions = Omit<HoldRunOptions, 'pipeline'>;

export async function openHoldScenario(
  children: Children,
  options: OpenHoldOptions,
  progress: Progress,
): Promise<RunReport> {
  const closed = { ...options, pipeline: 1, rate: 0 };
  let { rate } = options;
  let note = 'as asked for';
  if (rate === 0) {
    const { load } = await inTemporaryFolder((folder) => {
      return runHold(children, closed, progress, folder);
    });
    rate = Math.round(load.operationsPerSecond * SHARE);
    note = `half of the ${Math.round(load.operationsPerSecond)} that a closed loop reaches`;
  }
  return await inTemporaryFolder(async (folder) => {
    const open = { ...options, rate, pipeline: LANES };
    const run = await runHold(children, open, progress, folder);
    progress.stretch('sweeping the log', options.seconds);
    return reportOf(options, run, rate, note);
  });
}

/** What is sent late counts as the server's latency, though it is not the server's. */
function lateWarning(late: number): string | undefined {
  if (late <= MOST_LATE) return undefined;
  const percent = (late * 100).toFixed(2);
  return (
    `open-hold: the load sent ${percent} % of the arrivals late by itself, so as many of the ` +
    'longest latencies are partly its own; try more --clients where there are cores, or less --rate'
  );
}

function reportOf(options: OpenHoldOptions, run: HoldRun, rate: number, note: string): RunReport {
  const { connections, seconds, warmupSeconds, shows, clients, seed } = options;
  const { load } = run;
  const { verdict, warnings } = sweepHold(run);
  const ms = (percentile: number) => load.latencies.getValueAtPercentile(percentile) / 1_000;
  const names = OPEN_HOLD_FIGURES;
  const late = load.lateArrivals / Math.max(1, load.arrivals);
  return {
    scenario: 'open-hold',
    settings: { connections, rate, seconds, warmupSeconds, shows, clients, seed },
    figures: [
      figure(names.p99, ms(99), 'ms', 'lower', 'from the moment scheduled'),
      figure(names.p999, ms(99.9), 'ms', 'lower'),
      figure(names.p50, ms(50), 'ms', 'lower'),
      figure(names.most, ms(100), 'ms', 'lower'),
      figure('arrivals a second', rate, '/s', 'higher', note),
      figure('durable decisions a second', load.operationsPerSecond, '/s', 'higher'),
      figure(names.scheduled, load.arrivals, '', 'higher', 'in the measured stretch'),
      figure(names.answered, load.answeredArrivals, '', 'higher', 'of these, also after its end'),
      figure(names.late, late * 100, '%', 'lower', 'by more than 5 ms'),
      ...cpuFigures(load),
      figure('conflicts', load.conflicts, '', 'lower', 'contested seats, refused as intended'),
    ],
    latencies: [
      { name: 'decision, open loop', histogram: encodeIntoCompressedBase64(load.latencies) },
    ],
    series: load.series,
    verdict,
    warnings: [clientWarning('open-hold', load), lateWarning(late), ...warnings].filter(
      (each) => each !== undefined,
    ),
    machine: machine(),
  };
}
