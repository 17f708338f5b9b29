/** The public entry point `usher/engine`: seats, holds, lines and bookings in one process. */
export type { BookingRef, HoldId, Lsn, Millis, Minor, Seq, ShowId, Ticket } from './ids.ts';
export {
  Engine,
  type EngineOptions,
  openEngine,
  type Told,
} from './library/engine.ts';
export { EngineError, type EngineErrorCode } from './library/engine-error.ts';
export type { Accepted, Receipt } from './library/receipts.ts';
export type { ShowPlan } from './library/show-plan.ts';
export { defaults, limits } from './limits.ts';
export type { QuoteDiscount } from './pricing/quote.ts';
export type { Clock, Codec, EngineHost } from './shard/host.ts';
export type { LogStore } from './shard/log-store.ts';
export { type Rejection, type RejectionReason, rejectionTable } from './show/rejections.ts';
export {
  expandSeats,
  type Layout,
  type Seat,
  type SeatRun,
  seatCount,
} from './show/seats/layout.ts';
export type { Discount, ShowTerms } from './show/terms.ts';
export type { MineBooking, MineHold, MineShow, ShowView } from './show/views.ts';
