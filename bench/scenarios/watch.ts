/**
 * G5: the fan-out. Thousands watch one show that is selling; beside it, in the same run, as many
 * sockets are published to by a bare server, with messages of the same size at the same pace. What
 * is compared is what one core delivers.
 */
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Children } from '../load/children.ts';
import { discoverShows } from '../load/discover.ts';
import type { LoadShow } from '../load/places.ts';
import type { PublishOrder } from '../load/publish-server.ts';
import { startRawServer } from '../load/raw-server.ts';
import { type LoadPlan, type LoadSummary, runLoad } from '../load/run-load.ts';
import { startSubject, type Target } from '../load/subject.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { clientWarning, machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport } from '../report/run-report.ts';
import { type HoldSweep, sweepHold } from '../sweep/sweep-hold.ts';

export const WATCH_FIGURES = {
  ratio: 'ratio to raw publish, deliveries a core',
  p99Age: 'p99 age of a seat on screen',
  p50Age: 'p50 age of a seat on screen',
  perCore: 'deliveries a core',
} as const;

export interface WatchOptions {
  readonly watchers: number;
  /** Decisions a second that the watched show makes. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly clients: number;
  readonly seed: number;
  readonly target: Target | undefined;
}

const PUBLISHER = new URL('../load/publish-server.js', import.meta.url);
const SELLERS = 8;
const LANES = 4;
/** Of so many the one with the most seats is watched. */
const SHOWS_LOOKED_AT = 50;

interface Watched {
  readonly load: LoadSummary;
  readonly sweep: HoldSweep;
  readonly show: LoadShow;
}

export async function watchScenario(
  children: Children,
  options: WatchOptions,
  progress: Progress,
): Promise<RunReport> {
  const watched = await inTemporaryFolder((folder) => watch(children, options, progress, folder));
  const { operations, bytes } = watched.load;
  if (operations === 0) throw new Error('no change of the map was delivered: ask for more --rate');
  const perWatcher = operations / options.watchers / options.seconds;
  const like = { bytes: Math.round(bytes / operations), everyMs: 1_000 / perWatcher };
  const raw =
    options.target === undefined ? await publish(children, options, like, progress) : null;
  return reportOf(options, watched, raw, like);
}

async function watch(
  children: Children,
  options: WatchOptions,
  progress: Progress,
  directory: string,
): Promise<Watched> {
  const { watchers, clients, target } = options;
  progress.stretch('starting the server', 10);
  const subject = await startSubject(children, { target, directory });
  const acksPaths = Array.from({ length: clients }, (_, client) => `${directory}/acks-${client}`);
  let load: LoadSummary;
  let show: LoadShow | undefined;
  try {
    const { host, port, pid: serverPid } = subject;
    const found = await discoverShows(host, port, SHOWS_LOOKED_AT, options.seed);
    show = found.reduce((largest, each) => (each.seats > largest.seats ? each : largest));
    progress.stretch(`connecting ${watchers} watchers`, watchers / 1_500);
    load = await runLoad(children, {
      ...loadOf(options, watchers + SELLERS),
      ...{ scenario: 'watch', host, port, serverPid, shows: [show], sellers: SELLERS },
      acksPath: (client) => acksPaths[client] ?? '',
      onMeasuring: () => progress.stretch('selling to watchers', options.seconds),
    });
  } finally {
    await subject.end();
  }
  progress.stretch('sweeping the log', 1);
  const { dataPath } = subject;
  return { load, show, sweep: sweepHold({ load, shows: [show], dataPath, acksPaths }) };
}

async function publish(
  children: Children,
  options: WatchOptions,
  like: PublishOrder,
  progress: Progress,
): Promise<LoadSummary> {
  const server = await startRawServer(children, PUBLISHER);
  try {
    server.process.send(like);
    progress.stretch('connecting as many to the bare server', options.watchers / 3_000);
    return await runLoad(children, {
      ...loadOf(options, options.watchers),
      ...{ scenario: 'listen', host: '127.0.0.1', port: server.port, shows: [], sellers: 0 },
      serverPid: server.process.pid ?? 0,
      acksPath: () => '',
      onMeasuring: () => progress.stretch('publishing to as many sockets', options.seconds),
    });
  } finally {
    await children.kill(server.process);
  }
}

function loadOf(
  { rate, seconds, warmupSeconds, clients, seed }: WatchOptions,
  connections: number,
): Pick<
  LoadPlan,
  'connections' | 'pipeline' | 'rate' | 'seconds' | 'warmupSeconds' | 'clients' | 'seed'
> {
  return { connections, pipeline: LANES, rate, seconds, warmupSeconds, clients, seed };
}

/** Deliveries that one core of the server makes a second; undefined where nobody can tell. */
function perCore({ operations, serverCpu }: LoadSummary): number | undefined {
  return serverCpu === undefined ? undefined : operations / (serverCpu.totalUs / 1e6);
}

function reportOf(
  options: WatchOptions,
  { load, show, sweep }: Watched,
  raw: LoadSummary | null,
  like: PublishOrder,
): RunReport {
  const { watchers, rate, seconds, warmupSeconds, clients, seed } = options;
  const ms = (percentile: number) => load.latencies.getValueAtPercentile(percentile) / 1_000;
  const names = WATCH_FIGURES;
  const own = perCore(load);
  const ceiling = raw === null ? undefined : perCore(raw);
  const figures: Figure[] = [
    figure(names.p99Age, ms(99), 'ms', 'lower', 'from the moment a person asked for it'),
    figure(names.p50Age, ms(50), 'ms', 'lower'),
    figure('deliveries a second', load.operationsPerSecond, '/s', 'higher'),
    figure('changes a watcher', 1_000 / like.everyMs, '/s', 'higher', `${like.bytes} bytes each`),
    figure('decisions of the show a second', load.decisions / seconds, '/s', 'higher'),
  ];
  if (own !== undefined) {
    const note = 'all of its threads, decisions included';
    figures.push(
      figure(names.perCore, own, '/s', 'higher', note),
      figure('server CPU a delivery', 1e6 / own, 'µs', 'lower'),
    );
  }
  if (own !== undefined && ceiling !== undefined) {
    figures.unshift(
      figure(names.ratio, own / ceiling, '×', 'higher'),
      figure('raw publish, deliveries a core', ceiling, '/s', 'higher'),
      figure('raw publish, deliveries a second', raw?.operationsPerSecond ?? 0, '/s', 'higher'),
    );
  }
  const warnings: (string | undefined)[] = [clientWarning('watch', load), ...sweep.warnings];
  if (raw !== null) warnings.unshift(clientWarning('raw publish', raw));
  return {
    scenario: 'watch',
    settings: { watchers, rate, seconds, warmupSeconds, clients, seed, seats: show.seats },
    figures,
    latencies: [
      { name: 'age of a seat on screen', histogram: encodeIntoCompressedBase64(load.latencies) },
    ],
    series: load.series,
    verdict: sweep.verdict,
    warnings: warnings.filter((warning) => warning !== undefined),
    machine: machine(),
  };
}
