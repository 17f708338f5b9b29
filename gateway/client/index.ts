/** The public entry of the client SDK, `usher/client`: all that a page or program needs. */
export {
  type BookingRef,
  bookingRef,
  type HoldId,
  holdId,
  type Millis,
  millis,
  type RequestId,
  type ShowId,
  showId,
  type Ticket,
  type UserId,
} from '../../engine/ids.ts';
export type { QuoteDiscount } from '../../engine/pricing/quote.ts';
export type { ShowPhase } from '../../engine/show/show.ts';
export type { MineBooking, MineHold, MineShow } from '../../engine/show/views.ts';
export type { TicketCode } from '../wire/kinds.ts';
export type { Down, DownMessage, Up, UpMessage } from '../wire/message-types.ts';
export {
  type CancelOutcome,
  type ConnectOptions,
  connect,
  type MovieFilters,
  type ShowFilters,
  UsherClient,
} from './client.ts';
export type { ClientEvents } from './client-events.ts';
export type { ConnectionState } from './connection.ts';
export { UsherError, type UsherErrorReason } from './errors.ts';
export { httpSocketClass } from './http-socket.ts';
export type { Unsubscribe } from './listeners.ts';
export {
  type LiveShow,
  type LiveShowEvents,
  type SeatCounts,
  type SeatState,
  seatStates,
} from './live-show.ts';
export { browserTokenStorage, memoryTokenStorage, type TokenStorage } from './session-storage.ts';
export type { SocketClass, SocketLike } from './socket.ts';
export type { Way } from './transports.ts';
