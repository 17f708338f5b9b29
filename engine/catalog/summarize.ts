/**
 * One line of a list of shows: what a reader needs to choose, at the price they would pay.
 */
import { type Minor, minor } from '../ids.ts';
import { percentOff } from '../pricing/money.ts';
import type { Availability } from '../show/availability.ts';
import type { Discount, ShowTerms } from '../show/terms.ts';
import type { ScheduledShow, ShowSummary } from './model.ts';

/** `hall` is the hall's name. `priceFrom` has the discounts that every ticket gets taken off. */
export function summarize(
  show: ScheduledShow,
  hall: string,
  seats: number,
  availability?: Availability,
): ShowSummary {
  const { terms } = show;
  return {
    id: show.id,
    hall,
    startsAtMs: terms.startsAtMs,
    onSaleAtMs: terms.onSaleAtMs,
    language: show.language,
    format: show.format,
    currency: terms.currency,
    priceFrom: priceFrom(terms),
    seats,
    discounts: wholeShowDiscounts(terms).map((discount) => discount.name),
    ...(availability === undefined ? {} : { availability }),
  };
}

/** The discounts that every ticket of the show gets, whatever is bought. */
function wholeShowDiscounts(terms: ShowTerms): readonly Discount[] {
  return terms.discounts.filter(
    (discount) =>
      discount.type === 'timeOfDay' &&
      terms.localStartMinute >= discount.fromMinute &&
      terms.localStartMinute < discount.untilMinute,
  );
}

/** The cheapest tier's price, each discount rounded half up to the minor unit [M3, M4]. */
function priceFrom(terms: ShowTerms): Minor {
  const cheapest = minor(terms.prices.length === 0 ? 0 : Math.min(...terms.prices));
  return wholeShowDiscounts(terms).reduce(
    (price, discount) => percentOff(price, discount.percent),
    cheapest,
  );
}
