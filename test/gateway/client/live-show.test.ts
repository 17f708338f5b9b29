/** Proves that the live map is right or says that it is not, and that `ahead` is exact. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ShowDetails } from '../../../engine/catalog/model.ts';
import { holdId, millis, minor, ticket } from '../../../engine/ids.ts';
import { connect, type LiveShow, type UsherClient } from '../../../gateway/client/index.ts';
import { unpackSeats } from '../../../gateway/client/live-show.ts';
import type { Down, UpMessage } from '../../../gateway/wire/message-types.ts';
import { booked, held, seats, show, waiting, watching } from './replies.ts';
import { pause, StubServer, until } from './stub-server.ts';

let server: StubServer;
let client: UsherClient;
let snapshotSeq = 10;

const details = {
  show: { id: show },
  layout: { runs: [{ count: 5 }] },
} as unknown as ShowDetails;

function replyToBrowsing(message: UpMessage) {
  if (message.type === 'show') {
    return { type: 'showFound', requestId: message.requestId, details } as const;
  }
  if (message.type === 'watch') return watching(message.requestId, { seq: snapshotSeq });
  return undefined;
}

beforeEach(async () => {
  snapshotSeq = 10;
  server = await StubServer.start();
  server.reply = replyToBrowsing;
  client = connect({ url: server.url, WebSocket });
});

afterEach(async () => {
  client.close();
  await server.stop();
});

async function watched(): Promise<LiveShow> {
  const live = client.watch(show);
  await until(() => live.fresh, 'the first snapshot');
  return live;
}

/** Lets everything that the server has sent arrive. */
async function settled(): Promise<void> {
  await client.ping();
}

describe('the live map', () => {
  it('starts from the snapshot, two bits a seat', async () => {
    const live = await watched();
    expect([0, 1, 2, 3, 4].map((seat) => live.state(seat))).toEqual([
      'free',
      'held',
      'booked',
      'blocked',
      'free',
    ]);
    await until(() => live.counts.free === 2, 'padding is not counted');
    expect(live.counts).toEqual({ free: 2, held: 1, booked: 1, blocked: 1 });
    expect(live.phase).toBe('onSale');
    expect(unpackSeats(Uint8Array.of(0xff, 0xff), 5)).toHaveLength(5);
  });

  it('applies deltas, overlapping ones too, and ignores those it has seen', async () => {
    const live = await watched();
    const changes: (readonly number[])[] = [];
    live.on('change', (changed) => changes.push(changed));
    server.line.send(seats(10, 12, [0 * 4 + 1]));
    server.line.send(seats(11, 13, [0 * 4 + 1, 4 * 4 + 2]));
    server.line.send(seats(9, 13, [4 * 4 + 0]));
    await settled();
    expect(live.state(0)).toBe('held');
    expect(live.state(4)).toBe('booked');
    expect(live.seq).toBe(13);
    expect(changes).toEqual([[0], [4]]);
    expect(server.of('watch')).toHaveLength(1);
  });

  it('[F1] sees a gap, says so and asks for a new snapshot', async () => {
    const live = await watched();
    const fresh: boolean[] = [];
    live.on('fresh', (value) => fresh.push(value));
    snapshotSeq = 20;
    server.line.send(seats(12, 14, [0 * 4 + 1]));
    server.line.send(seats(14, 15, [0 * 4 + 2]));
    await until(() => live.seq === 20, 'a new snapshot');
    expect(server.of('watch')).toHaveLength(2);
    expect(fresh).toEqual([false, true]);
    expect(live.state(0)).toBe('free');
  });

  it('ignores a delta for seats that the show does not have', async () => {
    const live = await watched();
    server.line.send(seats(10, 11, [99_999 * 4 + 1]));
    await settled();
    expect(live.seq).toBe(11);
    expect(live.state(99_999)).toBe('blocked');
  });

  it('[W9] is watched again after a reconnect, and is not called fresh until then', async () => {
    const live = await watched();
    const fresh: boolean[] = [];
    live.on('fresh', (value) => fresh.push(value));
    snapshotSeq = 30;
    server.line.cut();
    await until(() => live.seq === 30, 'a snapshot over the new connection');
    expect(fresh).toEqual([false, true]);
  });

  it('is one for all who watch, and ends with the last of them', async () => {
    const live = await watched();
    expect(client.watch(show)).toBe(live);
    live.unwatch();
    await settled();
    expect(server.of('unwatch')).toHaveLength(0);
    live.unwatch();
    await until(() => server.of('unwatch').length === 1, 'unwatch');
    server.line.send(seats(10, 11, [0 * 4 + 1]));
    await settled();
    expect(live.state(0)).toBe('free');
  });

  it('keeps the other listeners when one of them throws', async () => {
    const live = await watched();
    const reported: unknown[] = [];
    const report = console.error;
    console.error = (error: unknown) => reported.push(error);
    let heard = 0;
    live.on('change', () => {
      throw new Error('a bug of the page');
    });
    live.on('change', () => heard++);
    server.line.send(seats(10, 11, [0 * 4 + 1]));
    await settled();
    console.error = report;
    expect(heard).toBe(1);
    expect(reported).toHaveLength(1);
  });
});

