/** The theatre cancels a show: everybody's wait, offer, hold and booking in it ends [S3]. */
import { minor } from '../../ids.ts';
import { sumOf } from '../../pricing/money.ts';
import type { ShowEvent } from '../events.ts';
import { checkOnSale } from '../holds/check-seats.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';

/**
 * One decision, all or nothing, however many bookings there are: the work is a few map look-ups
 * each. It says of every hold and every refund whose it is, so that each can be told theirs, and
 * what is owed back in all, which is the sum of the refunds.
 */
export function decideCancelShow(show: Show): Verdict {
  if (show.phase === 'cancelled') {
    return checkOnSale(show) ?? decided([]);
  }
  const refunds = refundsOf(show);
  const refund = sumOf(refunds.map((each) => each.refund));
  const events: ShowEvent[] = [{ type: 'showCancelled', refund: minor(refund) }];
  endLine(show, 'showCancelled', events);
  for (const { id, user } of show.holds.values()) {
    events.push({ type: 'holdReleased', hold: id, user });
  }
  for (const each of refunds) events.push(each);
  return decided(events);
}

/** Each user's bookings that still stand, users in the order of their first one. */
function refundsOf(show: Show): Extract<ShowEvent, { type: 'bookingsCancelled' }>[] {
  const { bookings, users } = show;
  const byUser = new Map<number, number[]>();
  for (let index = 0; index < bookings.size; index++) {
    if (bookings.isCancelled(index)) continue;
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

/** Ends every wait and every offer of a show, each with the reason. */
export function endLine(
  show: Show,
  reason: 'saleClosed' | 'showCancelled',
  events: ShowEvent[],
): void {
  for (const waiter of show.waitlist.inOrder()) {
    events.push({ type: 'waitEnded', user: waiter.user, reason });
  }
  for (const offer of show.offers.values()) {
    events.push({ type: 'offerEnded', user: offer.user, reason });
  }
}
