/** The mailbox and its limit, time that never runs backwards, shows and partitions [T1, D1]. */
import { describe, expect, it, vi } from 'vitest';
import { DueHeap } from '../../../engine/collections/due-heap.ts';
import { millis } from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { openMemoryLog } from '../../../persistence/memory/memory-log.ts';
import { TestClock, TestLog, TestShard } from '../../support/shard-harness.ts';
import { hour, minute, opening, second } from '../../support/show-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;

async function onSale(seats = 8): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([seats]);
  return shard;
}

describe('the mailbox', () => {
  it('has a limit: one more is answered "overloaded" at once, the rest is decided', async () => {
    const shard = await onSale();
    shard.said.length = 0;
    for (let index = 0; index < limits.mailbox; index++) {
      shard.ask('ann', { type: 'leave' }, `filler-${index}`);
    }
    const over = shard.ask('bob', hold(0));
    expect(shard.shard.backlog).toBe(limits.mailbox);
    expect(shard.said).toEqual([
      { type: 'failed', to: 'bob', requestId: over, reason: 'overloaded' },
    ]);
    await shard.run();
    expect(shard.said).toHaveLength(limits.mailbox + 1);
    expect(shard.shard.backlog).toBe(0);
    await shard.accepted('bob', hold(0));
  });

  it('[S3] takes in shows even when it is full: the house waits for them and asks once', async () => {
    const shard = await onSale();
    for (let index = 0; index < limits.mailbox; index++) {
      shard.ask('ann', { type: 'leave' }, `filler-${index}`);
    }
    shard.said.length = 0;
    const ids = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    const other = ids.find((id) => partitionOf(id) === partitionOf('s'));
    const request = shard.submitShow([4], {}, other);
    expect(shard.said).toEqual([]);
    await shard.run();
    expect(shard.said.at(-1)).toMatchObject({ type: 'scheduled', requestId: request });
    await shard.accepted('bob', hold(0), undefined, other);
  });
});

