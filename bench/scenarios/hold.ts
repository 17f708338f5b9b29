/**
 * Steady durable holds and releases over real WebSockets, between two runs of the raw echo, and a
 * sweep of the log afterwards. The server is killed, not stopped, before the sweep: whatever it
 * had acknowledged must be in its file at that very moment.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ack, readAcks } from '../load/acks.ts';
import type { Children } from '../load/children.ts';
import { discoverShows } from '../load/discover.ts';
import { deepestPipeline, type LoadShow, planPlaces } from '../load/places.ts';
import { type LoadSummary, runLoad } from '../load/run-load.ts';
import { startServer } from '../load/server-under-test.ts';
import type { BenchOptions } from '../options.ts';
import {
  clientWarning,
  type Machine,
  machine,
  perOperation,
  unsteadyWarning,
} from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import { decimals, type Row, renderTable, whole } from '../report/table.ts';
import { findLostAcks } from '../sweep/lost-acks.ts';
import { SweptLog } from '../sweep/swept-log.ts';
import { measureEcho } from './echo.ts';

const THREADS_TOLD = 6;

export interface HoldReport extends Machine {
  readonly scenario: 'hold';
  /** Acknowledged decisions (holds, releases, bookings) in the measured stretch. */
  readonly opsPerSecond: number;
  readonly ratioToEcho: number;
  readonly echoPerSecond: number;
  readonly echoBefore: number;
  readonly echoAfter: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  readonly conflicts: number;
  readonly seatsSoldTwice: number;
  readonly lostAcks: number;
  /** What else the sweep found wrong with the log. */
  readonly logFaults: number;
  readonly acknowledged: number;
  readonly booked: number;
  readonly decisionsInLog: number;
  readonly framesInLog: number;
  readonly logBytesPerDecision: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly serverCpuUsPerOp: number | null;
  /** Share of one core by thread of the server, the busiest first. */
  readonly serverThreads: readonly number[];
  readonly clientCpuUsPerOp: number | null;
  readonly connections: number;
  readonly pipeline: number;
  readonly seconds: number;
  readonly shows: number;
  readonly clients: number;
  readonly seed: number;
  readonly warnings: readonly string[];
}

