/** The theatre cancels a show: everybody's wait, offer, hold and booking in it ends [S3]. */
import { minor } from '../../ids.ts';
import { sumOf } from '../../pricing/money.ts';
import type { ShowEvent } from '../events.ts';
import { checkOnSale } from '../holds/check-seats.ts';
import { abandonPayment } from '../payments/abandon.ts';
import { oweBack } from '../payments/owed.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { refundsOf } from './refunds.ts';

/**
 * One decision, all or nothing, however many bookings there are: the work is a few map look-ups
 * each. It says of every hold and every refund whose it is, so that each can be told theirs, and
 * what is owed back in all, which is the sum of the refunds.
 */
export function decideCancelShow(show: Show): Verdict {
  if (show.phase === 'cancelled') {
    return checkOnSale(show) ?? decided([]);
  }
  const standing = [...standingBookings(show)];
  const refunds = refundsOf(show, standing);
  const refund = sumOf(refunds.map((each) => each.refund));
  const events: ShowEvent[] = [{ type: 'showCancelled', refund: minor(refund) }];
  endLine(show, 'showCancelled', events);
  for (const hold of [...show.holds.values(), ...show.pinned.values()]) {
    events.push({ type: 'holdReleased', hold: hold.id, user: hold.user });
    abandonPayment(hold, events);
  }
  for (const each of refunds) events.push(each);
  oweBack(show, standing, 'showCancelled', events);
  return decided(events);
}

function* standingBookings({ bookings }: Show): Generator<number> {
  for (let index = 0; index < bookings.size; index++) {
    if (!bookings.isCancelled(index)) yield index;
  }
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
