/** What is showing in a city, narrowed by language, genre, day and text. */
import type { CitySummary, MovieSummary } from '../../../engine/catalog/model.ts';
import { failureText } from '../actions.ts';
import { element, setText } from '../dom.ts';
import { capitalized, counted, dayAndTime, languageName, nextDays } from '../format.ts';
import type { Page, View } from '../page.ts';
import { hrefOf, type MovieFilterValues, replaceRoute } from '../router.ts';
import { placeNotFound } from './not-found.ts';

const TYPING_PAUSE_MS = 200;
const DAYS_SHOWN = 7;

export async function moviesView(
  page: Page,
  cityId: string,
  filters: MovieFilterValues,
): Promise<View> {
  const city = await page.city(cityId);
  if (!city) return placeNotFound('city');
  const all = await page.movies(cityId);
  const list = element('ul', { class: 'cards films', 'data-testid': 'movies' });
  const found = element('p', { class: 'faint', role: 'status', 'data-testid': 'movies-found' });
  let current = filters;
  let turn = 0;

  const search = async () => {
    const mine = ++turn;
    const { language, genre, date, text } = current;
    try {
      const answer = await page.client.movies({
        city: cityId,
        language: language || null,
        genre: genre || null,
        date: date || null,
        text: text.trim() || null,
      });
      if (mine !== turn) return;
      list.replaceChildren(...answer.movies.map((movie) => movieCard(city, movie, current.date)));
      setText(found, `${counted(answer.movies.length, 'film')} showing`);
    } catch (error) {
      setText(found, failureText(error));
    }
  };
  let typing: ReturnType<typeof setTimeout> | undefined;
  const changed = (change: Partial<MovieFilterValues>) => {
    current = { ...current, ...change };
    replaceRoute({ view: 'movies', city: cityId, filters: current });
    clearTimeout(typing);
    typing = setTimeout(() => void search(), 'text' in change ? TYPING_PAUSE_MS : 0);
  };

  const root = element(
    'section',
    {},
    element('p', { class: 'crumbs' }, element('a', { href: '#/' }, 'Cities')),
    element('h1', { tabindex: -1 }, `Films in ${city.name}`),
    filterForm(page, city, all, filters, changed),
    found,
    list,
  );
  await search();
  return { root, title: `Films in ${city.name}`, dispose: () => clearTimeout(typing) };
}

function filterForm(
  page: Page,
  city: CitySummary,
  all: readonly MovieSummary[],
  filters: MovieFilterValues,
  changed: (change: Partial<MovieFilterValues>) => void,
): HTMLElement {
  const languages = unique(all.flatMap((movie) => movie.languages)).map(
    (code): Choice => [code, languageName(code)],
  );
  const genres = unique(all.flatMap((movie) => movie.genres)).map(
    (genre): Choice => [genre, capitalized(genre)],
  );
  const days = nextDays(page.client.serverNow(), city.timeZone, DAYS_SHOWN).map(
    (day): Choice => [day.iso, day.name],
  );
  const text = element('input', {
    type: 'search',
    value: filters.text,
    'data-testid': 'filter-text',
    oninput: () => changed({ text: text.value }),
  });
  return element(
    'form',
    { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
    element('label', {}, 'Search', text),
    choiceField('Language', 'Any language', languages, filters.language, (language) =>
      changed({ language }),
    ),
    choiceField('Genre', 'Any genre', genres, filters.genre, (genre) => changed({ genre })),
    choiceField('Day', 'Any day', days, filters.date, (date) => changed({ date })),
  );
}

type Choice = readonly [value: string, name: string];

function choiceField(
  label: string,
  any: string,
  choices: readonly Choice[],
  value: string,
  changed: (value: string) => void,
): HTMLElement {
  const options = [['', any] as const, ...choices].map(([key, name]) =>
    element('option', { value: key, selected: key === value }, name),
  );
  const select = element(
    'select',
    {
      'data-testid': `filter-${label.toLowerCase()}`,
      onchange: () => changed(select.value),
    },
    ...options,
  );
  return element('label', {}, label, select);
}

function movieCard(city: CitySummary, movie: MovieSummary, date: string): HTMLElement {
  const href = hrefOf({ view: 'shows', city: city.id, movie: movie.id, date });
  const poster = element('span', { class: 'poster', 'aria-hidden': 'true' }, initials(movie.title));
  poster.style.setProperty('--hue', String(hueOf(movie.id)));
  return element(
    'li',
    {},
    element(
      'a',
      { class: 'card film', href, 'data-movie': movie.id },
      poster,
      element(
        'span',
        { class: 'film-text' },
        element('strong', {}, movie.title),
        element(
          'span',
          { class: 'faint' },
          [movie.rating, `${movie.minutes} min`, movie.genres.map(capitalized).join(', ')].join(
            ' · ',
          ),
        ),
        element('span', { class: 'faint' }, movie.languages.map(languageName).join(', ')),
        element(
          'span',
          {},
          `${counted(movie.shows, 'show')} · next ${dayAndTime(movie.nextStartMs, city.timeZone)}`,
        ),
      ),
    ),
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function initials(title: string): string {
  const words = title.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}

/** The same film has the same colour everywhere. */
function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 360;
  return sum;
}
