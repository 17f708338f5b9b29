/**
 * A log that cannot be written: nothing that was not logged is ever acknowledged, whoever asked
 * hears that the outcome is unknown, and the shard takes in nothing more [D4].
 */
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import type { AppendOutcome } from '../../../engine/shard/log-store.ts';
import { TestShard } from '../../support/shard-harness.ts';
import { minute } from '../../support/show-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;
const diskFull: AppendOutcome = { type: 'unknown', reason: 'disk full' };

/** A show of eight free seats, on a log whose appends now wait for the test. */
async function onSale(): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([8]);
  shard.said.length = 0;
  shard.log.holding = 'unwritten';
  return shard;
}

const failed = (shard: TestShard, request: string) => shard.answer(request);
const logUnavailable = { type: 'failed', reason: 'logUnavailable' };

describe('an append that fails', () => {
  it.each([
    ['an unknown outcome', diskFull],
    ['being fenced', { type: 'fenced', reason: 'another owner' } as const],
    ['an error', new Error('I/O error')],
  ])('[D4] by %s turns the answers behind it into failures', async (_, outcome) => {
    const shard = await onSale();
    const first = shard.ask('ann', hold(0));
    const refused = shard.ask('bob', hold(0));
    await shard.run();
    const second = shard.ask('cid', hold(1));
    await shard.run();
    await shard.log.fail(outcome);
    for (const request of [first, refused, second]) {
      expect(failed(shard, request)).toMatchObject(logUnavailable);
    }
    expect(shard.said.every(({ type }) => type === 'failed')).toBe(true);
    expect(shard.failures).toHaveLength(1);
  });

  it('[D4] stops the intake: what is asked later fails at once', async () => {
    const shard = await onSale();
    shard.ask('ann', hold(0));
    await shard.run();
    await shard.log.fail(diskFull);
    const later = [shard.ask('bob', hold(1)), shard.watch('bob'), shard.mine('ann')];
    expect(shard.turns).toHaveLength(0);
    for (const request of later) expect(failed(shard, request)).toMatchObject(logUnavailable);
  });

  it('[D4] answers what a turn had decided, and what it had not, once and as failed', async () => {
    const shard = await onSale();
    shard.ask('ann', hold(0));
    await shard.run();
    const asked = Array.from({ length: limits.commandsPerSlice * 2 }, () =>
      shard.ask('bob', hold(0)),
    );
    shard.turns.shift()?.();
    await shard.log.fail(diskFull);
    for (const request of asked) expect(failed(shard, request)).toMatchObject(logUnavailable);
    expect(shard.said.every(({ type }) => type === 'failed')).toBe(true);
  });

  it('[D4] tells no news and no changes of the map', async () => {
    const shard = await TestShard.open();
    await shard.schedule([8]);
    const all = await shard.hold('ann', [0, 1, 2, 3, 4, 5, 6, 7]);
    await shard.accepted('bob', { type: 'wait', party: 2 });
    shard.watch('cid');
    await shard.run();
    shard.said.length = 0;
    shard.log.holding = 'unwritten';
    shard.ask('ann', { type: 'release', hold: all });
    await shard.run();
    await shard.log.fail(diskFull);
    expect(shard.said.map(({ type }) => type)).toEqual(['failed']);
  });

  it('[D4] acknowledges nothing of later appends, even if they are on the disk', async () => {
    const shard = await onSale();
    shard.log.holding = 'written';
    const first = shard.ask('ann', hold(0));
    await shard.run();
    const second = shard.ask('bob', hold(1));
    await shard.run();
    await shard.log.fail(diskFull, 0);
    await shard.log.finish(0);
    expect(failed(shard, first)).toMatchObject(logUnavailable);
    expect(failed(shard, second)).toMatchObject(logUnavailable);
    expect(shard.said).toHaveLength(2);
  });

  it('[D4] a later append that fails first fails the earlier ones too: nobody knows', async () => {
    const shard = await onSale();
    shard.log.holding = 'written';
    const first = shard.ask('ann', hold(0));
    await shard.run();
    const second = shard.ask('bob', hold(1));
    await shard.run();
    await shard.log.fail(diskFull, 1);
    await shard.log.finish(0);
    expect(shard.said).toHaveLength(2);
    expect(failed(shard, first)).toMatchObject(logUnavailable);
    expect(failed(shard, second)).toMatchObject(logUnavailable);
  });

  it('[D4] says so once', async () => {
    const shard = await onSale();
    for (const seat of [0, 1, 2]) {
      shard.ask('ann', hold(seat));
      await shard.run();
    }
    await shard.log.fail(diskFull);
    await shard.log.fail(new Error('again'));
    await shard.log.fail({ type: 'fenced', reason: 'and again' });
    expect(shard.failures).toEqual(['disk full']);
  });

  it('[D4] answers what was in the mailbox too: nobody is left without a word', async () => {
    const shard = await onSale();
    for (const seat of [0, 1, 2, 3]) {
      shard.ask('ann', hold(seat));
      await shard.run();
    }
    // Four appends are under way, so these wait to be decided.
    const waiting = [shard.ask('bob', hold(4)), shard.ask('cid', hold(5))];
    await shard.run();
    expect(shard.shard.backlog).toBe(2);
    await shard.log.fail(diskFull);
    await shard.run();
    for (const request of waiting) expect(failed(shard, request)).toMatchObject(logUnavailable);
  });

  it('[D4] leaves the shard at rest, so that its host can end it', async () => {
    const shard = await onSale();
    for (const seat of [0, 1, 2, 3, 4]) {
      shard.ask('ann', hold(seat));
      await shard.run();
    }
    for (let append = 0; append < 4; append++) await shard.log.fail(diskFull);
    await shard.run();
    expect(shard.shard.busy).toBe(false);
  });

  it.each([
    ['a map that shows what is not durable', 'watch'],
    ['a list that shows what is not durable', 'mine'],
    ['a refusal that follows from what is not durable', 'hold'],
    ['a repeated answer that is not durable', 'again'],
  ])('[D1] [D4] a turn asked for before the failure lets out no %s', async (_, what) => {
    const shard = await onSale();
    shard.ask('ann', hold(0), 'not-durable');
    await shard.run();
    shard.said.length = 0;
    if (what === 'watch') shard.watch('bob');
    else if (what === 'mine') shard.mine('ann');
    else if (what === 'hold') shard.ask('bob', hold(0));
    else shard.ask('ann', hold(0), 'not-durable');
    expect(shard.turns).toHaveLength(1);
    await shard.log.fail(diskFull);
    await shard.run();
    expect(shard.said.map(({ type }) => type).filter((type) => type !== 'failed')).toEqual([]);
    expect(shard.said).toHaveLength(2);
  });

  it('[D4] [H4] time decides nothing more: no turn, no append, no news', async () => {
    const shard = await onSale();
    shard.ask('ann', hold(0));
    await shard.run();
    await shard.log.fail(diskFull);
    shard.said.length = 0;
    await shard.advance(10 * minute);
    expect([shard.said, shard.log.held]).toEqual([[], []]);
  });

  it('[D4] [H4] nor does a turn asked for before the failure act on what is due', async () => {
    const shard = await TestShard.open();
    await shard.schedule([8]);
    await shard.hold('ann', [0]);
    shard.log.holding = 'unwritten';
    shard.ask('bob', hold(1));
    await shard.run();
    shard.clock.nowMs += 10 * minute;
    shard.shard.pulse();
    expect(shard.turns).toHaveLength(1);
    shard.said.length = 0;
    await shard.log.fail(diskFull);
    await shard.run();
    expect(shard.said.map(({ type }) => type)).toEqual(['failed']);
    expect(shard.log.held).toEqual([]);
  });

  it('[D2] [H7] what was written after all is answered the same after recovery', async () => {
    const shard = await onSale();
    shard.log.holding = 'written';
    shard.ask('ann', hold(0), 'ann-1');
    await shard.run();
    await shard.log.fail(diskFull);
    expect(failed(shard, 'ann-1')).toMatchObject(logUnavailable);
    const again = await shard.crash();
    const answer = await again.accepted('ann', hold(0), 'ann-1');
    expect(answer).toMatchObject({ isNew: false, event: { type: 'seatsHeld', seats: [0] } });
    expect(await again.map()).toBe('h.......');
  });

  it('[D2] [H7] what was not written is decided when it is asked again', async () => {
    const shard = await onSale();
    shard.ask('ann', hold(0), 'ann-1');
    await shard.run();
    await shard.log.fail(diskFull);
    const again = await shard.crash();
    expect(await again.map()).toBe('........');
    expect(await again.accepted('ann', hold(0), 'ann-1')).toMatchObject({ isNew: true });
  });
});

