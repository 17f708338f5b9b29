/** Everything this session has: holds under way, places in line, bookings to keep or cancel. */
import type { ShowDetails } from '../../../engine/catalog/model.ts';
import type { BookingRef, MineBooking, MineShow, ShowId } from '../../client/index.ts';
import { UsherError } from '../../client/index.ts';
import { actionButton, failureText, refreshActions } from '../actions.ts';
import { element } from '../dom.ts';
import { counted, dayAndTime, minutesAndSeconds, money } from '../format.ts';
import type { Page, View } from '../page.ts';
import { hrefOf } from '../router.ts';
import { SeatWords } from '../seat-map/seat-words.ts';
import { aheadText } from '../show/desk.ts';
import { confirmed } from './confirm.ts';

interface Entry {
  readonly mine: MineShow;
  readonly details: ShowDetails;
  readonly words: SeatWords;
}

type Chosen = Map<BookingRef, ShowId>;

export async function bookingsView(page: Page): Promise<View> {
  const list = element('div', { 'data-testid': 'my-shows' });
  const chosen: Chosen = new Map();
  const cancelChosen = actionButton(page, {
    label: 'Cancel selected bookings',
    testId: 'cancel-many',
    kind: 'danger',
    possible: () => chosen.size > 0,
    run: () => cancel(page, chosen),
  });
  const root = element(
    'section',
    {},
    element('h1', { tabindex: -1 }, 'My bookings'),
    list,
    cancelChosen,
  );
  let turn = 0;
  const draw = async () => {
    const mine = ++turn;
    const entries = await loadEntries(page);
    if (mine !== turn) return;
    dropGone(chosen, entries);
    const empty = element('p', {}, 'Nothing yet. ', element('a', { href: '#/' }, 'Find a film'));
    const blocks = entries.map((entry) => showBlock(page, entry, chosen, root));
    list.replaceChildren(...(blocks.length === 0 ? [empty] : blocks));
    cancelChosen.hidden = !entries.some(({ mine: { bookings } }) => bookings.some(isBooked));
    refreshActions(root);
  };
  await page.client.mine();
  await draw();
  const stop = page.client.on('mine', () => void draw().catch((e) => page.say(failureText(e))));
  return { root, title: 'My bookings', dispose: stop };
}

function isBooked(booking: MineBooking): boolean {
  return booking.state === 'booked';
}

function dropGone(chosen: Chosen, entries: readonly Entry[]): void {
  const there = new Set(
    entries.flatMap(({ mine }) => mine.bookings.filter(isBooked).map(({ booking }) => booking)),
  );
  for (const booking of chosen.keys()) if (!there.has(booking)) chosen.delete(booking);
}

async function loadEntries(page: Page): Promise<readonly Entry[]> {
  const entries = await Promise.all(
    page.client.mineShows().map(async (mine): Promise<Entry | undefined> => {
      const details = await page.show(mine.show);
      return details && { mine, details, words: new SeatWords(details.layout, details.show) };
    }),
  );
  return entries
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.details.show.terms.startsAtMs - b.details.show.terms.startsAtMs);
}

function showBlock(page: Page, entry: Entry, chosen: Chosen, root: HTMLElement): HTMLElement {
  const { mine, details, words } = entry;
  const { show, movie, cinema, hall, city } = details;
  const href = hrefOf({ view: 'show', show: show.id });
  return element(
    'section',
    { class: 'cinema', 'data-show': show.id },
    element('h2', {}, element('a', { href }, movie.title)),
    element(
      'p',
      { class: 'faint' },
      `${cinema.name}, ${hall.name} · ${dayAndTime(show.terms.startsAtMs, city.timeZone)}`,
    ),
    ...mine.holds.map((hold) =>
      element(
        'p',
        {},
        `On hold for ${minutesAndSeconds(page.client.remainingMs(hold.deadlineMs))}: ${words.list(hold.seats)}. `,
        element('a', { href }, 'Go on to book'),
      ),
    ),
    mine.wait !== null &&
      element('p', {}, 'In the line. ', `${aheadText(mine.wait.ahead)} `, link(href)),
    mine.offer !== null && element('p', {}, 'It is your turn to choose. ', link(href)),
    element(
      'ul',
      { class: 'bookings' },
      ...mine.bookings.map((booking) => bookingRow(page, entry, booking, chosen, root)),
    ),
  );
}

function link(href: string): HTMLElement {
  return element('a', { href }, 'Go there');
}

function bookingRow(
  page: Page,
  { mine, words }: Entry,
  booking: MineBooking,
  chosen: Chosen,
  root: HTMLElement,
): HTMLElement {
  const ref = booking.booking;
  const facts = `${words.list(booking.seats)} · ${money(booking.total, booking.currency)}`;
  if (!isBooked(booking)) {
    return element(
      'li',
      { 'data-booking': ref, 'data-state': 'cancelled' },
      element('s', { class: 'reference' }, ref),
      element('span', { class: 'faint' }, `${facts} · cancelled`),
    );
  }
  const box = element('input', {
    type: 'checkbox',
    checked: chosen.has(ref),
    'aria-label': `Select booking ${ref}`,
    onchange: () => {
      if (box.checked) chosen.set(ref, mine.show);
      else chosen.delete(ref);
      refreshActions(root);
    },
  });
  return element(
    'li',
    { 'data-booking': ref, 'data-state': 'booked' },
    element('label', {}, box, element('strong', { class: 'reference' }, ref)),
    element('span', {}, facts),
    ticketCodes(page, mine.show, ref),
    actionButton(page, {
      label: 'Cancel booking',
      testId: 'cancel',
      kind: 'danger',
      attributes: { 'aria-label': `Cancel booking ${ref}` },
      run: () => cancel(page, new Map([[ref, mine.show]])),
    }),
  );
}

/** The codes that the door scanner reads, asked for when somebody wants to see them [B1]. */
function ticketCodes(page: Page, show: ShowId, booking: BookingRef): HTMLElement {
  const codes = element('ul', { class: 'codes' });
  let asked = false;
  const load = async () => {
    if (asked) return;
    asked = true;
    try {
      const answer = await page.client.tickets(show, booking);
      if (answer.type === 'rejected') return page.say(answer.text);
      codes.replaceChildren(
        ...answer.tickets.map(({ row, number, code }) =>
          element('li', {}, `Row ${row}, seat ${number} `, element('code', {}, code)),
        ),
      );
    } catch (error) {
      asked = false;
      page.say(failureText(error));
    }
  };
  return element(
    'details',
    { ontoggle: () => void load() },
    element('summary', {}, 'Tickets'),
    codes,
  );
}

async function cancel(page: Page, bookings: Chosen): Promise<void> {
  const count = counted(bookings.size, 'booking');
  if (
    !(await confirmed(`Cancel ${count}?`, 'The seats go to others at once.', `Cancel ${count}`))
  ) {
    return;
  }
  const byShow = new Map<ShowId, BookingRef[]>();
  for (const [booking, show] of bookings) byShow.set(show, [...(byShow.get(show) ?? []), booking]);
  const outcomes = await page.client.cancelMany(
    [...byShow].map(([show, refs]) => ({ show, bookings: refs })),
  );
  const texts = outcomes.map(({ outcome }) => {
    if (outcome instanceof UsherError) return failureText(outcome);
    if (outcome.type === 'rejected') return outcome.text;
    const refund = money(outcome.refund, outcome.currency);
    return `Cancelled ${outcome.bookings.join(', ')}; ${refund} will be paid back.`;
  });
  page.say(texts.join(' '));
}
