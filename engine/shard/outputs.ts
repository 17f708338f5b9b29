/**
 * Everything a shard can say. Outputs are made while deciding and kept behind the output gate
 * until the frame that they tell of, or were decided after, is durable [D1].
 */
import type {
  BookingRef,
  HoldId,
  Millis,
  Minor,
  PaymentId,
  RequestId,
  Seq,
  ShowId,
  UserId,
} from '../ids.ts';
import type {
  Accepted,
  OfferEndReason,
  PaymentFailure,
  RefundReason,
  WaitEndReason,
} from '../show/events.ts';
import type { Rejection } from '../show/rejections.ts';
import type { Show, ShowPhase } from '../show/show.ts';
import type { MineShow, ShowView } from '../show/views.ts';

/** News for a user that nobody asked for. */
export type Push =
  | {
      readonly type: 'offer';
      readonly show: ShowId;
      readonly party: number;
      readonly untilMs: Millis;
      readonly seq: Seq;
    }
  | {
      readonly type: 'waitEnded';
      readonly show: ShowId;
      readonly reason: WaitEndReason | OfferEndReason;
      readonly seq: Seq;
    }
  | {
      readonly type: 'holdExpired';
      readonly show: ShowId;
      readonly hold: HoldId;
      readonly seq: Seq;
    }
  /** The payment can be made at the provider's page. */
  | {
      readonly type: 'paymentReady';
      readonly show: ShowId;
      readonly payment: PaymentId;
      readonly url: string;
      readonly seq: Seq;
    }
  | {
      readonly type: 'paymentFailed';
      readonly show: ShowId;
      readonly payment: PaymentId;
      readonly reason: PaymentFailure;
      readonly seq: Seq;
    }
  | {
      readonly type: 'paid';
      readonly show: ShowId;
      readonly payment: PaymentId;
      readonly booking: BookingRef;
      readonly seats: readonly number[];
      readonly currency: string;
      readonly prices: readonly Minor[];
      readonly seq: Seq;
    }
  | ({
      readonly type: 'refundOwed';
      readonly show: ShowId;
      readonly reason: RefundReason;
      readonly seq: Seq;
    } & Money)
  | ({ readonly type: 'refunded'; readonly show: ShowId; readonly seq: Seq } & Money)
  /** The house ended a hold whose time was not over. */
  | {
      readonly type: 'holdEnded';
      readonly show: ShowId;
      readonly hold: HoldId;
      readonly reason: 'showCancelled';
      readonly seq: Seq;
    }
  /** The house cancelled this user's bookings, and owes so much for them together. */
  | {
      readonly type: 'bookingsCancelled';
      readonly show: ShowId;
      readonly bookings: readonly BookingRef[];
      readonly currency: string;
      readonly refund: Minor;
      readonly reason: 'showCancelled' | 'byTheatre';
      readonly seq: Seq;
    };

interface Money {
  readonly payment: PaymentId;
  readonly currency: string;
  readonly amount: Minor;
}

/** Why a request got no decision, or none that may be told. */
export type FailureReason = 'overloaded' | 'logUnavailable';

/** `Origin` is whatever the host wants back to know whom to answer. */
export type Output<Origin> =
  | {
      readonly type: 'accepted';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly show: Show;
      readonly made: Accepted;
      /** False where an earlier sending was decided already [H7]. */
      readonly isNew: boolean;
      /** For a place in the line: parties before it, and the ticket being served. */
      readonly ahead: number;
      readonly serving: number;
    }
  | {
      readonly type: 'rejected';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly rejection: Rejection;
    }
  | {
      readonly type: 'failed';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly reason: FailureReason;
    }
  | {
      readonly type: 'watching';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly view: ShowView;
    }
  | {
      readonly type: 'viewed';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly view: ShowView;
    }
  | {
      readonly type: 'mine';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly shows: readonly MineShow[];
    }
  | {
      readonly type: 'bookingFound';
      readonly to: Origin;
      readonly requestId: RequestId;
      readonly show: Show;
      readonly booking: BookingRef;
      readonly seats: readonly number[];
    }
  | { readonly type: 'scheduled'; readonly to: Origin; readonly requestId: RequestId }
  | { readonly type: 'push'; readonly user: UserId; readonly push: Push }
  | {
      readonly type: 'changed';
      readonly show: ShowId;
      readonly fromSeq: Seq;
      readonly toSeq: Seq;
      /** Seat × 4 + state. */
      readonly changes: readonly number[];
      readonly line: LineMove;
      readonly phase: ShowPhase | undefined;
    };

export interface LineMove {
  readonly serving: number;
  readonly waiting: number;
  readonly departed: readonly number[];
}

/** The way out: outputs are turned into what will be sent, then sent once durable. */
export interface Egress<Origin, Staged> {
  /** Called while the frame is still being made durable; nothing may leave yet. */
  stage(outputs: readonly Output<Origin>[]): Staged;
  /** Called in order, once all that the outputs tell of is durable. */
  release(staged: Staged): void;
}
