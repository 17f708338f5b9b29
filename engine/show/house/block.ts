/** The theatre takes free seats out of sale, or puts them back [S1, W3]. */
import type { HouseCommand, Stamp } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { checkFree, checkSeats, isSeat } from '../holds/check-seats.ts';
import { BLOCKED } from '../seats/seat-bitmap.ts';
import { grantable, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';

/** Free seats only, and none that an open offer may need. */
export function decideBlock(
  show: Show,
  command: Extract<HouseCommand, { type: 'block' }>,
  stamp: Stamp,
): Verdict {
  const { seats } = command;
  const refused = checkSeats(show, seats) ?? checkFree(show, seats);
  if (refused !== undefined) return refused;
  if (grantable(show) < seats.length) {
    return { type: 'rejected', reason: 'waitInLine', ahead: show.waitlist.size };
  }
  const events: ShowEvent[] = [{ type: 'seatsBlocked', seats }];
  settleLine(show, { grantable: -seats.length, pool: -seats.length }, stamp.timeMs, events);
  return decided(events);
}

export function decideUnblock(
  show: Show,
  command: Extract<HouseCommand, { type: 'unblock' }>,
  stamp: Stamp,
): Verdict {
  const seats = [...new Set(command.seats)];
  const wrong = seats.filter((seat) => !isSeat(show, seat) || show.seats.get(seat) !== BLOCKED);
  if (wrong.length > 0 || seats.length === 0) {
    const problem = wrong.length > 0 ? 'unknown' : 'none';
    return { type: 'rejected', reason: 'invalidSeats', problem, seats: wrong };
  }
  const events: ShowEvent[] = [{ type: 'seatsUnblocked', seats }];
  settleLine(show, { grantable: seats.length, pool: seats.length }, stamp.timeMs, events);
  return decided(events);
}
