/**
 * What has become of a payment, so says its provider. The money is for the hold that it was begun
 * for; where that is gone, for exactly its seats if they can still be had and nobody is owed
 * them; and else it goes back in full, once [P2, P3, P4].
 */
import { seq } from '../../ids.ts';
import { sumOf } from '../../pricing/money.ts';
import { quote } from '../../pricing/quote.ts';
import { makeReference } from '../bookings/reference.ts';
import type { HouseCommand, Stamp } from '../command.ts';
import type { PaymentFailure, ShowEvent } from '../events.ts';
import { checkCap, checkFree } from '../holds/check-seats.ts';
import { findHold, grantable, type Hold, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';
import { paymentNotFound, paymentSettled } from './refusals.ts';

type Settling = Extract<HouseCommand, { type: 'capturePayment' }>;

export function decideFailPayment(
  show: Show,
  { payment, reason }: Extract<HouseCommand, { type: 'failPayment' }>,
): Verdict {
  const index = show.payments.find(payment);
  if (index < 0) return paymentNotFound;
  const state = show.payments.state(index);
  if (state !== 'started' && state !== 'opened' && state !== 'abandoned') {
    return paymentSettled(state);
  }
  return decided([failed(show, index, reason)]);
}

function failed(show: Show, index: number, reason: PaymentFailure): ShowEvent {
  const { payments } = show;
  const [payment, user] = [payments.payment(index), payments.user(index)];
  return { type: 'paymentFailed', payment, user, reason };
}

/** Also after it was said to have failed: news may come out of order [P4]. */
export function decideCapturePayment(show: Show, command: Settling, stamp: Stamp): Verdict {
  const { payments } = show;
  const { payment, amount, currency } = command;
  const index = payments.find(payment);
  if (index < 0) return paymentNotFound;
  const state = payments.state(index);
  if (state === 'booked' || state === 'owed' || state === 'refunded') return paymentSettled(state);
  const user = payments.user(index);
  const money = { payment, user, amount, currency };
  const events: ShowEvent[] = [{ type: 'paymentCaptured', ...money }];
  if (amount !== payments.amount(index) || currency !== show.terms.currency) {
    events.push({ type: 'refundOwed', ...money, reason: 'amountDiffers' });
    return decided(events);
  }
  const hold = heldStill(show, index);
  if (hold !== undefined) bookHold(show, hold, index, stamp, events);
  else if (canStillHave(show, index)) bookSeats(show, index, stamp, events);
  else events.push({ type: 'refundOwed', ...money, reason: 'tooLate' });
  return decided(events);
}

/** The hold that was paid for, if it stands with those very seats at that price. */
function heldStill(show: Show, index: number): Hold | undefined {
  const { payments } = show;
  const hold = findHold(show, payments.hold(index));
  if (hold === undefined || sumOf(hold.prices) !== payments.amount(index)) return undefined;
  const seats = payments.seats(index);
  if (seats.length !== hold.seats.length) return undefined;
  return seats.every((seat) => hold.seats.includes(seat)) ? hold : undefined;
}

/** A newcomer's chances: all of these seats free and promised to nobody, and no line [P3, W2]. */
function canStillHave(show: Show, index: number): boolean {
  const { payments, users } = show;
  const seats = payments.seats(index);
  if (show.phase !== 'onSale' || show.waitlist.size > 0) return false;
  if (grantable(show) < seats.length || checkFree(show, seats) !== undefined) return false;
  const row = users.find(payments.user(index));
  return checkCap(show, row, seats.length, 0) === undefined;
}

function bookHold(show: Show, hold: Hold, index: number, stamp: Stamp, events: ShowEvent[]): void {
  const { payments } = show;
  const [payment, user] = [payments.payment(index), payments.user(index)];
  const { id, seats, prices, payment: other } = hold;
  const booking = makeReference(show.id, seq(show.seq + 1));
  const paid = { payment, user };
  events.push({ type: 'holdBooked', hold: id, booking, seats, prices, paid });
  if (other !== 0 && other !== payment) {
    events.push({ type: 'paymentAbandoned', payment: other, user });
  }
  settleLine(show, { grantable: 0, pool: -seats.length }, stamp.timeMs, events);
}

function bookSeats(show: Show, index: number, stamp: Stamp, events: ShowEvent[]): void {
  const { payments } = show;
  const [payment, user, seats] = [
    payments.payment(index),
    payments.user(index),
    payments.seats(index),
  ];
  const { prices } = quote(show.terms, show.layout, seats);
  const booking = makeReference(show.id, seq(show.seq + 1));
  events.push({ type: 'seatsBooked', booking, user, seats, prices, payment });
  const effect = { grantable: -seats.length, pool: -seats.length };
  settleLine(show, effect, stamp.timeMs, events);
}
