/**
 * From what a partner wishes to shows on the schedule: local days and times of the cinema's own
 * zone, prices by the tiers' names, and the rules' defaults for whatever is not said [C4, M2, M3].
 */
import { createHash } from 'node:crypto';
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { ScheduledShow } from '../../engine/catalog/model.ts';
import { type Millis, type Minor, millis, minor, type ShowId, showId } from '../../engine/ids.ts';
import { defaults } from '../../engine/limits.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import type { Discount } from '../../engine/show/terms.ts';
import { ApiProblem } from '../http/api/route.ts';
import type { RepeatedShowWish, ShowWish } from '../http/partner/shapes.ts';
import { addDays, dayNumber, fromLocal, localDay, localMinute } from '../local-time.ts';

const HOUR_MS = 3_600_000;
const OPENS_HOURS_BEFORE = 14 * 24;
const MOST_SHOWS = 500;
const MOST_DAYS = 400;

/** What the rules say of every show whose partner says nothing else [M2, M3]. */
export const usualDiscounts: readonly Discount[] = [
  {
    type: 'timeOfDay',
    name: 'Afternoon −20 %',
    fromMinute: 12 * 60,
    untilMinute: 17 * 60,
    percent: 20,
  },
  { type: 'nthTicket', name: 'Third ticket −50 %', nth: 3, percent: 50 },
];

/** `at`: its local time as an instant, where that is known. @throws ApiProblem saying why not. */
export function planShow(
  catalog: Catalog,
  wish: ShowWish,
  otherwisePaid: boolean,
  at?: Millis,
): ScheduledShow {
  const hall = catalog.hall(wish.hall);
  const layout = hall === undefined ? undefined : catalog.layout(hall.layout);
  const city = catalog.city(catalog.cinema(hall?.cinema ?? '')?.city ?? '');
  if (hall === undefined || layout === undefined || city === undefined) {
    throw new ApiProblem(404, 'hallNotFound', `You have no hall "${wish.hall}".`);
  }
  const { day, time, opensHoursBefore = OPENS_HOURS_BEFORE, payments } = wish;
  const startsAtMs = at ?? instantOf(city.timeZone, day, time);
  const onSaleAtMs = millis(startsAtMs - opensHoursBefore * HOUR_MS);
  const pays = payments ?? (otherwisePaid ? 'provider' : 'none');
  return {
    id: idOf(hall.id, startsAtMs),
    hall: hall.id,
    movie: wish.movie,
    language: wish.language,
    format: wish.format,
    layout: layout.id,
    terms: {
      onSaleAtMs,
      startsAtMs,
      localStartMinute: localMinute(city.timeZone, startsAtMs),
      currency: city.currency,
      prices: pricesOf(layout, wish.prices),
      discounts: wish.discounts ?? usualDiscounts,
      seatsPerUser: defaults.seatsPerUser,
      holdTtlMs: defaults.holdTtlMs,
      offerTtlMs: defaults.offerTtlMs,
      waitTtlMs: defaults.waitTtlMs,
      graceMs: defaults.graceMs,
      ...(pays === 'provider' ? { payments: pays } : {}),
      ...(wish.waiting === undefined ? {} : { waiting: wish.waiting }),
      ...(wish.orphanRule === undefined ? {} : { orphanRule: wish.orphanRule }),
    },
  };
}

/** All shows of a repeated wish, in the order of their days and times. @throws ApiProblem */
export function planRepeated(
  catalog: Catalog,
  wish: RepeatedShowWish,
  otherwisePaid: boolean,
): readonly ScheduledShow[] {
  const { fromDay, untilDay, weekdays, times, dryRun: _dryRun, ...sale } = wish;
  const [from, until] = [dayOf(fromDay), dayOf(untilDay)];
  if (until < from || until - from > MOST_DAYS) {
    const sentence = `The days run from one to a later one, at most ${MOST_DAYS} on.`;
    throw new ApiProblem(422, 'invalidDays', sentence);
  }
  const shows: ScheduledShow[] = [];
  for (let day = from; day <= until; day++) {
    // 1 January 1970 was a Thursday, the fourth day of its week.
    const weekday = ((day + 3) % 7) + 1;
    if (weekdays !== undefined && !weekdays.includes(weekday)) continue;
    const name = new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10);
    for (const time of [...new Set(times)].sort()) {
      shows.push(planShow(catalog, { ...sale, day: name, time }, otherwisePaid));
      if (shows.length > MOST_SHOWS) {
        throw new ApiProblem(422, 'tooManyShows', `At most ${MOST_SHOWS} shows at a time.`);
      }
    }
  }
  return shows;
}

function dayOf(day: string): number {
  checkDay(day);
  return dayNumber(day);
}

/** The platform reads 30 February as 2 March. @throws ApiProblem */
function checkDay(day: string): void {
  try {
    if (addDays(day, 0) === day) return;
  } catch {
    // No date at all.
  }
  throw new ApiProblem(422, 'invalidDays', `"${day.slice(0, 20)}" is no day.`);
}

/**
 * The instant of a local time. One that the clocks skip when they are put forward is refused,
 * since nobody would know when to come; of one that they show twice it is the first.
 */
export function instantOf(timeZone: string, day: string, time: string): Millis {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const minute = hours * 60 + minutes;
  checkDay(day);
  const instant = fromLocal(timeZone, day, minute);
  if (localDay(timeZone, instant) === day && localMinute(timeZone, instant) === minute) {
    return instant;
  }
  const sentence = `There is no ${time} on ${day} in ${timeZone}: the clocks are put forward.`;
  throw new ApiProblem(422, 'timeSkipped', sentence);
}

function pricesOf(layout: Layout, prices: Readonly<Record<string, number>>): readonly Minor[] {
  const strange = Object.keys(prices).find((name) => !layout.tiers.includes(name));
  if (strange !== undefined) {
    const tiers = layout.tiers.join(', ');
    throw new ApiProblem(422, 'noSuchTier', `The hall has no tier "${strange}": ${tiers}.`);
  }
  return layout.tiers.map((name) => {
    const price = prices[name];
    if (price !== undefined) return minor(price);
    throw new ApiProblem(422, 'priceMissing', `The tier "${name}" has no price.`);
  });
}

/** Made of hall and start, so that the same wish twice is one show; 12 characters. */
function idOf(hall: string, startsAtMs: Millis): ShowId {
  const hash = createHash('sha256').update(`${hall} ${startsAtMs}`).digest();
  let text = '';
  for (let index = 0; index < 12; index++) {
    text += 'abcdefghjkmnpqrstvwxyz0123456789'.charAt((hash[index] ?? 0) % 32);
  }
  return showId(text);
}
