/**
 * G1's own measure: decided holds and releases a second in this process on one core, through the
 * shard's machinery and with a log in memory, with nothing else live and with 100,000 holds live.
 * The two take turns many times, so that whatever else the machine does meets both alike.
 */
import { performance } from 'node:perf_hooks';
import type { Verdict } from '../report/run-report.ts';
import { FrameShelf } from './frame-shelf.ts';
import { HoldMix } from './hold-mix.ts';
import { type PartRule, partsOf, profiled } from './parts.ts';
import { verdictOn } from './verdict.ts';

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

export interface DecideResult {
  readonly perSecond: number;
  readonly perSecondStanding: number;
  /** CPU time of the whole process a decision, the collector's helpers included. */
  readonly cpuUs: number;
  readonly cpuUsStanding: number;
  readonly refused: number;
  readonly lastRefusal: string | undefined;
  readonly logBytesPerDecision: number;
  readonly decisionsPerFrame: number;
  readonly parts: readonly (readonly [part: string, usPerDecision: number])[];
  readonly verdict: Verdict;
}

/** In the order of the stack: an inner one takes its time from the one around it. */
const PARTS: readonly PartRule[] = [
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

class Stretch {
  readonly mix: HoldMix;
  decided = 0;
  wallMs = 0;
  cpuUs = 0;

  constructor(mix: HoldMix) {
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

  get perSecond(): number {
    return (this.decided / this.wallMs) * 1000;
  }
}

export async function measureDecide(size: DecideSize): Promise<DecideResult> {
  const { shows, users, lanesPerUser, standing, seconds, warmupSeconds } = size;
  const sized = { shows, users, lanesPerUser, seatsPerShow: SEATS };
  const log = new FrameShelf();
  const alone = new Stretch(await HoldMix.open({ ...sized, standing: 0 }, { log }));
  const crowdedLog = new FrameShelf(0);
  const crowded = new Stretch(await HoldMix.open({ ...sized, standing }, { log: crowdedLog }));
  const slices = async (length: number) => {
    for (let ms = 0; ms < length * 1000; ms += 2 * SLICE_MS) {
      await alone.slice(SLICE_MS);
      await crowded.slice(SLICE_MS);
    }
  };
  await slices(warmupSeconds);
  const { bytes, frames } = log.counts;
  const decidedBefore = alone.mix.driven.shard.stats.decisions;
  alone.forget();
  crowded.forget();
  await slices(seconds);
  const decided = alone.mix.driven.shard.stats.decisions - decidedBefore;
  const { counts, lastRefusal } = alone.mix.driven.egress;
  const other = crowded.mix.driven.egress;
  return {
    perSecond: alone.perSecond,
    perSecondStanding: crowded.perSecond,
    cpuUs: alone.cpuUs / alone.decided,
    cpuUsStanding: crowded.cpuUs / crowded.decided,
    refused: counts.refused + other.counts.refused,
    lastRefusal: lastRefusal ?? other.lastRefusal,
    logBytesPerDecision: (log.counts.bytes - bytes) / decided,
    decisionsPerFrame: decided / (log.counts.frames - frames),
    parts: size.profileSeconds === 0 ? [] : await partsOfDeciding(alone, size.profileSeconds),
    verdict: verdictOn(log.frames),
  };
}

async function partsOfDeciding(
  stretch: Stretch,
  seconds: number,
): Promise<readonly (readonly [string, number])[]> {
  stretch.forget();
  const profile = await profiled(() => stretch.slice(seconds * 1000));
  return partsOf(profile, PARTS).map(([part, us]) => [part, us / stretch.decided] as const);
}
