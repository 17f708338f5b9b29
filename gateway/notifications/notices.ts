/**
 * What people and theatres are told of a decision [N1]. A notice has the facts of the log and
 * nothing else: names, times and addresses are looked up when it is sent.
 */
import type {
  BookingRef,
  Millis,
  Minor,
  PaymentId,
  Seq,
  ShowId,
  UserId,
} from '../../engine/ids.ts';
import { sumOf } from '../../engine/pricing/money.ts';
import type {
  Decision,
  OfferEndReason,
  RefundReason,
  ShowEvent,
  WaitEndReason,
} from '../../engine/show/events.ts';

/** Why somebody's wait or offer ended otherwise than by their own doing. */
export type WaitLost = Exclude<WaitEndReason | OfferEndReason, 'left' | 'taken' | 'declined'>;

export type NoticeFacts =
  | {
      readonly type: 'booked';
      readonly booking: BookingRef;
      readonly seats: readonly number[];
      readonly total: Minor;
    }
  | {
      readonly type: 'cancelled';
      readonly bookings: readonly BookingRef[];
      readonly refund: Minor;
    }
  | {
      readonly type: 'refundOwed';
      readonly payment: PaymentId;
      readonly amount: Minor;
      readonly currency: string;
      readonly reason: RefundReason;
    }
  | {
      readonly type: 'refunded';
      readonly payment: PaymentId;
      readonly amount: Minor;
      readonly currency: string;
    }
  | { readonly type: 'offerMade'; readonly party: number; readonly untilMs: Millis }
  | { readonly type: 'waitEnded'; readonly reason: WaitLost }
  /** To one of those who were coming, holding or waiting; without bookings nothing is owed. */
  | {
      readonly type: 'showCancelled';
      readonly bookings: readonly BookingRef[];
      readonly refund: Minor;
    };

export interface Notice {
  /** `<show>.<seq>.<event>`: the same whenever the log is read [N1]. */
  readonly id: string;
  readonly show: ShowId;
  readonly seq: Seq;
  readonly timeMs: Millis;
  /** Whom it is for. */
  readonly user: UserId;
  readonly facts: NoticeFacts;
}

/** What each person concerned is told of a decision, in the order of its events. */
export function noticesOf(decision: Decision): readonly Notice[] {
  const { show, seq, frame } = decision;
  const notices: Notice[] = [];
  const told = new Set<UserId>();
  const isCancelled = decision.events[0]?.type === 'showCancelled';
  decision.events.forEach((event, index) => {
    const found = isCancelled ? lossOf(event) : newsOf(event, decision.user);
    if (found === undefined) return;
    // Who waited, held and had booked hears once that the show is off, of the booking if any.
    if (found.facts.type === 'showCancelled') {
      if (told.has(found.user)) return;
      told.add(found.user);
    }
    notices.push({ id: `${show}.${seq}.${index}`, show, seq, timeMs: frame.timeMs, ...found });
  });
  return notices;
}

type News = Pick<Notice, 'user' | 'facts'>;

function newsOf(event: ShowEvent, asker: UserId | undefined): News | undefined {
  const to = (user: UserId | undefined, facts: NoticeFacts): News | undefined =>
    user === undefined ? undefined : { user, facts };
  switch (event.type) {
    case 'holdBooked':
    case 'seatsBooked': {
      const { booking, seats, prices } = event;
      const user = event.type === 'seatsBooked' ? event.user : (event.paid?.user ?? asker);
      return to(user, { type: 'booked', booking, seats, total: sumOf(prices) });
    }
    case 'bookingsCancelled': {
      const { bookings, refund } = event;
      return to(event.user ?? asker, { type: 'cancelled', bookings, refund });
    }
    case 'refundOwed': {
      const { payment, amount, currency, reason } = event;
      // Whose booking was cancelled is told of the refund with that.
      if (reason === 'bookingCancelled' || reason === 'showCancelled') return undefined;
      return to(event.user, { type: 'refundOwed', payment, amount, currency, reason });
    }
    case 'refunded': {
      const { payment, amount, currency } = event;
      return to(event.user, { type: 'refunded', payment, amount, currency });
    }
    case 'offerMade': {
      const { party, untilMs } = event;
      return to(event.user, { type: 'offerMade', party, untilMs });
    }
    case 'waitEnded':
      if (event.reason === 'left') return undefined;
      return to(event.user, { type: 'waitEnded', reason: event.reason });
    case 'offerEnded':
      if (event.reason === 'taken' || event.reason === 'declined') return undefined;
      return to(event.user, { type: 'waitEnded', reason: event.reason });
    default:
      return undefined;
  }
}

/** What the end of a show takes from whom. */
function lossOf(event: ShowEvent): News | undefined {
  const none = { type: 'showCancelled', bookings: [], refund: sumOf([]) } as const;
  switch (event.type) {
    case 'bookingsCancelled': {
      const { user, bookings, refund } = event;
      if (user === undefined) return undefined;
      return { user, facts: { type: 'showCancelled', bookings, refund } };
    }
    case 'holdReleased':
      return event.user === undefined ? undefined : { user: event.user, facts: none };
    case 'waitEnded':
    case 'offerEnded':
      return { user: event.user, facts: none };
    default:
      return undefined;
  }
}
