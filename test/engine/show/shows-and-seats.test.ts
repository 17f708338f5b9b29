/** Shows and their seats: what a show goes through, and what it takes in each phase [S1–S3]. */
import { describe, expect, it } from 'vitest';
import {
  hour,
  minute,
  onSale,
  opening,
  second,
  start,
  TestShow,
} from '../../support/show-harness.ts';

describe('seats', () => {
  it('[S1] every seat is in exactly one of four states, free at first', () => {
    const show = new TestShow([3, 4]);
    expect(show.map).toBe('.......');
    show.block([6]);
    show.advanceTo(opening);
    show.buy('ann', [0, 1]);
    show.hold('bob', [3]);
    expect(show.map).toBe('bb.h..x');
  });

  it('[S1] a hall may have a single seat, and it can be sold', () => {
    const show = onSale([1]);
    show.buy('ann', [0]);
    expect(show.map).toBe('b');
    expect(show.refusal('bob', { type: 'hold', seats: [0] }).reason).toBe('tooFewLeft');
  });

  it('[S1] a hall may have 100,000 seats, and its last one can be held', () => {
    const show = onSale([100_000]);
    show.hold('ann', [99_999]);
    expect(show.map.endsWith('.h')).toBe(true);
    expect(show.refusal('ann', { type: 'hold', seats: [100_000] })).toMatchObject({
      reason: 'invalidSeats',
      problem: 'unknown',
      seats: [100_000],
    });
  });

  it('[S2] free + held + booked + blocked = N after every decision, whatever is done', () => {
    const show = onSale([12]);
    const counts = () => {
      const { free, held, booked, blocked } = show.show.seats;
      return [free, held, booked, blocked];
    };
    const hold = show.hold('ann', [0, 1, 2]);
    expect(counts()).toEqual([9, 3, 0, 0]);
    show.change('ann', hold, [2, 3]);
    expect(counts()).toEqual([10, 2, 0, 0]);
    show.block([11]);
    expect(counts()).toEqual([9, 2, 0, 1]);
    const booking = show.book('ann', hold);
    expect(counts()).toEqual([9, 0, 2, 1]);
    show.unblock([11]);
    show.cancel('ann', booking);
    expect(counts()).toEqual([12, 0, 0, 0]);
    show.hold('bob', [5, 6]);
    show.advance(5 * minute + 5 * second);
    expect(counts()).toEqual([12, 0, 0, 0]);
  });
});

