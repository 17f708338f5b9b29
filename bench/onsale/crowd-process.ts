/**
 * The process of an on-sale's crowd: connects everybody it can, has them all open the map, and
 * lets them rush at once; whoever found no socket comes as others leave.
 */
import { performance } from 'node:perf_hooks';
import { AckLedger } from '../load/acks.ts';
import { connectUser } from '../load/hello.ts';
import { Cursor } from '../load/messagepack.ts';
import { Tally } from '../load/tally.ts';
import type { Series } from '../report/run-report.ts';
import { type CrowdParts, type Fate, Party } from './contender.ts';
import { type Contender, mulberry32, planContenders } from './contenders.ts';
import { CrowdMap } from './crowd-map.ts';
import type { CrowdOrder, CrowdResult, FromCrowd, ToCrowd } from './crowd-messages.ts';

const CONNECTING_AT_ONCE = 64;
const SAMPLE_MS = 250;
const LOOK_MS = 20;
/** For every map to have arrived before the rush. */
const SETTLE_MS = 1_000;

class Crowd {
  readonly #order: CrowdOrder;
  readonly #tally = new Tally();
  readonly #ledger = new AckLedger();
  readonly #map: CrowdMap;
  readonly #plans: readonly Contender[];
  readonly #fates: Record<Fate, number> = { served: 0, walkedAway: 0, unserved: 0, gaveUp: 0 };
  #next = 0;
  #bookedSeats = 0;
  #startedMs = 0;
  #lastBookingMs = 0;
  #longestLine = 0;

  constructor(order: CrowdOrder) {
    this.#order = order;
    this.#map = new CrowdMap(order.seats, mulberry32(order.seed + 1));
    this.#plans = planContenders(order.contenders, order.seed);
  }

  async run(go: Promise<void>): Promise<CrowdResult> {
    const { sockets, mostSeconds, acksPath, contenders } = this.#order;
    const parties: Party[] = [];
    while (parties.length < Math.min(sockets, contenders)) {
      const left = Math.min(sockets, contenders) - parties.length;
      const batch = Array.from({ length: Math.min(CONNECTING_AT_ONCE, left) }, () => this.#come());
      parties.push(...(await Promise.all(batch)));
    }
    await pause(SETTLE_MS);
    say({ type: 'connected' });
    await go;
    this.#startedMs = performance.now();
    this.#lastBookingMs = this.#startedMs;
    const sampler = new Sampler(this.#map, this.#tally);
    for (const party of parties) party.rush();
    say({ type: 'rushed' });
    const untilMs = this.#startedMs + mostSeconds * 1_000;
    while (this.#over < contenders && performance.now() < untilMs) {
      this.#longestLine = Math.max(this.#longestLine, this.#map.waiting);
      await pause(LOOK_MS);
    }
    const series = sampler.stop();
    this.#ledger.save(acksPath);
    return {
      soldOutSeconds: (this.#lastBookingMs - this.#startedMs) / 1_000,
      seconds: (performance.now() - this.#startedMs) / 1_000,
      bookedSeats: this.#bookedSeats,
      fates: { ...this.#fates, unfinished: contenders - this.#over },
      longestLine: this.#longestLine,
      operations: this.#tally.operations,
      acknowledged: this.#tally.acknowledged,
      errors: this.#tally.errors,
      latencies: this.#tally.latencies.encode(),
      busiestShare: sampler.busiestShare,
      series,
    };
  }

  get #over(): number {
    return Object.values(this.#fates).reduce((sum, count) => sum + count, 0);
  }

  /** Connects the next party and opens its map. */
  async #come(): Promise<Party> {
    const index = this.#next++;
    const plan = this.#plans[index];
    if (plan === undefined) throw new Error('there is nobody left to come');
    const { host, port, show } = this.#order;
    const client = await connectUser(host, port);
    const keepsMap = index === 0;
    const parts: CrowdParts = {
      show,
      map: this.#map,
      tally: this.#tally,
      ledger: this.#ledger,
      cursor: new Cursor(),
      onEnd: (fate, booked) => {
        this.#fates[fate]++;
        this.#bookedSeats += booked;
        if (booked > 0) this.#lastBookingMs = performance.now();
        // Whoever keeps the map stays to look at it.
        if (!keepsMap) setImmediate(() => client.close());
        if (this.#next < this.#order.contenders) this.#letIn();
      },
    };
    client.onClosed = (reason) => fail(`contender ${index}: ${reason}`);
    const party = new Party(client, plan, parts, keepsMap);
    party.watch();
    return party;
  }

  #letIn(): void {
    this.#come().then(
      (party) => party.rush(),
      (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
    );
  }
}

/** Occupancy, the line and the pace, four times a second. */
class Sampler {
  readonly #startedMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #rows: { readonly at: number; readonly values: readonly number[] }[] = [];
  readonly #map: CrowdMap;
  readonly #tally: Tally;
  #answered = 0;
  #cpu = process.cpuUsage();
  /** Of a core, over one stretch between two samples. */
  busiestShare = 0;

  constructor(map: CrowdMap, tally: Tally) {
    this.#map = map;
    this.#tally = tally;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#sample();
  }

  stop(): readonly Series[] {
    clearInterval(this.#timer);
    this.#sample();
    const names = [
      ['booked', 'seats'],
      ['held', 'seats'],
      ['free', 'seats'],
      ['waiting in line', 'parties'],
      ['answers', '/s'],
    ] as const;
    return names.map(([name, unit], index) => {
      return { name, unit, points: this.#rows.map(({ at, values }) => [at, values[index] ?? 0]) };
    });
  }

  #sample(): void {
    const at = (performance.now() - this.#startedMs) / 1_000;
    const { booked, held, free, waiting } = this.#map;
    const { operations } = this.#tally;
    const before = this.#rows.at(-1)?.at ?? 0;
    const pace = at > before ? (operations - this.#answered) / (at - before) : 0;
    this.#answered = operations;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const ms = (at - before) * 1_000;
    // A stretch too short for the clock of the CPU would say anything.
    if (ms >= SAMPLE_MS / 2) {
      this.busiestShare = Math.max(this.busiestShare, (user + system) / 1_000 / ms);
    }
    this.#rows.push({ at, values: [booked, held, free, waiting, pace] });
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function say(message: FromCrowd): void {
  process.send?.(message);
}

function fail(reason: string): void {
  if (process.send === undefined) process.exit(1);
  process.send({ type: 'failed', reason } satisfies FromCrowd, () => process.exit(1));
}

let start: () => void = () => undefined;
const go = new Promise<void>((resolve) => {
  start = resolve;
});
process.on('message', (message: ToCrowd) => {
  if (message.type === 'go') return start();
  new Crowd(message.order).run(go).then(
    (result) => {
      const done: FromCrowd = { type: 'done', result };
      process.send?.(done, () => process.exit(0));
    },
    (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
  );
});
// The bench is gone: so is the reason for the crowd.
process.on('disconnect', () => process.exit(1));
