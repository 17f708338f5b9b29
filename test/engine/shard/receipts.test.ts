/** Receipts, and requests that are sent again [F1, H7]. */
import { describe, expect, it } from 'vitest';
import { lsn } from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import { frameHash } from '../../../engine/shard/frame-hash.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { hex, TestShard } from '../../support/shard-harness.ts';
import { minute, second } from '../../support/show-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;

async function onSale(seats = 8, show = 's'): Promise<TestShard> {
  const shard = await TestShard.open({ partitions: [partitionOf(show)] });
  await shard.schedule([seats], {}, show);
  return shard;
}

describe('a receipt', () => {
  it('[F1] names show, number, time, frame and the chain value of that frame', async () => {
    const shard = await onSale();
    shard.clock.nowMs += 12_345;
    const { answer } = await shard.accepted('ann', hold(0));
    const frame = shard.frames().at(-1);
    expect(answer.receipt).toMatchObject({
      show: 's',
      seq: 3,
      timeMs: shard.clock.nowMs,
      lsn: frame?.lsn,
    });
    expect(frame?.timeMs).toBe(shard.clock.nowMs);
    expect(hex(answer.receipt.hash)).toBe(hex(frame?.hash));
  });

  it('[F1] every accepted command gets one, whatever it is', async () => {
    const shard = await onSale(9);
    const commands: [string, Parameters<TestShard['ask']>[1]][] = [
      ['ann', hold(0, 1)],
      ['ann', { type: 'change', hold: 3 as never, seats: [1, 2] }],
      ['bob', { type: 'holdBest', count: 2, tier: undefined }],
      ['cid', { type: 'holdBest', count: 4, tier: undefined }],
      ['ann', { type: 'book', hold: 3 as never }],
      ['dan', { type: 'wait', party: 3 }],
      ['bob', { type: 'release', hold: 5 as never }],
      ['dan', { type: 'leave' }],
      ['ann', { type: 'cancel', bookings: ['S-007' as never] }],
    ];
    let seq = 2;
    for (const [user, wish] of commands) {
      const { answer } = await shard.accepted(user, wish);
      const frame = shard.frames().at(-1);
      seq++;
      expect(answer.receipt.seq, wish.type).toBe(seq);
      expect(answer.receipt.lsn, wish.type).toBe(frame?.lsn);
      expect(hex(answer.receipt.hash), wish.type).toBe(hex(frame?.hash));
    }
  });

  it('[F1] all decisions of one turn share a frame, and each has its own number', async () => {
    const shard = await onSale();
    const requests = [0, 1, 2].map((seat) => shard.ask(`u${seat}`, hold(seat)));
    await shard.run();
    const frame = shard.frames().at(-1);
    const receipts = requests.map((request) => {
      const answer = shard.answer(request);
      return answer?.type === 'accepted' ? answer.answer.receipt : undefined;
    });
    expect(receipts.map((receipt) => receipt?.seq)).toEqual([3, 4, 5]);
    for (const receipt of receipts) {
      expect(receipt?.lsn).toBe(frame?.lsn);
      expect(hex(receipt?.hash)).toBe(hex(frame?.hash));
    }
  });

  it('[F1] [F2] chain values follow from the log alone', async () => {
    const shard = await onSale();
    await shard.book('ann', [0]);
    let previous: Uint8Array = new Uint8Array(32);
    const frames = await shard.log.read(partitionOf('s'), lsn(1), 100);
    expect(frames.length).toBe(5);
    for (const frame of frames) {
      expect(hex(frame.hash)).toBe(hex(frameHash(sha256, previous, frame)));
      previous = frame.hash;
    }
  });

  it('[F2] the log says who asked for what, by which request, and what came of it', async () => {
    const shard = await onSale();
    await shard.accepted('ann', hold(0), 'ann-1');
    const body = codec.decode(shard.frames().at(-1)?.body ?? new Uint8Array());
    expect(body).toMatchObject([1, ['s', 3, 'ann', 'ann-1', [5, [0], [1_000], 5 * minute]]]);
  });

  it('[M4] an accepted hold is quoted: prices, total, every discount by name', async () => {
    const shard = await TestShard.open();
    const third = { type: 'nthTicket', name: 'Third ticket', nth: 3, percent: 50 } as const;
    await shard.schedule([8], { discounts: [third] });
    const { answer } = await shard.accepted('ann', hold(4, 1, 2));
    const quote = {
      type: 'held',
      seats: [4, 1, 2],
      currency: 'INR',
      prices: [500, 1_000, 1_000],
      total: 2_500,
      discounts: [{ name: 'Third ticket', seat: 4, off: 500 }],
    };
    expect(answer).toMatchObject(quote);
    const again = await shard.crash();
    const id = shard.said.find((said) => said.type === 'accepted');
    const repeated = await again.accepted('ann', hold(4, 1, 2), id?.requestId);
    expect(repeated.answer).toEqual(answer);
  });
});

