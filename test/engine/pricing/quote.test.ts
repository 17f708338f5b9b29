/** Quotes: the rules' own example, its borders, and what must hold for any selection. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Minor, millis, minor } from '../../../engine/ids.ts';
import { quote } from '../../../engine/pricing/quote.ts';
import { compileLayout } from '../../../engine/show/seats/compiled-layout.ts';
import type { Discount, ShowTerms } from '../../../engine/show/terms.ts';
import { layoutOf } from '../show/seats/layout-arbitrary.ts';

const thirdTicket: Discount = { type: 'nthTicket', name: 'Third ticket', nth: 3, percent: 50 };
const afternoon: Discount = {
  type: 'timeOfDay',
  name: 'Afternoon',
  fromMinute: 12 * 60,
  untilMinute: 17 * 60,
  percent: 20,
};

/** Seats 0–5 are of tier 0, 6–11 of tier 1, 12–17 of tier 2. */
const hall = compileLayout(layoutOf([0, 1, 2].map((tier) => ({ tier, count: 6 }))));

function terms(rest: Partial<ShowTerms> = {}): ShowTerms {
  return {
    onSaleAtMs: millis(0),
    startsAtMs: millis(0),
    localStartMinute: 14 * 60,
    currency: 'INR',
    prices: [minor(1000), minor(1500), minor(2000)],
    discounts: [thirdTicket, afternoon],
    seatsPerUser: 10,
    holdTtlMs: 1,
    offerTtlMs: 1,
    waitTtlMs: 1,
    graceMs: 1,
    ...rest,
  };
}

describe('quote', () => {
  it('[M3] five tickets at 10.00 in the afternoon are 8.00 + 8.00 + 4.00 + 8.00 + 8.00', () => {
    const quoted = quote(terms(), hall, [0, 1, 2, 3, 4]);
    expect(quoted).toEqual({
      currency: 'INR',
      prices: [800, 800, 400, 800, 800],
      total: 3600,
      discounts: [
        ...[0, 1, 2, 3, 4].map((seat) => ({ name: 'Afternoon', seat, off: 200 })),
        { name: 'Third ticket', seat: 2, off: 400 },
      ],
    });
  });

  it.each([
    [11 * 60 + 59, 1000],
    [12 * 60, 800],
    [16 * 60 + 59, 800],
    [17 * 60, 1000],
  ])('[M3] a ticket of a show that starts at minute %d costs %d', (localStartMinute, price) => {
    expect(quote(terms({ localStartMinute }), hall, [0]).prices).toEqual([price]);
  });

  it('[M2] discounts the third ticket only, not the sixth, and none of two', () => {
    const evening = terms({ localStartMinute: 20 * 60 });
    expect(quote(evening, hall, [0, 1, 2, 3, 4, 5]).prices).toEqual([
      1000, 1000, 500, 1000, 1000, 1000,
    ]);
    expect(quote(evening, hall, [0, 1])).toMatchObject({ prices: [1000, 1000], discounts: [] });
  });

  it('[M2] counts the third by price, dearest first, then by seat', () => {
    const evening = terms({ localStartMinute: 20 * 60 });
    // Dearest first: 12 and 13 at 20.00, then 6 and 7 at 15.00, then 0.
    const quoted = quote(evening, hall, [0, 7, 13, 6, 12]);
    expect(quoted.prices).toEqual([1000, 1500, 2000, 750, 2000]);
    expect(quoted.discounts).toEqual([{ name: 'Third ticket', seat: 6, off: 750 }]);
  });

  it('[M4] rounds half up after each discount, not once at the end', () => {
    // 9.99 less 20 % is 7.992, so 7.99; half of that is 3.995, so 4.00. In one step: 3.996.
    const odd = terms({ prices: [minor(999), minor(1003), minor(1)] });
    expect(quote(odd, hall, [0, 1, 2]).prices).toEqual([799, 799, 400]);
    // 10.03 less 20 % is 8.024, so 8.02; half of that is 4.01. In one step: 4.012.
    expect(quote(odd, hall, [6, 7, 8]).prices).toEqual([802, 802, 401]);
    // 0.01 less 20 % is 0.008, so 0.01; half of that is 0.005, so 0.01. In one step: 0.004.
    expect(quote(odd, hall, [12, 13, 14])).toMatchObject({ prices: [1, 1, 1], discounts: [] });
  });

  it('[M5] applies a partner\u2019s own discounts, each kind in the order of the terms', () => {
    const discounts: Discount[] = [
      { type: 'nthTicket', name: 'First ticket', nth: 1, percent: 10 },
      { type: 'timeOfDay', name: 'Any time', fromMinute: 0, untilMinute: 1440, percent: 1 },
      { type: 'nthTicket', name: 'First again', nth: 1, percent: 100 },
      { type: 'nthTicket', name: 'Fourth ticket', nth: 4, percent: 10 },
      { type: 'timeOfDay', name: 'Never', fromMinute: 0, untilMinute: 0, percent: 99 },
    ];
    expect(quote(terms({ discounts }), hall, [1, 0])).toEqual({
      currency: 'INR',
      prices: [990, 0],
      total: 990,
      discounts: [
        { name: 'Any time', seat: 1, off: 10 },
        { name: 'Any time', seat: 0, off: 10 },
        { name: 'First ticket', seat: 0, off: 99 },
        { name: 'First again', seat: 0, off: 891 },
      ],
    });
  });

  it('stops on a seat or a tier without a price', () => {
    expect(() => quote(terms(), hall, [18])).toThrow('every seat has a price');
    expect(() => quote(terms({ prices: [minor(1)] }), hall, [6])).toThrow('every seat has a price');
  });
});

