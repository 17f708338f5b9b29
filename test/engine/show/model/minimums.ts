/**
 * How often each thing has to come up in a thousand sequences of some hundred commands, so that
 * the generator is known to reach everything. The tables are closed: an event or a rejection that
 * is new has to be reached before this compiles. The figures are a third of what is usual.
 */
import type { ShowCommand } from '../../../../engine/show/command.ts';
import type {
  OfferEndReason,
  RefundReason,
  ShowEvent,
  WaitEndReason,
} from '../../../../engine/show/events.ts';
import type { RejectionReason } from '../../../../engine/show/rejections.ts';

type InvalidSeats = 'none' | 'unknown' | 'twice' | 'blocked' | 'unchanged';

const commands: Readonly<Record<ShowCommand['type'], number>> = {
  hold: 2_000,
  holdBest: 300,
  change: 200,
  release: 600,
  wait: 800,
  leave: 100,
  book: 300,
  cancel: 100,
  block: 200,
  unblock: 100,
  cancelShow: 20,
  pay: 400,
  openSale: 2,
  closeSale: 20,
  bookSeats: 100,
  cancelBookings: 50,
  openPayment: 40,
  failPayment: 70,
  capturePayment: 300,
  confirmRefund: 60,
};

const events: Readonly<Record<ShowEvent['type'], number>> = {
  // Once in every sequence, as the first line of its log.
  showScheduled: 0,
  saleOpened: 900,
  saleClosed: 50,
  showCancelled: 20,
  seatsHeld: 2_000,
  holdChanged: 200,
  holdReleased: 600,
  holdExpired: 1_000,
  waitJoined: 800,
  waitEnded: 300,
  offerMade: 500,
  offerEnded: 500,
  holdBooked: 300,
  bookingsCancelled: 100,
  seatsBlocked: 200,
  seatsUnblocked: 100,
  paymentStarted: 400,
  paymentOpened: 40,
  paymentFailed: 70,
  paymentAbandoned: 200,
  paymentCaptured: 300,
  refundOwed: 200,
  refunded: 60,
  seatsBooked: 150,
};

const rejections: Readonly<Record<Exclude<RejectionReason, 'showNotFound'>, number>> = {
  showNotOnSale: 500,
  invalidSeats: 1_000,
  overSeatLimit: 500,
  holdNotFound: 1_000,
  bookingNotFound: 500,
  notWaiting: 500,
  alreadyWaiting: 300,
  showStarted: 20,
  noSuchTier: 100,
  paymentNeeded: 300,
  paymentNotNeeded: 300,
  paymentPending: 200,
  paymentNotFound: 2_000,
  paymentSettled: 800,
  showNotScheduled: 300,
  tooFewLeft: 1_000,
  waitInLine: 1_000,
  chooseNow: 1_000,
  seatsTaken: 200,
  leavesOrphan: 20,
  noBlockLeft: 100,
};

const invalidSeats: Readonly<Record<InvalidSeats, number>> = {
  none: 100,
  unknown: 100,
  twice: 100,
  blocked: 100,
  unchanged: 50,
};

const waitsEnded: Readonly<Record<WaitEndReason, number>> = {
  left: 50,
  waitTimeout: 100,
  tooFewLeft: 50,
  saleClosed: 10,
  showCancelled: 10,
};

const offersEnded: Readonly<Record<OfferEndReason, number>> = {
  taken: 100,
  declined: 30,
  offerLapsed: 200,
  saleClosed: 5,
  showCancelled: 2,
};

const refundsOwed: Readonly<Record<RefundReason, number>> = {
  tooLate: 100,
  amountDiffers: 20,
  bookingCancelled: 80,
  showCancelled: 5,
};

const together: Readonly<Record<string, number>> = {
  outage: 100,
  overtaking: 50,
  'overtaking on joining': 20,
  'best split over rows': 20,
  'block: repeated': 2,
  'unblock: repeated': 1,
  'a party that fits may not overtake again': 20,
  'expiry serves the line': 100,
  'several holds expire in one decision': 200,
  'several offers in one decision': 50,
  'several offers open': 200,
  'three or more wait': 200,
  'tooFewLeft behind the head': 20,
  'closed at the very start': 20,
  'booked within the grace': 5,
  'booked after the start': 2,
  'reduced price': 300,
  'stopped when something was due': 300,
  'stopped a millisecond before': 100,
  'stopped a millisecond after': 100,
  'stopped at a shown deadline': 100,
  'hold: repeated': 20,
  'wait: repeated': 10,
  'leave: repeated': 10,
  'release serves the line': 100,
  'cancel serves the line': 20,
  'change serves the line': 10,
  'leave serves the line': 10,
  'hold serves the line': 10,
  'book serves the line': 1,
  'capturePayment serves the line': 1,
  'cancelBookings serves the line': 5,
  'bookSeats: repeated': 1,
  'capturePayment: repeated': 1,
  'expired with its payment': 100,
  'overdue once its payment ended': 4,
  'booked without its hold': 60,
  'captured after it failed': 8,
  'paid for twice over': 1,
  'several refunds in one decision': 5,
  'too late, since others wait': 10,
  'too late, since others have offers': 5,
  'too late, since seats are taken': 60,
  'unblock serves the line': 5,
};

/** What has to come up, and how often in a thousand sequences. */
export const minimums: ReadonlyMap<string, number> = new Map([
  ...named(commands, (type) => `${type}: decided`),
  ...named(events, (type) => type),
  ...named(rejections, (reason) => `rejected ${reason}`),
  ...named(invalidSeats, (problem) => `invalidSeats ${problem}`),
  ...named(waitsEnded, (reason) => `waitEnded ${reason}`),
  ...named(offersEnded, (reason) => `offerEnded ${reason}`),
  ...named(refundsOwed, (reason) => `refundOwed ${reason}`),
  ...Object.entries(together),
]);

function named(
  figures: Readonly<Record<string, number>>,
  name: (key: string) => string,
): (readonly [string, number])[] {
  return Object.entries(figures).map(([key, figure]) => [name(key), figure] as const);
}
