/**
 * What a theatre's own programs are told of a decision, by webhook [N1]. No word of who: people
 * are known to the theatre by their booking alone. What one decision does to many in the line is
 * one piece of news.
 */
import type { Millis, Seq, ShowId } from '../../engine/ids.ts';
import { sumOf } from '../../engine/pricing/money.ts';
import type { Decision, ShowEvent } from '../../engine/show/events.ts';
import { paymentName } from '../../engine/show/payments/payment-name.ts';

export const newsTypes = [
  'booking.created',
  'booking.cancelled',
  'refund.owed',
  'refund.made',
  'offer.made',
  'wait.ended',
  'show.cancelled',
] as const;
export type NewsType = (typeof newsTypes)[number];

export interface PartnerNews {
  /** `<show>.<seq>.<event>`: the same whenever it is sent [N1]. */
  readonly id: string;
  readonly type: NewsType;
  readonly show: ShowId;
  /** The decision's number: news of one show can be put in order by it. */
  readonly seq: Seq;
  readonly timeMs: Millis;
  readonly data: Readonly<Record<string, unknown>>;
}

export function partnerNewsOf(decision: Decision): readonly PartnerNews[] {
  const { show, seq, frame, events } = decision;
  const news: PartnerNews[] = [];
  const counted = new Set<string>();
  events.forEach((event, index) => {
    const found = newsOf(decision, event);
    if (found === undefined) return;
    const [type, data] = found;
    if (type === 'offer.made' || type === 'wait.ended') {
      if (counted.has(type)) return;
      counted.add(type);
    }
    news.push({ id: `${show}.${seq}.${index}`, type, show, seq, timeMs: frame.timeMs, data });
  });
  return news;
}

type Found = readonly [NewsType, Readonly<Record<string, unknown>>];

function newsOf({ show, events }: Decision, event: ShowEvent): Found | undefined {
  switch (event.type) {
    case 'holdBooked':
    case 'seatsBooked': {
      const { booking, seats, prices } = event;
      return ['booking.created', { booking, seats, prices, total: sumOf(prices) }];
    }
    case 'bookingsCancelled':
      return ['booking.cancelled', { bookings: event.bookings, refund: event.refund }];
    case 'refundOwed':
    case 'refunded': {
      const { amount, currency } = event;
      const money = { payment: paymentName(show, event.payment), amount, currency };
      if (event.type === 'refunded') return ['refund.made', money];
      return ['refund.owed', { ...money, reason: event.reason }];
    }
    case 'offerMade': {
      const offers = events.filter((each) => each.type === 'offerMade');
      const seats = offers.reduce((sum, { party }) => sum + party, 0);
      return ['offer.made', { parties: offers.length, seats }];
    }
    case 'waitEnded':
    case 'offerEnded': {
      const reasons: Record<string, number> = {};
      for (const each of events) {
        if (each.type !== 'waitEnded' && each.type !== 'offerEnded') continue;
        if (each.reason === 'taken') continue;
        reasons[each.reason] = (reasons[each.reason] ?? 0) + 1;
      }
      if (Object.keys(reasons).length === 0) return undefined;
      return ['wait.ended', { parties: reasons }];
    }
    case 'showCancelled':
      return ['show.cancelled', event.refund === undefined ? {} : { refund: event.refund }];
    default:
      return undefined;
  }
}
