/** The theatre cancels a show: everybody's wait, offer, hold and booking in it ends [S3]. */
import { minor } from '../../ids.ts';
import type { ShowEvent } from '../events.ts';
import { checkOnSale } from '../holds/check-seats.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';

export function decideCancelShow(show: Show): Verdict {
  if (show.phase === 'cancelled') {
    return checkOnSale(show) ?? decided([]);
  }
  const events: ShowEvent[] = [{ type: 'showCancelled' }];
  endLine(show, 'showCancelled', events);
  for (const hold of show.holds.values()) events.push({ type: 'holdReleased', hold: hold.id });
  const live = [...show.bookings.values()].filter((booking) => booking.state === 'booked');
  if (live.length > 0) {
    const refund = live.reduce((sum, booking) => sum + booking.total, 0);
    events.push({
      type: 'bookingsCancelled',
      bookings: live.map((booking) => booking.ref),
      refund: minor(refund),
    });
  }
  return decided(events);
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
