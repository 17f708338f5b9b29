/** Bookings and their numbering: made, looked up, cancelled [B1, B2, F1]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingRef, seq, showId } from '../../../engine/ids.ts';
import { makeReference } from '../../../engine/show/bookings/reference.ts';
import { evolve } from '../../../engine/show/evolve.ts';
import { viewMine } from '../../../engine/show/views.ts';
import { decided, first, hour, minute, onSale, second, start } from '../../support/show-harness.ts';

describe('booking', () => {
  it('[B1] makes a hold final: it neither expires nor can be changed or released', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1]);
    show.book('ann', hold);
    expect(show.refusal('ann', { type: 'release', hold }).reason).toBe('holdNotFound');
    expect(show.refusal('ann', { type: 'change', hold, seats: [2] }).reason).toBe('holdNotFound');
    show.advance(hour);
    expect(show.map).toBe('bb..');
  });

  it('[B1] is done once', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0]);
    show.book('ann', hold);
    expect(show.refusal('ann', { type: 'book', hold }).reason).toBe('holdNotFound');
    expect(show.show.bookings.size).toBe(1);
  });

  it('[B1] has a short reference of letters and digits that cannot be mistaken', () => {
    const show = onSale([4]);
    expect(show.buy('ann', [0])).toBe('S-004');
    expect(show.buy('bob', [1])).toBe('S-006');
  });

  it('[B1] references are unique, also across shows, and short', () => {
    const anyShow = fc.stringMatching(/^[a-z0-9-]{1,24}$/);
    const anyBooking = fc.record({ show: anyShow, at: fc.integer({ min: 1, max: 2 ** 40 - 1 }) });
    fc.assert(
      fc.property(anyBooking, anyBooking, (one, other) => {
        const [left, right] = [one, other].map(({ show, at }) =>
          makeReference(showId(show), seq(at)),
        );
        const same = one.show === other.show && one.at === other.at;
        expect(left === right).toBe(same);
        expect(left).toMatch(/^[A-Z0-9-]+-[0-9A-HJKMNP-TV-Z]{3,8}$/);
      }),
    );
    expect(makeReference(showId('k3'), seq(32))).toBe('K3-010');
  });

  it('[B1] [W5] does not move the line, where nobody is too large', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1]);
    show.hold('bob', [2, 3]);
    show.wait('cid', 2);
    show.book('ann', hold);
    expect(show.said).toHaveLength(1);
    expect([show.line, show.offers]).toEqual(['cid 2', '']);
  });
});

describe('cancelling', () => {
  it('[B2] one: its seats are free at once and its price is owed', () => {
    const show = onSale([4]);
    const booking = show.buy('ann', [0, 1]);
    show.cancel('ann', booking);
    expect(show.said).toEqual([`bookingsCancelled ${booking} refund 2000`]);
    expect(show.map).toBe('....');
  });

  it('[B2] many at once is one decision', () => {
    const show = onSale([6]);
    const bookings = [show.buy('ann', [0]), show.buy('ann', [1, 2]), show.buy('ann', [3])];
    const [one, two, three] = bookings;
    const made = decided(show.ask('ann', { type: 'cancel', bookings: [one, three] as never }));
    expect(made.events).toEqual([
      { type: 'bookingsCancelled', bookings: [one, three], refund: 2_000 },
    ]);
    expect(show.map).toBe('.bb...');
    show.cancel('ann', two as never);
  });

  it('[B2] names of one booking twice count once', () => {
    const show = onSale([4]);
    const booking = show.buy('ann', [0]);
    show.cancel('ann', booking, booking);
    expect(show.said).toEqual([`bookingsCancelled ${booking} refund 1000`]);
  });

  it('[B2] is all or nothing, and names what is not there', () => {
    const show = onSale([4]);
    const booking = show.buy('ann', [0]);
    const gone = show.buy('ann', [1]);
    show.cancel('ann', gone);
    const unknown = bookingRef('S-ZZZ');
    expect(
      show.refusal('ann', { type: 'cancel', bookings: [booking, gone, unknown] }),
    ).toMatchObject({ reason: 'bookingNotFound', bookings: [gone, unknown] });
    expect(show.map).toBe('b...');
  });

  it('[B2] [H6] is its owner’s alone; to others the booking is not there', () => {
    const show = onSale([4]);
    const booking = show.buy('ann', [0]);
    const own = show.buy('bob', [1]);
    expect(show.refusal('bob', { type: 'cancel', bookings: [own, booking] })).toMatchObject({
      reason: 'bookingNotFound',
      bookings: [booking],
    });
    expect(show.map).toBe('bb..');
  });

  it('[B2] is possible until the show’s start, to the millisecond', () => {
    const show = onSale([4]);
    const [early, late] = [show.buy('ann', [0]), show.buy('ann', [1])];
    show.advanceTo(start - 1);
    show.cancel('ann', early);
    show.advance(1);
    expect(show.refusal('ann', { type: 'cancel', bookings: [late] })).toMatchObject({
      reason: 'showStarted',
      code: 114,
      final: true,
      startsAtMs: start,
    });
    expect(show.map).toBe('.b..');
  });

  it('[B2] [W3] serves the line in the same decision', () => {
    const show = onSale([4]);
    const bookings = [show.buy('zoe', [0]), show.buy('zoe', [1, 2])];
    show.hold('yan', [3]);
    show.wait('ann', 1);
    show.cancel('zoe', ...bookings);
    expect(show.said).toEqual([
      `bookingsCancelled ${bookings.join()} refund 3000`,
      'offerMade ann 1',
    ]);
  });

  it('[B2] the owner still sees it, as cancelled', () => {
    const show = onSale([4]);
    const booking = show.buy('ann', [0]);
    show.cancel('ann', booking);
    expect(viewMine(show.show, 'ann' as never)?.bookings).toEqual([
      { booking, seats: [0], currency: 'INR', total: 1_000, state: 'cancelled' },
    ]);
  });
});

describe('numbering', () => {
  it('[F1] decisions are numbered 1, 2, 3 … without gaps, refusals and time included', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1, 2]);
    show.refusal('bob', { type: 'hold', seats: [0] });
    show.wait('bob', 2);
    show.refusal('bob', { type: 'wait', party: 2 });
    show.change('ann', hold, [0]);
    show.advance(2 * minute + 5 * second);
    show.refusal('cid', { type: 'leave' });
    show.advance(hour);
    show.ask('ann', { type: 'hold', seats: [3] }, 'once');
    show.ask('ann', { type: 'hold', seats: [3] }, 'once');
    show.advanceTo(start);
    const numbers = show.decisions.map((decision) => decision.seq);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(show.show.seq).toBe(numbers.length);
  });

  it('[F1] a hold has the number of the decision that made it', () => {
    const show = onSale([4]);
    show.hold('ann', [0]);
    const made = decided(show.ask('ann', { type: 'hold', seats: [1] }));
    expect(first({ type: 'decided', decision: made }, 'seatsHeld').hold).toBe(made.seq);
  });

  it('[F1] a decision out of turn is never applied', () => {
    const show = onSale([4]);
    const made = decided(show.ask('ann', { type: 'hold', seats: [0] }));
    for (const wrong of [0, 2]) {
      const decision = { ...made, seq: seq(made.seq + wrong) };
      expect(() => evolve(show.show, decision)).toThrow('without gaps');
    }
  });
});
