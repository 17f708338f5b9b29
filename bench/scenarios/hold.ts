/**
 * Steady durable holds and releases over real WebSockets, between two runs of the raw echo, and a
 * sweep of the log afterwards. The server is killed, not stopped, before the sweep: whatever it
 * had acknowledged must be in its file at that very moment.
 */
import { join } from 'node:path';
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { type Ack, readAcks } from '../load/acks.ts';
import type { Children } from '../load/children.ts';
import { discoverShows } from '../load/discover.ts';
import { deepestPipeline, type LoadShow, planPlaces } from '../load/places.ts';
import { type LoadSummary, runLoad } from '../load/run-load.ts';
import { startSubject, type Target, UNAUDITED } from '../load/subject.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { clientWarning, machine, unsteadyWarning } from '../report/facts.ts';
import { cpuFigures, figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';
import { findLostAcks } from '../sweep/lost-acks.ts';
import { SweptLog } from '../sweep/swept-log.ts';
import { verdictOf } from '../sweep/verdict.ts';
import { type EchoOptions, measureEcho } from './echo.ts';

export const HOLD_FIGURES = {
  decisions: 'durable decisions a second',
  echo: 'raw echo a second',
  ratio: 'ratio to raw echo',
} as const;

export interface HoldOptions extends EchoOptions {
  readonly shows: number;
  /** A server to load instead of one of our own; there is no echo beside it then. */
  readonly target: Target | undefined;
  readonly profileDirectory: string | undefined;
}

interface Measured {
  readonly load: LoadSummary;
  readonly shows: readonly LoadShow[];
  readonly dataPath: string | undefined;
}

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
    const measured = await loadServer(children, options, progress, directory);
    const after = await echo('after');
    progress.stretch('sweeping the log', options.seconds);
    return reportOf(options, measured, directory, { before, after });
  });
}

const acksFile = (directory: string, client: number) => join(directory, `acks-${client}`);

function* allAcks(directory: string, clients: number): Generator<Ack> {
  for (let client = 0; client < clients; client++) yield* readAcks(acksFile(directory, client));
}

async function loadServer(
  children: Children,
  options: HoldOptions,
  progress: Progress,
  directory: string,
): Promise<Measured> {
  const { connections, pipeline, clients, seconds, warmupSeconds, seed } = options;
  const { target, profileDirectory } = options;
  progress.stretch('starting the server', 10);
  const subject = await startSubject(children, { target, directory, profileDirectory });
  try {
    const { host, port, pid: serverPid, dataPath } = subject;
    const shows = await discoverShows(host, port, options.shows, seed);
    const deepest = deepestPipeline(planPlaces(shows, connections, pipeline));
    if (deepest < pipeline) {
      throw new Error(
        `${options.shows} shows have seats for ${deepest} holds at once on each of ${connections} ` +
          'connections; ask for more --shows or for less --pipeline',
      );
    }
    const settings = { connections, pipeline, clients, seconds, warmupSeconds, seed };
    const load = await runLoad(children, {
      ...settings,
      scenario: 'hold',
      host,
      port,
      serverPid,
      shows,
      acksPath: (client) => acksFile(directory, client),
      onMeasuring: () => progress.stretch('holding and releasing', seconds),
    });
    return { load, shows, dataPath };
  } finally {
    await subject.end();
  }
}

interface Echoes {
  readonly before: LoadSummary | undefined;
  readonly after: LoadSummary | undefined;
}

function reportOf(
  options: HoldOptions,
  { load, shows, dataPath }: Measured,
  directory: string,
  echoes: Echoes,
): RunReport {
  const { connections, pipeline, seconds, warmupSeconds, clients, seed } = options;
  const log = dataPath === undefined ? undefined : SweptLog.ofFile(dataPath);
  const ids = shows.map(({ id }) => id);
  const acks = log && findLostAcks(log, ids, allAcks(directory, clients));
  // What was remembered must be all that was acknowledged, or the sweep proves nothing.
  const forgotten = acks === undefined ? 0 : load.acknowledged - acks.checked;
  const verdict = log === undefined ? null : verdictOf(log.auditor, acks);
  const warnings = [
    clientWarning('hold', load),
    ...echoWarnings(echoes),
    ...(verdict === null ? [UNAUDITED] : verdict.findings),
    forgotten === 0 ? undefined : `${forgotten} acknowledgements were not remembered`,
    ...Object.entries(load.errors).map(([name, count]) => `${name}, ${count} times`),
  ];
  return {
    scenario: 'hold',
    settings: { connections, pipeline, seconds, warmupSeconds, shows: shows.length, clients, seed },
    figures: [...figuresOf(load, echoes), ...logFigures(log)],
    latencies: [
      { name: 'decision, closed loop', histogram: encodeIntoCompressedBase64(load.latencies) },
    ],
    series: [],
    verdict: verdict && {
      ...verdict,
      lostAcknowledgements: verdict.lostAcknowledgements + Math.max(0, forgotten),
    },
    warnings: warnings.filter((warning) => warning !== undefined),
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
