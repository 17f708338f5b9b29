/** Paying for holds, and money that goes back, word for word as the rules have it [P1–P5]. */
import { millis, minor, type PaymentId, paymentId } from '../../../../engine/ids.ts';
import type { HouseCommand, UserCommand } from '../../../../engine/show/command.ts';
import type { RefundReason, ShowEvent } from '../../../../engine/show/events.ts';
import type { Rejection } from '../../../../engine/show/rejections.ts';
import { overLimit } from './model-checks.ts';
import type { Answer } from './model-holds.ts';
import { serveLine } from './model-line.ts';
import { pricesOf } from './model-money.ts';
import {
  type ModelBooking,
  type ModelHold,
  type ModelPayment,
  type ModelShow,
  referenceOf,
  sum,
} from './model-show.ts';
import { fullTerms, pinnedUntil } from './model-terms.ts';

type Told<Type extends HouseCommand['type']> = Extract<HouseCommand, { type: Type }>;

/** From the deadline shown on the hold stands for the provider's answer, for so long [P2]. */
export function modelPay(show: ModelShow, command: Extract<UserCommand, { type: 'pay' }>): Answer {
  const { user } = command;
  const hold = show.holds.find((each) => each.id === command.hold && each.user === user);
  if (hold === undefined) return { type: 'rejected', reason: 'holdNotFound' };
  const pending = pendingPayment(hold);
  if (pending !== undefined) return pending;
  const amount = minor(sum(hold.prices));
  if (fullTerms(show.terms).payments === 'none' || amount === 0) {
    return { type: 'rejected', reason: 'paymentNotNeeded' };
  }
  const { id, seats } = hold;
  const payment = paymentId(show.seq + 1);
  show.payments.push({ id: payment, user, hold: id, seats, amount, state: 'started' });
  pin(show, hold, payment);
  const pinnedUntilMs = millis(pinnedUntil(show.terms, hold.deadlineMs));
  return [{ type: 'paymentStarted', payment, hold: id, seats, amount, pinnedUntilMs }];
}

/** A hold that is being paid for stays as it is. */
export function pendingPayment({ payment }: ModelHold): Rejection | undefined {
  return payment === undefined
    ? undefined
    : { type: 'rejected', reason: 'paymentPending', payment };
}

/** A payment for a hold that has ended need not be made any more. */
export function abandonFor(show: ModelShow, hold: ModelHold, events: ShowEvent[]): void {
  const payment = show.payments.find(({ id }) => id === hold.payment);
  if (payment === undefined) return;
  payment.state = 'abandoned';
  events.push({ type: 'paymentAbandoned', payment: payment.id, user: payment.user });
}

export function modelOpenPayment(show: ModelShow, command: Told<'openPayment'>): Answer {
  const { reference, url } = command;
  const payment = inState(show, command.payment, ['started']);
  if ('type' in payment) return payment;
  const { id, user } = payment;
  payment.state = 'opened';
  payment.page = { reference, url };
  return [{ type: 'paymentOpened', payment: id, user, reference, url }];
}

export function modelFailPayment(show: ModelShow, command: Told<'failPayment'>): Answer {
  const payment = inState(show, command.payment, ['started', 'opened', 'abandoned']);
  if ('type' in payment) return payment;
  payment.state = 'failed';
  unpin(show, payment);
  const { id, user } = payment;
  return [{ type: 'paymentFailed', payment: id, user, reason: command.reason }];
}

/** Money is taken as it comes: also late, and after it was said not to come [P3, P4]. */
export function modelCapturePayment(
  show: ModelShow,
  command: Told<'capturePayment'>,
  nowMs: number,
): Answer {
  const { amount, currency } = command;
  const payment = inState(show, command.payment, ['started', 'opened', 'abandoned', 'failed']);
  if ('type' in payment) return payment;
  const { id, user } = payment;
  payment.captured = { amount, currency };
  const events: ShowEvent[] = [{ type: 'paymentCaptured', payment: id, user, amount, currency }];
  const hold = show.holds.find((each) => each.id === payment.hold);
  if (amount !== payment.amount || currency !== show.terms.currency) {
    owe(show, payment, 'amountDiffers', events);
  } else if (hold !== undefined && isPaidBy(hold, payment)) {
    bookPaidHold(show, hold, payment, events);
  } else if (canHave(show, payment)) {
    bookPaidSeats(show, payment, events);
  } else {
    owe(show, payment, 'tooLate', events);
  }
  serveLine(show, nowMs, events);
  return events;
}

