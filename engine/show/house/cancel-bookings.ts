/** The house cancels bookings of anybody, all of those named or none [B3]. */
import type { BookingRef } from '../../ids.ts';
import type { HouseCommand, Stamp } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { oweBack } from '../payments/owed.ts';
import type { Show } from '../show.ts';
import { cancelsUntilOf } from '../terms.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { refundsOf } from './refunds.ts';

export function decideCancelBookings(
  show: Show,
  command: Extract<HouseCommand, { type: 'cancelBookings' }>,
  stamp: Stamp,
): Verdict {
  const found: number[] = [];
  const missing: BookingRef[] = [];
  for (const ref of new Set(command.bookings)) {
    const index = show.bookings.find(ref);
    if (index < 0 || show.bookings.isCancelled(index)) missing.push(ref);
    else found.push(index);
  }
  if (missing.length > 0 || found.length === 0) {
    return { type: 'rejected', reason: 'bookingNotFound', bookings: missing };
  }
  if (stamp.timeMs >= cancelsUntilOf(show.terms)) {
    return { type: 'rejected', reason: 'showStarted', startsAtMs: show.terms.startsAtMs };
  }
  const events: ShowEvent[] = [...refundsOf(show, found)];
  oweBack(show, found, 'bookingCancelled', events);
  const seats = found.reduce((sum, index) => sum + show.bookings.seatCount(index), 0);
  settleLine(show, { grantable: seats, pool: seats }, stamp.timeMs, events);
  return decided(events);
}
