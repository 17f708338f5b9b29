/** Halls for measuring in this process: so many seats in even rows, one price tier, no frills. */
import { layoutId, type Millis, millis, minor } from '../../engine/ids.ts';
import { defaults } from '../../engine/limits.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import type { ShowTerms } from '../../engine/show/terms.ts';

const SEATS_A_ROW = 40;
const SALE_LASTS_MS = 30 * 24 * 60 * 60_000;
export const SEAT_PRICE = 25_000;

/** A hall of exactly so many seats; the last row may be shorter than the others. */
export function hallOf(seats: number, seatsARow = SEATS_A_ROW): Layout {
  const rows = Math.ceil(seats / seatsARow);
  return {
    id: layoutId(`bench-${seats}`),
    name: 'Hall',
    width: seatsARow,
    depth: rows + 5,
    curve: 0,
    best: { x: seatsARow / 2, y: Math.ceil(rows / 2) + 4 },
    tiers: ['Standard'],
    runs: Array.from({ length: rows }, (_, row) => ({
      section: 'Stalls',
      row: String(row + 1),
      firstNumber: 1,
      step: 1,
      count: Math.min(seatsARow, seats - row * seatsARow),
      x: 0.5,
      y: row + 4,
      tier: 0,
    })),
  };
}

/** On sale from `nowMs` on, for a month. */
export function plainTerms(nowMs: Millis, changed: Partial<ShowTerms> = {}): ShowTerms {
  return {
    onSaleAtMs: nowMs,
    startsAtMs: millis(nowMs + SALE_LASTS_MS),
    localStartMinute: 18 * 60,
    currency: 'INR',
    prices: [minor(SEAT_PRICE)],
    discounts: [],
    seatsPerUser: defaults.seatsPerUser,
    holdTtlMs: defaults.holdTtlMs,
    offerTtlMs: defaults.offerTtlMs,
    waitTtlMs: defaults.waitTtlMs,
    graceMs: defaults.graceMs,
    ...changed,
  };
}
