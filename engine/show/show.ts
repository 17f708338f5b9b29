/**
 * The state of one show. Only `evolve` changes it; `decide` reads it. An idle show is its
 * bitmap and a few numbers; the maps stay empty until somebody comes.
 */
import { LinkedHashMap } from '../collections/linked-hash-map.ts';
import type { BookingRef, HoldId, Millis, Minor, Seq, ShowId, UserId } from '../ids.ts';
import { seq } from '../ids.ts';
import type { RequestMemory } from './request-memory.ts';
import type { CompiledLayout } from './seats/compiled-layout.ts';
import { SeatBitmap } from './seats/seat-bitmap.ts';
import type { ShowTerms } from './terms.ts';
import { type Waiter, Waitlist } from './waitlist/waitlist.ts';

/**
 * scheduled ──▶ onSale ──▶ closed     (at its start time)
 *     │            │          │
 *     └────────────┴──────────┴──▶ cancelled  [S3]
 */
export type ShowPhase = 'scheduled' | 'onSale' | 'closed' | 'cancelled';

/** A timed claim on seats. */
export interface Hold {
  readonly id: HoldId;
  readonly user: UserId;
  seats: readonly number[];
  prices: readonly Minor[];
  /** As shown to its holder; acted on `graceMs` later [H3]. Only an outage moves it [D2]. */
  deadlineMs: Millis;
}

/** A waiter's timed, exclusive right to `party` seats of freed capacity. */
export interface Offer {
  readonly user: UserId;
  readonly party: number;
  /** As with a hold's deadline. */
  untilMs: Millis;
}

export interface Booking {
  readonly ref: BookingRef;
  readonly user: UserId;
  readonly seats: readonly number[];
  readonly total: Minor;
  state: 'booked' | 'cancelled';
}

/** What one user has in this show. */
export interface UserRecord {
  readonly user: UserId;
  /** Seats held and booked, for the cap [H2]. */
  seats: number;
  readonly holds: HoldId[];
  readonly bookings: BookingRef[];
  waiter: Waiter | undefined;
  offer: Offer | undefined;
  readonly remembered: RequestMemory;
  lastDecisionMs: Millis;
}

/** Told when a user first appears in a show and when nothing of theirs is left in it. */
export interface UserDirectory {
  add(user: UserId, show: ShowId): void;
  remove(user: UserId, show: ShowId): void;
}

export interface Show {
  readonly id: ShowId;
  readonly layout: CompiledLayout;
  readonly terms: ShowTerms;
  readonly seats: SeatBitmap;
  /** In the order of their deadlines, which is that of their making but for outages [H4]. */
  readonly holds: LinkedHashMap<HoldId, Hold>;
  readonly offers: LinkedHashMap<UserId, Offer>;
  readonly waitlist: Waitlist;
  readonly bookings: Map<BookingRef, Booking>;
  readonly users: LinkedHashMap<UserId, UserRecord>;
  readonly directory: UserDirectory;
  /** Accepted requests of the house; made with the first [H7]. */
  house: RequestMemory | undefined;
  phase: ShowPhase;
  seq: Seq;
  /** Free seats promised to open offers. */
  earmarked: number;

  // For the fan-out only, never part of the state's digest.
  /** While somebody watches: seats that changed, seat × 4 + state. */
  changes: number[] | undefined;
  /** While somebody watches: tickets that left the line. */
  departed: number[] | undefined;
}

export function newShow(
  id: ShowId,
  layout: CompiledLayout,
  terms: ShowTerms,
  directory: UserDirectory,
  bitmap?: Uint8Array,
): Show {
  return {
    id,
    layout,
    terms,
    seats: new SeatBitmap(layout.count, bitmap),
    holds: new LinkedHashMap(),
    offers: new LinkedHashMap(),
    waitlist: new Waitlist(),
    bookings: new Map(),
    users: new LinkedHashMap(),
    directory,
    house: undefined,
    phase: 'scheduled',
    seq: seq(0),
    earmarked: 0,
    changes: undefined,
    departed: undefined,
  };
}

/** Free seats that are promised to nobody. */
export function grantable(show: Show): number {
  return show.seats.free - show.earmarked;
}

/** Seats that are, or may yet become, available: free and held ones. */
export function pool(show: Show): number {
  return show.seats.free + show.seats.held;
}

/** Parties that are served before this user: those before it in the line, or all of them [R3]. */
export function partiesAhead(show: Show, record: UserRecord | undefined): number {
  const own = record?.waiter;
  return own === undefined ? show.waitlist.size : show.waitlist.ahead(own);
}

/** Seats that count against a user's cap: held, booked, offered and waited for [H2]. */
export function countedSeats(record: UserRecord | undefined): number {
  if (record === undefined) return 0;
  return record.seats + (record.offer?.party ?? 0) + (record.waiter?.party ?? 0);
}

/** Whether a user has anything left here that must not be forgotten. */
export function hasNothing(record: UserRecord): boolean {
  return (
    record.holds.length === 0 &&
    record.bookings.length === 0 &&
    record.waiter === undefined &&
    record.offer === undefined
  );
}
