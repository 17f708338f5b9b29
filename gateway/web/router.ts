/**
 * Places of the page as addresses, so that refresh, Back and a shared link keep the place. They
 * live behind the `#`: the server then needs to know one address only.
 */

export interface MovieFilterValues {
  readonly language: string;
  readonly genre: string;
  readonly date: string;
  readonly text: string;
}

export type Route =
  | { readonly view: 'cities' }
  | { readonly view: 'movies'; readonly city: string; readonly filters: MovieFilterValues }
  | {
      readonly view: 'shows';
      readonly city: string;
      readonly movie: string;
      readonly date: string;
    }
  | { readonly view: 'show'; readonly show: string }
  | { readonly view: 'mine' };

export const noFilters: MovieFilterValues = { language: '', genre: '', date: '', text: '' };

/** The route of an address's hash; anything unknown is the list of cities. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const [, first = '', second = '', third = '', fourth = ''] = path.split('/').map(decoded);
  if (first === 'mine') return { view: 'mine' };
  if (first === 'show' && second) return { view: 'show', show: second };
  if (first !== 'city' || !second) return { view: 'cities' };
  const date = query.get('date') ?? '';
  if (third === 'movie' && fourth) return { view: 'shows', city: second, movie: fourth, date };
  return {
    view: 'movies',
    city: second,
    filters: {
      language: query.get('language') ?? '',
      genre: query.get('genre') ?? '',
      date,
      text: query.get('text') ?? '',
    },
  };
}

/** The address of a route, to be used as a link. */
export function hrefOf(route: Route): string {
  switch (route.view) {
    case 'cities':
      return '#/';
    case 'mine':
      return '#/mine';
    case 'show':
      return `#/show/${encodeURIComponent(route.show)}`;
    case 'movies':
      return `#/city/${encodeURIComponent(route.city)}${query({ ...route.filters })}`;
    case 'shows': {
      const movie = encodeURIComponent(route.movie);
      const date = query({ date: route.date });
      return `#/city/${encodeURIComponent(route.city)}/movie/${movie}${date}`;
    }
  }
}

/** Changes the address without a step for Back, e.g. while typing into a filter. */
export function replaceRoute(route: Route): void {
  history.replaceState(null, '', hrefOf(route));
}

function query(values: Readonly<Record<string, string>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
