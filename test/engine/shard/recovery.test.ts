/**
 * A crash at any instant: what was acknowledged is there, what was not is not half there, and the
 * deadlines stand, but for the minute that an outage gives [D2, D3, D4].
 */
import { describe, expect, it } from 'vitest';
import { LogFault } from '../../../engine/shard/log-store.ts';
import { Partition } from '../../../engine/shard/partition.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { encodeState } from '../../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../../engine/shard/user-shows.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { hex, TestClock, TestShard } from '../../support/shard-harness.ts';
import { hour, minute, opening, second, start } from '../../support/show-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;
const wait = (party: number) => ({ type: 'wait', party }) as const;
const ttl = 5 * minute;
const grace = 5 * second;
/** What holds and offers have left at the least after an outage. */
const floor = minute;

async function onSale(seats: number, terms = {}): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([seats], terms);
  return shard;
}

/** A show with something of everything: eight seats, none free. */
async function busyShow(): Promise<TestShard> {
  const shard = await onSale(8);
  await shard.book('ann', [0, 1]);
  await shard.hold('bob', [2, 3]);
  const own = await shard.hold('cid', [4, 5, 6]);
  shard.tell({ type: 'block', seats: [7] });
  await shard.accepted('dan', wait(2));
  await shard.accepted('eve', wait(4));
  await shard.accepted('fay', wait(1));
  await shard.accepted('cid', { type: 'change', hold: own, seats: [4] });
  return shard;
}

describe('after a crash', () => {
  it('[D2] holds, bookings, offers, places in the line and blocked seats are there', async () => {
    const shard = await busyShow();
    const again = await shard.crash();
    expect(await again.map()).toBe('bbhhh..x');
    for (const user of ['ann', 'bob', 'cid', 'dan', 'eve', 'fay']) {
      expect(await again.mineIn(user), user).toEqual(await shard.mineIn(user));
    }
    expect(await again.mineIn('ann')).toMatchObject({ bookings: [{ seats: [0, 1] }] });
    expect(await again.mineIn('dan')).toMatchObject({ offer: { party: 2 } });
    expect(await again.mineIn('fay')).toMatchObject({ wait: { ticket: 3, ahead: 1, serving: 2 } });
  });

  it('[D2] what was acknowledged can be gone on with', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0, 1]);
    await shard.hold('bob', [2, 3]);
    await shard.accepted('cid', wait(1));
    const again = await shard.crash();
    await again.accepted('ann', { type: 'change', hold: own, seats: [0] });
    expect(again.said).toContainEqual(
      expect.objectContaining({ user: 'cid', push: expect.objectContaining({ type: 'offer' }) }),
    );
    await again.accepted('ann', { type: 'book', hold: own });
    await again.accepted('cid', hold(1));
    expect(await again.map()).toBe('bhhh');
  });

  it('[D2] [F1] numbers go on where they were: decisions, tickets, holds, frames', async () => {
    const shard = await onSale(4);
    await shard.hold('ann', [0, 1]);
    const last = await shard.hold('bob', [2, 3]);
    await shard.accepted('cid', wait(1));
    await shard.accepted('cid', { type: 'leave' });
    const again = await shard.crash();
    const joined = await again.accepted('dan', wait(1));
    expect(joined.event).toMatchObject({ ticket: 2 });
    expect(joined.answer.receipt.seq).toBe(last + 3);
    expect(again.frames().map(({ lsn }) => lsn as number)).toEqual(
      again.frames().map((_, index) => index + 1),
    );
  });

  it('[D2] what was not durable was not acknowledged, and is not there', async () => {
    const shard = await onSale(4);
    await shard.hold('ann', [0]);
    shard.log.holding = 'unwritten';
    shard.said.length = 0;
    shard.ask('bob', hold(1, 2));
    shard.ask('cid', hold(3));
    await shard.run();
    const again = await shard.crash();
    expect(shard.said).toEqual([]);
    expect(await again.map()).toBe('h...');
    expect(await again.mineIn('bob')).toBeUndefined();
  });

  it('[D2] a crash at every frame of a show’s life leaves a state that was decided', async () => {
    const shard = await busyShow();
    const { length } = shard.frames();
    for (let kept = 1; kept <= length; kept++) {
      const disk = structuredClone(shard.disk);
      const partition = disk.get(partitionOf('s'));
      if (partition !== undefined) partition.frames = partition.frames.slice(0, kept);
      const again = await TestShard.open({ disk, clock: shard.clock });
      const replayed = new Partition(partitionOf('s'), new UserShows());
      for (const frame of again.frames().slice(0, kept + 1)) replayed.replay(frame, codec);
      expect(again.digest(), `${kept} frames`).toBe(hex(sha256(encodeState(replayed, codec))));
    }
  });
});

