/** What a payer is told of a payment: its provider answered, not they, so nobody asked. */
import type { Seq, UserId } from '../ids.ts';
import type { ShowEvent } from '../show/events.ts';
import type { Show } from '../show/show.ts';
import type { Push } from './outputs.ts';

/** Undefined for an event that tells its user nothing new. */
export function paymentNews(
  { id: show, terms }: Show,
  seq: Seq,
  event: ShowEvent,
): { readonly user: UserId; readonly push: Push } | undefined {
  switch (event.type) {
    case 'paymentOpened': {
      const { user, payment, url } = event;
      return { user, push: { type: 'paymentReady', show, payment, url, seq } };
    }
    case 'paymentFailed': {
      const { user, payment, reason } = event;
      return { user, push: { type: 'paymentFailed', show, payment, reason, seq } };
    }
    case 'holdBooked': {
      if (event.paid === undefined) return undefined;
      const { booking, seats, prices, paid } = event;
      const { payment, user } = paid;
      const { currency } = terms;
      return { user, push: { type: 'paid', show, payment, booking, seats, currency, prices, seq } };
    }
    case 'seatsBooked': {
      const { user, payment, booking, seats, prices } = event;
      if (payment === undefined) return undefined;
      const { currency } = terms;
      return { user, push: { type: 'paid', show, payment, booking, seats, currency, prices, seq } };
    }
    case 'refundOwed': {
      const { user, payment, amount, currency, reason } = event;
      const money = { payment, amount, currency };
      return { user, push: { type: 'refundOwed', show, ...money, reason, seq } };
    }
    case 'refunded': {
      const { user, payment, amount, currency } = event;
      return { user, push: { type: 'refunded', show, payment, amount, currency, seq } };
    }
    default:
      return undefined;
  }
}
