/** What tickets cost, word for word as the rules have it [M1–M5]. */
import { type Minor, minor } from '../../../../engine/ids.ts';
import type { Discount } from '../../../../engine/show/terms.ts';
import type { ModelShow } from './model-show.ts';

/** What one discount takes off one ticket, by its name [M4]. */
interface DiscountLine {
  readonly name: string;
  readonly seat: number;
  readonly off: number;
}

/** The price of each seat, in the order of the seats. */
export function pricesOf(show: ModelShow, seats: readonly number[]): readonly Minor[] {
  return quoteOf(show, seats).prices;
}

/** The same with the named lines that say why. */
export function quoteOf(
  show: ModelShow,
  seats: readonly number[],
): { readonly prices: readonly Minor[]; readonly lines: readonly DiscountLine[] } {
  const { discounts, localStartMinute } = show.terms;
  const listPrice = (seat: number) =>
    show.terms.prices[show.places[seat]?.tier ?? -1] ?? Number.NaN;
  const price = new Map(seats.map((seat) => [seat, listPrice(seat)]));
  const lines: DiscountLine[] = [];
  const takeOff = (seat: number, { name, percent }: Discount) => {
    const before = price.get(seat) ?? Number.NaN;
    const after = roundedHalfUp(before * (100 - percent), 100);
    price.set(seat, after);
    if (before > after) lines.push({ name, seat, off: before - after });
  };

  // The discount for the time of day comes first [M3] …
  for (const discount of discounts) {
    if (discount.type !== 'timeOfDay') continue;
    const { fromMinute, untilMinute } = discount;
    const applies = fromMinute <= localStartMinute && localStartMinute < untilMinute;
    if (applies) for (const seat of seats) takeOff(seat, discount);
  }
  // … and the nth ticket's applies to what is left: the dearest ticket is the first [M2].
  const dearestFirst = [...seats].sort((a, b) => listPrice(b) - listPrice(a) || a - b);
  for (const discount of discounts) {
    if (discount.type !== 'nthTicket') continue;
    const nth = dearestFirst[discount.nth - 1];
    if (nth !== undefined) takeOff(nth, discount);
  }
  return { prices: seats.map((seat) => minor(price.get(seat) ?? Number.NaN)), lines };
}

function roundedHalfUp(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  const whole = (dividend - rest) / divisor;
  return rest * 2 >= divisor ? whole + 1 : whole;
}
