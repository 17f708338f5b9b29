/** Nothing leaves before what it tells of is durable, and all of it leaves in its order [D1]. */
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { TestShard } from '../../support/shard-harness.ts';

async function onSale(seats: number): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([seats]);
  shard.said.length = 0;
  return shard;
}

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;

describe('the output gate', () => {
  it('[D1] lets no answer out before its frame is durable', async () => {
    const shard = await onSale(4);
    shard.log.holding = 'unwritten';
    shard.ask('ann', hold(0));
    await shard.run();
    expect([shard.said, shard.frames().length, shard.shard.busy]).toEqual([[], 3, true]);
    await shard.log.finish();
    expect(shard.said).toMatchObject([
      { type: 'accepted', to: 'ann', event: { type: 'seatsHeld', seats: [0] } },
    ]);
    expect([shard.frames().length, shard.shard.busy]).toEqual([4, false]);
  });

  it('[D1] nor when it is on the disk but not yet confirmed', async () => {
    const shard = await onSale(4);
    shard.log.holding = 'written';
    const request = shard.ask('ann', hold(0));
    await shard.run();
    expect([shard.frames().length, shard.said]).toEqual([4, []]);
    await shard.log.finish();
    expect(shard.answer(request)?.type).toBe('accepted');
  });

  it('[D1] keeps news and changes of the map back as well', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0, 1, 2, 3]);
    await shard.accepted('bob', { type: 'wait', party: 1 });
    shard.watch('cid');
    await shard.run();
    shard.said.length = 0;
    shard.log.holding = 'unwritten';
    shard.ask('ann', { type: 'release', hold: own });
    await shard.run();
    expect(shard.said).toEqual([]);
    await shard.log.finish();
    expect(shard.said.map(({ type }) => type).toSorted()).toEqual(['accepted', 'changed', 'push']);
  });

  it('[D1] keeps a refusal back behind the frame that it was decided after', async () => {
    const shard = await onSale(4);
    shard.log.holding = 'unwritten';
    const taken = shard.ask('ann', hold(0));
    const refused = shard.ask('bob', hold(0));
    await shard.run();
    expect(shard.said).toEqual([]);
    const later = shard.ask('cid', hold(0));
    await shard.run();
    expect(shard.said).toEqual([]);
    await shard.log.finish();
    const answers = shard.said.filter(({ type }) => type === 'accepted' || type === 'rejected');
    expect(answers).toMatchObject([
      { requestId: taken, type: 'accepted' },
      { requestId: refused, type: 'rejected', rejection: { reason: 'seatsTaken', seats: [0] } },
      { requestId: later, type: 'rejected', rejection: { reason: 'seatsTaken', seats: [0] } },
    ]);
  });

  it('[D1] keeps maps, lists and repeated answers back that tell of it', async () => {
    const shard = await onSale(4);
    shard.log.holding = 'unwritten';
    shard.ask('ann', hold(0), 'once');
    await shard.run();
    shard.watch('bob');
    shard.mine('ann');
    shard.ask('ann', hold(0), 'once');
    await shard.run();
    expect(shard.said).toEqual([]);
    await shard.log.finish();
    expect(shard.said.map(({ type }) => type)).toEqual([
      'accepted',
      'watching',
      'mine',
      'accepted',
    ]);
  });

  it('[D1] a refusal with nothing before it leaves at once, and writes nothing', async () => {
    const shard = await onSale(4);
    shard.log.holding = 'unwritten';
    const { reason } = await shard.rejected('ann', hold(4));
    expect(reason).toBe('invalidSeats');
    expect([shard.log.held.length, shard.frames().length]).toEqual([0, 3]);
  });

  it('[D1] several appends in flight are released in the order decided', async () => {
    const shard = await onSale(8);
    shard.log.holding = 'written';
    const requests: string[] = [];
    for (const seat of [0, 1, 2, 3]) {
      requests.push(shard.ask(`u${seat}`, hold(seat)));
      await shard.run();
    }
    expect(shard.log.held.length).toBe(4);
    await shard.log.finish(2);
    await shard.log.finish(1);
    expect(shard.said).toEqual([]);
    await shard.log.finish(0);
    const told = () =>
      shard.said.flatMap((said) => ('to' in said ? [said.requestId as string] : []));
    expect(told()).toEqual(requests.slice(0, 3));
    await shard.log.finish(0);
    expect(told()).toEqual(requests);
  });

  it('[D1] a refusal between two frames leaves between their answers', async () => {
    const shard = await onSale(8);
    shard.log.holding = 'written';
    const first = shard.ask('ann', hold(0));
    await shard.run();
    const between = shard.ask('bob', hold(0));
    await shard.run();
    const second = shard.ask('cid', hold(1));
    await shard.run();
    await shard.log.finish(1);
    expect(shard.said).toEqual([]);
    await shard.log.finish(0);
    const told = shard.said.flatMap((said) => ('to' in said ? [said.requestId as string] : []));
    expect(told).toEqual([first, between, second]);
  });
});

