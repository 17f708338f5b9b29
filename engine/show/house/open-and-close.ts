/** The house opens a sale before its time, or closes it before its time [S3]. */
import type { ShowEvent } from '../events.ts';
import { checkOnSale } from '../holds/check-seats.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { endLine } from './cancel-show.ts';

export function decideOpenSale(show: Show): Verdict {
  if (show.phase === 'scheduled') return decided([{ type: 'saleOpened' }]);
  return { type: 'rejected', reason: 'showNotScheduled', phase: show.phase };
}

/** Holds stand and may be booked or paid for until their deadlines. */
export function decideCloseSale(show: Show): Verdict {
  const refused = checkOnSale(show);
  if (refused !== undefined) return refused;
  const events: ShowEvent[] = [{ type: 'saleClosed' }];
  endLine(show, 'saleClosed', events);
  return decided(events);
}