describe('deadlines after an outage', () => {
  it('[D2] [H3] a hold with time enough left keeps its deadline, to the millisecond', async () => {
    const shard = await onSale(4);
    await shard.hold('ann', [0]);
    await shard.advance(minute);
    const again = await shard.crash(minute);
    expect(await again.mineIn('ann')).toMatchObject({ holds: [{ deadlineMs: opening + ttl }] });
    await again.advance(3 * minute + grace - 1);
    expect(await again.map()).toBe('h...');
    await again.advance(1);
    expect(await again.map()).toBe('....');
  });

  it.each([
    ['a little left', ttl - 10 * second],
    ['nothing left', ttl + grace],
    ['long been over', 3 * hour],
  ])('[D2] a hold that has %s gets a minute, and the grace', async (_, outageMs) => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0]);
    const other = await shard.hold('bob', [1]);
    const again = await shard.crash(outageMs);
    await again.run();
    const back = again.clock.nowMs;
    expect(await again.mineIn('ann')).toMatchObject({ holds: [{ deadlineMs: back + floor }] });
    await again.advance(floor + grace - 1);
    expect(await again.map()).toBe('hh..');
    await again.accepted('ann', { type: 'book', hold: own });
    await again.advance(1);
    expect(await again.map()).toBe('b...');
    expect(await again.rejected('bob', { type: 'book', hold: other })).toMatchObject({
      reason: 'holdNotFound',
    });
  });

  it('[D2] an offer gets a minute too, and the line waits behind it', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0, 1, 2, 3]);
    await shard.accepted('bob', wait(4));
    await shard.accepted('cid', wait(1));
    await shard.accepted('ann', { type: 'release', hold: own });
    const again = await shard.crash(10 * minute);
    const back = again.clock.nowMs;
    expect(await again.mineIn('bob')).toMatchObject({ offer: { untilMs: back + floor } });
    await again.advance(floor + grace - 1);
    expect(await again.mineIn('cid')).toMatchObject({ wait: { ahead: 0 }, offer: null });
    await again.advance(1);
    expect(await again.mineIn('bob')).toBeUndefined();
    expect(await again.mineIn('cid')).toMatchObject({ wait: null, offer: { party: 1 } });
  });

  it('[D2] [W7] waits keep their place and their hour: an outage adds nothing to it', async () => {
    const shard = await onSale(4, { holdTtlMs: 3 * hour });
    await shard.hold('zoe', [0, 1, 2, 3]);
    await shard.accepted('ann', wait(1));
    await shard.advance(10 * minute);
    await shard.accepted('bob', wait(1));
    const again = await shard.crash(40 * minute);
    expect(await again.mineIn('bob')).toMatchObject({ wait: { ticket: 2, ahead: 1 } });
    await again.advance(10 * minute - 1);
    expect(await again.mineIn('ann')).toMatchObject({ wait: { ahead: 0 } });
    await again.advance(1);
    expect(await again.mineIn('ann')).toBeUndefined();
    expect(await again.mineIn('bob')).toMatchObject({ wait: { ahead: 0 } });
  });

  it('[D2] a second outage gives a minute again', async () => {
    const shard = await onSale(4);
    await shard.hold('ann', [0]);
    const once = await shard.crash(10 * minute);
    await once.advance(50 * second);
    const twice = await once.crash(hour);
    const back = twice.clock.nowMs;
    expect(await twice.mineIn('ann')).toMatchObject({ holds: [{ deadlineMs: back + floor }] });
    await twice.advance(floor + grace);
    expect(await twice.map()).toBe('....');
  });

  it('[D2] [H5] a change after an outage tells the deadline that now stands', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0]);
    const again = await shard.crash(10 * minute);
    const back = again.clock.nowMs;
    const changed = await again.accepted('ann', { type: 'change', hold: own, seats: [1] });
    expect(changed.answer).toMatchObject({ type: 'held', deadlineMs: back + floor });
  });

  it('[H3] [D2] the minute is for holds of before: a new one keeps its own deadline', async () => {
    const shard = await onSale(4, { holdTtlMs: 10 * second });
    await shard.hold('ann', [0]);
    const again = await shard.crash();
    const made = await again.accepted('bob', hold(1));
    const shown = again.clock.nowMs + 10 * second;
    expect(made.event).toMatchObject({ deadlineMs: shown });
    expect(await again.mineIn('bob')).toMatchObject({ holds: [{ deadlineMs: shown }] });
    await again.advance(10 * second + grace);
    expect(await again.map()).toBe('h...');
  });

  it('[W4] [D2] nor does a new offer get the minute: it lapses before the older one', async () => {
    const shard = await onSale(4, { offerTtlMs: 10 * second });
    const [one, two] = [await shard.hold('yan', [0]), await shard.hold('zoe', [1, 2, 3])];
    for (const user of ['ann', 'bob']) await shard.accepted(user, wait(1));
    await shard.accepted('yan', { type: 'release', hold: one });
    const again = await shard.crash();
    await again.accepted('zoe', { type: 'release', hold: two });
    expect(await again.mineIn('bob')).toMatchObject({ offer: { party: 1 } });
    await again.advance(10 * second + grace);
    expect(await again.mineIn('bob')).toBeUndefined();
    expect(await again.mineIn('ann')).toMatchObject({ offer: { party: 1 } });
  });

  it('[D2] [S3] a show that has started in the meantime is closed, its line ended', async () => {
    const shard = await onSale(4, { holdTtlMs: 3 * hour });
    await shard.advance(start - opening - 2 * minute);
    await shard.hold('zoe', [0, 1, 2, 3]);
    await shard.accepted('ann', wait(1));
    const again = await shard.crash(10 * minute);
    const pushed = again.said.length;
    again.shard.pulse();
    await again.run();
    expect(again.said.slice(pushed)).toMatchObject([
      { type: 'push', user: 'ann', push: { type: 'waitEnded', reason: 'saleClosed' } },
    ]);
    expect(await again.rejected('bob', hold(0))).toMatchObject({ phase: 'closed' });
  });
});

