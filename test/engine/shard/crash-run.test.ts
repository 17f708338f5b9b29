/**
 * People book, the disk is slow, the machine crashes, over and over. After each crash whatever
 * was acknowledged is still answered the same, and the log alone gives the state that lived.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Partition } from '../../../engine/shard/partition.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { encodeState } from '../../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../../engine/shard/user-shows.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { hex, type Said, TestShard } from '../../support/shard-harness.ts';
import { minute, type Wish } from '../../support/show-harness.ts';

const users = ['ann', 'bob', 'cid', 'dan', 'eve'];
/** Two shows of one partition. */
const shows = ['s', neighbourOf('s')];

function neighbourOf(show: string): string {
  for (let index = 0; ; index++) {
    if (partitionOf(`s${index}`) === partitionOf(show)) return `s${index}`;
  }
}

interface Step {
  readonly what: 'ask' | 'turn' | 'slow' | 'finish' | 'pass' | 'crash' | 'snapshot';
  readonly user: string;
  readonly show: number;
  readonly kind: number;
  readonly seats: readonly number[];
  readonly pick: number;
}

const what = fc.oneof(
  { weight: 30, arbitrary: fc.constant('ask' as const) },
  { weight: 15, arbitrary: fc.constant('turn' as const) },
  { weight: 3, arbitrary: fc.constant('slow' as const) },
  { weight: 6, arbitrary: fc.constant('finish' as const) },
  { weight: 3, arbitrary: fc.constant('pass' as const) },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
  { weight: 1, arbitrary: fc.constant('snapshot' as const) },
);

const anyStep: fc.Arbitrary<Step> = fc.record({
  what,
  user: fc.constantFrom(...users),
  show: fc.nat(1),
  kind: fc.nat(9),
  seats: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 3 }),
  pick: fc.nat(9),
});

type Accepted = Extract<Said, { type: 'accepted' }>;
interface Acknowledged {
  readonly user: string;
  readonly show: string;
  readonly wish: Wish;
  readonly request: string;
  readonly answer: Accepted['answer'];
}

class Story {
  shard: TestShard;
  readonly #sent = new Map<string, { user: string; show: string; wish: Wish }>();
  readonly #acknowledged: Acknowledged[] = [];
  #read = 0;
  crashes = 0;

  constructor(shard: TestShard) {
    this.shard = shard;
  }

  async step(step: Step): Promise<void> {
    const { shard } = this;
    const { log } = shard;
    if (step.what === 'ask') this.#ask(step);
    else if (step.what === 'turn') await shard.run();
    else if (step.what === 'slow') log.holding = step.pick % 2 === 0 ? 'unwritten' : 'written';
    else if (step.what === 'finish' && step.pick % 3 === 0) await log.finishAll();
    else if (step.what === 'finish' && log.held.length > 0) await log.finish();
    else if (step.what === 'pass') await shard.advance((step.pick * minute) / 2);
    else if (step.what === 'crash') await this.#crash(step.pick * minute);
    else if (step.what === 'snapshot' && !shard.shard.busy) await shard.shard.saveSnapshots();
    this.#hear();
  }

  /** Finishes what is under way, and compares what lives with what the log gives. */
  async settle(): Promise<void> {
    await this.shard.log.finishAll();
    await this.shard.run();
    this.#hear();
    const partition = new Partition(partitionOf('s'), new UserShows());
    for (const frame of this.shard.frames()) partition.replay(frame, codec);
    expect(this.shard.digest(), '[D3]').toBe(hex(sha256(encodeState(partition, codec))));
  }

  #ask({ user, show: at, kind, seats, pick }: Step): void {
    const show = shows[at] ?? 's';
    const own = this.#acknowledged.filter((one) => one.user === user && one.show === show);
    const holds = own.flatMap(({ answer }) => (answer.type === 'held' ? [answer.hold] : []));
    const bookings = own.flatMap(({ answer }) =>
      answer.type === 'booked' ? [answer.booking] : [],
    );
    const hold = holds.at(-1 - (pick % 2)) ?? (0 as never);
    const wishes: Wish[] = [
      { type: 'change', hold, seats },
      { type: 'release', hold },
      { type: 'book', hold },
      { type: 'cancel', bookings: bookings.slice(-1) },
      { type: 'wait', party: seats.length },
      { type: 'leave' },
      { type: 'holdBest', count: seats.length, tier: undefined },
    ];
    const wish = wishes[kind] ?? { type: 'hold', seats };
    this.#sent.set(this.shard.ask(user, wish, undefined, show), { user, show, wish });
  }

  #hear(): void {
    const { said } = this.shard;
    for (const each of said.slice(this.#read)) {
      const sent = 'to' in each ? this.#sent.get(each.requestId) : undefined;
      if (each.type !== 'accepted' || sent === undefined) continue;
      this.#acknowledged.push({ ...sent, request: each.requestId, answer: each.answer });
    }
    this.#read = said.length;
  }

  async #crash(outageMs: number): Promise<void> {
    this.#hear();
    this.crashes++;
    this.shard = await this.shard.crash(outageMs);
    this.#read = 0;
    const frames = this.shard.frames().length;
    for (const user of users) {
      for (const show of shows) {
        const own = this.#acknowledged.filter((one) => one.user === user && one.show === show);
        for (const { wish, request, answer } of own.slice(-8))
          await this.#again(user, show, wish, request, answer);
      }
    }
    // All of them were found again: nothing was decided anew, but for what fell due.
    const decided = this.shard.said.filter((said) => said.type === 'accepted' && said.isNew);
    expect([decided, this.shard.frames().length - frames <= 1]).toEqual([[], true]);
    this.#read = this.shard.said.length;
  }

  async #again(
    user: string,
    show: string,
    wish: Wish,
    request: string,
    answer: Accepted['answer'],
  ): Promise<void> {
    const repeated = await this.shard.accepted(user, wish, request, show);
    // How many are ahead is told as it is now.
    const ahead = repeated.answer.type === 'waiting' ? { ahead: repeated.answer.ahead } : {};
    expect(repeated.answer, `[D2] [H7] ${request}`).toEqual({ ...answer, ...ahead });
  }
}

describe('any story of requests, slow disks and crashes', () => {
  it('[D1] [D2] [D3] [H7] keeps what was acknowledged, and the log is the truth', async () => {
    const story = fc.array(anyStep, { minLength: 60, maxLength: 200, size: 'max' });
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const told = new Story(await TestShard.open());
        for (const show of shows) await told.shard.schedule([8], {}, show);
        for (const step of steps) await told.step(step);
        await told.settle();
        crashes += told.crashes;
      }),
      { numRuns: 60 },
    );
    expect(crashes).toBeGreaterThan(20);
  });
});
