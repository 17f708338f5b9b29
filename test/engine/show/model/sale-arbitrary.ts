/** Small halls under odd terms, so that collisions are the normal case. */
import * as fc from 'fast-check';
import { millis, minor } from '../../../../engine/ids.ts';
import { checkLayout } from '../../../../engine/show/seats/check-layout.ts';
import type { Layout, SeatRun } from '../../../../engine/show/seats/layout.ts';
import type { Discount, ShowTerms } from '../../../../engine/show/terms.ts';
import { layoutOf, TIERS } from '../seats/layout-arbitrary.ts';
import type { Sale } from './engine.ts';

const second = 1_000;
const minute = 60 * second;
/** When sale opens. */
const opening = Date.UTC(2026, 4, 5, 9);

/** A row: blocks of seats, each with the aisle before it. */
const row = fc.array(
  fc.record({
    aisle: fc.integer({ min: 1, max: 3 }),
    count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 })),
    tier: fc.nat(TIERS.length - 1),
  }),
  { minLength: 1, maxLength: 3 },
);

const SMALLEST = 4;
const LARGEST = 30;

/** 4 to 30 seats in up to five rows; what is too much is cut off, what is too little filled up. */
const hall: fc.Arbitrary<Layout> = fc
  .record({
    rows: fc.array(row, { minLength: 1, maxLength: 5 }),
    most: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: SMALLEST, max: 12 }) },
      { weight: 1, arbitrary: fc.integer({ min: SMALLEST, max: LARGEST }) },
    ),
    curve: fc.constantFrom(0, 0, 0.5, 2),
    best: fc.record({ x: fc.nat(24).map((x) => x / 2), y: fc.nat(5) }),
  })
  .map(({ rows, most, curve, best }) => {
    const runs: Partial<SeatRun>[] = [];
    let left = most;
    rows.forEach((blocks, index) => {
      let x = 0;
      for (const { aisle, count, tier } of blocks) {
        x += aisle;
        const seats = Math.min(count, left);
        if (seats === 0) continue;
        runs.push({ row: `R${index}`, firstNumber: x, count: seats, x, y: index, tier });
        left -= seats;
        x += seats;
      }
    });
    const total = most - left;
    if (total < SMALLEST) runs.push({ row: 'Z', count: SMALLEST - total, y: rows.length });
    return layoutOf(runs, { curve, best });
  })
  .filter((layout) => checkLayout(layout) === undefined);

const percent = fc.oneof(fc.constantFrom(20, 50, 33, 100, 1), fc.integer({ min: 1, max: 100 }));

const discount: fc.Arbitrary<Discount> = fc.oneof(
  fc.record({
    type: fc.constant('nthTicket' as const),
    name: fc.constantFrom('third ticket', 'family'),
    nth: fc.integer({ min: 1, max: 6 }),
    percent,
  }),
  fc.record({
    type: fc.constant('timeOfDay' as const),
    name: fc.constantFrom('afternoon', 'late'),
    fromMinute: fc.constantFrom(0, 12 * 60),
    untilMinute: fc.constantFrom(17 * 60, 17 * 60 + 1),
    percent,
  }),
);

const price = fc.oneof(fc.constantFrom(1_000, 1_500, 0, 1, 3, 999, 1_001), fc.nat(99_999));

/** Terms that a show's log may not have [W2, H9]. */
const lineTerms = fc.record(
  {
    waiting: fc.constantFrom('strict' as const, 'backfill' as const, 'backfill' as const),
    overtakesPerParty: fc.constantFrom(0, 1, 1, 2, 3, 10),
    orphanRule: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Terms of paying, of which a show's log may have none [P1, P2]. */
const paymentTerms = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ payments: 'none' as const }) },
  { weight: 1, arbitrary: fc.constant({ payments: 'provider' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      payments: fc.constant('provider' as const),
      paymentGraceMs: fc.constantFrom(60 * second, 7 * second, 1, 0),
    }),
  },
);

const terms: fc.Arbitrary<ShowTerms> = fc
  .record({
    minutesOnSale: fc.constantFrom(3, 40, 40, 360, 360, 360, 360, 360),
    localStartMinute: fc.constantFrom(0, 719, 720, 900, 1_019, 1_020, 1_439),
    currency: fc.constantFrom('INR', 'EUR'),
    prices: fc.tuple(price, price, price).map((prices) => prices.map(minor)),
    discounts: fc.oneof(fc.constant([]), fc.array(discount, { minLength: 1, maxLength: 4 })),
    seatsPerUser: fc.oneof(
      { weight: 3, arbitrary: fc.constant(10) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 14 }) },
      { weight: 1, arbitrary: fc.integer({ min: 3, max: 6 }) },
    ),
    holdTtlMs: fc.constantFrom(20 * second, minute, 5 * minute),
    offerTtlMs: fc.constantFrom(5 * second, 20 * second, 2 * minute),
    waitTtlMs: fc.constantFrom(30 * second, 90 * second, 60 * minute),
    graceMs: fc.constantFrom(5 * second, 5 * second, 1, 0),
    closesEarlyMs: fc.constantFrom(undefined, undefined, undefined, 0, minute, -minute),
    cancelsEarlyMs: fc.constantFrom(undefined, undefined, undefined, 0, 2 * minute),
    seatsPerRequest: fc.constantFrom(undefined, undefined, undefined, 3, 5, 12),
    line: lineTerms,
    paying: paymentTerms,
  })
  .map(
    ({ minutesOnSale, closesEarlyMs, cancelsEarlyMs, seatsPerRequest, line, paying, ...rest }) => {
      const startsAtMs = millis(opening + minutesOnSale * minute);
      return {
        onSaleAtMs: millis(opening),
        startsAtMs,
        ...rest,
        ...line,
        ...paying,
        ...(seatsPerRequest === undefined ? {} : { seatsPerRequest }),
        ...(closesEarlyMs === undefined ? {} : { closesAtMs: millis(startsAtMs - closesEarlyMs) }),
        ...(cancelsEarlyMs === undefined
          ? {}
          : { cancelsUntilMs: millis(startsAtMs - cancelsEarlyMs) }),
      };
    },
  );

export const anySale: fc.Arbitrary<Sale> = fc.record({
  layout: hall,
  terms,
  snapshotAtStep: fc.nat(150),
  isEarly: fc.nat(9).map((each) => each === 9),
});