describe('what the session has', () => {
  it('follows holds, changes, bookings and expiries without asking', async () => {
    server.reply = (m) => {
      if (m.type === 'hold') return held(m.requestId);
      if (m.type === 'change') return held(m.requestId, { seats: m.seats });
      if (m.type === 'book') return booked(m.requestId, { seats: [3] });
      return replyToBrowsing(m);
    };
    const live = await watched();
    let told = 0;
    live.on('mine', () => told++);
    await client.hold(show, [1, 2]);
    expect(live.mine.holds).toMatchObject([{ hold: 5, seats: [1, 2], total: 200 }]);
    await client.change(show, holdId(5), [3]);
    expect(live.mine.holds).toMatchObject([{ hold: 5, seats: [3] }]);
    await client.book(show, holdId(5));
    expect(live.mine).toMatchObject({ holds: [], bookings: [{ booking: 'S1-005' }] });
    await client.hold(show, [1, 2]);
    server.line.send({ type: 'holdExpired', show, hold: holdId(5), seq: 20 });
    await until(() => live.mine.holds.length === 0, 'the hold expires');
    expect(told).toBe(5);
  });

  it('[S3] follows a cancelled show: holds end, bookings are cancelled and owed back', async () => {
    server.reply = (m) => {
      if (m.type === 'hold') return held(m.requestId);
      if (m.type === 'book') return booked(m.requestId, { seats: [1, 2] });
      return replyToBrowsing(m);
    };
    const live = await watched();
    const heard: unknown[] = [];
    live.on('holdEnded', (reason) => heard.push(reason));
    live.on('bookingsCancelled', ({ refund }) => heard.push(refund));
    await client.hold(show, [1, 2]);
    const { booking } = (await client.book(show, holdId(5))) as Down<'booked'>;
    await client.hold(show, [1, 2]);
    const gone = { show, reason: 'showCancelled', seq: 21 } as const;
    server.line.send({ type: 'holdEnded', hold: holdId(5), ...gone });
    const cancelled = { bookings: [booking], currency: 'INR', refund: 200 };
    server.line.send({ type: 'bookingsCancelled', ...cancelled, ...gone });
    await until(() => heard.length === 2, 'both are told');
    expect(heard).toEqual(['showCancelled', 200]);
    expect(live.mine).toMatchObject({ holds: [], bookings: [{ booking, state: 'cancelled' }] });
  });

  it('[W2] an offer made in joining the line stands, though the answer comes after it', async () => {
    server.reply = (m) => {
      if (m.type !== 'wait') return replyToBrowsing(m);
      server.line.send({ type: 'offer', show, party: 2, untilMs: millis(7), seq: 11 });
      return waiting(m.requestId);
    };
    const live = await watched();
    await client.wait(show, 2);
    expect(live.mine).toMatchObject({ wait: null, offer: { party: 2, untilMs: 7 } });
  });

  it('[W4] an offer ends the wait, and a hold uses the offer up', async () => {
    server.reply = (m) => {
      if (m.type === 'wait') return waiting(m.requestId);
      if (m.type === 'hold') return held(m.requestId);
      return replyToBrowsing(m);
    };
    const live = await watched();
    await client.wait(show, 2);
    expect(live.mine.wait).toMatchObject({ ticket: 9, ahead: 3 });
    server.line.send({ type: 'offer', show, party: 2, untilMs: millis(7), seq: 11 });
    await until(() => live.mine.offer !== null, 'the offer');
    expect(live.mine).toMatchObject({ wait: null, offer: { party: 2, untilMs: 7 } });
    await client.hold(show, [1, 2]);
    expect(live.mine).toMatchObject({ offer: null, holds: [{ hold: 5 }] });
  });

  it('[W5] a wait that ended is gone, and its reason is told', async () => {
    server.reply = (m) => (m.type === 'wait' ? waiting(m.requestId) : replyToBrowsing(m));
    const live = await watched();
    const reasons: string[] = [];
    live.on('waitEnded', (reason) => reasons.push(reason));
    await client.wait(show, 2);
    server.line.send({ type: 'waitEnded', show, reason: 'tooFewLeft', seq: 12 });
    await until(() => live.mine.wait === null, 'the end of the wait');
    expect(reasons).toEqual(['tooFewLeft']);
  });

  it('asks again when another tab changed something', async () => {
    await client.ready();
    expect(client.mineShows()).toEqual([]);
    const hold = {
      hold: holdId(5),
      seats: [1],
      deadlineMs: millis(9),
      currency: 'INR',
      prices: [minor(100)],
      total: 100,
      discounts: [],
    };
    server.reply = (m) =>
      m.type === 'mine'
        ? {
            type: 'mineFound',
            requestId: m.requestId,
            shows: [{ show, holds: [hold], bookings: [], wait: null, offer: null }],
          }
        : undefined;
    server.line.send({ type: 'mineChanged', show });
    server.line.send({ type: 'mineChanged', show });
    await until(() => client.mineOf(show).holds.length === 1, 'the other tab’s hold');
    expect(server.of('mine')).toHaveLength(1);
  });
});