describe('time', () => {
  it('[T1] never runs backwards in the log, whatever the clock does', async () => {
    const shard = await onSale();
    await shard.hold('ann', [0]);
    shard.clock.nowMs -= hour;
    const { answer } = await shard.accepted('bob', hold(1));
    expect(answer.receipt.timeMs).toBe(opening);
    shard.clock.nowMs = opening + second;
    await shard.hold('cid', [2]);
    shard.clock.nowMs = 0;
    await shard.hold('dan', [3]);
    const times = shard.frames().map(({ timeMs }) => timeMs as number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(opening + second);
  });

  it('[T1] [H3] deadlines hold while the clock is behind', async () => {
    const shard = await onSale();
    const { event } = await shard.accepted('ann', hold(0));
    expect(event).toMatchObject({ deadlineMs: opening + 5 * minute });
    shard.clock.nowMs -= 10 * minute;
    await shard.advance(10 * minute + 5 * minute + 5 * second - 1);
    expect(await shard.map()).toBe('h.......');
    await shard.advance(1);
    expect(await shard.map()).toBe('........');
  });

  it('[T1] a clock that is behind the log after a restart does not take it back', async () => {
    const shard = await onSale();
    await shard.advance(hour);
    await shard.hold('ann', [0]);
    const again = await shard.crash(-hour);
    const { answer } = await again.accepted('bob', hold(1));
    expect(answer.receipt.timeMs).toBe(opening + hour);
    const times = again.frames().map(({ timeMs }) => timeMs as number);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('[H4] a pulse acts on what is due in every show, each in its own decision', async () => {
    const partitions = [partitionOf('s'), partitionOf('t')];
    const shard = await TestShard.open({ partitions });
    await shard.schedule([4], {}, 's');
    await shard.schedule([4], { holdTtlMs: minute }, 't');
    await shard.hold('ann', [0], 's');
    await shard.hold('ann', [0], 't');
    await shard.advance(minute + 5 * second);
    expect([await shard.map('s'), await shard.map('t')]).toEqual(['h...', '....']);
    await shard.advance(4 * minute);
    expect([await shard.map('s'), await shard.map('t')]).toEqual(['....', '....']);
  });

  it('[H4] [S3] sale opens and closes by the pulse, with nobody there', async () => {
    const shard = await TestShard.open({ clock: new TestClock(opening - hour) });
    await shard.schedule([4]);
    expect(shard.frames()).toHaveLength(2);
    await shard.advance(hour - 1);
    expect(shard.frames()).toHaveLength(2);
    await shard.advance(1);
    expect(shard.frames()).toHaveLength(3);
    await shard.advance(6 * hour);
    expect(shard.frames()).toHaveLength(4);
    await shard.advance(48 * hour);
    expect(shard.frames()).toHaveLength(4);
  });

  it('[H4] many holds of many users expire by the pulse, all of them', async () => {
    const shard = await onSale(400);
    for (let user = 0; user < 100; user++) {
      shard.ask(`u${user}`, hold(user * 4));
      shard.clock.nowMs += 100;
      await shard.run();
    }
    let free = 0;
    for (let pulse = 0; pulse < 12; pulse++) {
      await shard.advance(second);
      free = (await shard.map()).split('.').length - 1;
    }
    expect(free).toBe(300);
    await shard.advance(5 * minute + 5 * second);
    expect(await shard.map()).toBe('.'.repeat(400));
  });
});

describe('the heap of deadlines', () => {
  it('[H4] keeps one place a show, however often deadlines come and go', async () => {
    const add = vi.spyOn(DueHeap.prototype, 'add');
    try {
      const shard = await TestShard.open();
      await shard.schedule([8], { startsAtMs: millis(opening + 48 * hour) });
      for (let cycle = 0; cycle < 50; cycle++) {
        const own = await shard.hold('ann', [0]);
        await shard.accepted('ann', { type: 'release', hold: own });
        await shard.advance(5 * minute + 5 * second);
      }
      expect(add).toHaveBeenCalledTimes(1);
    } finally {
      add.mockRestore();
    }
  });
});

describe('scheduling', () => {
  it('is done once: again it is answered, and changes nothing', async () => {
    const shard = await onSale();
    await shard.hold('ann', [0]);
    const [frames, digest] = [shard.frames().length, shard.digest()];
    const again = shard.submitShow([20], { seatsPerUser: 1 });
    await shard.run();
    expect(shard.answer(again)).toMatchObject({ type: 'scheduled' });
    expect([shard.frames().length, shard.digest()]).toEqual([frames, digest]);
  });

  it('is done once also within one turn', async () => {
    const shard = await TestShard.open();
    const requests = [shard.submitShow([8]), shard.submitShow([4])];
    await shard.run();
    for (const request of requests) {
      expect(shard.answer(request)).toMatchObject({ type: 'scheduled' });
    }
    expect(await shard.map()).toBe('........');
  });

  it('[D1] is answered once it is durable', async () => {
    const shard = await TestShard.open();
    shard.log.holding = 'unwritten';
    const request = shard.submitShow([8]);
    await shard.run();
    expect(shard.answer(request)).toBeUndefined();
    await shard.log.finishAll();
    expect(shard.answer(request)).toMatchObject({ type: 'scheduled' });
  });

  it('[R1] a show of a partition that is not served here is not found', async () => {
    const shard = await onSale();
    expect(partitionOf('t')).not.toBe(partitionOf('s'));
    const request = shard.submitShow([8], {}, 't');
    await shard.run();
    const refused = { type: 'rejected', rejection: { reason: 'showNotFound' } };
    expect(shard.answer(request)).toMatchObject(refused);
    expect(await shard.rejected('ann', hold(0), undefined, 't')).toMatchObject({
      reason: 'showNotFound',
    });
  });

  it('shows of one hall share its layout in the log', async () => {
    const shard = await TestShard.open();
    const names = Array.from({ length: 400 }, (_, index) => `s${index}`);
    const neighbours = names.filter((name) => partitionOf(name) === partitionOf('s')).slice(0, 2);
    expect(neighbours).toHaveLength(2);
    for (const name of ['s', ...neighbours]) await shard.schedule([8], {}, name);
    const text = shard.frames().map(({ body }) => Buffer.from(body).toString('latin1'));
    expect(text.filter((body) => body.includes('firstNumber'))).toHaveLength(1);
    const again = await shard.crash();
    for (const name of neighbours) expect(await again.map(name)).toBe('........');
  });
});

describe('two shards on one log', () => {
  it('[F1] [D1] serve their own partitions side by side', async () => {
    const disk = new Map();
    const log = new TestLog(openMemoryLog(disk));
    const clock = new TestClock();
    const one = await TestShard.open({ disk, log, clock, partitions: [partitionOf('s')] });
    const two = await TestShard.open({ disk, log, clock, partitions: [partitionOf('t')] });
    await one.schedule([4], {}, 's');
    await two.schedule([4], {}, 't');
    await one.hold('ann', [0], 's');
    await two.hold('ann', [1], 't');
    expect([await one.map('s'), await two.map('t')]).toEqual(['h...', '.h..']);
    expect([one.failures, two.failures]).toEqual([[], []]);
    expect(await one.rejected('ann', hold(0), undefined, 't')).toMatchObject({
      reason: 'showNotFound',
    });
    // One shard's crash does not disturb the other.
    const again = await TestShard.open({ disk, log, clock, partitions: [partitionOf('s')] });
    await again.hold('bob', [1], 's');
    await two.hold('bob', [2], 't');
    expect([await again.map('s'), await two.map('t')]).toEqual(['hh..', '.hh.']);
  });

  it('[D2] partitions can move to another shard, with all that is in them', async () => {
    const partitions = [partitionOf('s'), partitionOf('t')];
    const both = await TestShard.open({ partitions });
    await both.schedule([4], {}, 's');
    await both.schedule([4], {}, 't');
    await both.hold('ann', [0], 's');
    await both.hold('ann', [1], 't');
    const { disk, clock } = both;
    const [one, two] = [
      await TestShard.open({ disk, clock, partitions: [partitionOf('s')] }),
      await TestShard.open({ disk, clock, partitions: [partitionOf('t')] }),
    ];
    expect([await one.map('s'), await two.map('t')]).toEqual(['h...', '.h..']);
    expect(await one.mineIn('ann', 't')).toBeUndefined();
    expect(await two.mineIn('ann', 't')).toMatchObject({ holds: [{ seats: [1] }] });
  });
});
