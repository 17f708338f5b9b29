/** What watchers and users are told without asking: maps, changes, news, and `mine` [W8, W9]. */
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../engine/shard/route.ts';
import { type Said, TestClock, TestShard } from '../../support/shard-harness.ts';
import { minute, opening, second, start } from '../../support/show-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;
const wait = (party: number) => ({ type: 'wait', party }) as const;
const grace = 5 * second;

async function onSale(seats = 8): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([seats]);
  return shard;
}

function changes(shard: TestShard) {
  return shard.said.filter((said): said is Extract<Said, { type: 'changed' }> => {
    return said.type === 'changed';
  });
}

function pushes(shard: TestShard, from = 0) {
  return shard.said.slice(from).flatMap((said) => {
    if (said.type !== 'push') return [];
    const { push } = said;
    return [`${said.user} ${push.type}${'reason' in push ? ` ${push.reason}` : ''}`];
  });
}

/** A map kept up to date as a page keeps it: from a snapshot and the changes after it. */
class Page {
  readonly seats: number[];
  readonly tickets: number[] = [];
  seq: number;
  phase: string;
  line = { serving: 0, waiting: 0 };

  constructor(view: Extract<Said, { type: 'watching' }>['view'], seats: number) {
    this.seats = Array.from({ length: seats }, (_, seat) => {
      return ((view.seats[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
    });
    this.seq = view.seq;
    this.phase = view.phase;
    this.line = { serving: view.serving, waiting: view.waiting };
  }

  follow(changed: Extract<Said, { type: 'changed' }>): void {
    if (changed.fromSeq !== this.seq) throw new Error(`${changed.fromSeq} after ${this.seq}`);
    this.seq = changed.toSeq;
    for (const change of changed.changes) this.seats[change >> 2] = change & 3;
    const { serving, waiting, departed } = changed.line;
    this.line = { serving, waiting };
    this.tickets.push(...departed);
    this.phase = changed.phase ?? this.phase;
  }

  get map(): string {
    return this.seats.map((state) => '.hbx'.charAt(state)).join('');
  }
}

function pageOf(shard: TestShard, request: string, seats = 8): Page {
  const answer = shard.answer(request);
  if (answer?.type !== 'watching') throw new Error(`watch is answered ${answer?.type}`);
  return new Page(answer.view, seats);
}

describe('watching a show', () => {
  it('gives its map, phase and line, and then every change, without a gap', async () => {
    const shard = await onSale();
    await shard.book('ann', [0, 1]);
    const request = shard.watch('zoe');
    await shard.run();
    const page = pageOf(shard, request);
    expect([page.map, page.seq, page.phase]).toEqual(['bb......', 4, 'onSale']);
    const own = await shard.hold('bob', [2, 3, 4, 5, 6, 7]);
    await shard.accepted('cid', wait(1));
    await shard.accepted('dan', wait(4));
    await shard.accepted('bob', { type: 'change', hold: own, seats: [2, 3, 4, 5, 6] });
    await shard.accepted('dan', { type: 'leave' });
    await shard.advance(5 * minute + grace);
    for (const changed of changes(shard)) page.follow(changed);
    expect(page.map).toBe('bb......');
    expect(page.tickets).toEqual([1, 2]);
    expect(page.line).toEqual({ serving: 0, waiting: 0 });
  });

  it('changes of one turn are one message, with the last state of each seat last', async () => {
    const shard = await onSale();
    const own = await shard.hold('ann', [0]);
    const request = shard.watch('zoe');
    await shard.run();
    shard.ask('bob', hold(1, 2));
    shard.ask('ann', { type: 'release', hold: own });
    shard.ask('bob', hold(0));
    await shard.run();
    expect(changes(shard)).toHaveLength(1);
    const page = pageOf(shard, request);
    for (const changed of changes(shard)) page.follow(changed);
    expect(page.map).toBe('hhh.....');
  });

  it('a second watcher within a turn gets a map that fits what the first is told', async () => {
    const shard = await onSale();
    const first = shard.watch('zoe');
    await shard.run();
    shard.ask('ann', hold(0));
    const second = shard.watch('yan');
    shard.ask('bob', hold(1));
    await shard.run();
    const pages = [pageOf(shard, first), pageOf(shard, second)];
    for (const changed of changes(shard)) {
      for (const page of pages) if (changed.fromSeq >= page.seq) page.follow(changed);
    }
    expect(pages.map((page) => [page.map, page.seq])).toEqual([
      ['hh......', 4],
      ['hh......', 4],
    ]);
    // What the second map shows already comes before it, not after.
    const order = shard.said.filter(
      (said) => said.type === 'changed' || ('to' in said && said.requestId === second),
    );
    expect(order.map(({ type }) => type)).toEqual(['changed', 'watching', 'changed']);
  });

  it('[S3] tells the phase when it changes', async () => {
    const shard = await TestShard.open({ clock: new TestClock(opening - minute) });
    await shard.schedule([8]);
    const request = shard.watch('zoe');
    await shard.run();
    const page = pageOf(shard, request);
    expect(page.phase).toBe('scheduled');
    await shard.advance(minute);
    for (const changed of changes(shard)) page.follow(changed);
    expect(page.phase).toBe('onSale');
    shard.said.length = 0;
    await shard.hold('ann', [0]);
    expect(changes(shard).map(({ phase }) => phase)).toEqual([undefined]);
    shard.said.length = 0;
    shard.tell({ type: 'cancelShow' });
    await shard.run();
    expect(changes(shard)).toMatchObject([{ phase: 'cancelled', changes: [0] }]);
  });

  it('a refusal changes nothing and is not told', async () => {
    const shard = await onSale();
    await shard.hold('ann', [0]);
    shard.watch('zoe');
    await shard.run();
    await shard.rejected('bob', hold(0));
    expect(changes(shard)).toEqual([]);
  });

  it('[W8] a whole line’s move is one small message, with the tickets that left', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0, 1, 2, 3]);
    for (let party = 0; party < 20; party++) await shard.accepted(`u${party}`, wait(2));
    shard.watch('zoe');
    await shard.run();
    shard.said.length = 0;
    await shard.accepted('ann', { type: 'release', hold: own });
    expect(changes(shard)).toMatchObject([
      { line: { serving: 3, waiting: 18, departed: [1, 2] }, changes: [0, 4, 8, 12] },
    ]);
    expect(pushes(shard)).toEqual(['u0 offer', 'u1 offer']);
  });

  it('ends with unwatch, and can begin again', async () => {
    const shard = await onSale();
    shard.watch('zoe');
    await shard.run();
    shard.shard.unwatch('s' as never);
    await shard.hold('ann', [0]);
    expect(changes(shard)).toEqual([]);
    const request = shard.watch('zoe');
    await shard.run();
    await shard.hold('ann', [1]);
    const page = pageOf(shard, request);
    for (const changed of changes(shard)) page.follow(changed);
    expect(page.map).toBe('hh......');
  });

  it('[R1] an unknown show is refused', async () => {
    const shard = await onSale();
    const request = shard.watch('zoe', 'nowhere');
    await shard.run();
    expect(shard.answer(request)).toMatchObject({
      type: 'rejected',
      rejection: { reason: 'showNotFound' },
    });
  });
});

