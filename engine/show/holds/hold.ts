/** Hold chosen seats: all of them or none [H1]. */
import { holdId, millis } from '../../ids.ts';
import { quote } from '../../pricing/quote.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import type { Rejection } from '../rejections.ts';
import { grantable, partiesAhead, pool, type Show, type UserRecord } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { checkOrphans } from './check-orphans.ts';
import { checkCap, checkFree, checkOnSale, checkSeats } from './check-seats.ts';

export function decideHold(
  show: Show,
  command: Extract<UserCommand, { type: 'hold' }>,
  stamp: Stamp,
): Verdict {
  const user = show.users.get(command.user);
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
export function checkRight(
  show: Show,
  user: UserRecord | undefined,
  count: number,
): Rejection | undefined {
  const offer = user?.offer;
  const overCap = checkCap(show, user, count, offer?.party ?? 0);
  if (overCap !== undefined) return overCap;
  if (offer !== undefined) {
    if (count <= offer.party) return undefined;
    return { type: 'rejected', reason: 'overSeatLimit', left: offer.party, limit: offer.party };
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
  user: UserRecord | undefined,
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
  const offer = user?.offer;
  if (offer !== undefined) {
    events.push({ type: 'offerEnded', user: offer.user, reason: 'taken' });
    const unused = offer.party - seats.length;
    settleLine(show, { grantable: unused, pool: 0 }, stamp.timeMs, events);
  }
  return events;
}
