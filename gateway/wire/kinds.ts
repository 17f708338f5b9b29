/**
 * The kinds a field of a message can have, and what each is in TypeScript. `validators.ts` gives
 * each its exact shape and limits for the server; a browser needs only these types.
 */
import type {
  CinemaShows,
  CitySummary,
  MovieSummary,
  ShowDetails,
} from '../../engine/catalog/model.ts';
import type { BookingRef, HoldId, Millis, RequestId, ShowId, UserId } from '../../engine/ids.ts';
import type { QuoteDiscount } from '../../engine/pricing/quote.ts';
import type { ShowPhase } from '../../engine/show/show.ts';
import type { MineShow } from '../../engine/show/views.ts';

export interface TicketCode {
  readonly seat: number;
  readonly section: string;
  readonly row: string;
  readonly number: number;
  readonly code: string;
}

/** What each kind is in TypeScript. */
export interface Kinds {
  requestId: RequestId;
  userId: UserId;
  showId: ShowId;
  holdId: HoldId;
  bookingRef: BookingRef;
  token: string;
  slug: string;
  text: string;
  date: string;
  uint: number;
  millis: Millis;
  flag: boolean;
  partySize: number;
  tier: number;
  phase: ShowPhase;
  /** MessagePack binary; in JSON, base64url. */
  bytes: Uint8Array;
  seatList: readonly number[];
  amounts: readonly number[];
  bookingList: readonly BookingRef[];
  discountLines: readonly QuoteDiscount[];
  cities: readonly CitySummary[];
  movies: readonly MovieSummary[];
  cinemaShows: readonly CinemaShows[];
  showDetails: ShowDetails;
  mineShows: readonly MineShow[];
  ticketCodes: readonly TicketCode[];
  details: Readonly<Record<string, unknown>>;
}

export type Kind = keyof Kinds | `${keyof Kinds}?`;

export interface MessageShape {
  /** First element of the MessagePack array, 1 … 127. */
  readonly code: number;
  readonly fields: Readonly<Record<string, Kind>>;
}

type FieldType<K extends string> = K extends `${infer Base}?`
  ? Base extends keyof Kinds
    ? Kinds[Base] | null
    : never
  : K extends keyof Kinds
    ? Kinds[K]
    : never;

/** A table of messages as a union of `{type, …fields}`. */
export type MessagesOf<Table extends Readonly<Record<string, MessageShape>>> = {
  [Name in keyof Table & string]: { readonly type: Name } & {
    readonly [Field in keyof Table[Name]['fields'] & string]: FieldType<
      Table[Name]['fields'][Field]
    >;
  };
}[keyof Table & string];
