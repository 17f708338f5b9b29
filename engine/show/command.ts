/**
 * What a show can be asked to do. Identity and time are not in the command's hands: the user is
 * the session's, the time is the stamp's.
 */
import type {
  BookingRef,
  HoldId,
  LayoutId,
  Millis,
  Minor,
  PaymentId,
  RequestId,
  ShowId,
  UserId,
} from '../ids.ts';
import type { FrameRef, PaymentFailure } from './events.ts';
import type { ShowTerms } from './terms.ts';

interface FromUser {
  readonly show: ShowId;
  readonly user: UserId;
  readonly requestId: RequestId;
}

/** Asked for by a person. */
export type UserCommand = FromUser &
  (
    | { readonly type: 'hold'; readonly seats: readonly number[] }
    | {
        readonly type: 'holdBest';
        readonly count: number;
        readonly tier: number | undefined;
        /** Whether rows next to each other will do where no row has so many side by side [H8]. */
        readonly split?: boolean | undefined;
      }
    | { readonly type: 'change'; readonly hold: HoldId; readonly seats: readonly number[] }
    | { readonly type: 'release'; readonly hold: HoldId }
    | { readonly type: 'wait'; readonly party: number }
    | { readonly type: 'leave' }
    | { readonly type: 'book'; readonly hold: HoldId }
    | { readonly type: 'pay'; readonly hold: HoldId }
    | { readonly type: 'cancel'; readonly bookings: readonly BookingRef[] }
  );

/** Asked for by the theatre or the program that runs the engine. */
export type HouseCommand = { readonly show: ShowId } & (
  | { readonly type: 'block'; readonly seats: readonly number[] }
  | { readonly type: 'unblock'; readonly seats: readonly number[] }
  | { readonly type: 'openSale' }
  | { readonly type: 'closeSale' }
  | { readonly type: 'cancelShow' }
  /** `owner`: whose booking it is to be. */
  | { readonly type: 'bookSeats'; readonly owner: UserId; readonly seats: readonly number[] }
  | { readonly type: 'cancelBookings'; readonly bookings: readonly BookingRef[] }
  // What a payment's provider has said of it.
  | {
      readonly type: 'openPayment';
      readonly payment: PaymentId;
      readonly reference: string;
      readonly url: string;
    }
  | { readonly type: 'failPayment'; readonly payment: PaymentId; readonly reason: PaymentFailure }
  | {
      readonly type: 'capturePayment';
      readonly payment: PaymentId;
      readonly amount: Minor;
      readonly currency: string;
    }
  | { readonly type: 'confirmRefund'; readonly payment: PaymentId }
);

/** Makes a show where there is none; for one that exists it changes nothing. */
export interface ScheduleCommand {
  readonly type: 'schedule';
  readonly show: ShowId;
  readonly layout: LayoutId;
  readonly terms: ShowTerms;
}

export type ShowCommand = UserCommand | HouseCommand;

/** When a command is decided, and in which frame. */
export interface Stamp {
  readonly timeMs: Millis;
  readonly frame: FrameRef;
}
