/** Begin to pay for a hold: from now on it waits for the provider's answer [P1, P2]. */
import { millis, paymentId } from '../../ids.ts';
import { sumOf } from '../../pricing/money.ts';
import type { Stamp, UserCommand } from '../command.ts';
import { holdNotFound, ownHold } from '../holds/own-hold.ts';
import type { Show } from '../show.ts';
import { isPaidFor, pinnedPastMs } from '../terms.ts';
import { decided, type Verdict } from '../verdict.ts';

/** As booking: also after sale has closed, for as long as the hold stands [S3]. */
export function decidePay(
  show: Show,
  command: Extract<UserCommand, { type: 'pay' }>,
  _stamp: Stamp,
): Verdict {
  const hold = ownHold(show, command.user, command.hold);
  if (hold === undefined) return holdNotFound;
  if (hold.payment !== 0) {
    return { type: 'rejected', reason: 'paymentPending', payment: hold.payment };
  }
  const amount = sumOf(hold.prices);
  if (!isPaidFor(show.terms, amount)) return { type: 'rejected', reason: 'paymentNotNeeded' };
  return decided([
    {
      type: 'paymentStarted',
      payment: paymentId(show.seq + 1),
      hold: hold.id,
      seats: hold.seats,
      amount,
      pinnedUntilMs: millis(hold.deadlineMs + pinnedPastMs(show.terms)),
    },
  ]);
}
