/** What the house does in bulk: blocks of any size, many cancellations, opening and closing. */
import { describe, expect, it } from 'vitest';
import { userId } from '../../../engine/ids.ts';
import { decided, first, hour, onSale, start, TestShow } from '../../support/show-harness.ts';

const owner = userId('partner:lux');
const block = Array.from({ length: 60 }, (_, seat) => seat);

describe('booking in bulk', () => {
  it('[B3] books a block of any size in one decision, beyond the cap of a person', () => {
    const show = onSale([40, 40]);
    const made = first(show.tell({ type: 'bookSeats', owner, seats: block }), 'seatsBooked');
    expect(made).toMatchObject({ user: owner, seats: block });
    expect(show.show.seats.booked).toBe(60);
    expect(made.prices.reduce((sum, price) => sum + price, 0)).toBe(60_000);
  });

  it('[B3] takes all of it or none, and names what stands in the way', () => {
    const show = onSale([40, 40]);
    show.hold('ann', [7]);
    const refused = show.houseRefusal({ type: 'bookSeats', owner, seats: block });
    expect(refused).toMatchObject({ reason: 'seatsTaken', seats: [7] });
    expect(show.show.seats.booked).toBe(0);
  });

  it('[B3] [W2] does not pass those who wait', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1, 2, 3]);
    show.wait('bob', 3);
    show.change('ann', hold, [0, 1]);
    const refused = show.houseRefusal({ type: 'bookSeats', owner, seats: [2, 3] });
    expect(refused).toMatchObject({ reason: 'waitInLine', ahead: 1 });
  });

  it('[B3] [W5] tells parties that have become too large', () => {
    const show = onSale([6]);
    show.hold('ann', [0, 1, 2]);
    show.hold('zoe', [3, 4]);
    show.block([5]);
    show.wait('bob', 5);
    show.unblock([5]);
    expect(show.line).toBe('bob 5');
    expect(show.houseRefusal({ type: 'bookSeats', owner, seats: [5] }).reason).toBe('waitInLine');
  });
});

describe('cancelling in bulk', () => {
  it('[B3] cancels bookings of many people at once, and says what each is owed', () => {
    const show = onSale([4]);
    const bookings = [show.buy('ann', [0]), show.buy('bob', [1]), show.buy('ann', [2])];
    const { events } = decided(show.tell({ type: 'cancelBookings', bookings }));
    expect(events).toMatchObject([
      {
        type: 'bookingsCancelled',
        user: 'ann',
        bookings: [bookings[0], bookings[2]],
        refund: 2_000,
      },
      { type: 'bookingsCancelled', user: 'bob', bookings: [bookings[1]], refund: 1_000 },
    ]);
    expect(show.map).toBe('....');
  });

  it('[B3] is all or nothing in a show, and serves the line in the same decision', () => {
    const show = onSale([2]);
    const booking = show.buy('ann', [0]);
    show.hold('bob', [1]);
    show.wait('cid', 1);
    const wrong = { type: 'cancelBookings', bookings: [booking, 'S-0ZZ' as never] } as const;
    expect(show.houseRefusal(wrong)).toMatchObject({ bookings: ['S-0ZZ'] });
    decided(show.tell({ type: 'cancelBookings', bookings: [booking] }));
    expect(show.offers).toBe('cid 1');
  });

  it('[B3] [B2] ends with the start of the show', () => {
    const show = onSale([2]);
    const bookings = [show.buy('ann', [0])];
    show.advanceTo(start);
    expect(show.houseRefusal({ type: 'cancelBookings', bookings }).reason).toBe('showStarted');
  });
});

describe('opening and closing', () => {
  it('[S3] a sale can be opened before its time, once', () => {
    const show = new TestShow([4]);
    decided(show.tell({ type: 'openSale' }));
    show.hold('ann', [0]);
    expect(show.houseRefusal({ type: 'openSale' })).toMatchObject({ reason: 'showNotScheduled' });
    show.advance(2 * hour);
    expect(show.show.phase).toBe('onSale');
  });

  it('[S3] a sale that is closed early ends waits and offers; holds stand and may be booked', () => {
    const show = onSale([2]);
    const hold = show.hold('ann', [0, 1]);
    show.wait('bob', 1);
    const { events } = decided(show.tell({ type: 'closeSale' }));
    expect(events).toMatchObject([
      { type: 'saleClosed' },
      { type: 'waitEnded', user: 'bob', reason: 'saleClosed' },
    ]);
    show.book('ann', hold);
    expect(show.houseRefusal({ type: 'closeSale' }).reason).toBe('showNotOnSale');
  });
});