/** The hold still has those seats, all of them and no other, at the price that was paid. */
function isPaidBy(hold: ModelHold, payment: ModelPayment): boolean {
  const [now, then] = [hold.seats, payment.seats].map((seats) => seats.toSorted((a, b) => a - b));
  return now?.join() === then?.join() && sum(hold.prices) === payment.amount;
}

/** A late payer is a newcomer: nobody's seats are taken, and nobody is overtaken [P3, W2]. */
function canHave(show: ModelShow, { user, seats }: ModelPayment): boolean {
  return (
    show.phase === 'onSale' &&
    show.line.length === 0 &&
    seats.every((seat) => show.seats[seat] === 'free') &&
    seats.length <= show.grantable &&
    overLimit(show, user, seats.length, 0) === undefined
  );
}

function bookPaidHold(
  show: ModelShow,
  hold: ModelHold,
  payment: ModelPayment,
  events: ShowEvent[],
): void {
  const { id, seats } = hold;
  const prices = hold.prices.map(minor);
  const booking = referenceOf(show.name, show.seq + 1);
  const paid = { payment: payment.id, user: payment.user };
  events.push({ type: 'holdBooked', hold: id, booking, seats, prices, paid });
  show.holds = show.holds.filter((other) => other !== hold);
  // Somebody may have begun to pay anew before the first payment's success was heard of.
  if (hold.payment !== payment.id) abandonFor(show, hold, events);
  addPaidBooking(show, payment, booking, seats);
}

function bookPaidSeats(show: ModelShow, payment: ModelPayment, events: ShowEvent[]): void {
  const { id, user, seats } = payment;
  const booking = referenceOf(show.name, show.seq + 1);
  const prices = pricesOf(show, seats);
  events.push({ type: 'seatsBooked', booking, user, seats, prices, payment: id });
  addPaidBooking(show, payment, booking, seats);
}

function addPaidBooking(
  show: ModelShow,
  payment: ModelPayment,
  ref: ModelBooking['ref'],
  seats: readonly number[],
): void {
  const { id, user, amount } = payment;
  payment.state = 'booked';
  show.mark(seats, 'booked');
  show.bookings.push({ ref, user, seats, total: amount, state: 'booked', payment: id });
}

/** The money of these bookings that were paid for goes back. */
export function oweFor(
  show: ModelShow,
  bookings: readonly ModelBooking[],
  reason: RefundReason,
  events: ShowEvent[],
): void {
  for (const booking of bookings) {
    const payment = show.payments.find(({ id }) => id === booking.payment);
    if (payment !== undefined) owe(show, payment, reason, events);
  }
}

export function modelConfirmRefund(show: ModelShow, command: Told<'confirmRefund'>): Answer {
  const payment = inState(show, command.payment, ['owed']);
  if ('type' in payment) return payment;
  payment.state = 'refunded';
  return [{ type: 'refunded', ...moneyOf(payment) }];
}

function owe(
  show: ModelShow,
  payment: ModelPayment,
  reason: RefundReason,
  events: ShowEvent[],
): void {
  payment.state = 'owed';
  unpin(show, payment);
  events.push({ type: 'refundOwed', ...moneyOf(payment), reason });
}

/** All that was taken, whatever was to be taken. */
function moneyOf({ id, user, captured }: ModelPayment) {
  if (captured === undefined) throw new Error('only what was captured goes back');
  return { payment: id, user, ...captured };
}

function inState(
  show: ModelShow,
  id: PaymentId,
  states: readonly ModelPayment['state'][],
): ModelPayment | Rejection {
  const payment = show.payments.find((each) => each.id === id);
  if (payment === undefined) return { type: 'rejected', reason: 'paymentNotFound' };
  const { state } = payment;
  return states.includes(state) ? payment : { type: 'rejected', reason: 'paymentSettled', state };
}

/** Of holds with one deadline, those that were pinned or unpinned later stand behind. */
function pin(show: ModelShow, hold: ModelHold, payment: PaymentId | undefined): void {
  hold.payment = payment;
  show.holds = [...show.holds.filter((other) => other !== hold), hold];
  show.holds.sort((a, b) => a.deadlineMs - b.deadlineMs);
}

/** The hold is as it was, unless it is by now another payment that it waits for [P2]. */
function unpin(show: ModelShow, payment: ModelPayment): void {
  const hold = show.holds.find((each) => each.payment === payment.id);
  if (hold !== undefined) pin(show, hold, undefined);
}
