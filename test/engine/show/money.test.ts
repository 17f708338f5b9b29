/** Money where it meets holds and bookings: quoted, fixed, named, summed [M1–M5]. */
import { describe, expect, it } from 'vitest';
import { minor } from '../../../engine/ids.ts';
import type { Discount } from '../../../engine/show/terms.ts';
import { viewMine } from '../../../engine/show/views.ts';
import { bookingNamed } from '../../support/show-books.ts';
import { first, onSale, type TestShow } from '../../support/show-harness.ts';

const thirdTicket: Discount = { type: 'nthTicket', name: 'Third ticket', nth: 3, percent: 50 };
const afternoon: Discount = {
  type: 'timeOfDay',
  name: 'Afternoon',
  fromMinute: 12 * 60,
  untilMinute: 17 * 60,
  percent: 20,
};
const matinee = { localStartMinute: 14 * 60, discounts: [thirdTicket, afternoon] };
/** One row of six at 10.00, one at 15.00, one at 20.00. */
const rows = [0, 1, 2].map((tier) => ({ count: 6, tier }));

/** The discount lines of a user's latest hold, as they are quoted to them. */
function quoted(show: TestShow, user: string) {
  return viewMine(show.show, user as never)?.holds.at(-1)?.discounts;
}

describe('the price of a hold', () => {
  it('[M3] [M4] is quoted with it, every discount a named line', () => {
    const show = onSale(rows, matinee);
    const held = first(show.ask('ann', { type: 'hold', seats: [0, 1, 2, 3, 4] }), 'seatsHeld');
    expect(held.prices).toEqual([800, 800, 400, 800, 800]);
    expect(quoted(show, 'ann')).toEqual([
      ...[0, 1, 2, 3, 4].map((seat) => ({ name: 'Afternoon', seat, off: 200 })),
      { name: 'Third ticket', seat: 2, off: 400 },
    ]);
  });

  it('[M2] does not depend on the order of clicking', () => {
    const show = onSale(rows, matinee);
    const held = first(show.ask('ann', { type: 'hold', seats: [0, 12, 6] }), 'seatsHeld');
    expect(held.prices).toEqual([400, 1_600, 1_200]);
  });

  it('[M2] [M4] is worked out anew when the hold is changed', () => {
    const show = onSale(rows, matinee);
    const hold = show.hold('ann', [0, 1]);
    const three = first(show.ask('ann', { type: 'change', hold, seats: [0, 1, 6] }), 'holdChanged');
    expect(three.prices).toEqual([800, 400, 1_200]);
    expect(quoted(show, 'ann')?.at(-1)).toEqual({ name: 'Third ticket', seat: 1, off: 400 });
    const one = first(show.ask('ann', { type: 'change', hold, seats: [1] }), 'holdChanged');
    expect(one.prices).toEqual([800]);
  });

  it('[M2] the third ticket is that of one hold, not of one user', () => {
    const show = onSale(rows, { discounts: [thirdTicket] });
    show.hold('ann', [0, 1]);
    const held = first(show.ask('ann', { type: 'hold', seats: [2] }), 'seatsHeld');
    expect(held.prices).toEqual([1_000]);
    expect(quoted(show, 'ann')).toEqual([]);
  });

  it('[M4] of best seats is quoted too', () => {
    const show = onSale([{ count: 6, tier: 2 }], matinee);
    const held = first(
      show.ask('ann', { type: 'holdBest', count: 3, tier: undefined }),
      'seatsHeld',
    );
    expect(held.prices.toSorted()).toEqual([1_600, 1_600, 800]);
    expect(quoted(show, 'ann')).toHaveLength(4);
  });

  it('[M5] without discounts on the show is the plain price', () => {
    const show = onSale(rows, { localStartMinute: 14 * 60 });
    const held = first(show.ask('ann', { type: 'hold', seats: [0, 6, 12] }), 'seatsHeld');
    expect(held.prices).toEqual([1_000, 1_500, 2_000]);
    expect(quoted(show, 'ann')).toEqual([]);
  });

  it('[M1] of nothing is nothing: a free show books at 0', () => {
    const show = onSale([3], { prices: [minor(0), minor(0), minor(0)], discounts: [thirdTicket] });
    const booking = show.buy('ann', [0, 1, 2]);
    expect(bookingNamed(show.show, booking)?.total).toBe(0);
  });
});

describe('the price of a booking', () => {
  it('[M4] is that of its hold, as last quoted, and their sum', () => {
    const show = onSale(rows, matinee);
    const hold = show.hold('ann', [0]);
    const quoted = first(
      show.ask('ann', { type: 'change', hold, seats: [12, 6, 0] }),
      'holdChanged',
    );
    const booked = first(show.ask('ann', { type: 'book', hold }), 'holdBooked');
    expect(booked).toMatchObject({ seats: [12, 6, 0], prices: quoted.prices });
    expect(booked.prices).toEqual([1_600, 1_200, 400]);
    expect(bookingNamed(show.show, booked.booking)?.total).toBe(3_200);
  });

  it('[M4] a user sees hold, total and discount lines, and the booking’s total', () => {
    const show = onSale(rows, matinee);
    show.buy('ann', [0, 1, 2]);
    show.hold('ann', [12]);
    expect(viewMine(show.show, 'ann' as never)).toMatchObject({
      holds: [
        {
          seats: [12],
          currency: 'INR',
          prices: [1_600],
          total: 1_600,
          discounts: [{ name: 'Afternoon', seat: 12, off: 400 }],
        },
      ],
      bookings: [{ seats: [0, 1, 2], currency: 'INR', total: 2_000, state: 'booked' }],
    });
  });

  it('[B2] [M4] the refund is the sum of what was paid', () => {
    const show = onSale(rows, matinee);
    const bookings = [show.buy('ann', [0, 1, 2]), show.buy('ann', [12, 13])];
    const cancelled = first(show.ask('ann', { type: 'cancel', bookings }), 'bookingsCancelled');
    expect(cancelled.refund).toBe(2_000 + 3_200);
  });
});