describe('a partition that another has taken over', () => {
  it('[D4] the stale shard is fenced by the epoch and acknowledges nothing more', async () => {
    const stale = await TestShard.open();
    await stale.schedule([8]);
    await stale.hold('ann', [0]);
    // On the same log, not merely on the same disk: as two owners of one database.
    const owner = await TestShard.open({ log: stale.log, disk: stale.disk, clock: stale.clock });
    const request = stale.ask('bob', hold(1));
    await stale.run();
    expect(stale.answer(request)).toMatchObject(logUnavailable);
    expect(stale.failures).toHaveLength(1);
    expect(stale.failures[0]).toContain('epoch');
    expect(await owner.map()).toBe('h.......');
    await owner.hold('bob', [1]);
    expect(owner.failures).toEqual([]);
  });

  it('[D4] epochs rise in the log, and each owner’s first frame says so', async () => {
    const first = await TestShard.open();
    await first.schedule([8]);
    const second = await first.crash();
    await second.hold('ann', [0]);
    const third = await second.crash();
    const epochs = third.frames().map(({ epoch }) => epoch as number);
    expect(epochs).toEqual([1, 1, 1, 2, 2, 3]);
  });

  it('[D4] a take-over that cannot be written does not serve', async () => {
    const shard = await TestShard.open();
    await shard.schedule([8]);
    shard.log.holding = 'unwritten';
    const opening = TestShard.open({ log: shard.log, disk: shard.disk, clock: shard.clock });
    const outcome = expect(opening).rejects.toMatchObject({ code: 'log_io' });
    await shard.run();
    await shard.log.fail(diskFull);
    await outcome;
  });
});
