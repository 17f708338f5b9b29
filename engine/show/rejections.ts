/**
 * Why a command is refused: stable numbers and names, in the order they are checked [R1–R4].
 * A refusal is a value; it changes nothing and writes nothing to the log. `final` means: do not
 * retry as it is. The table is also what clients and documentation are made from.
 */
import type { BookingRef, Millis, PaymentId } from '../ids.ts';
import type { PaymentState } from './payments/payment-table.ts';
import type { ShowPhase } from './show.ts';

export const rejectionTable = {
  // R1: the request itself
  showNotFound: { code: 101, final: true },
  showNotOnSale: { code: 102, final: true },
  invalidSeats: { code: 103, final: true },
  overSeatLimit: { code: 104, final: true },
  holdNotFound: { code: 110, final: true },
  bookingNotFound: { code: 111, final: true },
  notWaiting: { code: 112, final: true },
  alreadyWaiting: { code: 113, final: true },
  showStarted: { code: 114, final: true },
  noSuchTier: { code: 115, final: true },
  /** The hold is to be paid for, not booked [P1]. */
  paymentNeeded: { code: 116, final: true },
  /** There is nothing to pay: book it. */
  paymentNotNeeded: { code: 117, final: true },
  /** A payment for this hold is under way; until it has ended the hold stays as it is [P2]. */
  paymentPending: { code: 118, final: false },
  paymentNotFound: { code: 119, final: true },
  /** The payment has gone on already, so this changes nothing [P4]. */
  paymentSettled: { code: 120, final: true },
  showNotScheduled: { code: 121, final: true },
  // R2: not enough seats left, whatever happens
  tooFewLeft: { code: 201, final: true },
  // R3: wait
  waitInLine: { code: 301, final: false },
  /** Joining the line when seats are there to be chosen now [W1]. */
  chooseNow: { code: 302, final: false },
  // R4: choose others on the same map
  seatsTaken: { code: 401, final: false },
  /** No unbroken block of that size is free [H8]. */
  noBlockLeft: { code: 402, final: false },
  /** The seats chosen would leave one seat alone, and others would not [H9]. */
  leavesOrphan: { code: 403, final: false },
} as const;

export type RejectionReason = keyof typeof rejectionTable;

/** A refusal with what its user needs next. */
export type Rejection = { readonly type: 'rejected' } & (
  | { readonly reason: 'showNotFound' }
  | {
      readonly reason: 'showNotOnSale';
      readonly phase: ShowPhase;
      readonly onSaleAtMs: Millis;
      readonly startsAtMs: Millis;
    }
  | {
      readonly reason: 'invalidSeats';
      readonly problem: 'none' | 'unknown' | 'twice' | 'blocked' | 'unchanged';
      readonly seats: readonly number[];
    }
  | { readonly reason: 'overSeatLimit'; readonly left: number; readonly limit: number }
  | { readonly reason: 'holdNotFound' }
  | { readonly reason: 'bookingNotFound'; readonly bookings: readonly BookingRef[] }
  | { readonly reason: 'notWaiting' }
  | { readonly reason: 'alreadyWaiting'; readonly ahead: number }
  | { readonly reason: 'showStarted'; readonly startsAtMs: Millis }
  | { readonly reason: 'noSuchTier'; readonly tiers: number }
  | { readonly reason: 'paymentNeeded'; readonly total: number }
  | { readonly reason: 'paymentNotNeeded' }
  | { readonly reason: 'paymentPending'; readonly payment: PaymentId }
  | { readonly reason: 'paymentNotFound' }
  | { readonly reason: 'paymentSettled'; readonly state: PaymentState }
  | { readonly reason: 'showNotScheduled'; readonly phase: ShowPhase }
  | { readonly reason: 'tooFewLeft'; readonly left: number }
  | { readonly reason: 'waitInLine'; readonly ahead: number }
  | { readonly reason: 'chooseNow'; readonly free: number }
  | { readonly reason: 'seatsTaken'; readonly seats: readonly number[] }
  | { readonly reason: 'noBlockLeft'; readonly largest: number }
  | { readonly reason: 'leavesOrphan'; readonly seats: readonly number[] }
);
