/** Where to go to the cinema: the first page. */
import type { CitySummary } from '../../../engine/catalog/model.ts';
import { element } from '../dom.ts';
import { counted, countryName } from '../format.ts';
import type { Page, View } from '../page.ts';
import { hrefOf, noFilters } from '../router.ts';

export async function citiesView(page: Page): Promise<View> {
  const cities = await page.cities();
  const root = element(
    'section',
    {},
    element('h1', { tabindex: -1 }, 'Where would you like to go?'),
    element('ul', { class: 'cards', 'data-testid': 'cities' }, ...cities.map(cityCard)),
  );
  return { root, title: 'Usher', dispose() {} };
}

function cityCard(city: CitySummary): HTMLElement {
  const href = hrefOf({ view: 'movies', city: city.id, filters: noFilters });
  return element(
    'li',
    {},
    element(
      'a',
      { class: 'card', href, 'data-city': city.id },
      element('strong', {}, city.name),
      element('span', { class: 'faint' }, countryName(city.country)),
      element(
        'span',
        {},
        `${counted(city.cinemas, 'cinema')} · ${counted(city.movies, 'film')} showing`,
      ),
    ),
  );
}