describe('news', () => {
  it('[W3] [W4] an offer is told to its owner, with party and deadline', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0, 1, 2, 3]);
    await shard.accepted('bob', wait(2));
    const from = shard.said.length;
    const { answer } = await shard.accepted('ann', { type: 'release', hold: own });
    expect(shard.said.slice(from).filter(({ type }) => type === 'push')).toEqual([
      {
        type: 'push',
        user: 'bob',
        push: {
          type: 'offer',
          show: 's',
          party: 2,
          untilMs: shard.clock.nowMs + 2 * minute,
          seq: answer.receipt.seq,
        },
      },
    ]);
  });

  it('[W4] [W5] [W7] ended waits and lapsed offers are told with their reason', async () => {
    const shard = await TestShard.open();
    await shard.schedule([8], { holdTtlMs: 3 * 60 * minute });
    const own = await shard.hold('ann', [0, 1]);
    const other = await shard.hold('zoe', [2, 3, 4, 5, 6, 7]);
    await shard.accepted('bob', wait(7));
    await shard.accepted('cid', wait(2));
    await shard.accepted('dan', wait(6));
    let from = shard.said.length;
    await shard.accepted('ann', { type: 'book', hold: own });
    expect(pushes(shard, from)).toEqual(['bob waitEnded tooFewLeft']);
    from = shard.said.length;
    await shard.accepted('zoe', { type: 'change', hold: other, seats: [2, 3, 4, 5] });
    await shard.advance(2 * minute + grace);
    expect(pushes(shard, from)).toEqual(['cid offer', 'cid waitEnded offerLapsed']);
    from = shard.said.length;
    await shard.advance(60 * minute);
    expect(pushes(shard, from)).toEqual(['dan waitEnded waitTimeout']);
  });

  it('[H3] an expired hold is told to its holder', async () => {
    const shard = await onSale();
    const own = await shard.hold('ann', [0]);
    const from = shard.said.length;
    await shard.advance(5 * minute + grace);
    expect(shard.said.slice(from)).toMatchObject([
      { type: 'push', user: 'ann', push: { type: 'holdExpired', show: 's', hold: own, seq: 4 } },
    ]);
  });

  it('what a user did is answered, not told as news', async () => {
    const shard = await onSale(4);
    const own = await shard.hold('ann', [0, 1, 2, 3]);
    await shard.accepted('bob', wait(1));
    await shard.accepted('cid', wait(1));
    await shard.accepted('cid', { type: 'leave' });
    await shard.accepted('ann', { type: 'release', hold: own });
    const from = shard.said.length;
    await shard.accepted('bob', hold(0));
    expect(pushes(shard, from)).toEqual([]);
    expect(pushes(shard)).toEqual(['bob offer']);
  });

  it('[S3] closing tells those who waited or had an offer', async () => {
    const shard = await TestShard.open();
    await shard.schedule([8]);
    await shard.advance(start - opening - minute);
    const own = await shard.hold('ann', [0, 1]);
    await shard.hold('zoe', [2, 3, 4, 5, 6, 7]);
    await shard.accepted('bob', wait(1));
    await shard.accepted('cid', wait(4));
    await shard.accepted('ann', { type: 'release', hold: own });
    const from = shard.said.length;
    await shard.advance(minute);
    expect(pushes(shard, from).toSorted()).toEqual([
      'bob waitEnded saleClosed',
      'cid waitEnded saleClosed',
    ]);
  });

  it('[S3] [B2] cancelling a show tells each who had something in it what became of it', async () => {
    const shard = await onSale(8);
    const booking = await shard.book('ann', [0]);
    await shard.hold('bob', [1]);
    const rest = await shard.hold('zoe', [2, 3, 4, 5, 6, 7]);
    await shard.accepted('cid', wait(6));
    await shard.accepted('dan', wait(7));
    await shard.accepted('zoe', { type: 'release', hold: rest });
    const from = shard.said.length;
    shard.tell({ type: 'cancelShow' });
    await shard.run();
    expect(pushes(shard, from).toSorted()).toEqual([
      'ann bookingsCancelled showCancelled',
      'bob holdEnded showCancelled',
      'cid waitEnded showCancelled',
      'dan waitEnded showCancelled',
    ]);
    const told = shard.said.find((said) => said.type === 'push' && said.user === 'ann');
    expect(told).toMatchObject({
      push: { bookings: [booking], currency: 'INR', refund: 1_000, reason: 'showCancelled' },
    });
  });

  it('[W2] who is offered seats on joining is told so with the answer', async () => {
    const shard = await TestShard.open();
    await shard.schedule([6], { waiting: 'backfill' });
    await shard.hold('zoe', [0, 1, 2, 3]);
    await shard.accepted('ann', wait(3));
    const from = shard.said.length;
    const { answer } = await shard.accepted('bob', wait(2));
    expect(answer).toMatchObject({ type: 'waiting', ticket: 2 });
    expect(pushes(shard, from)).toEqual(['bob offer']);
    expect(await shard.mineIn('bob')).toMatchObject({ wait: null, offer: { party: 2 } });
  });
});

