/** Requests sent again, whose answers are read back from the log, when all is not well [H7, D4]. */
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import type { Frame } from '../../../engine/shard/log-store.ts';
import { flush, TestShard } from '../../support/shard-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;
const diskFull = { type: 'unknown', reason: 'disk full' } as const;
const logUnavailable = { type: 'failed', reason: 'logUnavailable' };

async function onSale(): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([8]);
  shard.said.length = 0;
  return shard;
}

describe('a request that is answered from the log', () => {
  it('[H7] [D4] fails with the append that it waits for', async () => {
    const shard = await onSale();
    shard.log.holding = 'unwritten';
    shard.ask('ann', hold(0), 'once');
    shard.ask('ann', hold(0), 'once');
    await shard.run();
    shard.ask('ann', hold(0), 'once');
    await shard.run();
    expect(shard.said).toEqual([]);
    await shard.log.fail(diskFull);
    expect(shard.said).toHaveLength(3);
    for (const said of shard.said) expect(said).toMatchObject(logUnavailable);
  });

  it('[H7] [D4] fails where a turn is still open when the log fails', async () => {
    const shard = await onSale();
    await shard.accepted('ann', hold(0), 'once');
    shard.log.holding = 'unwritten';
    shard.ask('bob', hold(1));
    await shard.run();
    for (let index = 0; index <= limits.commandsPerSlice; index++) {
      shard.ask('ann', hold(0), 'once');
    }
    shard.turns.shift()?.();
    shard.said.length = 0;
    await shard.log.fail(diskFull);
    expect(shard.said).toHaveLength(limits.commandsPerSlice + 2);
    for (const said of shard.said) expect(said).toMatchObject(logUnavailable);
  });

  it('[H7] [D4] fails where the log breaks while it is being read', async () => {
    const shard = await onSale();
    await shard.accepted('ann', hold(0), 'once');
    const goOn = holdReads(shard);
    shard.said.length = 0;
    const again = shard.ask('ann', hold(0), 'once');
    await shard.run();
    shard.log.holding = 'unwritten';
    shard.ask('bob', hold(1));
    await shard.run();
    await shard.log.fail(diskFull);
    goOn();
    await flush();
    expect(shard.answer(again)).toMatchObject(logUnavailable);
  });

  it.each([
    ['cannot be read', () => Promise.reject(new Error('I/O error'))],
    ['has the frame no more', () => Promise.resolve([])],
    ['has another frame there', (frame: Frame) => Promise.resolve([{ ...frame }])],
  ])('[H7] hears so where the log %s, and may ask again', async (_, answer) => {
    const shard = await onSale();
    const first = await shard.accepted('ann', hold(0), 'once');
    const [opening] = shard.frames();
    if (opening === undefined) throw new Error('the show has a first frame');
    const read = shard.log.read.bind(shard.log);
    shard.log.read = () => answer(opening);
    shard.said.length = 0;
    const again = shard.ask('ann', hold(0), 'once');
    await shard.run();
    expect(shard.answer(again)).toMatchObject(logUnavailable);
    expect((await shard.accepted('bob', hold(1))).isNew).toBe(true);
    shard.log.read = read;
    shard.said.length = 0;
    const repeated = await shard.accepted('ann', hold(0), 'once');
    expect([repeated.answer, repeated.isNew]).toEqual([first.answer, false]);
  });

  it('[H7] is answered in its place among the others, who wait for it', async () => {
    const shard = await onSale();
    await shard.accepted('ann', hold(0), 'once');
    shard.said.length = 0;
    const goOn = holdReads(shard);
    const asked = [shard.ask('bob', hold(1)), shard.ask('ann', hold(0), 'once')];
    await shard.run();
    asked.push(shard.ask('cid', hold(2)), shard.ask('dan', hold(2)));
    await shard.run();
    expect(shard.said).toEqual([]);
    expect(shard.shard.busy).toBe(true);
    goOn();
    await flush();
    const order = shard.said.map((said) => 'to' in said && said.requestId);
    expect(order).toEqual(asked);
    expect(shard.shard.busy).toBe(false);
  });

  it('[H7] hears of more than a few in one turn that it should ask again', async () => {
    const shard = await onSale();
    const first = await shard.accepted('ann', hold(0), 'once');
    shard.said.length = 0;
    const more = 5;
    for (let index = 0; index < limits.repeatsPerTurn + more; index++) {
      shard.ask('ann', hold(0), 'once');
    }
    await shard.run();
    const said = shard.said.map((each) => (each.type === 'failed' ? each.reason : each.type));
    expect(said).toEqual([
      ...Array.from({ length: limits.repeatsPerTurn }, () => 'accepted'),
      ...Array.from({ length: more }, () => 'overloaded'),
    ]);
    expect((await shard.accepted('ann', hold(0), 'once')).answer).toEqual(first.answer);
  });

  it('[H7] of many in one frame reads that frame once', async () => {
    const shard = await onSale();
    const requests = [0, 1, 2, 3].map((seat) => shard.ask(`u${seat}`, hold(seat), `once-${seat}`));
    await shard.run();
    const read = shard.log.read.bind(shard.log);
    let reads = 0;
    shard.log.read = (...where) => {
      reads++;
      return read(...where);
    };
    const answers = requests.map((request) => shard.answer(request));
    shard.said.length = 0;
    for (const seat of [0, 1, 2, 3]) shard.ask(`u${seat}`, hold(seat), `once-${seat}`);
    await shard.run();
    expect(reads).toBe(1);
    expect(shard.said).toEqual(answers.map((each) => ({ ...each, isNew: false })));
  });
});

/** Lets nobody read the log until the returned function is called. */
function holdReads(shard: TestShard): () => void {
  const read = shard.log.read.bind(shard.log);
  let goOn = () => {};
  const asked = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  shard.log.read = async (...where) => {
    await asked;
    return read(...where);
  };
  return goOn;
}
