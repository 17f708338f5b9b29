/** Join the line for a party of n [W1]. */
import { millis } from '../../ids.ts';
import type { Stamp, UserCommand } from '../command.ts';
import { checkCap, checkCount, checkOnSale } from '../holds/check-seats.ts';
import { grantable, pool, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';

export function decideWait(
  show: Show,
  command: Extract<UserCommand, { type: 'wait' }>,
  stamp: Stamp,
): Verdict {
  const { party } = command;
  const user = show.users.get(command.user);
  const refused = checkOnSale(show) ?? checkCount(party);
  if (refused !== undefined) return refused;
  if (user?.waiter !== undefined) {
    const ahead = show.waitlist.ahead(user.waiter);
    return { type: 'rejected', reason: 'alreadyWaiting', ahead };
  }
  if (user?.offer !== undefined) return { type: 'rejected', reason: 'alreadyWaiting', ahead: 0 };
  const overCap = checkCap(show, user, party, 0);
  if (overCap !== undefined) return overCap;
  const left = pool(show);
  if (left < party) return { type: 'rejected', reason: 'tooFewLeft', left };
  const free = grantable(show);
  if (show.waitlist.size === 0 && free >= party) {
    return { type: 'rejected', reason: 'chooseNow', free };
  }
  return decided([
    {
      type: 'waitJoined',
      ticket: show.waitlist.nextTicket,
      party,
      untilMs: millis(stamp.timeMs + show.terms.waitTtlMs),
    },
  ]);
}
