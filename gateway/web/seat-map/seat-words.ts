/** Seats as words: for labels, refusals and tickets. */

import type { ScheduledShow } from '../../../engine/catalog/model.ts';
import { expandSeats, type Layout, type Seat } from '../../../engine/show/seats/layout.ts';
import { listed, money } from '../format.ts';

/** What a seat is to the person who looks at it. */
export type SeatLook = 'free' | 'held' | 'booked' | 'blocked' | 'mine';

const lookWords: Readonly<Record<SeatLook, string>> = {
  free: 'free',
  held: 'held by someone else',
  booked: 'booked',
  blocked: 'not for sale',
  mine: 'yours',
};

export class SeatWords {
  readonly seats: readonly Seat[];
  readonly #layout: Layout;
  readonly #show: ScheduledShow;
  readonly #manySections: boolean;

  constructor(layout: Layout, show: ScheduledShow) {
    this.seats = expandSeats(layout);
    this.#layout = layout;
    this.#show = show;
    this.#manySections = new Set(layout.runs.map((run) => run.section)).size > 1;
  }

  tier(seat: Seat): string {
    return this.#layout.tiers[seat.tier] ?? '';
  }

  /** Price before discounts. */
  price(seat: Seat): string {
    const { prices, currency } = this.#show.terms;
    return money(prices[seat.tier] ?? 0, currency);
  }

  /** e.g. `Row F, seat 12`; with the section where the hall has several. */
  place(seat: Seat): string {
    const place = `Row ${seat.row}, seat ${seat.number}`;
    return this.#manySections ? `${place}, ${seat.section}` : place;
  }

  /** e.g. `Row F, seat 12, Premium, ₹320.00, free`. */
  label(seat: Seat, look: SeatLook): string {
    const extras = [
      seat.wheelchair && 'wheelchair place',
      seat.companion && 'companion seat',
      seat.restrictedView && 'restricted view',
    ].filter((extra) => extra !== false);
    const parts = [this.place(seat), this.tier(seat), this.price(seat), ...extras];
    return [...parts, lookWords[look]].join(', ');
  }

  /** e.g. `row F seats 11 and 12, row G seat 3`; unknown indexes are left out. */
  list(indexes: readonly number[]): string {
    const byRow = new Map<string, number[]>();
    for (const index of indexes) {
      const seat = this.seats[index];
      if (!seat) continue;
      const row = this.#manySections ? `${seat.section}, row ${seat.row}` : `row ${seat.row}`;
      byRow.set(row, [...(byRow.get(row) ?? []), seat.number]);
    }
    const rows = [...byRow].map(([row, numbers]) => {
      const sorted = numbers.sort((a, b) => a - b).map(String);
      return `${row} ${numbers.length === 1 ? 'seat' : 'seats'} ${listed(sorted)}`;
    });
    return rows.join('; ');
  }
}
