/** The demo data: sound, repeatable, and the same again when a later day is added. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Browse } from '../../../engine/catalog/browse.ts';
import { Catalog } from '../../../engine/catalog/catalog.ts';
import type { CatalogCommand } from '../../../engine/catalog/commands.ts';
import { decideCatalog } from '../../../engine/catalog/decide.ts';
import type { CatalogEvent, ScheduledShow } from '../../../engine/catalog/model.ts';
import { millis } from '../../../engine/ids.ts';
import { defaults } from '../../../engine/limits.ts';
import { unreachable } from '../../../engine/unreachable.ts';
import { demoHalls } from '../../../gateway/demo/cinemas.ts';
import { demoCatalog, demoShowsMissing } from '../../../gateway/demo/demo-catalog.ts';
import { demoFilms } from '../../../gateway/demo/films.ts';
import { showsOfDay } from '../../../gateway/demo/shows.ts';
import { localDay, localMinute } from '../../../gateway/local-time.ts';
import { groupBy } from './group-by.ts';

/** A Tuesday: morning in New York, evening in Tokyo. */
const nowMs = millis(Date.parse('2026-05-05T12:34:56.789Z'));
const dayMs = 24 * 60 * 60_000;
const options = { seed: 1, nowMs };

let events: readonly CatalogEvent[] = [];
let catalog = new Catalog();
let shows: readonly ScheduledShow[] = [];

beforeAll(() => {
  events = demoCatalog(options);
  catalog = catalogOf(events);
  shows = showsIn(events);
});

describe('the demo’s catalogue', () => {
  it('[C4] passes every check of the catalogue, fact by fact', () => {
    const checked = new Catalog();
    for (const event of events) {
      const decided = decideCatalog(checked, commandFor(event), { nowMs });
      expect(decided).toEqual([event]);
      checked.evolve(event);
    }
    expect([...checked.facts()]).toEqual(events);
  });

  it('[D3] is the same for the same seed, and another for another', () => {
    expect(demoCatalog(options)).toEqual(events);
    expect(demoCatalog({ ...options, seed: 2 })).not.toEqual(events);
  });

  it('comes in order: cities, cinemas, layouts, halls, movies, shows', () => {
    const counts = groupBy(events, ({ type }) => type);
    expect([...counts].map(([type, all]) => [type, all.length])).toEqual([
      ['cityAdded', 12],
      ['cinemaAdded', 60],
      ['layoutAdded', 9],
      ['hallAdded', 180],
      ['movieAdded', 30],
      ['showScheduled', shows.length],
    ]);
    expect(shows.length).toBeGreaterThan(180 * 7 * 3);
    expect(shows.length).toBeLessThan(180 * 7 * 5);
  });

  it('[M3] gives each show the true local minute and day of its city', () => {
    const perHallDay = new Map<string, number>();
    for (const show of shows) {
      const { startsAtMs, localStartMinute } = show.terms;
      const zone = zoneOf(show);
      expect(localMinute(zone, startsAtMs)).toBe(localStartMinute);
      expect(localStartMinute).toBeGreaterThanOrEqual(9 * 60);
      expect(localStartMinute).toBeLessThanOrEqual(23 * 60 + 15);
      expect(localStartMinute % 5).toBe(0);
      const key = `${show.hall} ${localDay(zone, startsAtMs)}`;
      perHallDay.set(key, (perHallDay.get(key) ?? 0) + 1);
    }
    const today = new Set(demoHalls.map(({ demoCity }) => localDay(demoCity.city.timeZone, nowMs)));
    for (const [key, count] of perHallDay) {
      const isToday = today.has(key.split(' ')[1] ?? '');
      expect(count).toBeGreaterThanOrEqual(isToday ? 1 : 3);
      expect(count).toBeLessThanOrEqual(5);
    }
  });

  it('[S3] sells every show from thirty days before, under the usual terms', () => {
    for (const { terms } of shows) {
      expect(terms.startsAtMs).toBeGreaterThan(nowMs);
      expect(terms.onSaleAtMs).toBe(terms.startsAtMs - 30 * dayMs);
      expect(terms.onSaleAtMs).toBeLessThan(nowMs);
      expect(terms.seatsPerUser).toBe(defaults.seatsPerUser);
      expect(terms.holdTtlMs).toBe(defaults.holdTtlMs);
      expect(terms.discounts.map(({ type, percent }) => [type, percent])).toEqual([
        ['timeOfDay', 20],
        ['nthTicket', 50],
      ]);
      expect(Math.min(...terms.prices)).toBeGreaterThan(0);
    }
  });

  it('[M1] prices in yen are whole yen, and all prices are round', () => {
    const yen = shows.filter(({ terms }) => terms.currency === 'JPY');
    expect(yen.length).toBeGreaterThan(100);
    for (const { terms } of yen) {
      for (const price of terms.prices) {
        expect(price % 100).toBe(0);
        expect(price).toBeGreaterThanOrEqual(1_000);
        expect(price).toBeLessThan(9_000);
      }
    }
    for (const { terms } of shows)
      expect(terms.prices.every((price) => price % 50 === 0)).toBe(true);
  });

  it('[H7] names its shows shortly and no two alike', () => {
    expect(new Set(shows.map(({ id }) => id)).size).toBe(shows.length);
    for (const { id } of shows) expect(id).toMatch(/^[0-9a-z]{1,8}$/);
  });

  it('[C1] offers films to browse in every city, in its own language too', () => {
    const browse = new Browse(catalog, localDay);
    for (const { city, languages } of new Set(demoHalls.map(({ demoCity }) => demoCity))) {
      const movies = browse.movies({ city: city.id, nowMs }) ?? [];
      expect(movies.length).toBeGreaterThanOrEqual(12);
      const first = languages[0];
      expect(browse.movies({ city: city.id, language: first, nowMs })).not.toEqual([]);
    }
    const formats = new Set(shows.map(({ format }) => format));
    expect(formats).toEqual(new Set(['2D', '3D', 'IMAX']));
  });

  it('has thirty films, each told in two sentences', () => {
    expect(demoFilms).toHaveLength(30);
    expect(new Set(demoFilms.map(({ movie }) => movie.title)).size).toBe(30);
    for (const { movie } of demoFilms) {
      expect(movie.synopsis.match(/[.?!](?=\s|$)/g)).toHaveLength(2);
      expect(movie.id).toMatch(/^[a-z0-9-]{1,48}$/);
    }
  });
});

