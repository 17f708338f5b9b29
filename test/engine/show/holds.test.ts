/** Holds: taken whole, within the cap, timed, released, their holder's alone [H1–H4, H6]. */
import { describe, expect, it } from 'vitest';
import { holdId } from '../../../engine/ids.ts';
import { viewMine } from '../../../engine/show/views.ts';
import { decided, first, minute, onSale, second } from '../../support/show-harness.ts';

const ttl = 5 * minute;
const grace = 5 * second;

describe('holding', () => {
  it('[H1] takes every seat asked for, or none', () => {
    const show = onSale([6]);
    show.hold('ann', [2]);
    expect(show.refusal('bob', { type: 'hold', seats: [1, 2, 3] }).reason).toBe('seatsTaken');
    expect(show.map).toBe('..h...');
    show.hold('bob', [5, 1, 3]);
    expect(show.map).toBe('.hhh.h');
  });

  it('[H1] keeps the seats in the order asked, which is the order of their prices', () => {
    const show = onSale([2, { count: 2, tier: 1 }]);
    const held = first(show.ask('ann', { type: 'hold', seats: [3, 0] }), 'seatsHeld');
    expect(held).toMatchObject({ seats: [3, 0], prices: [1_500, 1_000] });
  });

  it('[H1] two users never hold one seat', () => {
    const show = onSale([2]);
    show.hold('ann', [0]);
    expect(show.refusal('bob', { type: 'hold', seats: [0] }).reason).toBe('seatsTaken');
    show.hold('bob', [1]);
    expect(show.map).toBe('hh');
  });
});

