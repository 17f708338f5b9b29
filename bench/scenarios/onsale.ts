/**
 * An on-sale: a crowd storms one show until it is sold out. Everybody has the map open, all rush
 * at the same moment, hold, change, pay or walk away, and wait in line where they come too late.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { readAcks } from '../load/acks.ts';
import type { Children } from '../load/children.ts';
import { type CpuUse, cpuBetween, readCpu } from '../load/cpu.ts';
import { discoverShows } from '../load/discover.ts';
import { mergeLatencies } from '../load/latencies.ts';
import type { LoadShow } from '../load/places.ts';
import { Sampler } from '../load/sampler.ts';
import { startSubject, type Target, UNAUDITED } from '../load/subject.ts';
import { inTemporaryFolder } from '../load/temporary.ts';
import { makeTown } from '../load/town-file.ts';
import type { CrowdOrder, CrowdResult, FromCrowd, ToCrowd } from '../onsale/crowd-messages.ts';
import { machine } from '../report/facts.ts';
import { figure } from '../report/figures.ts';
import type { Progress } from '../report/progress.ts';
import type { Figure, RunReport, Series, Verdict } from '../report/run-report.ts';
import { findLostAcks } from '../sweep/lost-acks.ts';
import { SweptLog } from '../sweep/swept-log.ts';
import { verdictOf } from '../sweep/verdict.ts';

export const ONSALE_FIGURES = {
  soldOut: 'sold out after',
  p99: 'p99 of a decision',
  perSecond: 'answers a second until sold out',
} as const;

export interface OnsaleOptions {
  readonly contenders: number;
  /** Seats of the show; with an address, the largest that is found there. */
  readonly seats: number;
  /** Connected at once, at the most. */
  readonly sockets: number;
  /** After which it is over, sold out or not. */
  readonly mostSeconds: number;
  readonly seed: number;
  readonly target: Target | undefined;
}

const CROWD = new URL('../onsale/crowd-process.js', import.meta.url);
const SHOWS_LOOKED_AT = 50;

/** From here on the crowd's one process has no time left, as nearly as it can be measured. */
const BUSY = 0.95;
const BUSY_CROWD =
  "onsale: the crowd's own process had no time left at its busiest, so the latencies are partly " +
  'its own; ask for fewer --sockets';

interface Sold {
  readonly show: LoadShow;
  readonly result: CrowdResult;
  readonly serverCpu: CpuUse | undefined;
  /** What the server said of itself. */
  readonly series: readonly Series[];
  readonly verdict: Verdict | null;
  readonly sockets: number;
}

export async function onsaleScenario(
  children: Children,
  options: OnsaleOptions,
  progress: Progress,
): Promise<RunReport> {
  const sold = await inTemporaryFolder((folder) => sell(children, options, progress, folder));
  return reportOf(options, sold);
}

async function sell(
  children: Children,
  options: OnsaleOptions,
  progress: Progress,
  directory: string,
): Promise<Sold> {
  const { target, seats, contenders, seed, mostSeconds } = options;
  progress.stretch('starting the server', 5);
  const dataPath = join(directory, 'usher.db');
  const [own] = target === undefined ? await makeTown(dataPath, seats, [{}]) : [];
  const subject = await startSubject(children, { target, directory, demo: false });
  const acksPath = join(directory, 'acks');
  const sockets = Math.min(options.sockets, contenders);
  let show: LoadShow;
  let crowd: Awaited<ReturnType<typeof runCrowd>>;
  try {
    const { host, port } = subject;
    show = own ?? (await largestShow(host, port, seed));
    const place = { host, port, show: show.id, seats: show.seats };
    const order = { ...place, contenders, sockets, seed, mostSeconds, acksPath };
    progress.stretch(`connecting ${sockets} of ${contenders}`, sockets / 1_200);
    crowd = await runCrowd(children, order, subject.pid, () => {
      progress.stretch('selling', 20);
    });
  } finally {
    await subject.end();
  }
  if (subject.dataPath === undefined) return { show, ...crowd, verdict: null, sockets };
  progress.stretch('sweeping the log', 2);
  const log = SweptLog.ofFile(subject.dataPath);
  const acks = findLostAcks(log, [show.id], readAcks(acksPath));
  // What was remembered must be all that was acknowledged, or the sweep proves nothing.
  const lost = acks.lost + Math.max(0, crowd.result.acknowledged - acks.checked);
  return { show, ...crowd, verdict: verdictOf(log.auditor, { ...acks, lost }), sockets };
}

