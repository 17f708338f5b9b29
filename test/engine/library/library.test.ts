/** The engine as a library: what the house asks of it, and terms that a show sets for itself. */
import { describe, expect, it } from 'vitest';
import type { Engine, Told } from '../../../engine/library/engine.ts';
import { openEngine } from '../../../engine/library/engine.ts';
import type { ShowPlan } from '../../../engine/library/show-plan.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { type MemoryDisk, openMemoryLog } from '../../../persistence/memory/memory-log.ts';
import { TestClock } from '../../support/shard-harness.ts';
import { hour, minute, opening, second, start } from '../../support/show-harness.ts';
import { layoutOf } from '../show/seats/layout-arbitrary.ts';

interface Place {
  readonly engine: Engine;
  readonly told: Told[];
  readonly disk: MemoryDisk;
  readonly clock: TestClock;
}

async function open(
  disk: MemoryDisk = new Map(),
  clock = new TestClock(),
  recoveryGraceMs?: number,
) {
  const soon = (turn: () => void) => void setImmediate(turn);
  const host = { codec, hasher: sha256, clock, soon, every: () => () => undefined };
  const grace = recoveryGraceMs === undefined ? {} : { recoveryGraceMs };
  const engine = await openEngine({ log: openMemoryLog(disk), host, ...grace });
  const told: Told[] = [];
  engine.onTold((each) => told.push(each));
  return { engine, told, disk, clock } satisfies Place;
}

function plan(seats: number, terms: Partial<ShowPlan> = {}): ShowPlan {
  return {
    id: 's',
    layout: layoutOf([{ count: seats }]),
    onSaleAtMs: opening,
    startsAtMs: start,
    currency: 'INR',
    prices: [1_000, 1_500, 2_000],
    ...terms,
  };
}

async function onSale(seats: number, terms: Partial<ShowPlan> = {}): Promise<Place> {
  const place = await open();
  await place.engine.schedule(plan(seats, terms));
  return place;
}

async function held(engine: Engine, user: string, seats: readonly number[]) {
  const answer = await engine.hold(user, 's', seats);
  if (answer.type !== 'held') throw new Error(`not held: ${JSON.stringify(answer)}`);
  return answer.hold;
}

async function booked(engine: Engine, user: string, seats: readonly number[]) {
  const answer = await engine.book(user, 's', await held(engine, user, seats));
  if (answer.type !== 'booked') throw new Error(`not booked: ${JSON.stringify(answer)}`);
  return answer;
}

describe('the house', () => {
  it('[S1] [F1] is answered what it has blocked and unblocked, with a receipt', async () => {
    const { engine } = await onSale(6);
    const answer = await engine.block('s', [4, 5]);
    expect(answer).toMatchObject({
      type: 'blocked',
      seats: [4, 5],
      receipt: { show: 's', seq: 3 },
    });
    expect(await engine.hold('ann', 's', [4])).toMatchObject({
      reason: 'invalidSeats',
      problem: 'blocked',
      seats: [4],
    });
    expect(await engine.unblock('s', [5])).toMatchObject({ type: 'unblocked', seats: [5] });
    expect(await engine.hold('ann', 's', [5])).toMatchObject({ type: 'held' });
  });

  it('[S1] [R4] is refused seats that are held, booked or promised, and told which and why', async () => {
    const { engine } = await onSale(6);
    await booked(engine, 'ann', [0]);
    const hold = await held(engine, 'bob', [1, 2, 3, 4, 5]);
    expect(await engine.block('s', [0, 1])).toMatchObject({ reason: 'seatsTaken', seats: [0, 1] });
    await engine.wait('cid', 's', 4);
    await engine.release('bob', 's', hold);
    expect(await engine.block('s', [1, 2])).toMatchObject({ reason: 'waitInLine' });
    expect(await engine.block('s', [1])).toMatchObject({ type: 'blocked' });
    expect(await engine.unblock('s', [2])).toMatchObject({ problem: 'unknown', seats: [2] });
  });

  it('[W3] unblocking serves the line, and the waiter is told', async () => {
    const { engine, told } = await onSale(4);
    await engine.block('s', [0, 1]);
    await held(engine, 'zoe', [2]);
    await held(engine, 'yan', [3]);
    await engine.wait('ann', 's', 2);
    await engine.unblock('s', [0, 1]);
    expect(told).toMatchObject([{ user: 'ann', type: 'offer', party: 2 }]);
  });

  it('[R1] is told of a show that is not there, and of a name that is none', async () => {
    const { engine } = await onSale(4);
    expect(await engine.block('other', [0])).toMatchObject({ reason: 'showNotFound' });
    await expect(engine.cancelShow('No Show')).rejects.toThrow('named by its id');
  });

  it.each([false, true])(
    '[H7] a request sent again is decided once and answered the same, after a restart (%s) too',
    async (restarts) => {
      const { engine, disk, clock } = await onSale(4);
      const first = await engine.block('s', [3], 'house-1');
      await engine.unblock('s', [3], 'house-2');
      if (restarts) await engine.close();
      const again = restarts ? (await open(disk, clock)).engine : engine;
      expect(await again.block('s', [3], 'house-1')).toEqual(first);
      expect(await again.hold('ann', 's', [3])).toMatchObject({ type: 'held' });
      // A user's ids are the user's own: this one is another request.
      expect(await again.hold('bob', 's', [2], 'house-1')).toMatchObject({ type: 'held' });
    },
  );
});

