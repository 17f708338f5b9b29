/** The page's wiring: one session, one view at a time, a banner for the connection. */
import { type ConnectionState, connect } from '../client/index.ts';
import { failureText, refreshActions } from './actions.ts';
import { byId, element, setText } from './dom.ts';
import { Page, type View } from './page.ts';
import { parseRoute, type Route } from './router.ts';
import { bookingsView } from './views/bookings.ts';
import { citiesView } from './views/cities.ts';
import { moviesView } from './views/movies.ts';
import { showView } from './views/show.ts';
import { showsView } from './views/shows.ts';

const bannerTexts: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting…',
  online: '',
  reconnecting: 'Reconnecting… What you hold and your place in line are safe.',
  offline: 'No connection. Trying again; what you hold and your place in line are safe.',
  closed: 'This page was closed. Load it again.',
};

/** A connection that comes within this time needs no banner. */
const BANNER_AFTER_MS = 300;

function showState(state: ConnectionState): void {
  const banner = byId('banner');
  document.documentElement.dataset.line = state;
  setText(banner, bannerTexts[state]);
  banner.hidden = state === 'online';
  refreshActions(document);
}

function openView(page: Page, route: Route): Promise<View> {
  switch (route.view) {
    case 'cities':
      return citiesView(page);
    case 'movies':
      return moviesView(page, route.city, route.filters);
    case 'shows':
      return showsView(page, route.city, route.movie, route.date);
    case 'show':
      return showView(page, route.show);
    case 'mine':
      return bookingsView(page);
  }
}

function failedView(error: unknown, retry: () => void): View {
  const root = element(
    'section',
    {},
    element('h1', { tabindex: -1 }, 'That did not work'),
    element('p', {}, failureText(error)),
    element('button', { type: 'button', class: 'button main', onclick: retry }, 'Try again'),
  );
  return { root, title: 'Usher', dispose() {} };
}

/** Mounts the view of the address, now and whenever the address changes. */
function follow(page: Page): void {
  const main = byId('main');
  let current: View | undefined;
  let turn = 0;
  const open = async (isFirst: boolean) => {
    const mine = ++turn;
    main.setAttribute('aria-busy', 'true');
    const route = parseRoute(location.hash);
    const view = await openView(page, route).catch((error: unknown) =>
      failedView(error, () => void open(false)),
    );
    if (mine !== turn) return view.dispose();
    current?.dispose();
    current = view;
    main.replaceChildren(view.root);
    main.dataset.view = route.view;
    main.removeAttribute('aria-busy');
    document.title = view.title === 'Usher' ? 'Usher' : `${view.title} · Usher`;
    if (isFirst) return;
    page.say('');
    scrollTo(0, 0);
    main.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  };
  addEventListener('hashchange', () => void open(false));
  // The hash is the place, so the skip link cannot be an ordinary jump to an anchor.
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  void open(true);
}

const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
const client = connect({ url: `${scheme}://${location.host}/ws`, onState: showState });
setTimeout(() => showState(client.state), BANNER_AFTER_MS);
const page = new Page(client);
client.on('offer', ({ show }) => {
  const route = parseRoute(location.hash);
  if (route.view === 'show' && route.show === show) return;
  page.say('It is your turn in a line you are in. See My bookings to choose your seats.');
});
follow(page);
