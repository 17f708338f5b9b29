/** A refusal in plain words: what happened and what can be done about it. */
import type { Rejection } from '../../engine/show/rejections.ts';
import { unreachable } from '../../engine/unreachable.ts';

/** One or two English sentences for a person; programs go by the code. */
export function rejectionText(rejection: Rejection): string {
  switch (rejection.reason) {
    case 'showNotFound':
      return 'There is no such show. Choose another one.';
    case 'showNotOnSale':
      return `This show is not on sale (${rejection.phase}). Choose another one.`;
    case 'invalidSeats':
      return seatProblem(rejection.problem);
    case 'overSeatLimit':
      return `You can have at most ${rejection.limit} seats here; ${Math.max(0, rejection.left)} are left to you.`;
    case 'holdNotFound':
      return 'You have no such hold. It may have run out; choose seats again.';
    case 'bookingNotFound':
      return 'You have no such booking, or it is cancelled already.';
    case 'notWaiting':
      return 'You are not waiting for this show.';
    case 'alreadyWaiting':
      return `You are in the line already, with ${rejection.ahead} parties ahead.`;
    case 'showStarted':
      return 'It is too late to cancel bookings of this show.';
    case 'noSuchTier':
      return `This hall has ${rejection.tiers} price tiers.`;
    case 'paymentNeeded':
      return 'These seats are to be paid for: start the payment.';
    case 'paymentNotNeeded':
      return 'There is nothing to pay here: book the seats.';
    case 'paymentPending':
      return 'A payment for these seats is under way. Finish it, or cancel it on its page, first.';
    case 'paymentNotFound':
      return 'This show has no such payment.';
    case 'paymentSettled':
      return `This payment has gone on already: it is ${rejection.state}.`;
    case 'showNotScheduled':
      return `The sale of this show cannot be opened: it is ${rejection.phase}.`;
    case 'tooFewLeft':
      return `Only ${rejection.left} seats can still become free. Choose another show or fewer seats.`;
    case 'waitInLine':
      return `Others hold the remaining seats or wait for them. Join the line: ${rejection.ahead} parties are ahead.`;
    case 'chooseNow':
      return `${rejection.free} seats are free and nobody waits: choose now.`;
    case 'seatsTaken':
      return 'Some of these seats have just been taken. Choose others on the map.';
    case 'noBlockLeft':
      return `No ${rejection.largest + 1} or more seats side by side are free; the longest block has ${rejection.largest}.`;
    case 'leavesOrphan':
      return 'This would leave a single seat free between others. Choose seats next to it, or others.';
    default:
      return unreachable(rejection);
  }
}

function seatProblem(problem: Extract<Rejection, { reason: 'invalidSeats' }>['problem']): string {
  switch (problem) {
    case 'none':
      return 'Choose at least one seat.';
    case 'unknown':
      return 'This hall has no such seat.';
    case 'twice':
      return 'A seat was named twice.';
    case 'blocked':
      return 'Some of these seats are not for sale.';
    case 'unchanged':
      return 'The hold has exactly these seats already.';
    default:
      return unreachable(problem);
  }
}
