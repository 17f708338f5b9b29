/**
 * The show actor's decisions. `decide` looks and changes nothing: it answers with events, a
 * refusal, or what an earlier sending of the same request was answered [H7].
 */

import type { RequestId } from '../ids.ts';
import { unreachable } from '../unreachable.ts';
import { decideBook } from './bookings/book.ts';
import { decideCancel } from './bookings/cancel.ts';
import type { HouseCommand, ShowCommand, Stamp } from './command.ts';
import { decideChange } from './holds/change.ts';
import { decideHold } from './holds/hold.ts';
import { decideHoldBest } from './holds/hold-best.ts';
import { decideRelease } from './holds/release.ts';
import { decideBlock, decideUnblock } from './house/block.ts';
import { decideBookSeats } from './house/book-seats.ts';
import { decideCancelBookings } from './house/cancel-bookings.ts';
import { decideCancelShow } from './house/cancel-show.ts';
import { decideCloseSale, decideOpenSale } from './house/open-and-close.ts';
import { decideConfirmRefund } from './payments/confirm-refund.ts';
import { decideOpenPayment } from './payments/open-payment.ts';
import { decidePay } from './payments/pay.ts';
import { decideCapturePayment, decideFailPayment } from './payments/settle-payment.ts';
import type { Show } from './show.ts';
import { hashRequest } from './users/request-rings.ts';
import { HOUSE } from './users/user-table.ts';
import type { Verdict } from './verdict.ts';
import { decideLeave } from './waitlist/leave.ts';
import { decideWait } from './waitlist/wait.ts';

/**
 * Decides one command at the stamp's time. What time alone decides (`passTime`) must have been
 * applied up to that time before.
 */
export function decide(show: Show, command: ShowCommand, stamp: Stamp): Verdict {
  if ('requestId' in command) {
    const decision = show.users.recall(
      show.users.find(command.user),
      hashRequest(command.requestId),
    );
    if (decision !== undefined) return { type: 'repeated', decision };
  }
  switch (command.type) {
    case 'hold':
      return decideHold(show, command, stamp);
    case 'holdBest':
      return decideHoldBest(show, command, stamp);
    case 'change':
      return decideChange(show, command, stamp);
    case 'release':
      return decideRelease(show, command, stamp);
    case 'wait':
      return decideWait(show, command, stamp);
    case 'leave':
      return decideLeave(show, command, stamp);
    case 'book':
      return decideBook(show, command, stamp);
    case 'pay':
      return decidePay(show, command, stamp);
    case 'cancel':
      return decideCancel(show, command, stamp);
    case 'block':
      return decideBlock(show, command, stamp);
    case 'unblock':
      return decideUnblock(show, command, stamp);
    case 'openSale':
      return decideOpenSale(show);
    case 'closeSale':
      return decideCloseSale(show);
    case 'cancelShow':
      return decideCancelShow(show);
    case 'bookSeats':
      return decideBookSeats(show, command, stamp);
    case 'cancelBookings':
      return decideCancelBookings(show, command, stamp);
    case 'openPayment':
      return decideOpenPayment(show, command);
    case 'failPayment':
      return decideFailPayment(show, command);
    case 'capturePayment':
      return decideCapturePayment(show, command, stamp);
    case 'confirmRefund':
      return decideConfirmRefund(show, command);
    default:
      return unreachable(command);
  }
}

/** The same for the house, whose request ids are its own and are remembered a show [H7]. */
export function decideForHouse(
  show: Show,
  command: HouseCommand,
  requestId: RequestId,
  stamp: Stamp,
): Verdict {
  const decision = show.users.recall(HOUSE, hashRequest(requestId));
  if (decision !== undefined) return { type: 'repeated', decision };
  return decide(show, command, stamp);
}
