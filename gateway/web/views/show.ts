/** A show's seat map and everything one can do there. */
import type { ShowDetails } from '../../../engine/catalog/model.ts';
import { type LiveShow, showId } from '../../client/index.ts';
import { element, setText } from '../dom.ts';
import { counted, dayAndTime, languageName, money } from '../format.ts';
import type { Page, View } from '../page.ts';
import { hrefOf, noFilters } from '../router.ts';
import { legend } from '../seat-map/legend.ts';
import { SeatMap } from '../seat-map/seat-map.ts';
import { SeatWords } from '../seat-map/seat-words.ts';
import { Desk } from '../show/desk.ts';
import { Panels } from '../show/panels.ts';
import { endingText, paymentFailedText, refundReason } from '../words.ts';
import { placeNotFound } from './not-found.ts';

const TICK_MS = 250;

export async function showView(page: Page, id: string): Promise<View> {
  const details = await page.show(id);
  if (!details) return placeNotFound('show');
  const live = page.client.watch(showId(id));
  const words = new SeatWords(details.layout, details.show);
  let map: SeatMap | undefined;
  const changed = () => {
    map?.updateAll();
    panels.update();
    setText(facts, liveText(live));
  };
  const desk = new Desk(page, live, details, words, {
    onChange: changed,
    onLost: (seats) => map?.flash(seats),
  });
  const panels = new Panels(desk);
  const facts = element('p', { class: 'faint', 'data-testid': 'live-facts' });
  map = new SeatMap(details.layout, words, {
    look: (seat) => desk.look(seat),
    isSelected: (seat) => desk.selection.has(seat),
    canChoose: () => desk.canChoose(),
    onToggle: (seat) => desk.toggle(seat),
  });
  const stops = listen(page, live, desk, map, { changed, facts, panels });
  // A reload may find things that this session had before.
  if (page.client.token !== null) page.client.mine().catch(() => {});
  desk.mineChanged();
  const ticker = setInterval(() => panels.tick(), TICK_MS);
  const root = element(
    'section',
    { class: 'show' },
    heading(details),
    element(
      'div',
      { class: 'show-columns' },
      element('div', { class: 'map-side' }, facts, map.root, legend(details.layout, details.show)),
      panels.root,
    ),
  );
  requestAnimationFrame(() => map?.centre());
  return {
    root,
    title: details.movie.title,
    dispose() {
      clearInterval(ticker);
      for (const stop of stops) stop();
      live.unwatch();
    },
  };
}

interface Parts {
  readonly changed: () => void;
  readonly facts: HTMLElement;
  readonly panels: Panels;
}

function listen(
  page: Page,
  live: LiveShow,
  desk: Desk,
  map: SeatMap,
  { changed, facts, panels }: Parts,
): readonly (() => void)[] {
  return [
    live.on('change', (seats) => {
      for (const seat of seats) map.update(seat);
      desk.seatsChanged();
      setText(facts, liveText(live));
      panels.update();
    }),
    live.on('mine', () => desk.mineChanged()),
    live.on('line', () => {
      setText(facts, liveText(live));
      panels.update();
    }),
    live.on('phase', changed),
    live.on('fresh', changed),
    live.on('offer', (offer) => {
      page.say(`It is your turn: ${counted(offer.party, 'seat is', 'seats are')} kept for you.`);
    }),
    live.on('waitEnded', (reason) => page.say(endingText(reason))),
    live.on('holdExpired', () => page.say('Your hold ran out and its seats are free again.')),
    live.on('holdEnded', () => page.say('The show was cancelled, and your hold ended with it.')),
    live.on('bookingsCancelled', ({ refund }) => {
      const owed = money(refund, desk.details.show.terms.currency);
      page.say(`The show was cancelled. ${owed} will be paid back to you.`);
    }),
    ...listenForPayments(live, desk),
    live.on('failed', (error) => page.say('text' in error ? error.text : error.message)),
    page.client.on('state', changed),
  ];
}

function listenForPayments(live: LiveShow, desk: Desk): readonly (() => void)[] {
  return [
    live.on('paymentFailed', ({ reason }) => desk.paymentNews(paymentFailedText(reason))),
    live.on('paid', ({ seats, booking }) => {
      const which = desk.words.list(seats);
      desk.paymentNews(`Paid and booked: ${which}. Your reference is ${booking}.`);
    }),
    live.on('refundOwed', ({ amount, currency, reason }) => {
      desk.paymentNews(`${money(amount, currency)} will be paid back: ${refundReason(reason)}.`);
    }),
    live.on('refunded', ({ amount, currency }) => {
      desk.paymentNews(`${money(amount, currency)} has been paid back.`);
    }),
  ];
}

function heading({ show, movie, hall, cinema, city }: ShowDetails): HTMLElement {
  const cityHref = hrefOf({ view: 'movies', city: city.id, filters: noFilters });
  const movieHref = hrefOf({ view: 'shows', city: city.id, movie: movie.id, date: '' });
  return element(
    'header',
    {},
    element(
      'p',
      { class: 'crumbs' },
      element('a', { href: cityHref }, city.name),
      ' › ',
      element('a', { href: movieHref }, movie.title),
    ),
    element('h1', { tabindex: -1 }, movie.title),
    element(
      'p',
      {},
      `${cinema.name}, ${hall.name} · ${dayAndTime(show.terms.startsAtMs, city.timeZone)} · ${languageName(show.language)}, ${show.format}`,
    ),
  );
}

function liveText(live: LiveShow): string {
  if (!live.fresh) return 'The map is being brought up to date…';
  const { free, held, booked } = live.counts;
  const line =
    live.line.waiting > 0 ? ` · ${counted(live.line.waiting, 'party', 'parties')} in line` : '';
  return `${free} free · ${held} held · ${booked} booked${line}`;
}
