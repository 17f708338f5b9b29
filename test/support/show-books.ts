/** A show's bookings and users as objects, for tests that look at one or at all of them. */
import type { BookingRef, HoldId, Minor, UserId } from '../../engine/ids.ts';
import type { Offer, Show } from '../../engine/show/show.ts';
import { UNKNOWN } from '../../engine/show/users/user-table.ts';
import { bookingsOf, holdsOf } from '../../engine/show/views.ts';
import type { Waiter } from '../../engine/show/waitlist/waitlist.ts';

export interface SeenBooking {
  readonly ref: BookingRef;
  readonly user: UserId;
  readonly seats: readonly number[];
  readonly total: Minor;
  readonly state: 'booked' | 'cancelled';
}

/** In the order they were made. */
export function bookingsIn(show: Show): readonly SeenBooking[] {
  return Array.from({ length: show.bookings.size }, (_, index) => bookingAt(show, index));
}

export function bookingNamed(show: Show, ref: BookingRef): SeenBooking | undefined {
  const index = show.bookings.find(ref);
  return index < 0 ? undefined : bookingAt(show, index);
}

function bookingAt({ bookings, users }: Show, index: number): SeenBooking {
  return {
    ref: bookings.ref(index),
    user: users.user(bookings.user(index)),
    seats: bookings.seats(index),
    total: bookings.total(index),
    state: bookings.isCancelled(index) ? 'cancelled' : 'booked',
  };
}

export interface SeenUser {
  readonly user: UserId;
  readonly seats: number;
  readonly counted: number;
  readonly holds: readonly HoldId[];
  readonly bookings: readonly BookingRef[];
  readonly waiter: Waiter | undefined;
  readonly offer: Offer | undefined;
}

/** In the order in which they would be forgotten. */
export function usersIn(show: Show): readonly SeenUser[] {
  return Array.from(show.users.rows(), (row) => userAt(show, row));
}

export function userNamed(show: Show, user: UserId): SeenUser | undefined {
  const row = show.users.find(user);
  return row === UNKNOWN ? undefined : userAt(show, row);
}

function userAt(show: Show, row: number): SeenUser {
  const { users, bookings } = show;
  const user = users.user(row);
  const waiter = show.waitlist.get(user);
  const offer = show.offers.get(user);
  if (users.waitsFor(row) !== (waiter?.party ?? 0))
    throw new Error(`${user} waits for what it says`);
  if (users.offered(row) !== (offer?.party ?? 0))
    throw new Error(`${user} is offered what it says`);
  return {
    user,
    seats: users.seats(row),
    counted: users.countedSeats(row),
    holds: holdsOf(show, row).map(({ id }) => id),
    bookings: bookingsOf(show, row).map((index) => bookings.ref(index)),
    waiter,
    offer,
  };
}
