/**
 * The demo's schedule. A hall's day depends on nothing but the seed, the hall and the day, so a
 * server started a day later adds that day's shows and finds all others as they were.
 */
import type { Movie, ScheduledShow, ShowFormat } from '../../engine/catalog/model.ts';
import { type Millis, millis, type ShowId, showId } from '../../engine/ids.ts';
import { defaults } from '../../engine/limits.ts';
import { addDays, dayNumber, fromLocal, localDay, localMinute } from '../local-time.ts';
import { usualDiscounts } from '../partners/plan-shows.ts';
import { type DemoHall, demoHalls } from './cinemas.ts';
import type { DemoCity } from './cities.ts';
import { type DemoFilm, demoFilms } from './films.ts';
import { pricesOf } from './prices.ts';
import { Random, seedOf } from './random.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly nowMs: Millis;
  /** Local days from today on, today included; 7 unless told otherwise. */
  readonly days?: number;
}

const defaultDays = 7;
const msPerMinute = 60_000;
const saleOpensBeforeMs = 30 * 24 * 60 * msPerMinute;
/** Sweeping and letting people in takes at least this long; shows start on five minutes. */
const turnaroundMinutes = 15;
const startGridMinutes = 5;
const lastStartMinute = 23 * 60 + 15;
const filmsOnRelease = 18;
const localFilmBonus = 6;
const firstDayOfIds = dayNumber('2020-01-01');

/** Morning, afternoon, evening and night, as minutes of the day, by how many shows there are. */
const daysOfShows: readonly (readonly number[])[] = [
  [13 * 60 + 30, 17 * 60, 20 * 60 + 30],
  [10 * 60 + 45, 14 * 60, 17 * 60 + 30, 21 * 60],
  [10 * 60, 12 * 60 + 45, 15 * 60 + 30, 18 * 60 + 30, 21 * 60 + 15],
];

export const demoDiscounts = usualDiscounts;

/** The shows of all halls from today on that have not started yet; hall by hall, day by day. */
export function* demoShows(options: DemoOptions): Generator<ScheduledShow> {
  for (const place of demoHalls) {
    const today = localDay(place.demoCity.city.timeZone, options.nowMs);
    for (let ahead = 0; ahead < (options.days ?? defaultDays); ahead++) {
      for (const show of showsOfDay(options.seed, place, addDays(today, ahead))) {
        if (show.terms.startsAtMs > options.nowMs) yield show;
      }
    }
  }
}

/** One hall's shows on one local day, `YYYY-MM-DD`, in order; three to five. */
export function showsOfDay(seed: number, place: DemoHall, day: string): readonly ScheduledShow[] {
  const random = new Random(seedOf(seed, place.hall.id, day));
  const { timeZone } = place.demoCity.city;
  const films = programmeOf(seed, place, day);
  const shows: ScheduledShow[] = [];
  let freeFromMs = Number.NEGATIVE_INFINITY;
  for (const usualMinute of random.pick(daysOfShows) ?? []) {
    const film = random.pickWeighted(films, (one) => drawOf(one, place.demoCity));
    const wantedMinute = usualMinute + startGridMinutes * random.between(-4, 4);
    const turnaroundMs =
      (turnaroundMinutes + startGridMinutes * random.between(0, 1)) * msPerMinute;
    const startsAtMs = onGrid(
      Math.max(fromLocal(timeZone, day, wantedMinute), freeFromMs + turnaroundMs),
    );
    const minute = localMinute(timeZone, startsAtMs);
    if (film === undefined || minute > lastStartMinute || minute < wantedMinute) break;
    const id = idOf(place.number, day, shows.length);
    shows.push(scheduled(random, place, film, { id, day, startsAtMs, minute }));
    freeFromMs = startsAtMs + film.movie.minutes * msPerMinute;
  }
  return shows;
}

function scheduled(
  random: Random,
  place: DemoHall,
  film: DemoFilm,
  slot: { id: ShowId; day: string; startsAtMs: Millis; minute: number },
): ScheduledShow {
  const format = formatOf(random, place, film);
  const { city, languages } = place.demoCity;
  return {
    id: slot.id,
    hall: place.hall.id,
    movie: film.movie.id,
    language: languageOf(random, film.movie, languages),
    format,
    layout: place.hall.layout,
    terms: {
      onSaleAtMs: millis(slot.startsAtMs - saleOpensBeforeMs),
      startsAtMs: slot.startsAtMs,
      localStartMinute: slot.minute,
      currency: city.currency,
      prices: pricesOf(place, format, slot.day, slot.minute),
      discounts: demoDiscounts,
      seatsPerUser: defaults.seatsPerUser,
      holdTtlMs: defaults.holdTtlMs,
      offerTtlMs: defaults.offerTtlMs,
      waitTtlMs: defaults.waitTtlMs,
      graceMs: defaults.graceMs,
    },
  };
}

/** A hall shows two to four films a day, so that its foyer says something. */
function programmeOf(seed: number, place: DemoHall, day: string): readonly DemoFilm[] {
  const { demoCity } = place;
  const understood = demoFilms.filter(({ movie }) =>
    movie.languages.some((language) => demoCity.languages.includes(language)),
  );
  // A city's cinemas show the same couple of dozen films for a week at a time.
  const week = Math.floor((dayNumber(day) + 3) / 7);
  const onRelease = new Random(seedOf(seed, 'release', demoCity.city.id, week))
    .shuffled(understood)
    .sort((one, other) => drawOf(other, demoCity) - drawOf(one, demoCity))
    .slice(0, filmsOnRelease);
  const random = new Random(seedOf(seed, 'programme', place.hall.id, day));
  const programme = new Set<DemoFilm>();
  for (let wanted = random.between(2, 4); wanted > 0; wanted--) {
    const left = onRelease.filter((film) => !programme.has(film));
    const film = random.pickWeighted(left, (candidate) => drawOf(candidate, demoCity));
    if (film !== undefined) programme.add(film);
  }
  return [...programme];
}

/** How many people a film draws in a city: more where it was made in the city's language. */
function drawOf(film: DemoFilm, { languages }: DemoCity): number {
  const original = film.movie.languages[0];
  return film.appeal + (original === languages[0] ? localFilmBonus : 0);
}

function formatOf(random: Random, place: DemoHall, film: DemoFilm): ShowFormat {
  if (place.plan.isLargeFormat && film.formats.includes('IMAX')) return 'IMAX';
  return film.formats.includes('3D') && random.chance(0.4) ? '3D' : '2D';
}

/** Mostly the city's first language that the film has, sometimes another, e.g. the original. */
function languageOf(random: Random, movie: Movie, spoken: readonly string[]): string {
  const fitting = spoken.filter((language) => movie.languages.includes(language));
  const language = random.chance(0.65) ? fitting[0] : random.pick(fitting);
  return language ?? movie.languages[0] ?? 'en';
}

/** The next instant on the grid of five minutes; offsets of real zones are multiples of it. */
function onGrid(ms: number): Millis {
  const gridMs = startGridMinutes * msPerMinute;
  return millis(Math.ceil(ms / gridMs) * gridMs);
}

/** Hall, day and slot in base 36, two, three and one characters: unique until 2147. */
function idOf(hallNumber: number, day: string, slot: number): ShowId {
  const hall = hallNumber.toString(36).padStart(2, '0');
  const days = (dayNumber(day) - firstDayOfIds).toString(36).padStart(3, '0');
  return showId(hall + days + slot.toString(36));
}
