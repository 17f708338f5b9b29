/** Change which seats a hold has, all or nothing; the deadline stays where it was [H5]. */
import { quote } from '../../pricing/quote.ts';
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import type { Rejection } from '../rejections.ts';
import { grantable, type Hold, partiesAhead, pool, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { checkOrphans } from './check-orphans.ts';
import { checkCap, checkFree, checkOnSale, checkSeats } from './check-seats.ts';
import { holdNotFound, ownHold } from './own-hold.ts';

export function decideChange(
  show: Show,
  command: Extract<UserCommand, { type: 'change' }>,
  stamp: Stamp,
): Verdict {
  const hold = ownHold(show, command.user, command.hold);
  if (hold === undefined) return checkOnSale(show) ?? holdNotFound;
  if (hold.payment !== 0) {
    return { type: 'rejected', reason: 'paymentPending', payment: hold.payment };
  }
  const added = command.seats.filter((seat) => !hold.seats.includes(seat));
  const dropped = hold.seats.length - (command.seats.length - added.length);
  const user = show.users.find(command.user);
  const refused =
    checkOnSale(show) ??
    checkSeats(show, command.seats) ??
    checkDifference(added.length, dropped) ??
    checkCap(show, user, command.seats.length, hold.seats.length) ??
    checkAdding(show, hold, added.length, dropped) ??
    checkFree(show, added) ??
    checkOrphans(show, command.seats, hold.seats);
  if (refused !== undefined) return refused;
  const { prices } = quote(show.terms, show.layout, command.seats);
  const events: ShowEvent[] = [
    {
      type: 'holdChanged',
      hold: hold.id,
      seats: command.seats,
      prices,
      deadlineMs: hold.deadlineMs,
    },
  ];
  settleLine(show, { grantable: dropped - added.length, pool: 0 }, stamp.timeMs, events);
  return decided(events);
}

function checkDifference(added: number, dropped: number): Rejection | undefined {
  if (added > 0 || dropped > 0) return undefined;
  return { type: 'rejected', reason: 'invalidSeats', problem: 'unchanged', seats: [] };
}

/**
 * While anyone waits, free seats are theirs: then a hold can drop seats but take no other, not
 * even one for one [W2]. Otherwise what it drops counts towards what it adds.
 */
function checkAdding(
  show: Show,
  hold: Hold,
  added: number,
  dropped: number,
): Rejection | undefined {
  if (added === 0) return undefined;
  const wanted = hold.seats.length + added - dropped;
  const left = pool(show);
  if (left < wanted) return { type: 'rejected', reason: 'tooFewLeft', left };
  if (show.waitlist.size > 0 || grantable(show) + dropped < added) {
    const ahead = partiesAhead(show, hold.user);
    return { type: 'rejected', reason: 'waitInLine', ahead };
  }
  return undefined;
}
