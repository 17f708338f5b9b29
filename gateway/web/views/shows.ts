/** The cinemas of a city that run a film, with their shows of a day. */
import type { CinemaShows, CitySummary, ShowSummary } from '../../../engine/catalog/model.ts';
import { element } from '../dom.ts';
import {
  clockTime,
  counted,
  type Day,
  isoDay,
  languageName,
  money,
  nextDays,
  shortDay,
} from '../format.ts';
import type { Page, View } from '../page.ts';
import { hrefOf, noFilters } from '../router.ts';
import { placeNotFound } from './not-found.ts';

const DAYS_SHOWN = 7;

export async function showsView(
  page: Page,
  cityId: string,
  movieId: string,
  date: string,
): Promise<View> {
  const [city, movies, answer] = await Promise.all([
    page.city(cityId),
    page.movies(cityId),
    page.client.shows({ city: cityId, movie: movieId, date: date || null }),
  ]);
  const movie = movies.find((candidate) => candidate.id === movieId);
  if (!city || !movie) return placeNotFound('film here');
  const days = nextDays(page.client.serverNow(), city.timeZone, DAYS_SHOWN);
  const cityHref = hrefOf({ view: 'movies', city: city.id, filters: noFilters });
  const root = element(
    'section',
    {},
    element(
      'p',
      { class: 'crumbs' },
      element('a', { href: '#/' }, 'Cities'),
      ' › ',
      element('a', { href: cityHref }, city.name),
    ),
    element('h1', { tabindex: -1 }, movie.title),
    element('p', {}, movie.synopsis),
    dayLinks(city, movieId, days, date),
    answer.cinemas.length === 0 && element('p', {}, 'No shows on this day.'),
    element(
      'div',
      { class: 'cinemas', 'data-testid': 'cinemas' },
      ...answer.cinemas.map((entry) => cinemaBlock(city, entry)),
    ),
  );
  return { root, title: movie.title, dispose() {} };
}

function dayLinks(
  city: CitySummary,
  movie: string,
  days: readonly Day[],
  date: string,
): HTMLElement {
  const all: readonly Day[] = [{ iso: '', name: 'All days' }, ...days];
  return element(
    'nav',
    { class: 'chips', 'aria-label': 'Day' },
    ...all.map((day) =>
      element(
        'a',
        {
          href: hrefOf({ view: 'shows', city: city.id, movie, date: day.iso }),
          'aria-current': day.iso === date ? 'true' : undefined,
          'data-day': day.iso,
        },
        day.name,
      ),
    ),
  );
}

function cinemaBlock(city: CitySummary, entry: CinemaShows): HTMLElement {
  const byDay = new Map<string, ShowSummary[]>();
  for (const show of entry.shows) {
    const day = isoDay(show.startsAtMs, city.timeZone);
    byDay.set(day, [...(byDay.get(day) ?? []), show]);
  }
  return element(
    'section',
    { class: 'cinema', 'data-cinema': entry.cinema.id },
    element('h2', {}, entry.cinema.name),
    element('p', { class: 'faint' }, entry.cinema.address),
    ...[...byDay.values()].map((shows) =>
      element(
        'div',
        { class: 'day' },
        element('h3', {}, shortDay(shows[0]?.startsAtMs ?? 0, city.timeZone)),
        element('ul', { class: 'shows' }, ...shows.map((show) => showLink(city, show))),
      ),
    ),
  );
}

const availabilityNames: Readonly<Record<string, string>> = {
  fillingFast: 'Filling fast',
  waitingList: 'Waiting list open',
  soldOut: 'Sold out',
  closed: 'Sale closed',
  cancelled: 'Cancelled',
  soon: 'On sale soon',
};

/** Nothing is said of a show with many seats left. */
function availabilityTag({ availability }: ShowSummary): HTMLElement | false {
  const name = availabilityNames[availability ?? ''];
  if (name === undefined) return false;
  return element('span', { class: 'tag', 'data-availability': availability }, name);
}

function showLink(city: CitySummary, show: ShowSummary): HTMLElement {
  const href = hrefOf({ view: 'show', show: show.id });
  return element(
    'li',
    {},
    element(
      'a',
      { class: 'showing', href, 'data-show': show.id, 'data-seats': show.seats },
      element('strong', {}, clockTime(show.startsAtMs, city.timeZone)),
      element('span', {}, `${languageName(show.language)}, ${show.format}`),
      element(
        'span',
        { class: 'faint' },
        `from ${money(show.priceFrom, show.currency)} · ${counted(show.seats, 'seat')}`,
      ),
      availabilityTag(show),
      ...show.discounts.map((name) => element('span', { class: 'tag' }, name)),
    ),
  );
}
