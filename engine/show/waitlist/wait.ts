/** Join the line for a party of n [W1]. */
import { millis } from '../../ids.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { checkCap, checkCount, checkOnSale } from '../holds/check-seats.ts';
import { grantable, pool, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { overtakesLeft } from './settle-line.ts';

export function decideWait(
  show: Show,
  command: Extract<UserCommand, { type: 'wait' }>,
  stamp: Stamp,
): Verdict {
  const { party } = command;
  const user = show.users.find(command.user);
  const refused = checkOnSale(show) ?? checkCount(party);
  if (refused !== undefined) return refused;
  const waiter = show.waitlist.get(command.user);
  if (waiter !== undefined) {
    const ahead = show.waitlist.ahead(waiter);
    return { type: 'rejected', reason: 'alreadyWaiting', ahead };
  }
  if (show.users.offered(user) > 0) {
    return { type: 'rejected', reason: 'alreadyWaiting', ahead: 0 };
  }
  const overCap = checkCap(show, user, party, 0);
  if (overCap !== undefined) return overCap;
  const left = pool(show);
  if (left < party) return { type: 'rejected', reason: 'tooFewLeft', left };
  const free = grantable(show);
  if (show.waitlist.size === 0 && free >= party) {
    return { type: 'rejected', reason: 'chooseNow', free };
  }
  const ticket = show.waitlist.nextTicket;
  const untilMs = millis(stamp.timeMs + show.terms.waitTtlMs);
  const events: ShowEvent[] = [{ type: 'waitJoined', ticket, party, untilMs }];
  return decided([...events, ...serveAtOnce(show, command, stamp)]);
}

/**
 * Where a show backfills, seats that nobody in the line can use may suffice for the party that
 * has just joined it: it would be unkind to leave them empty until something else happens [W2].
 */
function serveAtOnce(
  show: Show,
  { user, party }: Extract<UserCommand, { type: 'wait' }>,
  stamp: Stamp,
): ShowEvent[] {
  const { head } = show.waitlist;
  const free = grantable(show);
  if (head === undefined || party > free || overtakesLeft(show, head) <= 0) return [];
  const overtaking = { head: head.ticket, headParty: head.party, grantable: free };
  const untilMs = millis(stamp.timeMs + show.terms.offerTtlMs);
  return [{ type: 'offerMade', user, party, untilMs, overtaking }];
}