export async function holdScenario(
  children: Children,
  options: BenchOptions,
  progress: Progress,
): Promise<HoldReport> {
  const directory = mkdtempSync(join(tmpdir(), 'usher-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Ctrl-C ends the process without coming past the `finally` below.
  process.once('exit', remove);
  try {
    const before = await measureEcho(children, options, progress, 'raw echo, before');
    const { load, shows, dataPath } = await loadServer(children, options, progress, directory);
    const after = await measureEcho(children, options, progress, 'raw echo, after');
    progress.stretch('sweeping the log', options.seconds);
    const log = SweptLog.ofFile(dataPath);
    const ids = shows.map(({ id }) => id);
    const acks = findLostAcks(log, ids, allAcks(directory, options.clients));
    return reportOf(options, { before, after, load, log, acks });
  } finally {
    remove();
  }
}

const acksFile = (directory: string, client: number) => join(directory, `acks-${client}`);

function* allAcks(directory: string, clients: number): Generator<Ack> {
  for (let client = 0; client < clients; client++) yield* readAcks(acksFile(directory, client));
}

interface Loaded {
  readonly load: LoadSummary;
  readonly shows: readonly LoadShow[];
  readonly dataPath: string;
}

async function loadServer(
  children: Children,
  options: BenchOptions,
  progress: Progress,
  directory: string,
): Promise<Loaded> {
  const { connections, pipeline, clients, seconds, warmupSeconds, seed } = options;
  const { profileDirectory } = options;
  const dataPath = join(directory, 'usher.db');
  progress.stretch('starting the server', 10);
  const server = await startServer(children, { dataPath, profileDirectory });
  try {
    const { host, port, pid: serverPid } = server;
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
    // Profiles are written at an orderly end only.
    if (profileDirectory === undefined) await children.kill(server.process);
    else await children.stop(server.process);
  }
}

interface Measured {
  readonly before: LoadSummary;
  readonly after: LoadSummary;
  readonly load: LoadSummary;
  readonly log: SweptLog;
  readonly acks: ReturnType<typeof findLostAcks>;
}

function reportOf(options: BenchOptions, measured: Measured): HoldReport {
  const { before, after, load, log, acks } = measured;
  const { connections, pipeline, seconds, shows, clients, seed } = options;
  const echoPerSecond = (before.operationsPerSecond + after.operationsPerSecond) / 2;
  const ms = (percentile: number) => load.latencies.getValueAtPercentile(percentile) / 1000;
  // What was remembered must be all that was acknowledged, or the sweep proves nothing.
  const unremembered = load.acknowledged - acks.checked;
  const warnings = [
    clientWarning('echo', before),
    clientWarning('hold', load),
    unsteadyWarning(before.operationsPerSecond, after.operationsPerSecond),
    ...log.findings,
    ...acks.findings,
    unremembered === 0 ? undefined : `${unremembered} acknowledgements were not remembered`,
  ];
  return {
    scenario: 'hold',
    opsPerSecond: Math.round(load.operationsPerSecond),
    ratioToEcho: Number((load.operationsPerSecond / echoPerSecond).toFixed(3)),
    echoPerSecond: Math.round(echoPerSecond),
    echoBefore: Math.round(before.operationsPerSecond),
    echoAfter: Math.round(after.operationsPerSecond),
    p50Ms: ms(50),
    p99Ms: ms(99),
    p999Ms: ms(99.9),
    maxMs: ms(100),
    conflicts: load.conflicts,
    seatsSoldTwice: log.seatsSoldTwice,
    lostAcks: acks.lost + Math.max(0, unremembered),
    logFaults: log.counts.findings - log.seatsSoldTwice,
    acknowledged: load.acknowledged,
    booked: load.booked,
    decisionsInLog: log.counts.decisions,
    framesInLog: log.counts.frames,
    logBytesPerDecision: bytesPerDecision(log),
    errors: load.errors,
    serverCpuUsPerOp: perOperation(load.serverCpu?.totalUs, load.operations),
    serverThreads: (load.serverCpu?.threads ?? [])
      .slice(0, THREADS_TOLD)
      .map((share) => Number(share.toFixed(2))),
    clientCpuUsPerOp: perOperation(load.clientCpuUs, load.operations),
    connections,
    pipeline,
    seconds,
    shows,
    clients,
    seed,
    warnings: warnings.filter((warning) => warning !== undefined),
    ...machine(),
  };
}

function bytesPerDecision({ counts }: SweptLog): number {
  return Number((counts.bytes / Math.max(1, counts.decisions)).toFixed(1));
}

/** Whether the log was sound and held everything that was acknowledged. */
export function isSound(report: HoldReport): boolean {
  return report.seatsSoldTwice === 0 && report.lostAcks === 0 && report.logFaults === 0;
}

export function renderHold(report: HoldReport): string {
  const { connections, pipeline, seconds, shows } = report;
  const title = `hold: ${connections} connections × ${pipeline} in flight, ${seconds} s, ${shows} shows`;
  const errors = Object.entries(report.errors).map(([name, count]) => `${name} × ${count}`);
  const rows: Row[] = [
    ['durable decisions a second', whole(report.opsPerSecond)],
    ['raw echo a second', whole(report.echoPerSecond)],
    ['ratio to echo', decimals(report.ratioToEcho, 3)],
    ['p50 / p99 / p99.9 / max', percentiles(report), 'ms'],
    ['conflicts', whole(report.conflicts), 'refusals of contested seats, as intended'],
    ['errors', whole(Object.values(report.errors).reduce((a, b) => a + b, 0)), errors.join(', ')],
    [
      'seats sold twice',
      whole(report.seatsSoldTwice),
      `${whole(report.decisionsInLog)} decisions swept`,
    ],
    ['lost acknowledgements', whole(report.lostAcks), `of ${whole(report.acknowledged)}`],
    ['other faults of the log', whole(report.logFaults)],
    ['bookings', whole(report.booked)],
    ['log bytes a decision', decimals(report.logBytesPerDecision, 1)],
    ['server CPU', decimals(report.serverCpuUsPerOp, 2), 'µs a decision'],
    ['its busiest threads', report.serverThreads.slice(0, 3).join(' / '), 'of a core each'],
    ['client CPU', decimals(report.clientCpuUsPerOp, 2), 'µs a decision'],
  ];
  return renderTable(title, rows);
}

function percentiles({ p50Ms, p99Ms, p999Ms, maxMs }: HoldReport): string {
  return [p50Ms, p99Ms, p999Ms, maxMs].map((value) => decimals(value, 2)).join(' / ');
}
