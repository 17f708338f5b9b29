/** What a show tells about itself: its map, its line, and what one user has in it. */
import {
  type BookingRef,
  type HoldId,
  holdId,
  type Millis,
  type Minor,
  millis,
  type PaymentId,
  type Seq,
  type ShowId,
  type Ticket,
  type UserId,
} from '../ids.ts';
import { sumOf } from '../pricing/money.ts';
import { type QuoteDiscount, quote } from '../pricing/quote.ts';
import { invariant } from '../unreachable.ts';
import { findHold, type Hold, type Show, type ShowPhase } from './show.ts';
import { pinnedPastMs } from './terms.ts';
import { UNKNOWN } from './users/user-table.ts';

/** A show's live state at one decision, for a map to start from. */
export interface ShowView {
  readonly show: ShowId;
  readonly seq: Seq;
  readonly phase: ShowPhase;
  /** 2 bits a seat, lowest bits first: 0 free, 1 held, 2 booked, 3 blocked. */
  readonly seats: Uint8Array;
  readonly serving: number;
  readonly waiting: number;
  readonly earmarked: number;
}

export interface MineHold {
  readonly hold: HoldId;
  readonly seats: readonly number[];
  readonly deadlineMs: Millis;
  readonly currency: string;
  readonly prices: readonly Minor[];
  readonly total: number;
  readonly discounts: readonly QuoteDiscount[];
  /** Where a payment is under way; with the provider's page once there is one. */
  readonly payment?: {
    readonly payment: PaymentId;
    readonly pinnedUntilMs: Millis;
    readonly url: string | null;
  };
}

export interface MineBooking {
  readonly booking: BookingRef;
  readonly seats: readonly number[];
  readonly currency: string;
  readonly total: number;
  readonly state: 'booked' | 'cancelled';
  /** Where money was captured for it that goes back. */
  readonly refund?: 'owed' | 'refunded';
}

/** What a user has in one show [W9]. */
export interface MineShow {
  readonly show: ShowId;
  readonly holds: readonly MineHold[];
  readonly bookings: readonly MineBooking[];
  readonly wait: {
    readonly ticket: Ticket;
    readonly party: number;
    readonly ahead: number;
    readonly serving: number;
    readonly untilMs: Millis;
  } | null;
  readonly offer: { readonly party: number; readonly untilMs: Millis } | null;
}

export function viewShow(show: Show): ShowView {
  return {
    show: show.id,
    seq: show.seq,
    phase: show.phase,
    seats: show.seats.toBytes(),
    serving: show.waitlist.serving,
    waiting: show.waitlist.size,
    earmarked: show.earmarked,
  };
}

/** Undefined where the user has nothing in this show. */
export function viewMine(show: Show, user: UserId): MineShow | undefined {
  const { users, bookings } = show;
  const row = users.find(user);
  if (row === UNKNOWN || users.hasNothing(row)) return undefined;
  const waiter = show.waitlist.get(user);
  const offer = show.offers.get(user);
  return {
    show: show.id,
    holds: holdsOf(show, row).map((hold) => viewHold(show, hold)),
    bookings: bookingsOf(show, row).map((index) => ({
      booking: bookings.ref(index),
      seats: bookings.seats(index),
      currency: show.terms.currency,
      total: bookings.total(index),
      state: bookings.isCancelled(index) ? 'cancelled' : 'booked',
      ...refundOf(show, index),
    })),
    wait:
      waiter === undefined
        ? null
        : {
            ticket: waiter.ticket,
            party: waiter.party,
            ahead: show.waitlist.ahead(waiter),
            serving: show.waitlist.serving,
            untilMs: waiter.untilMs,
          },
    offer: offer === undefined ? null : { party: offer.party, untilMs: offer.untilMs },
  };
}

/** A user's holds as they were made. */
export function holdsOf(show: Show, user: number): readonly Hold[] {
  const holds: Hold[] = [];
  let id = show.users.newestHold(user);
  while (id !== 0) {
    const hold = findHold(show, holdId(id));
    invariant(hold !== undefined, 'a user has only holds that stand');
    holds.push(hold);
    id = hold.older;
  }
  return holds.reverse();
}

/** Indexes of a user's bookings, as they were made. */
export function bookingsOf(show: Show, user: number): readonly number[] {
  const indexes: number[] = [];
  let next = show.users.newestBooking(user);
  while (next !== 0) {
    indexes.push(next - 1);
    next = show.bookings.older(next - 1);
  }
  return indexes.reverse();
}

function viewHold(show: Show, hold: Hold): MineHold {
  return {
    hold: hold.id,
    seats: hold.seats,
    deadlineMs: hold.deadlineMs,
    currency: show.terms.currency,
    prices: hold.prices,
    total: sumOf(hold.prices),
    discounts: discountsOf(show, hold.seats),
    ...viewPayment(show, hold),
  };
}

function viewPayment(show: Show, { payment, deadlineMs }: Hold): Pick<MineHold, 'payment'> {
  if (payment === 0) return {};
  const page = show.payments.page(show.payments.known(payment));
  const pinnedUntilMs = millis(deadlineMs + pinnedPastMs(show.terms));
  return { payment: { payment, pinnedUntilMs, url: page?.url ?? null } };
}

function refundOf(show: Show, booking: number): Pick<MineBooking, 'refund'> {
  const payment = show.bookings.payment(booking);
  const state = payment === 0 ? undefined : show.payments.state(show.payments.known(payment));
  return state === 'owed' || state === 'refunded' ? { refund: state } : {};
}

/** The named discount lines of a selection, worked out anew from the show's terms [M4]. */
export function discountsOf(show: Show, seats: readonly number[]): readonly QuoteDiscount[] {
  if (show.terms.discounts.length === 0) return [];
  return quote(show.terms, show.layout, seats).discounts;
}
