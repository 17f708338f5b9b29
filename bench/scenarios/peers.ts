/**
 * What users would use instead, doing the hold scenario's work: PostgreSQL with row locks in its
 * best form and in the textbook's, Redis with a Lua script, SQLite with a plain transaction. All
 * are as durable as Usher: nothing is answered before it is on the disk. Each is reckoned up
 * afterwards by its own queries.
 */
import { join } from 'node:path';
import type { Children } from '../load/children.ts';
import { mergeLatencies } from '../load/latencies.ts';
import { deepestPipeline, planPlaces } from '../load/places.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import type { PeerOrder } from '../peers/peer-messages.ts';
import { type PeerServer, startPostgres, startRedis } from '../peers/peer-server.ts';
import { SWEPT_RUNS, type Swept, sweepPostgres } from '../peers/postgres-best.ts';
import { type PeerRun, runPeer } from '../peers/run-peer.ts';
import { machine, perOperation } from '../report/facts.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport, Verdict } from '../report/run-report.ts';

/** Decisions a second, which a budget divides Usher's by. */
export const PEERS_FIGURES = {
  postgres: 'decisions a second, PostgreSQL, best form',
  textbook: 'decisions a second, PostgreSQL, textbook',
  redis: 'decisions a second, Redis, Lua script',
  sqlite: 'decisions a second, SQLite, a transaction each',
} as const;

export interface PeersOptions {
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly shows: number;
  /** Of Redis, and users of SQLite; PostgreSQL's are found by a sweep. */
  readonly connections: number;
  /** Requests in flight on each of Redis's; 32. */
  readonly pipeline: number;
  readonly seed: number;
}

const SEATS_PER_SHOW = 500;
/** A pool of the usual size; the textbook's form waits for its locks, so more would not help. */
const TEXTBOOK_CONNECTIONS = 16;
const MOST_SWEEP_SECONDS = 1.5;
const LEAST_SWEEP_SECONDS = 0.3;
/** Filling tables, connecting, draining. */
const AROUND_SECONDS = 1;
const SATURATED = 0.9;

interface Measured {
  readonly title: string;
  readonly name: keyof typeof PEERS_FIGURES;
  readonly note: string;
  readonly run: PeerRun;
}

type Base = Omit<PeerOrder, 'type' | 'kind' | 'place' | 'connections' | 'pipeline'>;

export async function peersScenario(
  children: Children,
  options: PeersOptions,
  progress: Progress,
): Promise<RunReport> {
  const { seconds, warmupSeconds, shows, connections, pipeline, seed } = options;
  checkPlaces(options);
  const times = { seconds, warmupSeconds };
  const base: Base = { ...times, shows, seatsPerShow: SEATS_PER_SHOW, seed, commitDelayUs: 0 };
  const stretch = (what: string) =>
    progress.stretch(what, seconds + warmupSeconds + AROUND_SECONDS);
  progress.stretch('starting PostgreSQL and Redis', 2);
  const measured: Measured[] = [];
  const swept: Swept[] = [];
  await withServer(startPostgres(children), async ({ pid, socket }) => {
    const sweep = sweepTimes(seconds);
    const sweepSeconds = sweep.seconds + sweep.warmupSeconds + AROUND_SECONDS;
    progress.stretch('PostgreSQL: its best settings', sweepSeconds * SWEPT_RUNS);
    const place = { ...base, place: socket };
    const sweepOrder = { ...place, ...sweep, kind: 'postgres' } as const;
    swept.push(...(await sweepPostgres(children, sweepOrder, pid)));
    const [best] = swept;
    if (best === undefined) throw new Error(`${shows} shows are too few to sweep PostgreSQL`);
    stretch('PostgreSQL, best form');
    const run = await runPeer(children, { ...place, ...best, kind: 'postgres' }, pid);
    measured.push({ title: 'PostgreSQL, best form', name: 'postgres', note: noteOf(best), run });
    stretch('PostgreSQL, textbook');
    const textbook = { kind: 'postgres-textbook', connections: TEXTBOOK_CONNECTIONS } as const;
    const note = `${TEXTBOOK_CONNECTIONS} connections, four round trips`;
    const slow = await runPeer(children, { ...place, ...textbook, pipeline: 1 }, pid);
    measured.push({ title: 'PostgreSQL, textbook', name: 'textbook', note, run: slow });
  });
  await withServer(startRedis(children), async ({ pid, socket }) => {
    stretch('Redis');
    const order = { ...base, place: socket, kind: 'redis', connections, pipeline } as const;
    const run = await runPeer(children, order, pid);
    const note = `${connections} connections × ${pipeline} in flight, appendfsync always`;
    measured.push({ title: 'Redis', name: 'redis', note, run });
  });
  await inTemporaryFolder(async (directory) => {
    stretch('SQLite');
    const place = join(directory, 'seats.db');
    const order = { ...base, place, kind: 'sqlite', connections, pipeline: 1 } as const;
    const run = await runPeer(children, order, undefined);
    const note = `${connections} users in turn, synchronous=FULL`;
    measured.push({ title: 'SQLite', name: 'sqlite', note, run });
  });
  return reportOf(options, measured, swept);
}

