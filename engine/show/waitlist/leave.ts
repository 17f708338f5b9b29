/** Leave the line, or decline an open offer, which is the same wish [W6]. */
import type { Stamp, UserCommand } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from './settle-line.ts';

export function decideLeave(
  show: Show,
  command: Extract<UserCommand, { type: 'leave' }>,
  stamp: Stamp,
): Verdict {
  const { user } = command;
  const offered = show.users.offered(show.users.find(user));
  if (offered > 0) {
    const events: ShowEvent[] = [{ type: 'offerEnded', user, reason: 'declined' }];
    settleLine(show, { grantable: offered, pool: 0 }, stamp.timeMs, events);
    return decided(events);
  }
  if (show.waitlist.get(user) !== undefined) {
    const events: ShowEvent[] = [{ type: 'waitEnded', user, reason: 'left' }];
    const gone = new Set([user]);
    settleLine(show, { grantable: 0, pool: 0, gone }, stamp.timeMs, events);
    return decided(events);
  }
  return { type: 'rejected', reason: 'notWaiting' };
}