describe('cancelling a show', () => {
  it('[S3] [B2] tells each what became of theirs, and the house what is owed in all', async () => {
    const { engine, told } = await onSale(8);
    const anns = [await booked(engine, 'ann', [0, 1]), await booked(engine, 'ann', [2])];
    const bobs = await booked(engine, 'bob', [3]);
    const hold = await held(engine, 'cid', [4, 5]);
    await held(engine, 'eve', [6, 7]);
    await engine.wait('dan', 's', 2);
    const answer = await engine.cancelShow('s', 'cancel-1');
    expect(answer).toMatchObject({ type: 'showCancelled', currency: 'INR', refund: 4_000 });
    const byUser = (user: string) => told.filter((each) => each.user === user);
    expect(byUser('ann')).toMatchObject([
      { type: 'bookingsCancelled', bookings: anns.map(({ booking }) => booking), refund: 3_000 },
    ]);
    expect(byUser('bob')).toMatchObject([
      { type: 'bookingsCancelled', bookings: [bobs.booking], refund: 1_000, currency: 'INR' },
    ]);
    expect(byUser('cid')).toMatchObject([{ type: 'holdEnded', hold, reason: 'showCancelled' }]);
    expect(byUser('dan')).toMatchObject([{ type: 'waitEnded', reason: 'showCancelled' }]);
    const [mine] = await engine.mine('ann');
    expect(mine?.bookings.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });

  it('[S3] [H7] is done once: again it is the same answer, and another request is refused', async () => {
    const { engine } = await onSale(4);
    const first = await engine.cancelShow('s', 'cancel-1');
    expect(await engine.cancelShow('s', 'cancel-1')).toEqual(first);
    expect(await engine.cancelShow('s', 'cancel-2')).toMatchObject({
      reason: 'showNotOnSale',
      phase: 'cancelled',
    });
  });
});

describe('terms of a show', () => {
  it('[H2] [W1] how many seats a request may be for, and how large a party', async () => {
    const { engine } = await onSale(40, { seatsPerRequest: 12, seatsPerUser: 20 });
    const seats = Array.from({ length: 13 }, (_, seat) => seat);
    expect(await engine.hold('ann', 's', seats)).toMatchObject({
      reason: 'overSeatLimit',
      limit: 12,
    });
    expect(await engine.hold('ann', 's', seats.slice(0, 12))).toMatchObject({ type: 'held' });
    expect(await engine.holdBest('bob', 's', 12)).toMatchObject({ type: 'held' });
    expect(await engine.wait('cid', 's', 13)).toMatchObject({ reason: 'overSeatLimit' });
    await engine.holdBest('dan', 's', 12);
    expect(await engine.wait('cid', 's', 12)).toMatchObject({ type: 'waiting', party: 12 });
  });

  it('[W5] a party above ten is ended too where too few are left', async () => {
    const { engine, told } = await onSale(13, { seatsPerRequest: 12, seatsPerUser: 20 });
    const hold = await held(engine, 'zoe', [0, 1]);
    await engine.wait('ann', 's', 12);
    await engine.book('zoe', 's', hold);
    expect(told).toMatchObject([{ user: 'ann', type: 'waitEnded', reason: 'tooFewLeft' }]);
  });

  it('[S3] when the sale closes, before the start or after it', async () => {
    for (const closesAtMs of [start - hour, start + 10 * minute]) {
      const { engine, clock } = await onSale(4, { closesAtMs });
      clock.nowMs = closesAtMs - 1;
      expect(await engine.hold('ann', 's', [0])).toMatchObject({ type: 'held' });
      clock.nowMs = closesAtMs;
      expect(await engine.hold('bob', 's', [1])).toMatchObject({
        reason: 'showNotOnSale',
        phase: 'closed',
      });
    }
  });

  it('[B2] until when bookings can be cancelled, also while the show is on sale', async () => {
    const cancelsUntilMs = start - 2 * hour;
    const { engine, clock } = await onSale(4, { cancelsUntilMs });
    const [first, second] = [await booked(engine, 'ann', [0]), await booked(engine, 'ann', [1])];
    clock.nowMs = cancelsUntilMs - 1;
    expect(await engine.cancel('ann', 's', [first.booking])).toMatchObject({ type: 'cancelled' });
    clock.nowMs = cancelsUntilMs;
    expect(await engine.cancel('ann', 's', [second.booking])).toMatchObject({
      reason: 'showStarted',
    });
  });

  it('[S3] [B2] a show that closed early still takes cancellations until its start', async () => {
    const { engine, clock } = await onSale(4, { closesAtMs: start - hour });
    const { booking } = await booked(engine, 'ann', [0]);
    clock.nowMs = start - 1;
    expect(await engine.cancel('ann', 's', [booking])).toMatchObject({ type: 'cancelled' });
  });

  it('[H3] the grace after a deadline', async () => {
    const { engine, clock } = await onSale(4, { holdTtlMs: minute, graceMs: 30 * second });
    const hold = await held(engine, 'ann', [0]);
    clock.nowMs += 90 * second - 1;
    expect(await engine.change('ann', 's', hold, [1])).toMatchObject({ type: 'held' });
    clock.nowMs += 1;
    expect(await engine.change('ann', 's', hold, [2])).toMatchObject({ reason: 'holdNotFound' });
  });

  it('[H8] [H9] [W2] best seats over rows, the orphan rule and backfilling', async () => {
    const runs = [
      { row: 'A', count: 3, y: 1 },
      { row: 'B', count: 3, y: 2 },
    ];
    const terms = { layout: layoutOf(runs), orphanRule: true, waiting: 'backfill' } as const;
    const { engine } = await onSale(0, terms);
    expect(await engine.hold('ann', 's', [1])).toMatchObject({
      reason: 'leavesOrphan',
      seats: [0, 2],
    });
    expect(await engine.holdBest('ann', 's', 5)).toMatchObject({ reason: 'noBlockLeft' });
    const split = await engine.holdBest('ann', 's', 5, undefined, undefined, true);
    expect(split).toMatchObject({ type: 'held' });
    await engine.wait('bob', 's', 2);
    await engine.wait('cid', 's', 1);
    const [mine] = await engine.mine('cid');
    expect(mine).toMatchObject({ wait: null, offer: { party: 1 } });
  });

  it('[D2] how long holds stand at the least after an outage is the deployment’s', async () => {
    const { engine, disk, clock } = await onSale(4);
    await held(engine, 'ann', [0]);
    clock.nowMs += hour;
    const { engine: again } = await open(disk, clock, 10 * second);
    const [mine] = await again.mine('ann');
    expect(mine?.holds.map(({ deadlineMs }) => deadlineMs - clock.nowMs)).toEqual([10 * second]);
  });

  it.each([
    [{ seatsPerRequest: 0 }, 'seats a request'],
    [{ seatsPerRequest: 65 }, 'seats a request'],
    [{ closesAtMs: opening - 1 }, 'The sale must close'],
    [{ closesAtMs: Number.NaN }, 'The sale must close'],
    [{ cancelsUntilMs: start + 1 }, 'Cancelling must end'],
    [{ overtakesPerParty: -1 }, 'overtake'],
    [{ overtakesPerParty: 1.5 }, 'overtake'],
    [{ waiting: 'random' as 'strict' }, 'strict'],
    [{ orphanRule: 'yes' as never }, 'orphan rule'],
    [{ holdTtlMs: 0 }, 'The time of a hold'],
    [{ graceMs: -1 }, 'The grace'],
    [{ startsAtMs: opening - hour }, 'The sale must open'],
  ] as const)('[C4] %o are refused, with what is wrong', async (terms, sentence) => {
    const { engine } = await open();
    await expect(engine.schedule(plan(4, terms))).rejects.toThrow(sentence);
  });
});