describe('turns and frames', () => {
  it('[D1] while frames are being written the shard goes on deciding, up to a limit', async () => {
    const shard = await onSale(40);
    shard.log.holding = 'unwritten';
    for (let seat = 0; seat < 10; seat++) {
      shard.ask(`u${seat}`, hold(seat));
      await shard.run();
    }
    expect(shard.log.held.length).toBe(limits.appendsInFlight);
    expect(shard.shard.backlog).toBe(10 - limits.appendsInFlight);
    await shard.log.finish();
    await shard.run();
    // What had to wait is decided together, and is one frame.
    expect([shard.log.held.length, shard.shard.backlog]).toEqual([limits.appendsInFlight, 0]);
    await shard.log.finishAll();
    expect(shard.said.filter(({ type }) => type === 'accepted')).toHaveLength(10);
    expect(shard.frames().length).toBe(3 + limits.appendsInFlight + 1);
  });

  it('[F1] requests are decided in the order sent, in one frame a turn', async () => {
    const shard = await onSale(4);
    const before = shard.frames().length;
    const requests = [
      shard.ask('ann', hold(0)),
      shard.ask('bob', hold(0, 1)),
      shard.ask('ann', { type: 'leave' }),
      shard.ask('bob', hold(1)),
      shard.ask('ann', hold(1)),
    ];
    await shard.run();
    expect(shard.frames().length).toBe(before + 1);
    expect(requests.map((request) => shard.answer(request)?.type)).toEqual([
      'accepted',
      'rejected',
      'rejected',
      'accepted',
      'rejected',
    ]);
    const told = shard.said.flatMap((said) => ('to' in said ? [said.requestId as string] : []));
    expect(told).toEqual(requests);
  });

  it('[F1] more requests than a turn takes are decided in several, in order', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0]);
    const { turns } = shard.shard.stats;
    const count = limits.commandsPerTurn * 2 + 1;
    const requests = Array.from({ length: count }, (_, index) =>
      shard.ask('ann', { type: 'change', hold: own, seats: [1 + (index % 2)] }),
    );
    shard.said.length = 0;
    await shard.run();
    // The log is idle whenever a slice is decided, so each makes a turn of its own.
    expect(shard.shard.stats.turns - turns).toBe(Math.ceil(count / limits.commandsPerSlice));
    const told = shard.said.flatMap((said) => ('to' in said ? [said.requestId as string] : []));
    expect(told).toEqual(requests);
    const seqs = shard.said.flatMap((said) =>
      said.type === 'accepted' ? [said.answer.receipt.seq as number] : [],
    );
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  });

  it('[F1] while the log is busy the slices of a turn make one frame', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0]);
    const ask = (count: number) => {
      for (let index = 0; index < count; index++) {
        shard.ask('ann', { type: 'change', hold: own, seats: [1 + (index % 2)] });
      }
    };
    shard.log.holding = 'unwritten';
    ask(1);
    await shard.run();
    const { frames, turns } = shard.shard.stats;
    ask(limits.commandsPerTurn);
    await shard.run();
    expect([shard.shard.stats.frames - frames, shard.shard.stats.turns - turns]).toEqual([1, 1]);
  });

  it('an idle shard asks for no turn and writes nothing', async () => {
    const shard = await onSale(4);
    const frames = shard.frames().length;
    shard.shard.pulse();
    await shard.advance(60_000);
    expect([shard.turns.length, shard.frames().length]).toEqual([0, frames]);
  });
});

describe('a snapshot taken on the way', () => {
  it('[D1] [D2] is saved only once all that it holds is durable', async () => {
    const shard = await TestShard.open();
    await shard.schedule([60_000]);
    const seats = Array.from({ length: 60_000 }, (_, seat) => seat);
    const total = () => shard.shard.stats.snapshots;
    while (shard.shard.stats.logBytes < limits.snapshotAfterBytes - 300_000) {
      shard.tell({ type: 'block', seats });
      shard.tell({ type: 'unblock', seats });
      await shard.run();
    }
    expect(total()).toBe(0);
    shard.log.holding = 'unwritten';
    for (let frames = 0; total() === 0 && frames < 4; frames++) {
      shard.tell({ type: frames % 2 === 0 ? 'block' : 'unblock', seats });
      await shard.run();
    }
    expect([total(), shard.log.snapshots.length]).toEqual([1, 0]);
    const { length } = shard.log.held;
    for (let left = length; left > 1; left--) await shard.log.finish();
    expect(shard.log.snapshots).toEqual([]);
    await shard.log.finish();
    expect(shard.log.snapshots).toMatchObject([
      { partition: partitionOf('s'), lsn: shard.frames().at(-1)?.lsn },
    ]);
    const live = await shard.map();
    expect(await (await shard.crash()).map()).toBe(live);
  });
});