describe('replay', () => {
  it('[D3] of the log alone gives the digest of the live state', async () => {
    const shard = await busyShow();
    await shard.advance(2 * minute + grace);
    const partition = new Partition(partitionOf('s'), new UserShows());
    for (const frame of shard.frames()) partition.replay(frame, codec);
    expect(hex(sha256(encodeState(partition, codec)))).toBe(shard.digest());
  });

  it('[D3] recovery from a snapshot and what follows is that from frames alone', async () => {
    const shard = await busyShow();
    await shard.shard.saveSnapshots();
    expect(shard.log.snapshots).toHaveLength(1);
    await shard.accepted('dan', hold(5, 6));
    await shard.advance(minute);
    const without = structuredClone(shard.disk);
    for (const kept of without.values()) kept.snapshots = [];
    const fromSnapshot = await TestShard.open({
      disk: structuredClone(shard.disk),
      clock: new TestClock(shard.clock.nowMs),
    });
    const fromFrames = await TestShard.open({
      disk: without,
      clock: new TestClock(shard.clock.nowMs),
    });
    expect(fromSnapshot.digest()).toBe(fromFrames.digest());
    // And so they stay, whatever comes.
    for (const each of [fromSnapshot, fromFrames]) {
      await each.advance(4 * minute + grace);
      each.ask('gus', hold(2, 3), 'gus-1');
      each.ask('bob', wait(3), 'bob-1');
      await each.run();
    }
    expect(fromSnapshot.digest()).toBe(fromFrames.digest());
    expect(await fromSnapshot.map()).toBe(await fromFrames.map());
  });

  it('[D3] [W1] no ticket is given twice, though the last ones have left by then', async () => {
    const shard = await onSale(4);
    await shard.hold('zoe', [0, 1, 2, 3]);
    for (const user of ['ann', 'bob']) await shard.accepted(user, wait(1));
    for (const user of ['ann', 'bob']) await shard.accepted(user, { type: 'leave' });
    await shard.shard.saveSnapshots();
    const again = await shard.crash();
    expect((await again.accepted('cid', wait(1))).event).toMatchObject({ ticket: 3 });
  });

  it('[D3] the frames before a snapshot are not needed for it', async () => {
    const shard = await busyShow();
    await shard.shard.saveSnapshots();
    await shard.accepted('dan', hold(5, 6));
    const whole = await TestShard.open({ disk: structuredClone(shard.disk), clock: shard.clock });
    const [snapshot] = shard.log.snapshots;
    if (snapshot === undefined) throw new Error('no snapshot was saved');
    await shard.log.truncate(partitionOf('s'), snapshot.lsn);
    const short = await shard.crash();
    expect(short.digest()).toBe(whole.digest());
  });

  it('[D3] [W9] lists what a user has in the same order, from a snapshot too', async () => {
    const shard = await onSale(8, { holdTtlMs: 10 * second });
    await shard.hold('ann', [0]);
    const again = await shard.crash();
    // The older hold has got a minute, so this one falls due before it.
    await again.hold('ann', [1]);
    const live = await again.mineIn('ann');
    const fromFrames = await TestShard.open({
      disk: structuredClone(again.disk),
      clock: again.clock,
    });
    await again.shard.saveSnapshots();
    const fromSnapshot = await again.crash();
    const seats = (shown: typeof live) => shown?.holds.map((each) => each.seats);
    const expected = seats(live);
    expect(seats(await fromFrames.mineIn('ann'))).toEqual(expected);
    expect(seats(await fromSnapshot.mineIn('ann'))).toEqual(expected);
  });

  it('[D3] a snapshot is taken only of what has changed', async () => {
    const shard = await busyShow();
    await shard.shard.saveSnapshots();
    await shard.shard.saveSnapshots();
    expect(shard.log.snapshots).toHaveLength(1);
  });
});

