/**
 * What the demo's seats cost: by city, tier, day, screen and cinema, as round as prices are.
 */

import type { ShowFormat } from '../../engine/catalog/model.ts';
import { type Minor, minor } from '../../engine/ids.ts';
import { dayNumber } from '../local-time.ts';
import type { DemoHall } from './cinemas.ts';
import type { TierName } from './hall-plans.ts';
import { layoutOf } from './halls.ts';
import { Random, seedOf } from './random.ts';

/** Percent of a standard seat's price. */
const tierPercents: Readonly<Record<TierName, number>> = {
  Front: 70,
  Standard: 100,
  Premium: 135,
  Recliner: 190,
  Balcony: 85,
};

const formatPercents: Readonly<Record<ShowFormat, number>> = { '2D': 100, '3D': 120, IMAX: 145 };

const weekendPercent = 115;
const eveningFromMinute = 17 * 60;

/** Prices by tier of the hall's layout, in minor units, before discounts [M1]. */
export function pricesOf(
  place: DemoHall,
  format: ShowFormat,
  day: string,
  startMinute: number,
): readonly Minor[] {
  const { standardPrice, priceStep } = place.demoCity;
  // Part of the cinema, not of the seed: a cinema that was dear stays dear in another demo.
  const cinemaPercent = 90 + 5 * new Random(seedOf('prices', place.cinema.id)).between(0, 5);
  const dayPercent = isWeekend(day, startMinute) ? weekendPercent : 100;
  return layoutOf(place.plan).tiers.map((tier) => {
    const percent = tierPercents[tier as TierName];
    const price =
      (standardPrice * percent * formatPercents[format] * cinemaPercent * dayPercent) / 100 ** 4;
    return minor(Math.round(price / priceStep) * priceStep);
  });
}

/** Friday evening to Sunday. */
function isWeekend(day: string, startMinute: number): boolean {
  // 1 January 1970 was a Thursday: 0 is Sunday here.
  const weekday = (dayNumber(day) + 4) % 7;
  return weekday === 6 || weekday === 0 || (weekday === 5 && startMinute >= eveningFromMinute);
}
