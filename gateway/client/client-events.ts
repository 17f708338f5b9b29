/** What a client tells of by itself, and which pushes those are. */
import type { ShowId } from '../../engine/ids.ts';
import type { Down, DownMessage } from '../wire/message-types.ts';
import type { ConnectionState } from './connection.ts';

export interface ClientEvents {
  state: ConnectionState;
  /** What this session has in a show changed. */
  mine: ShowId;
  offer: Down<'offer'>;
  waitEnded: Down<'waitEnded'>;
  holdExpired: Down<'holdExpired'>;
  /** A hold that ended before its time, e.g. with its show. */
  holdEnded: Down<'holdEnded'>;
  /** Bookings that this session did not cancel itself, with what is owed back for them. */
  bookingsCancelled: Down<'bookingsCancelled'>;
  /** A payment can be made, at `url`. */
  paymentReady: Down<'paymentReady'>;
  paymentFailed: Down<'paymentFailed'>;
  /** A payment was made, and its seats are booked. */
  paid: Down<'paid'>;
  refundOwed: Down<'refundOwed'>;
  refunded: Down<'refunded'>;
}

/** Pushes that are for this session alone, each an event of its own name. */
const ownNews = [
  'offer',
  'waitEnded',
  'holdExpired',
  'holdEnded',
  'bookingsCancelled',
  'paymentReady',
  'paymentFailed',
  'paid',
  'refundOwed',
  'refunded',
] as const satisfies readonly (keyof ClientEvents)[];

type OwnNews = Down<(typeof ownNews)[number]>;

export function isOwnNews(message: DownMessage): message is OwnNews {
  return (ownNews as readonly string[]).includes(message.type);
}
