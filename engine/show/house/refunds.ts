/** Bookings that the house cancels, put together by whose they are. */
import { minor } from '../../ids.ts';
import { sumOf } from '../../pricing/money.ts';
import type { ShowEvent } from '../events.ts';
import type { Show } from '../show.ts';

/** One event a user, users in the order of their first booking among these indexes. */
export function refundsOf(
  { bookings, users }: Show,
  indexes: Iterable<number>,
): readonly Extract<ShowEvent, { type: 'bookingsCancelled' }>[] {
  const byUser = new Map<number, number[]>();
  for (const index of indexes) {
    const user = bookings.user(index);
    const own = byUser.get(user);
    if (own === undefined) byUser.set(user, [index]);
    else own.push(index);
  }
  return Array.from(byUser, ([user, own]) => ({
    type: 'bookingsCancelled',
    bookings: own.map((index) => bookings.ref(index)),
    refund: minor(sumOf(own.map((index) => bookings.total(index)))),
    user: users.user(user),
  }));
}
