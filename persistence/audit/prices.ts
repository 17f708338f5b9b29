/**
 * What seats cost, worked out from the words of the rules [M1–M5]: the tier's price, the discounts
 * for the time of day, then those for the nth ticket, each ticket rounded half up after each.
 */
import type { Terms } from './plan-facts.ts';
import type { SeatPlan } from './seat-plan.ts';

/** The price of each seat, in the order given; not a number where the terms have no price. */
export function pricesOf(
  terms: Terms,
  plan: SeatPlan,
  seats: readonly number[],
): readonly number[] {
  const full = seats.map((seat) => terms.prices[plan.tierOf(seat)] ?? Number.NaN);
  if (terms.discounts.length === 0) return full;
  const prices = [...full];
  for (const discount of terms.discounts) {
    if (discount.type !== 'timeOfDay') continue;
    const { fromMinute, untilMinute, percent } = discount;
    const start = terms.localStartMinute;
    if (start < fromMinute || start >= untilMinute) continue;
    prices.forEach((price, at) => {
      prices[at] = less(price, percent);
    });
  }
  for (const discount of terms.discounts) {
    if (discount.type !== 'nthTicket' || discount.nth > seats.length) continue;
    const order = [...seats.keys()].sort(
      (a, b) => (full[b] ?? 0) - (full[a] ?? 0) || (seats[a] ?? 0) - (seats[b] ?? 0),
    );
    const at = order[discount.nth - 1] ?? 0;
    prices[at] = less(prices[at] ?? 0, discount.percent);
  }
  return prices;
}

/** An amount less so many percent, halves going up. */
function less(amount: number, percent: number): number {
  const hundredths = amount * (100 - percent);
  const rest = hundredths % 100;
  return (hundredths - rest) / 100 + (rest >= 50 ? 1 : 0);
}

export function totalOf(prices: readonly number[]): number {
  return prices.reduce((sum, price) => sum + price, 0);
}

export function sameNumbers(some: readonly number[], others: readonly number[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false;
  return true;
}
