/** Make a hold a booking, which is final [B1]. */
import { seq } from '../../ids.ts';
import { sumOf } from '../../pricing/money.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { holdNotFound, ownHold } from '../holds/own-hold.ts';
import type { Show } from '../show.ts';
import { isPaidFor } from '../terms.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { makeReference } from './reference.ts';

/**
 * A hold that still stands may be booked also after sale has closed [S3]. Booked seats never come
 * back to the pool by themselves, so parties that have become too large are told now [W5].
 */
export function decideBook(
  show: Show,
  command: Extract<UserCommand, { type: 'book' }>,
  stamp: Stamp,
): Verdict {
  const hold = ownHold(show, command.user, command.hold);
  if (hold === undefined) return holdNotFound;
  const total = sumOf(hold.prices);
  if (isPaidFor(show.terms, total)) {
    return { type: 'rejected', reason: 'paymentNeeded', total };
  }
  const booking = makeReference(show.id, seq(show.seq + 1));
  const { seats, prices } = hold;
  const events: ShowEvent[] = [{ type: 'holdBooked', hold: hold.id, booking, seats, prices }];
  settleLine(show, { grantable: 0, pool: -seats.length }, stamp.timeMs, events);
  return decided(events);
}