async function withServer(
  starting: Promise<PeerServer>,
  work: (server: PeerServer) => Promise<void>,
): Promise<void> {
  const server = await starting;
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

/** @throws Error where there are not enough seats for all that shall be in flight. */
function checkPlaces({ shows, connections, pipeline }: PeersOptions): void {
  const halls = Array.from({ length: shows }, (_, id) => ({
    id: String(id),
    seats: SEATS_PER_SHOW,
  }));
  const deepest = deepestPipeline(planPlaces(halls, connections, pipeline));
  if (deepest >= pipeline) return;
  throw new Error(
    `${shows} shows have seats for ${deepest} holds at once on each of ${connections} ` +
      'connections; ask for more --shows or for less --pipeline',
  );
}

function sweepTimes(seconds: number): Pick<PeersOptions, 'seconds' | 'warmupSeconds'> {
  const each = Math.max(LEAST_SWEEP_SECONDS, Math.min(MOST_SWEEP_SECONDS, seconds / 4));
  return { seconds: each, warmupSeconds: each / 3 };
}

function noteOf({ connections, pipeline, commitDelayUs }: Swept): string {
  return `${connections} connections × ${pipeline} in flight, commit_delay ${commitDelayUs}`;
}

function reportOf(
  options: PeersOptions,
  measured: readonly Measured[],
  swept: readonly Swept[],
): RunReport {
  const { seconds, warmupSeconds, shows, connections, pipeline, seed } = options;
  return {
    scenario: 'peers',
    settings: {
      ...{ seconds, warmupSeconds, shows, connections, pipeline, seed },
      seatsPerShow: SEATS_PER_SHOW,
    },
    figures: [...measured.flatMap(figuresOf), ...swept.map((settings) => sweptFigure(settings))],
    latencies: measured.map(({ title, run }) => ({ name: title, histogram: run.latencies })),
    series: [],
    verdict: verdictOf(measured),
    warnings: measured.flatMap(warningsOf),
    machine: machine(),
  };
}

function figuresOf({ title, name, note, run }: Measured): readonly Figure[] {
  const latencies = mergeLatencies([run.latencies]);
  const at = (percentile: number) => latencies.getValueAtPercentile(percentile) / 1000;
  // SQLite is a part of the process that uses it.
  const own = name === 'sqlite' ? run.cpuUs : run.serverCpuUs;
  const cpu = perOperation(own, run.operations);
  return [
    {
      name: PEERS_FIGURES[name],
      value: rounded(run.perSecond),
      unit: '/s',
      better: 'higher',
      note,
    },
    { name: `${title}: p50`, value: rounded(at(50)), unit: 'ms', better: 'lower' },
    { name: `${title}: p99`, value: rounded(at(99)), unit: 'ms', better: 'lower' },
    ...(cpu === null
      ? []
      : [{ name: `${title}: CPU a decision`, value: cpu, unit: 'µs', better: 'lower' } as const]),
    { name: `${title}: contested seats refused`, value: run.conflicts, unit: '', better: 'lower' },
  ];
}

function sweptFigure(settings: Swept): Figure {
  const name = `PostgreSQL swept: ${noteOf(settings)}`;
  return { name, value: rounded(settings.perSecond), unit: '/s', better: 'higher' };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

/** Each peer's own word on its seats, in the place of the auditor's. */
function verdictOf(measured: readonly Measured[]): Verdict {
  const sum = (pick: (run: PeerRun) => number) =>
    measured.reduce((total, { run }) => total + pick(run), 0);
  const findings = measured.flatMap(({ title, run }) => [
    ...(run.heldTwice === 0 ? [] : [`${title}: ${run.heldTwice} seats were held twice`]),
    ...(run.lost === 0 ? [] : [`${title}: ${run.lost} acknowledged holds were lost`]),
    ...(run.unknown === 0 ? [] : [`${title}: ${run.unknown} holds that nobody was told of`]),
  ]);
  return {
    decisionsAudited: sum(({ acknowledged }) => acknowledged),
    seatsSoldTwice: sum(({ heldTwice }) => heldTwice),
    overtakings: 0,
    lostAcknowledgements: sum(({ lost }) => lost),
    otherFindings: sum(({ unknown }) => unknown),
    findings,
  };
}

function warningsOf({ title, run }: Measured): readonly string[] {
  const errors = Object.entries(run.errors).map(([what, count]) => `${title}: ${count} × ${what}`);
  const share = run.cpuUs / (run.seconds * 1e6);
  // SQLite is meant to use its process up.
  if (run.serverCpuUs === undefined || share <= SATURATED) return errors;
  const busy = Math.round(share * 100);
  return [...errors, `${title}: the load used ${busy} % of a core and may be the bottleneck`];
}