describe('the cap', () => {
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  it('[H2] ten seats a request, not eleven', () => {
    const show = onSale([30]);
    expect(show.refusal('ann', { type: 'hold', seats: [...ten, 10] })).toMatchObject({
      reason: 'overSeatLimit',
      left: 10,
      limit: 10,
    });
    show.hold('ann', ten);
  });

  it('[H2] ten seats a request, also where a show gives a user more', () => {
    const show = onSale([30], { seatsPerUser: 15 });
    expect(show.refusal('ann', { type: 'hold', seats: [...ten, 10] })).toMatchObject({
      reason: 'overSeatLimit',
      left: 10,
    });
    show.hold('ann', ten);
    expect(show.refusal('ann', { type: 'hold', seats: [10, 11, 12, 13, 14, 15] })).toMatchObject({
      reason: 'overSeatLimit',
      left: 5,
    });
    show.hold('ann', [10, 11, 12, 13, 14]);
  });

  it('[H2] a show may give a user fewer', () => {
    const show = onSale([30], { seatsPerUser: 2 });
    expect(show.refusal('ann', { type: 'hold', seats: [0, 1, 2] })).toMatchObject({
      reason: 'overSeatLimit',
      left: 2,
      limit: 2,
    });
    show.hold('ann', [0, 1]);
    expect(show.refusal('ann', { type: 'wait', party: 1 })).toMatchObject({ left: 0, limit: 2 });
  });

  it('[H2] counts held, booked, offered and waited-for seats of a user together', () => {
    const show = onSale([20]);
    const refused = (count: number, left: number) => {
      const seats = ten.slice(0, count).map((seat) => seat + 5);
      expect(show.refusal('ann', { type: 'hold', seats })).toMatchObject({
        reason: 'overSeatLimit',
        left,
        limit: 10,
      });
    };
    show.buy('ann', [0, 1]);
    refused(9, 8);
    show.hold('ann', [2, 3, 4]);
    refused(6, 5);
    const rest = show.hold('zoe', [5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    show.hold('yan', [15, 16, 17, 18, 19]);
    show.wait('ann', 4);
    refused(2, 1);
    show.release('zoe', rest);
    expect(show.offers).toBe('ann 4');
    expect(show.refusal('ann', { type: 'hold', seats: [5, 6, 7, 8, 9, 10] })).toMatchObject({
      reason: 'overSeatLimit',
      left: 5,
    });
    show.hold('ann', [5, 6, 7, 8]);
    refused(2, 1);
    show.hold('ann', [9]);
    refused(1, 0);
  });

  it('[H2] counts what a wait asks for, and tells what is left', () => {
    const show = onSale([12]);
    show.hold('ann', [0, 1, 2, 3, 4, 5, 6]);
    show.hold('bob', [7, 8, 9, 10, 11]);
    expect(show.refusal('ann', { type: 'wait', party: 4 })).toMatchObject({
      reason: 'overSeatLimit',
      left: 3,
    });
    expect(show.wait('ann', 3)).toBe(1);
  });

  it('[H2] counts a changed hold once, with its new size', () => {
    const show = onSale([20]);
    show.hold('ann', [10, 11, 12, 13]);
    const hold = show.hold('ann', [0, 1, 2]);
    expect(
      show.refusal('ann', { type: 'change', hold, seats: [0, 1, 2, 3, 4, 5, 6] }),
    ).toMatchObject({ reason: 'overSeatLimit', left: 6 });
    show.change('ann', hold, [3, 4, 5, 6, 7, 8]);
    expect(show.refusal('ann', { type: 'hold', seats: [0] })).toMatchObject({ left: 0 });
  });

  it('[H2] is given back by release, expiry, cancellation and leaving', () => {
    const show = onSale([10]);
    const hold = show.hold('ann', ten);
    show.release('ann', hold);
    const booking = show.buy('ann', ten);
    show.cancel('ann', booking);
    show.hold('ann', ten);
    show.advance(ttl + grace);
    const other = show.hold('bob', ten);
    show.wait('ann', 10);
    show.leave('ann');
    show.release('bob', other);
    show.hold('ann', ten);
  });
});

describe('the deadline', () => {
  it('[H3] is five minutes after the decision, and acted on five seconds later', () => {
    const show = onSale([2]);
    const at = show.nowMs;
    const held = first(show.ask('ann', { type: 'hold', seats: [0] }), 'seatsHeld');
    expect(held.deadlineMs).toBe(at + ttl);
    show.advance(ttl + grace - 1);
    expect([show.map, show.said]).toEqual(['h.', []]);
    show.advance(1);
    expect([show.map, show.said]).toEqual(['..', [`holdExpired #${held.hold} ann`]]);
  });

  it('[H3] the holder can still act within the grace, and not after it', () => {
    const show = onSale([3]);
    const [kept, lost] = [show.hold('ann', [0]), show.hold('ann', [1])];
    show.advance(ttl + grace - 1);
    show.change('ann', kept, [2]);
    show.book('ann', kept);
    show.advance(1);
    expect(show.refusal('ann', { type: 'book', hold: lost }).reason).toBe('holdNotFound');
    expect(show.refusal('ann', { type: 'release', hold: lost }).reason).toBe('holdNotFound');
    expect(show.map).toBe('..b');
  });

  it('[H3] times are the show’s own', () => {
    const show = onSale([2], { holdTtlMs: 20_000, graceMs: 300 });
    show.hold('ann', [0]);
    show.advance(20_299);
    expect(show.map).toBe('h.');
    show.advance(1);
    expect(show.map).toBe('..');
  });

  it('[H3] a command that finds a hold due expires it first', () => {
    const show = onSale([1]);
    const hold = show.hold('ann', [0]);
    show.nowMs = (show.nowMs + ttl + grace) as typeof show.nowMs;
    expect(decided(show.ask('bob', { type: 'hold', seats: [0] })).seq).toBe(5);
    expect(show.said).toEqual([`holdExpired #${hold} ann`, 'seatsHeld #5 0']);
  });

  it('[H4] holds expire oldest first, and the line is served in that very decision', () => {
    const show = onSale([4]);
    const older = show.hold('ann', [2, 3]);
    show.advance(1);
    const younger = show.hold('bob', [0, 1]);
    show.wait('cid', 1);
    show.wait('dan', 3);
    show.advance(ttl + grace - 1);
    expect(show.said).toEqual([`holdExpired #${older} ann`, 'offerMade cid 1']);
    show.advance(1);
    expect(show.said).toEqual([`holdExpired #${younger} bob`, 'offerMade dan 3']);
  });

  it('[H4] what is due together is one decision, in the order it was held', () => {
    const show = onSale([4]);
    const holds = ['ann', 'bob', 'cid'].map((user, seat) => show.hold(user, [seat]));
    show.hold('dan', [3]);
    show.wait('eve', 2);
    show.release('ann', holds[0] ?? holdId(0));
    const before = show.decisions.length;
    show.advance(ttl + grace);
    expect(show.said).toEqual([
      `holdExpired #${holds[1]} bob`,
      `holdExpired #${holds[2]} cid`,
      'holdExpired #6 dan',
      'offerMade eve 2',
    ]);
    expect(show.decisions.length).toBe(before + 1);
  });

  it('[H4] more than one decision’s worth of expiries is done in several, at once', () => {
    const show = onSale([3_000]);
    show.audited = false;
    for (let user = 0; user < 3_000; user++) show.hold(`u${user}`, [user]);
    show.advance(ttl + grace);
    expect(show.show.seats.free).toBe(3_000);
    expect(show.show.holds.size).toBe(0);
    const sizes = show.decisions.slice(-3).map(({ events }) => events.length);
    expect(sizes).toEqual([1_024, 1_024, 952]);
  });
});

describe('releasing', () => {
  it('[H6] frees the seats at once', () => {
    const show = onSale([2]);
    const hold = show.hold('ann', [0, 1]);
    show.release('ann', hold);
    expect(show.map).toBe('..');
    show.hold('bob', [0, 1]);
  });

  it('[H6] is done once', () => {
    const show = onSale([2]);
    const hold = show.hold('ann', [0]);
    show.release('ann', hold);
    expect(show.refusal('ann', { type: 'release', hold }).reason).toBe('holdNotFound');
  });

  it('[H6] only its holder can see, change, release or book it; to others it is not there', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0]);
    show.hold('bob', [1]);
    const never = holdId(999);
    for (const wish of [
      { type: 'change', seats: [2] },
      { type: 'release' },
      { type: 'book' },
    ] as const) {
      const refusal = show.refusal('bob', { ...wish, hold });
      expect(refusal).toMatchObject({ reason: 'holdNotFound', code: 110, final: true });
      expect(show.refusal('bob', { ...wish, hold: never })).toEqual(refusal);
    }
    const mine = (user: string) =>
      viewMine(show.show, user as never)?.holds.map(({ seats }) => seats);
    expect([mine('ann'), mine('bob'), mine('cid')]).toEqual([[[0]], [[1]], undefined]);
  });
});