describe('mine', () => {
  it('[W9] is everything a user has, in every show, and nothing of others', async () => {
    const partitions = [partitionOf('s'), partitionOf('t'), partitionOf('u')];
    const shard = await TestShard.open({ partitions });
    for (const show of ['s', 't', 'u']) await shard.schedule([4], {}, show);
    await shard.book('ann', [0], 's');
    await shard.hold('ann', [1], 't');
    await shard.hold('bob', [0, 1, 2, 3], 'u');
    await shard.accepted('ann', wait(1), undefined, 'u');
    const request = shard.mine('ann');
    await shard.run();
    expect(shard.answer(request)).toMatchObject({
      type: 'mine',
      shows: [
        { show: 's', bookings: [{ seats: [0] }], holds: [], wait: null, offer: null },
        { show: 't', bookings: [], holds: [{ seats: [1] }], wait: null, offer: null },
        { show: 'u', bookings: [], holds: [], wait: { ticket: 1, ahead: 0 }, offer: null },
      ],
    });
  });

  it('[W9] is empty for one who has nothing', async () => {
    const shard = await onSale();
    const own = await shard.hold('ann', [0]);
    await shard.accepted('ann', { type: 'release', hold: own });
    const requests = [shard.mine('ann'), shard.mine('nobody')];
    await shard.run();
    for (const request of requests) expect(shard.answer(request)).toMatchObject({ shows: [] });
  });

  it('[W9] [H3] shows nothing that is over, though nobody has pulsed', async () => {
    const shard = await onSale();
    await shard.hold('ann', [0]);
    shard.clock.nowMs += 5 * minute + grace;
    expect(await shard.mineIn('ann')).toBeUndefined();
  });
});

describe('a ticket', () => {
  it('[B1] [H6] is found by its owner alone, while the booking stands', async () => {
    const shard = await onSale();
    const booking = await shard.book('ann', [3, 1]);
    const look = async (user: string) => {
      const request = `look-${user}-${shard.said.length}`;
      shard.shard.submit(user, {
        type: 'booking',
        show: 's' as never,
        user: user as never,
        booking,
        requestId: request as never,
      });
      await shard.run();
      return shard.answer(request);
    };
    expect(await look('ann')).toMatchObject({ type: 'bookingFound', booking, seats: [3, 1] });
    const refused = { type: 'rejected', rejection: { reason: 'bookingNotFound' } };
    expect(await look('bob')).toMatchObject(refused);
    await shard.accepted('ann', { type: 'cancel', bookings: [booking] });
    expect(await look('ann')).toMatchObject(refused);
  });
});
