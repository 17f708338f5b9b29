/**
 * The state of one show. Only `evolve` changes it; `decide` reads it. An idle show is its
 * bitmap and a few numbers; the maps stay empty until somebody comes.
 */
import { LinkedHashMap } from '../collections/linked-hash-map.ts';
import type { HoldId, Millis, Minor, PaymentId, Seq, ShowId, UserId } from '../ids.ts';

import { seq } from '../ids.ts';
import { BookingTable } from './bookings/booking-table.ts';
import { PaymentTable } from './payments/payment-table.ts';
import type { CompiledLayout } from './seats/compiled-layout.ts';
import { SeatBitmap } from './seats/seat-bitmap.ts';
import type { ShowTerms } from './terms.ts';
import { UserTable } from './users/user-table.ts';
import { Waitlist } from './waitlist/waitlist.ts';

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
  /** The hold that its holder made before it and that still stands; 0 for none. */
  older: HoldId | 0;
  /** The payment under way that keeps it past its deadline; 0 for none [P2]. */
  payment: PaymentId | 0;
}

/** A waiter's timed, exclusive right to `party` seats of freed capacity. */
export interface Offer {
  readonly user: UserId;
  readonly party: number;
  /** As with a hold's deadline. */
  untilMs: Millis;
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
  /** Those that are being paid for, which stand longer; in the order of their deadlines too. */
  readonly pinned: LinkedHashMap<HoldId, Hold>;
  readonly offers: LinkedHashMap<UserId, Offer>;
  readonly waitlist: Waitlist;
  readonly bookings: BookingTable;
  readonly payments: PaymentTable;
  readonly users: UserTable;
  readonly directory: UserDirectory;
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
    pinned: new LinkedHashMap(),
    offers: new LinkedHashMap(),
    waitlist: new Waitlist(),
    bookings: new BookingTable(id),
    payments: new PaymentTable(),
    users: new UserTable(),
    directory,
    phase: 'scheduled',
    seq: seq(0),
    earmarked: 0,
    changes: undefined,
    departed: undefined,
  };
}

/** A hold that stands, being paid for or not. */
export function findHold(show: Show, id: HoldId): Hold | undefined {
  return show.holds.get(id) ?? show.pinned.get(id);
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
export function partiesAhead(show: Show, user: UserId): number {
  const own = show.waitlist.get(user);
  return own === undefined ? show.waitlist.size : show.waitlist.ahead(own);
}
