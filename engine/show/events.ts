/**
 * What the show actor's decisions consist of: facts, in the order they took effect. The first
 * event of a decision is what was asked for or fell due; those after it are its consequences, so
 * that a seat freed and the offer made of it are one line of the log [W3].
 */

import type {
  BookingRef,
  HoldId,
  LayoutId,
  Lsn,
  Millis,
  Minor,
  PaymentId,
  RequestId,
  Seq,
  ShowId,
  Ticket,
  UserId,
} from '../ids.ts';
import type { ShowTerms } from './terms.ts';

/** Why a place in the line ended without an offer being used. */
export type WaitEndReason = 'left' | 'waitTimeout' | 'tooFewLeft' | 'saleClosed' | 'showCancelled';
export type OfferEndReason = 'taken' | 'declined' | 'offerLapsed' | 'saleClosed' | 'showCancelled';

/** Why a payment came to nothing; the hold it was for is as it was before [P2]. */
export type PaymentFailure =
  | 'declined'
  | 'cancelled'
  | 'expired'
  /** The theatre's own system did not lock the seats [B4]. */
  | 'theatreRefused'
  | 'providerUnavailable';

/** Why captured money goes back [P3, P4, B2]. */
export type RefundReason = 'tooLate' | 'amountDiffers' | 'bookingCancelled' | 'showCancelled';

/** Seats that the head of the line could not use went to a later party that they sufficed for. */
export interface Overtaking {
  /** The head's ticket, and how many seats it waits for: more than were there. */
  readonly head: Ticket;
  readonly headParty: number;
  /** Seats that could be given when the later party was chosen. */
  readonly grantable: number;
}

export type ShowEvent =
  | { readonly type: 'showScheduled'; readonly layout: LayoutId; readonly terms: ShowTerms }
  | { readonly type: 'saleOpened' }
  | { readonly type: 'saleClosed' }
  /** `refund`: what is owed back to all together; older logs do not say it. */
  | { readonly type: 'showCancelled'; readonly refund?: Minor }
  | {
      readonly type: 'seatsHeld';
      readonly hold: HoldId;
      readonly seats: readonly number[];
      /** Price of each seat after discounts, fixed from here on [M4]. */
      readonly prices: readonly Minor[];
      readonly deadlineMs: Millis;
    }
  | {
      readonly type: 'holdChanged';
      readonly hold: HoldId;
      readonly seats: readonly number[];
      readonly prices: readonly Minor[];
      /** As before: changing never gains time [H5]. */
      readonly deadlineMs: Millis;
    }
  /** `user`: the holder, where it was not the one who asked. */
  | { readonly type: 'holdReleased'; readonly hold: HoldId; readonly user?: UserId }
  | { readonly type: 'holdExpired'; readonly hold: HoldId; readonly user: UserId }
  | {
      readonly type: 'waitJoined';
      readonly ticket: Ticket;
      readonly party: number;
      readonly untilMs: Millis;
    }
  | { readonly type: 'waitEnded'; readonly user: UserId; readonly reason: WaitEndReason }
  | {
      readonly type: 'offerMade';
      readonly user: UserId;
      readonly party: number;
      readonly untilMs: Millis;
      /** Why it was made before the head's turn; not there where it was the head's [W2]. */
      readonly overtaking?: Overtaking;
    }
  | { readonly type: 'offerEnded'; readonly user: UserId; readonly reason: OfferEndReason }
  | {
      readonly type: 'holdBooked';
      readonly hold: HoldId;
      readonly booking: BookingRef;
      readonly seats: readonly number[];
      readonly prices: readonly Minor[];
      /** The payment that it was booked by, and whose it is: the provider said so, not they. */
      readonly paid?: { readonly payment: PaymentId; readonly user: UserId };
    }
  /** Booked without a hold: in bulk by the house [B3], or by a success that came late [P3]. */
  | {
      readonly type: 'seatsBooked';
      readonly booking: BookingRef;
      readonly user: UserId;
      readonly seats: readonly number[];
      readonly prices: readonly Minor[];
      readonly payment?: PaymentId;
    }
  | {
      readonly type: 'bookingsCancelled';
      readonly bookings: readonly BookingRef[];
      /** Owed back from this decision on [B2]. */
      readonly refund: Minor;
      /** Whose they are, where it was not their owner who asked. */
      readonly user?: UserId;
    }
  /** The hold is kept until its payment has ended, or until then at the most [P2]. */
  | {
      readonly type: 'paymentStarted';
      readonly payment: PaymentId;
      readonly hold: HoldId;
      readonly seats: readonly number[];
      readonly amount: Minor;
      readonly pinnedUntilMs: Millis;
    }
  /** The provider has a page for it. */
  | {
      readonly type: 'paymentOpened';
      readonly payment: PaymentId;
      readonly user: UserId;
      readonly reference: string;
      readonly url: string;
    }
  | {
      readonly type: 'paymentFailed';
      readonly payment: PaymentId;
      readonly user: UserId;
      readonly reason: PaymentFailure;
    }
  /** Nobody shall pay it any more: its hold is gone. The provider says what has become of it. */
  | { readonly type: 'paymentAbandoned'; readonly payment: PaymentId; readonly user: UserId }
  /** The provider has the money; the same decision says what it is for, or owes it back [P5]. */
  | {
      readonly type: 'paymentCaptured';
      readonly payment: PaymentId;
      readonly user: UserId;
      readonly amount: Minor;
      readonly currency: string;
    }
  | {
      readonly type: 'refundOwed';
      readonly payment: PaymentId;
      readonly user: UserId;
      readonly amount: Minor;
      readonly currency: string;
      readonly reason: RefundReason;
    }
  /** The provider has given it back. */
  | {
      readonly type: 'refunded';
      readonly payment: PaymentId;
      readonly user: UserId;
      readonly amount: Minor;
      readonly currency: string;
    }
  | { readonly type: 'seatsBlocked'; readonly seats: readonly number[] }
  | { readonly type: 'seatsUnblocked'; readonly seats: readonly number[] };

/**
 * The frame a decision is in. It is made when a batch starts and gets its hash when the batch is
 * sealed; every decision of the batch points to the one object.
 */
export interface FrameRef {
  readonly timeMs: Millis;
  readonly lsn: Lsn;
  hash: Uint8Array;
}

/** An accepted request and what it is answered from. */
export interface Accepted {
  readonly requestId: RequestId;
  readonly seq: Seq;
  /** The decision's first event: what was asked for. */
  readonly event: ShowEvent;
  readonly frame: FrameRef;
}

/** One numbered decision of one show [F1]. */
export interface Decision {
  readonly show: ShowId;
  readonly seq: Seq;
  /** Who asked; undefined where time or the theatre decided. */
  readonly user: UserId | undefined;
  readonly requestId: RequestId | undefined;
  readonly events: readonly ShowEvent[];
  readonly frame: FrameRef;
}
