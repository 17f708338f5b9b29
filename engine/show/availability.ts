/** How a show looks to somebody who has not opened it yet [C1]. */
import { grantable, pool, type Show } from './show.ts';

/**
 * `waitingList`: seats are only held by others, or others wait; one can join them.
 * `soon`: its sale has not opened; `closed`: it has closed.
 */
export type Availability =
  | 'soon'
  | 'available'
  | 'fillingFast'
  | 'waitingList'
  | 'soldOut'
  | 'closed'
  | 'cancelled';

/** Below this share of free seats a show fills fast. */
const FILLING_BELOW = 0.3;

export function availabilityOf(show: Show): Availability {
  if (show.phase === 'scheduled') return 'soon';
  if (show.phase !== 'onSale') return show.phase;
  const left = pool(show);
  if (left === 0) return 'soldOut';
  const free = grantable(show);
  if (free <= 0 || show.waitlist.size > 0) return 'waitingList';
  return free < FILLING_BELOW * (left + show.seats.booked) ? 'fillingFast' : 'available';
}
