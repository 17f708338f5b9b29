/** Hold chosen seats: all of them or none [H1]. */
import { holdId, millis, type UserId } from '../../ids.ts';
import { quote } from '../../pricing/quote.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import type { Rejection } from '../rejections.ts';
import { grantable, partiesAhead, pool, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { checkOrphans } from './check-orphans.ts';
import { checkCap, checkFree, checkOnSale, checkSeats } from './check-seats.ts';

export function decideHold(
  show: Show,
  command: Extract<UserCommand, { type: 'hold' }>,
  stamp: Stamp,
): Verdict {
  const { user } = command;
  return (
    checkOnSale(show) ??
    checkSeats(show, command.seats) ??
    checkRight(show, user, command.seats.length) ??
    checkFree(show, command.seats) ??
    checkOrphans(show, command.seats, []) ??
    decided(holdEvents(show, user, command.seats, stamp))
  );
}

/**
 * Whether this user may be given `count` seats now: the cap, what is left, the line [R1–R3]. The
 * owner of an open offer passes the line for as many seats as were offered [W4].
 */
export function checkRight(show: Show, user: UserId, count: number): Rejection | undefined {
  const row = show.users.find(user);
  const offered = show.users.offered(row);
  const overCap = checkCap(show, row, count, offered);
  if (overCap !== undefined) return overCap;
  if (offered > 0) {
    if (count <= offered) return undefined;
    return { type: 'rejected', reason: 'overSeatLimit', left: offered, limit: offered };
  }
  const left = pool(show);
  if (left < count) return { type: 'rejected', reason: 'tooFewLeft', left };
  if (show.waitlist.size > 0 || grantable(show) < count) {
    return { type: 'rejected', reason: 'waitInLine', ahead: partiesAhead(show, user) };
  }
  return undefined;
}

/** The facts of a hold whose seats were found free and grantable to this user. */
export function holdEvents(
  show: Show,
  user: UserId,
  seats: readonly number[],
  stamp: Stamp,
): ShowEvent[] {
  const { prices } = quote(show.terms, show.layout, seats);
  const events: ShowEvent[] = [
    {
      type: 'seatsHeld',
      hold: holdId(show.seq + 1),
      seats,
      prices,
      deadlineMs: millis(stamp.timeMs + show.terms.holdTtlMs),
    },
  ];
  const offered = show.users.offered(show.users.find(user));
  if (offered > 0) {
    events.push({ type: 'offerEnded', user, reason: 'taken' });
    const unused = offered - seats.length;
    settleLine(show, { grantable: unused, pool: 0 }, stamp.timeMs, events);
  }
  return events;
}