describe('a request sent twice', () => {
  it('[H7] in one turn is decided once and answered the same', async () => {
    const shard = await onSale();
    shard.ask('ann', hold(0), 'ann-1');
    shard.ask('ann', hold(0), 'ann-1');
    await shard.run();
    const answers = shard.said.filter((said) => said.type === 'accepted');
    expect(answers).toHaveLength(2);
    const [one, two] = answers;
    expect(two).toEqual({ ...one, isNew: false });
    expect(await shard.map()).toBe('h.......');
  });

  it('[H7] while the first is not durable yet is answered the same, after it', async () => {
    const shard = await onSale();
    shard.log.holding = 'unwritten';
    shard.ask('ann', hold(0), 'ann-1');
    await shard.run();
    shard.ask('ann', hold(0), 'ann-1');
    await shard.run();
    expect(shard.log.held).toHaveLength(1);
    await shard.log.finish();
    const [one, two] = shard.said.filter((said) => said.type === 'accepted');
    expect(two).toEqual({ ...one, isNew: false });
  });

  it('[H7] later is answered the same, with the first one’s receipt and deadline', async () => {
    const shard = await onSale();
    const first = await shard.accepted('ann', hold(0), 'ann-1');
    await shard.hold('bob', [1]);
    await shard.advance(minute);
    const again = await shard.accepted('ann', hold(0), 'ann-1');
    expect(again.answer).toEqual(first.answer);
    expect([first.isNew, again.isNew]).toEqual([true, false]);
  });

  it.each([
    ['frames', false],
    ['a snapshot', true],
  ])('[H7] after a crash and recovery from %s is answered the same', async (_, withSnapshot) => {
    const shard = await onSale();
    const wishes: [string, string, Parameters<TestShard['ask']>[1]][] = [
      ['ann', 'a1', hold(0, 1)],
      ['ann', 'a2', { type: 'change', hold: 3 as never, seats: [1, 2] }],
      ['bob', 'b1', { type: 'holdBest', count: 2, tier: undefined }],
      ['ann', 'a3', { type: 'book', hold: 3 as never }],
      ['bob', 'b2', { type: 'release', hold: 5 as never }],
      ['ann', 'a4', { type: 'cancel', bookings: ['S-006' as never] }],
      ['cid', 'c1', hold(0, 1, 2, 3, 4, 5, 6, 7)],
      ['dan', 'd1', { type: 'wait', party: 3 }],
      ['dan', 'd2', { type: 'leave' }],
    ];
    const answers = new Map<string, unknown>();
    for (const [user, request, wish] of wishes) {
      answers.set(request, (await shard.accepted(user, wish, request)).answer);
    }
    if (withSnapshot) await shard.shard.saveSnapshots();
    const again = await shard.crash(minute);
    const frames = again.frames().length;
    for (const [user, request, wish] of wishes) {
      const repeated = await again.accepted(user, wish, request);
      expect(repeated.answer, request).toEqual(answers.get(request));
      expect(repeated.isNew, request).toBe(false);
    }
    expect(again.frames().length).toBe(frames);
  });

  it('[H7] is remembered a user and show, up to the limit, also across a crash', async () => {
    const shard = await onSale();
    const own = await shard.hold('ann', [0]);
    const { rememberedRequests: most } = limits;
    for (let request = 0; request <= most; request++) {
      const seats = [1 + (request % 2)];
      await shard.accepted('ann', { type: 'change', hold: own, seats }, `r${request}`);
    }
    const isNew = async (on: TestShard, request: number) => {
      const wish = { type: 'change', hold: own, seats: [3 + request] } as const;
      return (await on.accepted('ann', wish, `r${request}`)).isNew;
    };
    await shard.shard.saveSnapshots();
    const again = await shard.crash();
    for (const on of [shard, again]) {
      expect([await isNew(on, 1), await isNew(on, most)]).toEqual([false, false]);
    }
    expect(await isNew(again, 0)).toBe(true);
    // And that one has now pushed out the oldest.
    expect(await isNew(again, 1)).toBe(true);
  });

  it('[H7] in another show is another request', async () => {
    const ids = [partitionOf('s'), partitionOf('t')];
    const shard = await TestShard.open({ partitions: ids });
    await shard.schedule([4], {}, 's');
    await shard.schedule([4], {}, 't');
    await shard.accepted('ann', hold(0), 'ann-1', 's');
    await shard.accepted('ann', hold(1), 'ann-1', 't');
    expect([await shard.map('s'), await shard.map('t')]).toEqual(['h...', '.h..']);
  });

  it('[H7] a refused one was not decided: it may be accepted when it comes again', async () => {
    const shard = await onSale();
    const own = await shard.hold('bob', [0]);
    await shard.rejected('ann', hold(0), 'ann-1');
    await shard.accepted('bob', { type: 'release', hold: own });
    const answer = await shard.accepted('ann', hold(0), 'ann-1');
    expect(answer.isNew).toBe(true);
    await shard.advance(5 * minute + 5 * second);
    expect((await shard.accepted('ann', hold(0), 'ann-1')).answer).toEqual(answer.answer);
  });
});