const percent = fc.integer({ min: 1, max: 100 });
const name = fc.constantFrom('A', 'B', 'C');
const anyDiscount: fc.Arbitrary<Discount> = fc.oneof(
  fc.record({
    type: fc.constant('timeOfDay'),
    name,
    fromMinute: fc.nat(1439),
    untilMinute: fc.integer({ min: 1, max: 1440 }),
    percent,
  }),
  fc.record({
    type: fc.constant('nthTicket'),
    name,
    nth: fc.integer({ min: 1, max: 12 }),
    percent,
  }),
);
const anyPrice = fc.oneof(fc.nat(30), fc.nat(100_000)).map(minor);
const anyTerms = fc
  .record({
    localStartMinute: fc.nat(1439),
    prices: fc.array(anyPrice, { minLength: 3, maxLength: 3 }),
    discounts: fc.array(anyDiscount, { maxLength: 6 }),
  })
  .map(terms);
const anySeats = fc.uniqueArray(fc.nat(17), { minLength: 1, maxLength: 10 });

/** A selection, and the same in another order. */
const reordered = anySeats.chain((seats) =>
  fc.record({
    seats: fc.constant(seats),
    shuffled: fc.shuffledSubarray(seats, { minLength: seats.length }),
  }),
);

function priceBySeat(seats: readonly number[], prices: readonly Minor[]): Map<number, number> {
  return new Map(seats.map((seat, at) => [seat, prices[at] ?? Number.NaN]));
}

describe('any quote', () => {
  it('[M2] does not depend on the order of clicking', () => {
    fc.assert(
      fc.property(anyTerms, reordered, (sold, { seats, shuffled }) => {
        const one = quote(sold, hall, seats);
        const other = quote(sold, hall, shuffled);
        expect(priceBySeat(shuffled, other.prices)).toEqual(priceBySeat(seats, one.prices));
        expect(other.total).toBe(one.total);
      }),
      { numRuns: 500 },
    );
  });

  it('[M1] [M4] consists of integers; the total is their sum, and every discount is a line', () => {
    fc.assert(
      fc.property(anyTerms, anySeats, (sold, seats) => {
        const { prices, total, discounts } = quote(sold, hall, seats);
        expect(total).toBe(prices.reduce<number>((sum, price) => sum + price, 0));
        seats.forEach((seat, at) => {
          const lines = discounts.filter((line) => line.seat === seat);
          const off = lines.reduce<number>((sum, line) => sum + line.off, 0);
          const price = prices[at] ?? Number.NaN;
          expect(Number.isSafeInteger(price) && price >= 0).toBe(true);
          expect(price + off).toBe(sold.prices[Math.floor(seat / 6)]);
        });
        expect(discounts.every((line) => Number.isSafeInteger(line.off) && line.off > 0)).toBe(
          true,
        );
        expect(discounts.every((line) => seats.includes(line.seat))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('[M3] [M4] is what a plain calculation gives, discount by discount', () => {
    fc.assert(
      fc.property(anyTerms, anySeats, (sold, seats) => {
        const base = (seat: number) => sold.prices[Math.floor(seat / 6)] ?? Number.NaN;
        const order = seats.toSorted((a, b) => base(b) - base(a) || a - b);
        const expected = seats.map((seat) => {
          const isDue = (discount: Discount) =>
            discount.type === 'timeOfDay'
              ? sold.localStartMinute >= discount.fromMinute &&
                sold.localStartMinute < discount.untilMinute
              : order.indexOf(seat) === discount.nth - 1;
          const due = sold.discounts.filter(isDue);
          return [
            ...due.filter((discount) => discount.type === 'timeOfDay'),
            ...due.filter((discount) => discount.type === 'nthTicket'),
          ].reduce((left, discount) => {
            const hundredths = BigInt(left) * BigInt(100 - discount.percent);
            return Number((hundredths * 2n + 100n) / 200n);
          }, base(seat) as number);
        });
        expect(quote(sold, hall, seats).prices).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