async function largestShow(host: string, port: number, seed: number): Promise<LoadShow> {
  const found = await discoverShows(host, port, SHOWS_LOOKED_AT, seed);
  return found.reduce((largest, each) => (each.seats > largest.seats ? each : largest));
}

/** @throws Error where the crowd's process fails. */
async function runCrowd(
  children: Children,
  order: CrowdOrder,
  serverPid: number,
  onRush: () => void,
): Promise<Pick<Sold, 'result' | 'serverCpu' | 'series'>> {
  const child = children.fork(CROWD);
  const exited = once(child, 'exit');
  const sampler = new Sampler(order);
  const tell = (message: ToCrowd) => child.send(message);
  try {
    return await new Promise((resolve, reject) => {
      let before: ReturnType<typeof readCpu>;
      void exited.then(() => reject(new Error("the crowd's process ended too early")));
      child.on('message', (message: FromCrowd) => {
        if (message.type === 'failed') return reject(new Error(message.reason));
        if (message.type === 'connected') {
          before = readCpu(serverPid);
          sampler.start();
          onRush();
          return tell({ type: 'go' });
        }
        if (message.type === 'rushed') return;
        const { result } = message;
        const serverCpu = cpuBetween(before, readCpu(serverPid), result.seconds);
        resolve({ result, serverCpu, series: sampler.stop() });
      });
      tell({ type: 'order', order });
    });
  } finally {
    sampler.stop();
    await children.kill(child);
  }
}

function reportOf(options: OnsaleOptions, sold: Sold): RunReport {
  const { contenders, mostSeconds, seed } = options;
  const { show, result, serverCpu, verdict, sockets } = sold;
  const { fates, errors, bookedSeats, busiestShare } = result;
  const isSoldOut = bookedSeats === show.seats;
  const warnings = [
    ...(verdict === null ? [UNAUDITED] : verdict.findings),
    ...Object.entries(errors).map(([name, count]) => `${name}, ${count} times`),
    ...(busiestShare <= BUSY ? [] : [BUSY_CROWD]),
    ...(isSoldOut ? [] : [`${show.seats - bookedSeats} seats were not sold`]),
    ...(fates.unfinished === 0 ? [] : [`${fates.unfinished} contenders had not finished`]),
    ...(fates.gaveUp === 0 ? [] : [`${fates.gaveUp} contenders gave up`]),
  ];
  return {
    scenario: 'onsale',
    settings: { contenders, sockets, seats: show.seats, mostSeconds, seed },
    figures: figuresOf(result, serverCpu),
    latencies: [{ name: 'decision in the rush', histogram: result.latencies }],
    series: [...result.series, ...sold.series],
    verdict,
    warnings,
    machine: machine(),
  };
}

function figuresOf(result: CrowdResult, serverCpu: CpuUse | undefined): readonly Figure[] {
  const { soldOutSeconds, fates, operations, bookedSeats, longestLine, seconds, busiestShare } =
    result;
  const ms = (percentile: number) => {
    return mergeLatencies([result.latencies]).getValueAtPercentile(percentile) / 1_000;
  };
  const names = ONSALE_FIGURES;
  const figures = [
    figure(names.soldOut, soldOutSeconds, 's', 'lower', 'thinking time of the crowd included'),
    figure(names.p99, ms(99), 'ms', 'lower', 'from the moment the request was written'),
    figure('p50 of a decision', ms(50), 'ms', 'lower'),
    figure('p99.9 of a decision', ms(99.9), 'ms', 'lower'),
    figure(names.perSecond, operations / Math.max(0.001, seconds), '/s', 'higher'),
    figure('seats booked', bookedSeats, '', 'higher'),
    figure('parties served', fates.served, '', 'higher'),
    figure('parties that walked away', fates.walkedAway, '', 'lower', 'as planned'),
    figure('parties unserved', fates.unserved, '', 'lower', 'told that too few seats are left'),
    figure('longest line', longestLine, 'parties', 'lower'),
    figure('busiest quarter second of the load', busiestShare * 100, '% of a core', 'lower'),
  ];
  if (serverCpu === undefined) return figures;
  const each = serverCpu.totalUs / Math.max(1, operations);
  return [...figures, figure('server CPU an answer', each, 'µs', 'lower', 'maps included')];
}