describe('the demo’s schedule on a later start', () => {
  it('adds nothing when nothing is missing', () => {
    expect(demoShowsMissing(catalog, options)).toEqual([]);
    expect(demoShowsMissing(catalog, { ...options, nowMs: millis(nowMs + 60_000) })).toEqual([]);
  });

  it('adds the next day’s shows only, and finds all others as they were', () => {
    const later = { ...options, nowMs: millis(nowMs + dayMs) };
    const added = showsIn(demoShowsMissing(catalog, later));
    expect(added.length).toBeGreaterThanOrEqual(180 * 3);
    for (const show of added) {
      expect(catalog.show(show.id)).toBeUndefined();
      const zone = zoneOf(show);
      const lastDay = localDay(zone, millis(nowMs + 7 * dayMs));
      expect(localDay(zone, show.terms.startsAtMs)).toBe(lastDay);
    }
    const fresh = showsIn(demoCatalog(later));
    const kept = shows.filter(({ terms }) => terms.startsAtMs > later.nowMs);
    const byId = (one: ScheduledShow, other: ScheduledShow) => (one.id < other.id ? -1 : 1);
    expect([...kept, ...added].sort(byId)).toEqual(fresh.sort(byId));
  });

  it('[C4] adds only what fits where another seed has filled the halls', () => {
    const other = { ...options, seed: 2, nowMs: millis(nowMs + dayMs) };
    const mixed = catalogOf(events);
    for (const event of demoShowsMissing(mixed, other)) {
      const decided = decideCatalog(mixed, commandFor(event), other);
      expect(decided).toEqual([event]);
      mixed.evolve(event);
    }
  });
});

describe('a hall’s day', () => {
  it('[M3] is fair over a change of the clocks: the afternoon is the local one', () => {
    const berlin = demoHalls.find(({ cinema }) => cinema.city === 'berlin');
    if (berlin === undefined) throw new Error('no hall in Berlin');
    const zone = berlin.demoCity.city.timeZone;
    for (const [day, offset] of [
      ['2026-03-28', 60],
      ['2026-03-29', 120],
      ['2026-10-24', 120],
      ['2026-10-25', 60],
    ] as const) {
      const plan = showsOfDay(1, berlin, day);
      expect(plan.length).toBeGreaterThanOrEqual(3);
      for (const { terms } of plan) {
        expect(localDay(zone, terms.startsAtMs)).toBe(day);
        const utcMinute = (terms.startsAtMs / 60_000) % 1_440;
        expect((utcMinute + offset) % 1_440).toBe(terms.localStartMinute);
      }
    }
  });

  it('[C4] never overlaps itself in a year of days, and always has three to five shows', () => {
    const place = demoHalls[95];
    if (place === undefined) throw new Error('no hall 95');
    const minutesOf = new Map(demoFilms.map(({ movie }) => [movie.id, movie.minutes]));
    let freeFromMs = 0;
    for (let number = 0; number < 365; number++) {
      const day = new Date(nowMs + number * dayMs).toISOString().slice(0, 10);
      const plan = showsOfDay(3, place, day);
      expect(plan.length).toBeGreaterThanOrEqual(3);
      expect(plan.length).toBeLessThanOrEqual(5);
      for (const { movie, terms } of plan) {
        expect(terms.startsAtMs).toBeGreaterThanOrEqual(freeFromMs);
        freeFromMs = terms.startsAtMs + ((minutesOf.get(movie) ?? 0) + 15) * 60_000;
      }
    }
  });
});

function catalogOf(facts: readonly CatalogEvent[]): Catalog {
  const made = new Catalog();
  for (const fact of facts) made.evolve(fact);
  return made;
}

function showsIn(facts: readonly CatalogEvent[]): ScheduledShow[] {
  return facts.flatMap((fact) => (fact.type === 'showScheduled' ? [fact.show] : []));
}

function zoneOf(show: ScheduledShow): string {
  const cinema = catalog.cinema(catalog.hall(show.hall)?.cinema ?? '');
  return catalog.city(cinema?.city ?? '')?.timeZone ?? 'UTC';
}

/** The command that asks for a fact. */
function commandFor(event: CatalogEvent): CatalogCommand {
  switch (event.type) {
    case 'cityAdded':
      return { type: 'addCity', city: event.city };
    case 'cinemaAdded':
      return { type: 'addCinema', cinema: event.cinema };
    case 'layoutAdded':
      return { type: 'addLayout', layout: event.layout };
    case 'hallAdded':
      return { type: 'addHall', hall: event.hall };
    case 'movieAdded':
      return { type: 'addMovie', movie: event.movie };
    case 'showScheduled':
      return { type: 'scheduleShow', show: event.show };
    case 'partnerAdded':
    case 'partnerKeyAdded':
    case 'partnerKeyRevoked':
      throw new Error('the demo has no partners');
    default:
      return unreachable(event);
  }
}
