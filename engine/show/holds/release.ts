/** Give a hold back: its seats are free at once, for the line first [H6, W3]. */
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { abandonPayment } from '../payments/abandon.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { holdNotFound, ownHold } from './own-hold.ts';

export function decideRelease(
  show: Show,
  command: Extract<UserCommand, { type: 'release' }>,
  stamp: Stamp,
): Verdict {
  const hold = ownHold(show, command.user, command.hold);
  if (hold === undefined) return holdNotFound;
  const events: ShowEvent[] = [{ type: 'holdReleased', hold: hold.id }];
  abandonPayment(hold, events);
  settleLine(show, { grantable: hold.seats.length, pool: 0 }, stamp.timeMs, events);
  return decided(events);
}
