/** What the library answers with: plain values, each accepted one with its receipt [F1]. */
import type {
  BookingRef,
  HoldId,
  Lsn,
  Millis,
  Minor,
  PaymentId,
  Seq,
  ShowId,
  Ticket,
} from '../ids.ts';
import { minor } from '../ids.ts';
import { sumOf } from '../pricing/money.ts';
import type { QuoteDiscount } from '../pricing/quote.ts';
import type { Output } from '../shard/outputs.ts';
import { discountsOf } from '../show/views.ts';

/** Where and when a decision stands in the log. */
export interface Receipt {
  readonly show: ShowId;
  readonly seq: Seq;
  readonly timeMs: Millis;
  readonly lsn: Lsn;
  /** The log's chain value at that point, 32 bytes. */
  readonly hash: Uint8Array;
}

/** An accepted command, by what it did. */
export type Accepted = { readonly receipt: Receipt } & (
  | {
      readonly type: 'held';
      readonly hold: HoldId;
      readonly seats: readonly number[];
      readonly deadlineMs: Millis;
      readonly currency: string;
      readonly prices: readonly Minor[];
      readonly total: number;
      readonly discounts: readonly QuoteDiscount[];
    }
  | { readonly type: 'released'; readonly hold: HoldId }
  | {
      readonly type: 'waiting';
      readonly ticket: Ticket;
      readonly party: number;
      readonly ahead: number;
      readonly untilMs: Millis;
    }
  | { readonly type: 'left' }
  | {
      readonly type: 'booked';
      readonly booking: BookingRef;
      readonly seats: readonly number[];
      readonly currency: string;
      readonly total: number;
    }
  | {
      readonly type: 'cancelled';
      readonly bookings: readonly BookingRef[];
      readonly currency: string;
      readonly refund: Minor;
    }
  | {
      readonly type: 'paying';
      readonly hold: HoldId;
      readonly payment: PaymentId;
      readonly currency: string;
      readonly amount: Minor;
      readonly pinnedUntilMs: Millis;
    }
  /** What the theatre asked for. */
  | { readonly type: 'blocked' | 'unblocked'; readonly seats: readonly number[] }
  /** `refund` is owed back for all bookings together. */
  | { readonly type: 'showCancelled'; readonly currency: string; readonly refund: Minor }
  | { readonly type: 'done' }
);

type AcceptedOutput = Extract<Output<unknown>, { type: 'accepted' }>;

export function acceptedAnswer(output: AcceptedOutput): Accepted {
  const { show, made, ahead } = output;
  const { event, frame } = made;
  const { timeMs, lsn, hash } = frame;
  const receipt: Receipt = { show: show.id, seq: made.seq, timeMs, lsn, hash };
  const { currency } = show.terms;
  switch (event.type) {
    case 'seatsHeld':
    case 'holdChanged': {
      const { hold, seats, prices, deadlineMs } = event;
      const discounts = discountsOf(show, seats);
      const total = sumOf(prices);
      return { type: 'held', hold, seats, deadlineMs, currency, prices, total, discounts, receipt };
    }
    case 'holdReleased':
      return { type: 'released', hold: event.hold, receipt };
    case 'waitJoined': {
      const { ticket, party, untilMs } = event;
      return { type: 'waiting', ticket, party, ahead, untilMs, receipt };
    }
    case 'waitEnded':
    case 'offerEnded':
      return { type: 'left', receipt };
    case 'paymentStarted': {
      const { hold, payment, amount, pinnedUntilMs } = event;
      return { type: 'paying', hold, payment, currency, amount, pinnedUntilMs, receipt };
    }
    case 'holdBooked':
    case 'seatsBooked': {
      const { booking, seats, prices } = event;
      return { type: 'booked', booking, seats, currency, total: sumOf(prices), receipt };
    }
    case 'bookingsCancelled': {
      const { bookings, refund } = event;
      return { type: 'cancelled', bookings, currency, refund, receipt };
    }
    case 'seatsBlocked':
      return { type: 'blocked', seats: event.seats, receipt };
    case 'seatsUnblocked':
      return { type: 'unblocked', seats: event.seats, receipt };
    case 'showCancelled':
      return { type: 'showCancelled', currency, refund: event.refund ?? minor(0), receipt };
    default:
      return { type: 'done', receipt };
  }
}