describe('[W8] parties ahead', () => {
  async function inLine(): Promise<LiveShow> {
    server.reply = (m) => (m.type === 'wait' ? waiting(m.requestId) : replyToBrowsing(m));
    const live = await watched();
    await client.wait(show, 2);
    return live;
  }

  function line(serving: number, departed: readonly number[], waitingParties = 4): void {
    server.line.send({ type: 'line', show, serving, waiting: waitingParties, departed });
  }

  it('falls by one for each ticket below one’s own that leaves', async () => {
    // Tickets 5, 6, 8 stand before ticket 9; 7 left earlier.
    const live = await inLine();
    line(6, [5]);
    await settled();
    expect(live.mine.wait).toMatchObject({ ahead: 2, serving: 6 });
    line(6, [10, 12]);
    await settled();
    expect(live.mine.wait?.ahead).toBe(2);
    line(9, [6, 8]);
    await settled();
    expect(live.mine.wait?.ahead).toBe(0);
    expect(live.line).toEqual({ serving: 9, waiting: 4 });
    expect(server.of('mine')).toHaveLength(0);
  });

  it('does not count those whom the reply had left out already', async () => {
    const live = await inLine();
    line(5, [3, 4]);
    await settled();
    expect(live.mine.wait?.ahead).toBe(3);
    expect(server.of('mine')).toHaveLength(0);
  });

  it('asks where the first broadcast leaves it open whom the reply had counted', async () => {
    const live = await inLine();
    const wait = {
      ticket: ticket(9),
      party: 2,
      ahead: 3,
      serving: ticket(5),
      untilMs: millis(1),
    };
    server.reply = (m) =>
      m.type === 'mine'
        ? {
            type: 'mineFound',
            requestId: m.requestId,
            shows: [{ show, holds: [], bookings: [], wait, offer: null }],
          }
        : undefined;
    line(5, [7]);
    await until(() => server.of('mine').length === 1, 'mine is asked');
    await pause(20);
    expect(live.mine.wait?.ahead).toBe(3);
  });
});
