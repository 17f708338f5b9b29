/**
 * What a selection of seats costs under a show's terms [M1–M5]. It is asked for with every hold,
 * so it looks at the order of the prices only where an nth-ticket discount has enough tickets.
 */
import type { Minor } from '../ids.ts';
import { minor } from '../ids.ts';
import type { CompiledLayout } from '../show/seats/compiled-layout.ts';
import type { Discount, ShowTerms } from '../show/terms.ts';
import { invariant, unreachable } from '../unreachable.ts';
import { percentOff, sumOf } from './money.ts';

/** One named line: what one discount takes off one seat's price [M4]. */
export interface QuoteDiscount {
  readonly name: string;
  readonly seat: number;
  /** Above 0, in the minor unit. */
  readonly off: Minor;
}

export interface Quote {
  /** ISO 4217 code. */
  readonly currency: string;
  /** Per seat, in the order of the seats asked for, after discounts. */
  readonly prices: readonly Minor[];
  /** Sum of the prices. */
  readonly total: Minor;
  /** In the order applied; a discount that takes nothing off a seat has no line for it. */
  readonly discounts: readonly QuoteDiscount[];
}

type NthTicket = Extract<Discount, { type: 'nthTicket' }>;

const NO_DISCOUNTS: readonly QuoteDiscount[] = [];

/**
 * Prices seats that exist, each named once. Discounts for the time of day come first, then those
 * for the nth ticket, each kind in the order of the terms; after each one a ticket is rounded
 * half up to the minor unit [M3, M4]. The order of `seats` changes no seat's price [M2]. Cost: the
 * seats times the nth of each nth-ticket discount.
 */
export function quote(terms: ShowTerms, layout: CompiledLayout, seats: readonly number[]): Quote {
  const { currency, discounts } = terms;
  const prices = seats.map((seat) => basePrice(terms, layout, seat));
  if (discounts.length === 0) {
    return { currency, prices, total: sumOf(prices), discounts: NO_DISCOUNTS };
  }
  const lines: QuoteDiscount[] = [];
  const nthTickets: NthTicket[] = [];
  for (const discount of discounts) {
    switch (discount.type) {
      case 'timeOfDay':
        if (!isInside(terms.localStartMinute, discount)) break;
        for (let at = 0; at < seats.length; at++) takeOff(discount, seats, at, prices, lines);
        break;
      case 'nthTicket':
        if (discount.nth <= seats.length) nthTickets.push(discount);
        break;
      default:
        unreachable(discount);
    }
  }
  for (const discount of nthTickets) {
    takeOff(discount, seats, nthDearest(terms, layout, seats, discount.nth), prices, lines);
  }
  return { currency, prices, total: sumOf(prices), discounts: lines };
}

function basePrice(terms: ShowTerms, layout: CompiledLayout, seat: number): Minor {
  const price = terms.prices[layout.tierOf[seat] ?? -1];
  invariant(price !== undefined, 'every seat has a price');
  return price;
}

/** From the first minute on, up to but not including the last [M3]. */
function isInside(minute: number, window: Extract<Discount, { type: 'timeOfDay' }>): boolean {
  return minute >= window.fromMinute && minute < window.untilMinute;
}

/**
 * Position in `seats` of the nth ticket: by price before discounts, dearest first, then by seat
 * index [M2]. Finds one ticket after the other, as for the third of ten a sort costs more.
 */
function nthDearest(
  terms: ShowTerms,
  layout: CompiledLayout,
  seats: readonly number[],
  nth: number,
): number {
  let lastPrice = Number.POSITIVE_INFINITY;
  let lastSeat = -1;
  let found = -1;
  for (let rank = 1; rank <= nth; rank++) {
    let bestPrice = -1;
    let bestSeat = -1;
    for (let at = 0; at < seats.length; at++) {
      const seat = seats[at] as number;
      const price = basePrice(terms, layout, seat);
      if (!isBefore(lastPrice, lastSeat, price, seat)) continue;
      if (bestSeat >= 0 && !isBefore(price, seat, bestPrice, bestSeat)) continue;
      bestPrice = price;
      bestSeat = seat;
      found = at;
    }
    lastPrice = bestPrice;
    lastSeat = bestSeat;
  }
  return found;
}

/** Whether one ticket counts before another: dearer, or as dear with the lower seat. */
function isBefore(price: number, seat: number, otherPrice: number, otherSeat: number): boolean {
  return price > otherPrice || (price === otherPrice && seat < otherSeat);
}

/** Applies one discount to the ticket at one position, and notes it as a line. */
function takeOff(
  discount: Discount,
  seats: readonly number[],
  at: number,
  prices: Minor[],
  lines: QuoteDiscount[],
): void {
  const before = prices[at] as Minor;
  const after = percentOff(before, discount.percent);
  if (after === before) return;
  prices[at] = after;
  lines.push({ name: discount.name, seat: seats[at] as number, off: minor(before - after) });
}
