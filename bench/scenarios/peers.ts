/**
 * What Usher's users would use instead, doing the same work in the same run: holds and releases,
 * each on disk before it is answered.
 */
import { join } from 'node:path';
import type { Children } from '../load/children.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import type { PeerKind } from '../peers/peer.ts';
import { startPostgres, startRedis } from '../peers/peer-servers.ts';
import { createSeats } from '../peers/postgres-peer.ts';
import { type PeerRun, runPeer } from '../peers/run-peer.ts';
import { machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';

/** Decisions a second of each, in the names of the figures. */
export const PEERS_FIGURES = {
  postgres: 'PostgreSQL, one call a decision',
  textbook: 'PostgreSQL, four statements a transaction',
  redis: 'Redis, a script a decision, appendfsync always',
  sqlite: 'SQLite, a transaction a decision',
} as const satisfies Readonly<Record<PeerKind, string>>;

export interface PeersOptions {
  /** Of Redis; PostgreSQL gets as many as suit it best. */
  readonly connections: number;
  readonly pipeline: number;
  readonly shows: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly seed: number;
}

const SEATS = 320;
/** Tried, for as long as says something; the best is measured. */
const POSTGRES_CONNECTIONS = [4, 8, 16, 32, 64] as const;
const TRIAL_SECONDS = 1;

interface Measured {
  readonly kind: PeerKind;
  readonly run: PeerRun;
  readonly note: string;
}

export async function peersScenario(
  children: Children,
  options: PeersOptions,
  progress: Progress,
): Promise<RunReport> {
  const measured = [
    ...(await inTemporaryFolder((folder) => postgres(children, options, progress, folder))),
    await inTemporaryFolder((folder) => redis(children, options, progress, folder)),
    await inTemporaryFolder((folder) => sqlite(children, options, progress, folder)),
  ];
  const { connections, pipeline, shows, seconds, warmupSeconds, seed } = options;
  return {
    scenario: 'peers',
    settings: { connections, pipeline, shows, seconds, warmupSeconds, seed, seats: SEATS },
    figures: measured.flatMap(figuresOf),
    latencies: measured.map(({ kind, run }) => {
      return { name: PEERS_FIGURES[kind], histogram: run.latencies };
    }),
    series: [],
    verdict: null,
    warnings: measured.flatMap(faultsOf),
    machine: machine(),
  };
}

async function postgres(
  children: Children,
  options: PeersOptions,
  progress: Progress,
  folder: string,
): Promise<readonly Measured[]> {
  const { shows, seconds, warmupSeconds, seed } = options;
  progress.stretch('starting PostgreSQL', 5);
  const { process: server, socket, port } = await startPostgres(children, folder);
  try {
    const place = { path: socket, port, shows, seats: SEATS };
    await createSeats({ ...place, kind: 'postgres' });
    const load = { lanesPerPeer: 1, shows, seats: SEATS, seconds, warmupSeconds, seed };
    const run = (kind: PeerKind, connections: number, changes: Partial<typeof load>) => {
      const order = { place: { ...place, kind }, connections, load: { ...load, ...changes } };
      return runPeer(children, order, server.pid);
    };
    let best = { connections: 0, perSecond: 0 };
    progress.stretch('finding how many connections suit PostgreSQL', 8);
    for (const connections of POSTGRES_CONNECTIONS) {
      const trial = { seconds: TRIAL_SECONDS, warmupSeconds: 0.3 };
      const { perSecond } = await run('postgres', connections, trial);
      if (perSecond > best.perSecond) best = { connections, perSecond };
    }
    const note = `${best.connections} connections, the best of ${POSTGRES_CONNECTIONS.join(', ')}`;
    progress.stretch('PostgreSQL', 2 * (seconds + warmupSeconds));
    return [
      { kind: 'postgres', run: await run('postgres', best.connections, {}), note },
      { kind: 'textbook', run: await run('textbook', best.connections, {}), note },
    ];
  } finally {
    await children.stop(server);
  }
}

async function redis(
  children: Children,
  options: PeersOptions,
  progress: Progress,
  folder: string,
): Promise<Measured> {
  const { connections, pipeline, shows, seconds, warmupSeconds, seed } = options;
  progress.stretch('Redis', seconds + warmupSeconds + 2);
  const { process: server, port } = await startRedis(children, folder);
  try {
    const place = { kind: 'redis', path: '', port, shows, seats: SEATS } as const;
    const load = { lanesPerPeer: pipeline, shows, seats: SEATS, seconds, warmupSeconds, seed };
    const run = await runPeer(children, { place, connections, load }, server.pid);
    return { kind: 'redis', run, note: `${connections} connections × ${pipeline} in flight` };
  } finally {
    await children.stop(server);
  }
}

async function sqlite(
  children: Children,
  options: PeersOptions,
  progress: Progress,
  folder: string,
): Promise<Measured> {
  const { shows, seconds, warmupSeconds, seed } = options;
  progress.stretch('SQLite', seconds + warmupSeconds);
  const path = join(folder, 'seats.db');
  const place = { kind: 'sqlite', path, port: 0, shows, seats: SEATS } as const;
  const load = { lanesPerPeer: 1, shows, seats: SEATS, seconds, warmupSeconds, seed };
  const run = await runPeer(children, { place, connections: 8, load }, undefined);
  return { kind: 'sqlite', run, note: 'within the process' };
}

function figuresOf({ kind, run, note }: Measured): readonly Figure[] {
  const name = PEERS_FIGURES[kind];
  const cpu = run.serverUs / Math.max(1, run.operations);
  return [
    figure(name, run.perSecond, '/s', 'higher', note),
    figure(`${name}: CPU a decision`, cpu, 'µs', 'lower'),
  ];
}

function faultsOf({ kind, run }: Measured): readonly string[] {
  const name = PEERS_FIGURES[kind];
  return [
    ...(run.seatsHeldTwice === 0 ? [] : [`${name}: ${run.seatsHeldTwice} seats held twice`]),
    ...(run.wrongRefusals === 0 ? [] : [`${name}: ${run.wrongRefusals} free seats refused`]),
  ];
}
