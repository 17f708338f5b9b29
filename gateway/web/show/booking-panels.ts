/** What is booked in this show, and a word where nothing can be sold. */
import type { MineBooking } from '../../client/index.ts';
import { element, setText } from '../dom.ts';
import { dayAndTime, money } from '../format.ts';
import type { Desk } from './desk.ts';
import { type Panel, panelRoot } from './panel.ts';

export function bookingPanel(desk: Desk, booking: MineBooking): Panel {
  const root = panelRoot(
    'booked',
    'Booked',
    element('p', { class: 'reference', 'data-testid': 'reference' }, booking.booking),
    element('p', { 'data-testid': 'booked-seats' }, desk.words.list(booking.seats)),
    element('p', {}, money(booking.total, booking.currency)),
    element('p', {}, element('a', { href: '#/mine' }, 'See my bookings')),
  );
  return { root, update() {} };
}

export function closedPanel(desk: Desk): Panel {
  const text = element('p', {});
  const root = panelRoot('closed', 'Not on sale', text);
  const { terms } = desk.details.show;
  const { timeZone } = desk.details.city;
  return {
    root,
    update() {
      const { phase } = desk.live;
      if (phase === 'scheduled') {
        setText(text, `Tickets are sold from ${dayAndTime(terms.onSaleAtMs, timeZone)}.`);
      } else if (phase === 'cancelled') setText(text, 'This show was cancelled.');
      else setText(text, 'The show has started; no more tickets are sold.');
    },
  };
}
