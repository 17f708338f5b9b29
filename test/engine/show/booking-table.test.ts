/** Proves that packed bookings come back as they were made, found by their references [B1]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookingRef, minor, seq, showId } from '../../../engine/ids.ts';
import { BookingTable } from '../../../engine/show/bookings/booking-table.ts';
import { decisionOf, makeReference } from '../../../engine/show/bookings/reference.ts';

const show = showId('k3-x');
const made = fc.record({
  gap: fc.integer({ min: 1, max: 40_000 }),
  user: fc.nat(1_000_000),
  seats: fc.array(fc.nat(99_999), { minLength: 1, maxLength: 64 }),
  total: fc.nat(Number.MAX_SAFE_INTEGER).map(minor),
  older: fc.nat(1_000),
  isCancelled: fc.boolean(),
});

describe('the bookings of a show', () => {
  it('[B1] come back as they were made, by index and by reference', () => {
    fc.assert(
      fc.property(fc.array(made, { maxLength: 80 }), (all) => {
        const table = new BookingTable(show);
        let decision = 0;
        const decisions = all.map(({ gap, user, seats, total, older, isCancelled }, index) => {
          decision += gap;
          expect(table.add(seq(decision), user, seats, total, older)).toBe(index);
          if (isCancelled) table.cancel(index);
          return decision;
        });
        expect(table.size).toBe(all.length);
        all.forEach(({ user, seats, total, older, isCancelled }, index) => {
          const ref = makeReference(show, seq(decisions[index] ?? 0));
          expect(table.ref(index)).toBe(ref);
          expect(table.find(ref)).toBe(index);
          expect([table.user(index), table.total(index)]).toEqual([user, total]);
          expect([table.seats(index), table.seatCount(index)]).toEqual([seats, seats.length]);
          expect([table.older(index), table.isCancelled(index)]).toEqual([older, isCancelled]);
        });
        const others = all.map((_, index) => (decisions[index] ?? 0) + 1);
        for (const other of others.filter((each) => !decisions.includes(each))) {
          expect(table.find(makeReference(show, seq(other)))).toBe(-1);
        }
      }),
    );
  });
});

describe('a reference', () => {
  it('[B1] names one decision of its own show', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (decision) => {
        const ref = makeReference(show, seq(decision));
        expect(decisionOf(show, ref)).toBe(decision);
        expect(decisionOf(showId('k3'), ref)).toBeUndefined();
        expect(decisionOf(showId('k3-y'), ref)).toBeUndefined();
      }),
    );
  });

  it.each([
    '',
    'K3-X',
    'K3-X-',
    'K3-X-7Q',
    'K3-X-07QF',
    'k3-x-7qf',
    'K3-X-7QF ',
    'K3-X-7IL',
    'K3-X-7Q\u0000',
    `K3-X-${'Z'.repeat(400)}`,
    `K3-X-${'Z'.repeat(4_000)}`,
  ])('[B1] any other text is none: %j', (text) => {
    expect(decisionOf(show, bookingRef(text))).toBeUndefined();
    expect(new BookingTable(show).find(bookingRef(text))).toBe(-1);
  });
});
