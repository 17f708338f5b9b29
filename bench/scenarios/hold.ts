/**
 * Steady durable holds and releases over real WebSockets, between two runs of the raw echo, and a
 * sweep of the log afterwards. The server is killed, not stopped, before the sweep: whatever it
 * had acknowledged must be in its file at that very moment.
 */
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Children } from '../load/children.ts';
import { type HoldRun, type HoldRunOptions, runHold } from '../load/hold-run.ts';
import type { LoadSummary } from '../load/run-load.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { clientWarning, machine, unsteadyWarning } from '../report/facts.ts';
import { cpuFigures, figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';
import { type HoldSweep, sweepHold } from '../sweep/sweep-hold.ts';
import type { SweptLog } from '../sweep/swept-log.ts';
import { measureEcho } from './echo.ts';

export const HOLD_FIGURES = {
  decisions: 'durable decisions a second',
  echo: 'raw echo a second',
  ratio: 'ratio to raw echo',
} as const;

export type HoldOptions = Omit<HoldRunOptions, 'rate'>;

export function holdScenario(
  children: Children,
  options: HoldOptions,
  progress: Progress,
): Promise<RunReport> {
  return inTemporaryFolder(async (directory) => {
    const echo = async (when: string) => {
      if (options.target !== undefined) return undefined;
      return await measureEcho(children, options, progress, `raw echo, ${when}`);
    };
    const before = await echo('before');
    const measured = await runHold(children, { ...options, rate: 0 }, progress, directory);
    const after = await echo('after');
    progress.stretch('sweeping the log', options.seconds);
    return reportOf(options, measured, sweepHold(measured), { before, after });
  });
}

interface Echoes {
  readonly before: LoadSummary | undefined;
  readonly after: LoadSummary | undefined;
}

function reportOf(
  options: HoldOptions,
  { load }: HoldRun,
  { log, verdict, warnings }: HoldSweep,
  echoes: Echoes,
): RunReport {
  const { connections, pipeline, seconds, warmupSeconds, shows, clients, seed } = options;
  const told = [clientWarning('hold', load), ...echoWarnings(echoes), ...warnings];
  return {
    scenario: 'hold',
    settings: { connections, pipeline, seconds, warmupSeconds, shows, clients, seed },
    figures: [...figuresOf(load, echoes), ...logFigures(log)],
    latencies: [
      { name: 'decision, closed loop', histogram: encodeIntoCompressedBase64(load.latencies) },
    ],
    series: load.series,
    verdict,
    warnings: told.filter((warning) => warning !== undefined),
    machine: machine(),
  };
}

function echoWarnings({ before, after }: Echoes): readonly (string | undefined)[] {
  if (before === undefined || after === undefined) {
    return ['an address was given, so there is no raw echo to compare with'];
  }
  const unsteady = unsteadyWarning(before.operationsPerSecond, after.operationsPerSecond);
  return [clientWarning('echo', before), unsteady];
}

function figuresOf(load: LoadSummary, { before, after }: Echoes): readonly Figure[] {
  const names = HOLD_FIGURES;
  const perSecond = load.operationsPerSecond;
  const figures = [
    figure(names.decisions, perSecond, '/s', 'higher', 'each on disk before it was told'),
  ];
  if (before !== undefined && after !== undefined) {
    const [first, last] = [before.operationsPerSecond, after.operationsPerSecond];
    const echo = (first + last) / 2;
    const note = `${Math.round(first)} before and ${Math.round(last)} after`;
    figures.push(
      figure(names.ratio, perSecond / echo, '×', 'higher'),
      figure(names.echo, echo, '/s', 'higher', note),
    );
  }
  return [
    ...figures,
    ...cpuFigures(load),
    figure('conflicts', load.conflicts, '', 'lower', 'contested seats, refused as intended'),
    figure('acknowledged', load.acknowledged, '', 'higher', 'warm-up and end included'),
    figure('bookings', load.booked, '', 'higher'),
  ];
}

function logFigures(log: SweptLog | undefined): readonly Figure[] {
  if (log === undefined) return [];
  const { bytes, decisions, frames } = log.auditor.counts;
  return [
    figure('log bytes a decision', bytes / Math.max(1, decisions), 'bytes', 'lower'),
    figure('decisions a frame', decisions / Math.max(1, frames), '', 'higher'),
  ];
}
