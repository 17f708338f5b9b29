/**
 * G1's own measure: decided holds and releases a second in this process on one core, by the show
 * actors alone and through the whole shard with a log in memory, each with nothing else live and
 * with 100,000 holds live. They take turns many times, so that whatever else the machine does
 * meets all alike.
 */
import { performance } from 'node:perf_hooks';
import type { Verdict } from '../report/run-report.ts';
import { verdictOn } from '../sweep/verdict.ts';
import { FrameShelf } from './frame-shelf.ts';
import { HoldMix } from './hold-mix.ts';
import { NOT_COUNTED, type PartRule, partsOf, profiled } from './parts.ts';
import { PureMix } from './pure-mix.ts';

const SLICE_MS = 100;
const SEATS = 2_000;

export interface DecideSize {
  readonly shows: number;
  readonly users: number;
  readonly lanesPerUser: number;
  readonly standing: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  /** For the costs by part; 0 leaves them out. */
  readonly profileSeconds: number;
}

export interface Pace {
  readonly perSecond: number;
  /** CPU time of the whole process a decision, the collector's helpers included. */
  readonly cpuUs: number;
}

export interface DecideResult {
  /** `decide` and `evolve` alone. */
  readonly pure: Pace;
  readonly pureStanding: Pace;
  /** The whole shard: mailbox, frames, chain, gate, answers. */
  readonly shard: Pace;
  readonly shardStanding: Pace;
  readonly refused: number;
  readonly lastRefusal: string | undefined;
  readonly logBytesPerDecision: number;
  readonly decisionsPerFrame: number;
  readonly parts: readonly (readonly [part: string, usPerDecision: number])[];
  readonly verdict: Verdict;
}

/** In the order of the stack: an inner one takes its time from the one around it. */
const PARTS: readonly PartRule[] = [
  { part: NOT_COUNTED, function: 'prepare' },
  { part: 'decide', function: 'decide', file: 'show/decide' },
  { part: 'evolve', function: 'evolve', file: 'show/evolve' },
  { part: 'remember', function: 'add', file: 'request-memory' },
  { part: 'write the frame', function: 'writeDecision' },
  { part: 'write the frame', function: 'addDecision' },
  { part: 'chain', function: 'sha256' },
  { part: 'chain', function: 'frameHash' },
  { part: 'announce', function: 'announce' },
  { part: 'answer', function: 'stage' },
  { part: 'pass time', function: 'passTime', file: 'shard/desk' },
  { part: 'snapshots', function: 'encodeState' },
];

interface Mix {
  readonly decisionsARound: number;
  prepare(): void;
  run(): Promise<void> | void;
}

class Stretch<M extends Mix> {
  readonly mix: M;
  decided = 0;
  wallMs = 0;
  cpuUs = 0;

  constructor(mix: M) {
    this.mix = mix;
  }

  /** Rounds until so many milliseconds of deciding have passed. */
  async slice(ms: number): Promise<void> {
    const until = this.wallMs + ms;
    while (this.wallMs < until) {
      this.mix.prepare();
      const cpu = process.cpuUsage();
      const startedMs = performance.now();
      await this.mix.run();
      this.wallMs += performance.now() - startedMs;
      const used = process.cpuUsage(cpu);
      this.cpuUs += used.user + used.system;
      this.decided += this.mix.decisionsARound;
    }
  }

  forget(): void {
    this.decided = 0;
    this.wallMs = 0;
    this.cpuUs = 0;
  }

  get pace(): Pace {
    const { decided, wallMs, cpuUs } = this;
    return { perSecond: (decided / wallMs) * 1000, cpuUs: cpuUs / decided };
  }
}

export async function measureDecide(size: DecideSize): Promise<DecideResult> {
  const { shows, users, lanesPerUser, standing, seconds, warmupSeconds } = size;
  const sized = { shows, users, lanesPerUser, seatsPerShow: SEATS };
  const log = new FrameShelf();
  const alone = new Stretch(await HoldMix.open({ ...sized, standing: 0 }, { log }));
  const crowdedLog = new FrameShelf(0);
  const crowded = new Stretch(await HoldMix.open({ ...sized, standing }, { log: crowdedLog }));
  const pure = new Stretch(new PureMix({ ...sized, standing: 0 }));
  const pureCrowded = new Stretch(new PureMix({ ...sized, standing }));
  const all = [alone, crowded, pure, pureCrowded];
  const slices = async (length: number) => {
    for (let ms = 0; ms < length * 1000; ms += all.length * SLICE_MS) {
      for (const stretch of all) await stretch.slice(SLICE_MS);
    }
  };
  await slices(warmupSeconds);
  const { bytes, frames } = log.counts;
  const decidedBefore = alone.mix.driven.shard.stats.decisions;
  for (const stretch of all) stretch.forget();
  await slices(seconds);
  const decided = alone.mix.driven.shard.stats.decisions - decidedBefore;
  const shards = [alone.mix.driven.egress, crowded.mix.driven.egress];
  const pures = [pure.mix, pureCrowded.mix];
  const refused = sumOf([...shards.map(({ counts }) => counts.refused), ...pures.map(refusedOf)]);
  const lastRefusal = [...shards, ...pures].find((each) => each.lastRefusal)?.lastRefusal;
  return {
    pure: pure.pace,
    pureStanding: pureCrowded.pace,
    shard: alone.pace,
    shardStanding: crowded.pace,
    refused,
    lastRefusal,
    logBytesPerDecision: (log.counts.bytes - bytes) / decided,
    decisionsPerFrame: decided / (log.counts.frames - frames),
    parts: size.profileSeconds === 0 ? [] : await partsOfDeciding(alone, size.profileSeconds),
    verdict: verdictOn(log.frames),
  };
}

const refusedOf = ({ refused }: PureMix): number => refused;

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

async function partsOfDeciding(
  stretch: Stretch<Mix>,
  seconds: number,
): Promise<readonly (readonly [string, number])[]> {
  stretch.forget();
  const profile = await profiled(() => stretch.slice(seconds * 1000));
  return partsOf(profile, PARTS).map(([part, us]) => [part, us / stretch.decided] as const);
}
