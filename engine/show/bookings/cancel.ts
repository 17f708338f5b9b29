/** Cancel bookings, one or many, all of those named in this show or none [B2]. */
import { type BookingRef, minor, type UserId } from '../../ids.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { oweBack } from '../payments/owed.ts';
import type { Show } from '../show.ts';
import { cancelsUntilOf } from '../terms.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';

export function decideCancel(
  show: Show,
  command: Extract<UserCommand, { type: 'cancel' }>,
  stamp: Stamp,
): Verdict {
  const wanted = [...new Set(command.bookings)];
  const found = wanted.map((ref) => ownBooking(show, command.user, ref));
  const missing = wanted.filter((_, index) => found[index] === undefined);
  if (missing.length > 0 || wanted.length === 0) {
    return { type: 'rejected', reason: 'bookingNotFound', bookings: missing };
  }
  if (stamp.timeMs >= cancelsUntilOf(show.terms)) {
    return { type: 'rejected', reason: 'showStarted', startsAtMs: show.terms.startsAtMs };
  }
  let refund = 0;
  let seats = 0;
  for (const index of found) {
    if (index === undefined) continue;
    refund += show.bookings.total(index);
    seats += show.bookings.seatCount(index);
  }
  const events: ShowEvent[] = [
    { type: 'bookingsCancelled', bookings: wanted, refund: minor(refund) },
  ];
  const own = found.filter((index) => index !== undefined);
  oweBack(show, own, 'bookingCancelled', events);
  settleLine(show, { grantable: seats, pool: seats }, stamp.timeMs, events);
  return decided(events);
}

/** Index of a live booking as its owner sees it; for anybody else it does not exist. */
export function ownBooking(show: Show, user: UserId, ref: BookingRef): number | undefined {
  const { bookings, users } = show;
  const index = bookings.find(ref);
  if (index < 0 || bookings.isCancelled(index)) return undefined;
  return bookings.user(index) === users.find(user) ? index : undefined;
}
