/** Cancel bookings, one or many, all of those named in this show or none [B2]. */
import { minor, type UserId } from '../../ids.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import type { Booking, Show } from '../show.ts';
import { cancelsUntilOf } from '../terms.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';

export function decideCancel(
  show: Show,
  command: Extract<UserCommand, { type: 'cancel' }>,
  stamp: Stamp,
): Verdict {
  const wanted = [...new Set(command.bookings)];
  const missing = wanted.filter((ref) => ownBooking(show, command.user, ref) === undefined);
  if (missing.length > 0 || wanted.length === 0) {
    return { type: 'rejected', reason: 'bookingNotFound', bookings: missing };
  }
  if (stamp.timeMs >= cancelsUntilOf(show.terms)) {
    return { type: 'rejected', reason: 'showStarted', startsAtMs: show.terms.startsAtMs };
  }
  let refund = 0;
  let seats = 0;
  for (const ref of wanted) {
    const booking = show.bookings.get(ref);
    refund += booking?.total ?? 0;
    seats += booking?.seats.length ?? 0;
  }
  const events: ShowEvent[] = [
    { type: 'bookingsCancelled', bookings: wanted, refund: minor(refund) },
  ];
  settleLine(show, { grantable: seats, pool: seats }, stamp.timeMs, events);
  return decided(events);
}

/** A live booking as its owner sees it; for anybody else it does not exist. */
export function ownBooking(show: Show, user: UserId, ref: Booking['ref']): Booking | undefined {
  const booking = show.bookings.get(ref);
  return booking?.user === user && booking.state === 'booked' ? booking : undefined;
}
