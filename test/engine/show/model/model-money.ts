/** What tickets cost, word for word as the rules have it [M1–M5]. */
import { type Minor, minor } from '../../../../engine/ids.ts';
import type { ModelShow } from './model-show.ts';

/** The price of each seat, in the order of the seats. */
export function pricesOf(show: ModelShow, seats: readonly number[]): readonly Minor[] {
  const { discounts, localStartMinute } = show.terms;
  const listPrice = (seat: number) =>
    show.terms.prices[show.places[seat]?.tier ?? -1] ?? Number.NaN;
  const price = new Map(seats.map((seat) => [seat, listPrice(seat)]));
  const takeOff = (seat: number, percent: number) =>
    price.set(seat, roundedHalfUp((price.get(seat) ?? Number.NaN) * (100 - percent), 100));

  // The discount for the time of day comes first [M3] …
  for (const discount of discounts) {
    if (discount.type !== 'timeOfDay') continue;
    const { fromMinute, untilMinute, percent } = discount;
    const applies = fromMinute <= localStartMinute && localStartMinute < untilMinute;
    if (applies) for (const seat of seats) takeOff(seat, percent);
  }
  // … and the nth ticket's applies to what is left: the dearest ticket is the first [M2].
  const dearestFirst = [...seats].sort((a, b) => listPrice(b) - listPrice(a) || a - b);
  for (const discount of discounts) {
    if (discount.type !== 'nthTicket') continue;
    const nth = dearestFirst[discount.nth - 1];
    if (nth !== undefined) takeOff(nth, discount.percent);
  }
  return seats.map((seat) => minor(price.get(seat) ?? Number.NaN));
}

function roundedHalfUp(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  const whole = (dividend - rest) / divisor;
  return rest * 2 >= divisor ? whole + 1 : whole;
}