describe('phases of a show', () => {
  it('[S3] is scheduled until its sale opens, to the millisecond', () => {
    const show = new TestShow([4]);
    show.advanceTo(opening - 1);
    expect(show.show.phase).toBe('scheduled');
    expect(show.refusal('ann', { type: 'hold', seats: [0] })).toMatchObject({
      reason: 'showNotOnSale',
      phase: 'scheduled',
      onSaleAtMs: opening,
      startsAtMs: start,
    });
    show.advance(1);
    expect(show.said).toEqual(['saleOpened']);
    show.hold('ann', [0]);
  });

  it('[S3] closes at its start, to the millisecond', () => {
    const show = onSale([4]);
    show.advanceTo(start - 1);
    show.hold('ann', [0]);
    show.advance(1);
    expect(show.said).toEqual(['saleClosed']);
    expect(show.refusal('bob', { type: 'hold', seats: [1] })).toMatchObject({
      reason: 'showNotOnSale',
      phase: 'closed',
    });
  });

  it('[S3] takes no hold, best hold, wait or change unless it is on sale', () => {
    const closed = onSale([4]);
    closed.advanceTo(start - 1);
    const hold = closed.hold('ann', [0]);
    closed.advanceTo(start);
    const cancelled = onSale([4]);
    cancelled.cancelShow();
    for (const show of [new TestShow([4]), closed, cancelled]) {
      const { phase } = show.show;
      const refusal = { reason: 'showNotOnSale', code: 102, final: true, phase };
      for (const wish of [
        { type: 'hold', seats: [1] },
        { type: 'holdBest', count: 1, tier: undefined },
        { type: 'holdBest', count: 1, tier: 99 },
        { type: 'wait', party: 1 },
        { type: 'change', hold, seats: [1] },
      ] as const) {
        expect(show.refusal('ann', wish), `${wish.type} while ${phase}`).toMatchObject(refusal);
      }
    }
  });

  it('[S3] opens and closes one after the other where time has passed unseen', () => {
    const show = new TestShow([4]);
    show.advanceTo(start + hour);
    expect(show.said).toEqual(['saleOpened', 'saleClosed']);
    expect(show.decisions.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('[S3] closing ends every wait and every offer with the reason, and spares the holds', () => {
    const show = onSale([4]);
    show.advanceTo(start - 10 * second);
    const hold = show.hold('ann', [0, 1, 2]);
    const other = show.hold('bob', [3]);
    show.wait('cid', 1);
    show.wait('dan', 2);
    show.release('bob', other);
    expect([show.offers, show.line]).toEqual(['cid 1', 'dan 2']);
    show.advanceTo(start);
    expect(show.said).toEqual([
      'saleClosed',
      'waitEnded dan saleClosed',
      'offerEnded cid saleClosed',
    ]);
    expect([show.offers, show.line, show.map]).toEqual(['', '', 'hhh.']);
    show.book('ann', hold);
    expect(show.map).toBe('bbb.');
  });

  it('[S3] [H3] a hold placed before closing may be paid for until its deadline and grace', () => {
    const show = onSale([4]);
    show.advanceTo(start - 1);
    const early = show.hold('ann', [0]);
    const late = show.hold('bob', [1]);
    show.advance(5 * minute + 5 * second - 1);
    show.book('ann', early);
    show.advance(1);
    expect(show.said).toEqual([`holdExpired #${late} bob`]);
    expect(show.refusal('bob', { type: 'book', hold: late }).reason).toBe('holdNotFound');
    expect(show.map).toBe('b...');
  });

  it('[S3] [H6] a hold of a closed show can still be released', () => {
    const show = onSale([4]);
    show.advanceTo(start - 1);
    const hold = show.hold('ann', [0]);
    show.advance(1);
    show.release('ann', hold);
    expect(show.map).toBe('....');
  });

  it('[S3] [H4] a hold that expires in the moment of closing expires in that decision', () => {
    const show = onSale([4]);
    show.advanceTo(start - 5 * minute - 5 * second);
    const hold = show.hold('ann', [0]);
    show.advanceTo(start);
    expect(show.said).toEqual(['saleClosed', `holdExpired #${hold} ann`]);
    expect(show.show.seats.free).toBe(4);
  });
});

describe('cancelling a show', () => {
  it.each([
    ['scheduled', opening - minute],
    ['onSale', opening],
    ['closed', start],
  ])('[S3] is possible while it is %s', (phase, atMs) => {
    const show = new TestShow([4]);
    show.advanceTo(atMs);
    expect(show.show.phase).toBe(phase);
    show.cancelShow();
    expect(show.show.phase).toBe('cancelled');
    show.advanceTo(start + hour);
    expect(show.show.phase).toBe('cancelled');
  });

  it('[S3] [B3] ends every wait, offer, hold and booking, and says what is owed', () => {
    const show = onSale([4, { count: 2, tier: 1 }]);
    show.buy('ann', [0, 1]);
    show.buy('bob', [4]);
    const hold = show.hold('cid', [2, 3]);
    const other = show.hold('dan', [5]);
    show.wait('eve', 1);
    show.wait('fay', 2);
    show.release('dan', other);
    show.cancelShow();
    expect(show.said).toEqual([
      'showCancelled',
      'waitEnded fay showCancelled',
      'offerEnded eve showCancelled',
      `holdReleased #${hold}`,
      'bookingsCancelled S-004 refund 2000',
      'bookingsCancelled S-006 refund 1500',
    ]);
    expect(show.map).toBe('......');
    expect(show.show.earmarked).toBe(0);
  });

  it('[S3] twice is refused, and nothing of it can be booked or cancelled any more', () => {
    const show = onSale([4]);
    const booking = show.buy('ann', [0]);
    const hold = show.hold('ann', [1]);
    show.cancelShow();
    expect(show.houseRefusal({ type: 'cancelShow' }).reason).toBe('showNotOnSale');
    expect(show.refusal('ann', { type: 'book', hold }).reason).toBe('holdNotFound');
    expect(show.refusal('ann', { type: 'cancel', bookings: [booking] })).toMatchObject({
      reason: 'bookingNotFound',
      bookings: [booking],
    });
    expect(show.refusal('ann', { type: 'release', hold }).reason).toBe('holdNotFound');
  });
});

describe('the house', () => {
  it('[S1] blocks free seats and puts them back, before and while they are on sale', () => {
    const show = new TestShow([4]);
    show.block([1, 2]);
    expect(show.map).toBe('.xx.');
    show.advanceTo(opening);
    show.block([0]);
    show.unblock([2]);
    expect(show.map).toBe('xx..');
  });

  it('[S1] blocks no seat that is held or booked, and names those', () => {
    const show = onSale([4]);
    show.buy('ann', [0]);
    show.hold('bob', [1]);
    expect(show.houseRefusal({ type: 'block', seats: [0, 1, 2] })).toMatchObject({
      reason: 'seatsTaken',
      seats: [0, 1],
    });
    expect(show.map).toBe('bh..');
  });

  it('[W4] blocks no seat that an open offer may need', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1, 2, 3]);
    show.wait('bob', 3);
    show.release('ann', hold);
    expect(show.offers).toBe('bob 3');
    expect(show.houseRefusal({ type: 'block', seats: [0, 1] }).reason).toBe('waitInLine');
    show.block([0]);
    show.hold('bob', [1, 2, 3]);
  });

  it.each([
    ['block', [], 'none', []],
    ['block', [1, 4], 'unknown', [4]],
    ['block', [-1], 'unknown', [-1]],
    ['block', [0.5], 'unknown', [0.5]],
    ['block', [1, 1], 'twice', [1]],
    ['block', [0, 3], 'blocked', [3]],
    ['unblock', [], 'none', []],
    ['unblock', [4], 'unknown', [4]],
    ['unblock', [0.5], 'unknown', [0.5]],
    ['unblock', [0, 3], 'unknown', [0]],
  ] as const)('[R1] is refused to %s seats %j: %s', (type, seats, problem, named) => {
    const show = onSale([4]);
    show.block([3]);
    expect(show.houseRefusal({ type, seats })).toMatchObject({
      reason: 'invalidSeats',
      problem,
      seats: named,
    });
  });

  it('[W3] unblocking serves the line in the same decision', () => {
    const show = onSale([4]);
    show.block([0, 1, 2]);
    show.hold('ann', [3]);
    show.wait('bob', 1);
    show.unblock([0, 1]);
    expect(show.said).toEqual(['seatsUnblocked 0,1', 'offerMade bob 1']);
  });

  it('[W5] [W3] blocking ends hopeless waits, and serves who is then first', () => {
    const show = onSale([5]);
    show.hold('ann', [0, 1]);
    const hold = show.hold('bob', [2, 3, 4]);
    show.wait('dan', 5);
    show.wait('eve', 2);
    show.release('bob', hold);
    expect(show.line).toBe('dan 5, eve 2');
    show.block([2]);
    expect(show.said).toEqual(['seatsBlocked 2', 'waitEnded dan tooFewLeft', 'offerMade eve 2']);
  });
});
