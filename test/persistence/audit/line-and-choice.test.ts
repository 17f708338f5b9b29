/**
 * Rules that a show chooses: a line that backfills, seats that may not be left alone, best seats.
 * The logs are those of a strict show, edited into what a show with those terms would have written.
 */
import { describe, expect, it } from 'vitest';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import type { SeenRequest } from '../../../persistence/audit/seen.ts';
import { TestShard } from '../../support/shard-harness.ts';
import { chainAnew, codesOf, eventOf, type LooseFrame, takeApart } from './tampered-log.ts';

const SCHEDULED = 1;
const HELD = 5;
const RELEASED = 7;

/** Six seats, all held; a party of 4 and three small ones wait; then three seats are released. */
async function aLine(terms: Readonly<Record<string, unknown>>): Promise<LooseFrame[]> {
  const shard = await TestShard.open();
  await shard.schedule([6]);
  const ann = await shard.hold('ann', [0, 1, 2]);
  await shard.hold('bob', [3, 4, 5]);
  await shard.accepted('big', { type: 'wait', party: 4 });
  await shard.accepted('one', { type: 'wait', party: 1 });
  await shard.accepted('two', { type: 'wait', party: 1 });
  await shard.accepted('ann', { type: 'release', hold: ann });
  const frames = takeApart(shard.frames());
  Object.assign(eventOf(frames, SCHEDULED).event[2] as object, terms);
  return frames;
}

/** What is found once these offers were made when ann released her seats. */
async function found(
  terms: Readonly<Record<string, unknown>>,
  ...offers: readonly (readonly unknown[])[]
): Promise<string[]> {
  const frames = await aLine(terms);
  eventOf(frames, RELEASED).decision.push(...offers);
  return codesOf(chainAnew(frames));
}

const backfill = { waiting: 'backfill', overtakesPerParty: 2 };
const offer = (user: string, ...why: readonly number[]) => [11, user, 1, 120_000, ...why];

describe('[W2] a show that backfills', () => {
  it('lets later parties have what the head cannot use, when that is logged with its reason', async () => {
    expect(await found(backfill, offer('one', 1, 4, 3), offer('two', 1, 4, 2))).toEqual([]);
  });

  it('must do so, as far as it may', async () => {
    expect(await found(backfill)).toEqual(['gap-not-filled']);
    expect(await found(backfill, offer('one', 1, 4, 3))).toEqual(['gap-not-filled']);
    expect(await found({})).toEqual([]);
  });

  it('does so in no show that is strict', async () => {
    expect(await found({}, offer('one', 1, 4, 3))).toEqual(['overtaken']);
  });

  it('must log every overtaking, and with the right reason', async () => {
    const second = offer('two', 1, 4, 2);
    for (const why of [[], [2, 4, 3], [1, 3, 3], [1, 4, 2]]) {
      expect(await found(backfill, offer('one', ...why), second)).toEqual(['overtaking-unlogged']);
    }
  });

  it('passes nobody more often than it may', async () => {
    const once = { ...backfill, overtakesPerParty: 1 };
    const codes = await found(once, offer('one', 1, 4, 3), offer('two', 1, 4, 2));
    expect(codes).toEqual(['overtaken-too-often']);
  });

  it('does not pass a party that fits', async () => {
    const codes = await found(backfill, offer('two', 1, 4, 3), offer('one', 1, 4, 2));
    expect(codes).toEqual(['overtaken']);
  });
});

/** One row of six; ann holds these seats, then bob those. */
async function twoHolds(
  first: readonly number[],
  second: readonly number[],
  terms: Readonly<Record<string, unknown>>,
): Promise<readonly LogRow[]> {
  const shard = await TestShard.open();
  await shard.schedule([6]);
  await shard.hold('ann', first);
  await shard.hold('bob', second);
  const frames = takeApart(shard.frames());
  Object.assign(eventOf(frames, SCHEDULED).event[2] as object, terms);
  return chainAnew(frames);
}

describe('[H9] a show that leaves nobody alone', () => {
  const orphanRule = { orphanRule: true };

  it('finds a choice that does, where others would not', async () => {
    expect(codesOf(await twoHolds([0, 1], [3, 4], orphanRule))).toEqual(['orphan-left']);
    expect(codesOf(await twoHolds([0, 1], [3, 4], {}))).toEqual([]);
  });

  it('lets it pass where there is no better one', async () => {
    expect(codesOf(await twoHolds([0, 1, 2], [3, 4], orphanRule))).toEqual([]);
    expect(codesOf(await twoHolds([0, 1, 2], [3], orphanRule))).toEqual([]);
    expect(codesOf(await twoHolds([0, 1, 2], [4], orphanRule))).toEqual(['orphan-left']);
  });
});

describe('[H8] best seats', () => {
  /** What is found where bob got these of a row of six whose best seat is the fifth. */
  async function asked(given: readonly number[], wish: Partial<SeenRequest>): Promise<string[]> {
    const rows = await twoHolds([0], given, {});
    const frames = takeApart(rows);
    const { frame, decision } = eventOf(frames, HELD, 1);
    const [, seq] = decision as [string, number];
    const { lsn, timeMs, hash } = frame;
    const request = { type: 'best', count: 2, tier: undefined, ...wish } as SeenRequest;
    const named = { show: 's', user: 'bob', requestId: String(decision[3]), asked: request };
    return codesOf(rows, [{ type: 'accepted', ...named, receipt: { seq, lsn, timeMs, hash } }]);
  }

  it('are side by side, nearest, and leave nobody alone', async () => {
    const pairs = [
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [1, 3],
    ] as const;
    const good = [];
    for (const pair of pairs) if ((await asked(pair, {})).length === 0) good.push(pair);
    expect(good).toEqual([[4, 5]]);
  });

  it('are as many as were asked for, of the tier asked for', async () => {
    expect(await asked([4, 5], { count: 3 })).toEqual(['not-best']);
    expect(await asked([4, 5], { tier: 1 })).toEqual(['not-best']);
  });
});