describe('a damaged log', () => {
  it('[D4] is named to the frame, and not served', async () => {
    const shard = await busyShow();
    const frame = shard.frames()[4];
    if (frame === undefined) throw new Error('there is no fifth frame');
    frame.body[frame.body.length >> 1] = (frame.body[frame.body.length >> 1] ?? 0) ^ 1;
    const fault = await shard.crash().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(LogFault);
    expect(fault).toMatchObject({ code: 'log_damaged' });
    expect((fault as LogFault).message).toContain('LSN 5');
  });

  it('[D4] a frame that is missing is named, and nothing is served', async () => {
    const shard = await busyShow();
    const kept = shard.disk.get(partitionOf('s'));
    if (kept !== undefined) kept.frames = kept.frames.filter(({ lsn }) => lsn !== 3);
    await expect(shard.crash()).rejects.toMatchObject({ code: 'log_gap' });
  });

  describe('a snapshot that is damaged', () => {
    const spoil = (shard: TestShard, index: number) => {
      const body = shard.disk.get(partitionOf('s'))?.snapshots[index]?.snapshot.body;
      if (body === undefined) throw new Error('there is no such snapshot');
      body[3] = (body[3] ?? 0) ^ 1;
    };
    const recovered = async (shard: TestShard) => {
      const disk = structuredClone(shard.disk);
      for (const kept of disk.values()) kept.snapshots = [];
      const fromFrames = await TestShard.open({ disk, clock: new TestClock(shard.clock.nowMs) });
      const again = await shard.crash();
      expect(again.digest()).toBe(fromFrames.digest());
      return again;
    };

    it('[D4] is told of, and the frames are enough', async () => {
      const shard = await busyShow();
      await shard.shard.saveSnapshots();
      spoil(shard, 0);
      const { warnings } = await recovered(shard);
      expect(warnings).toEqual([expect.stringMatching(/LSN \d+ does not .* the first frame/)]);
    });

    it('[D4] is told of, and the one before it is enough', async () => {
      const shard = await busyShow();
      await shard.shard.saveSnapshots();
      await shard.accepted('dan', hold(5, 6));
      const first = shard.disk.get(partitionOf('s'))?.snapshots[0]?.snapshot.lsn;
      await shard.shard.saveSnapshots();
      spoil(shard, 1);
      const { warnings } = await recovered(shard);
      expect(warnings).toEqual([expect.stringContaining(`from the snapshot of ${first} instead`)]);
    });

    it('[D4] is refused and named where the frames before it are gone', async () => {
      const shard = await busyShow();
      await shard.shard.saveSnapshots();
      const [snapshot] = shard.log.snapshots;
      if (snapshot === undefined) throw new Error('no snapshot was saved');
      await shard.log.truncate(partitionOf('s'), snapshot.lsn);
      spoil(shard, 0);
      await expect(shard.crash()).rejects.toMatchObject({
        code: 'snapshot_damaged',
        message: expect.stringMatching(/LSN \d+ does not match .*nor do frames make up for it/),
      });
    });
  });
});
