/** Applies what was decided of payments. Like all of `evolve` it cannot refuse. */
import type { HoldId, PaymentId } from '../../ids.ts';
import { invariant } from '../../unreachable.ts';
import type { ShowEvent } from '../events.ts';
import type { Hold, Show } from '../show.ts';

type Event<Type extends ShowEvent['type']> = Extract<ShowEvent, { type: Type }>;

export function startPayment(
  show: Show,
  { payment, hold: id, seats, amount }: Event<'paymentStarted'>,
  user: Hold['user'],
): void {
  show.payments.add(payment, user, id, seats, amount);
  const hold = show.holds.get(id);
  invariant(hold !== undefined, 'only a hold that nobody pays for yet is begun to be paid');
  hold.payment = payment;
  show.holds.delete(id);
  show.pinned.insert(id, hold, (other) => other.deadlineMs > hold.deadlineMs);
}

export function openPayment(show: Show, event: Event<'paymentOpened'>): void {
  const { payments } = show;
  const index = payments.known(event.payment);
  payments.setState(index, 'opened');
  payments.setPage(index, { reference: event.reference, url: event.url });
}

export function endPayment(show: Show, payment: PaymentId, state: 'failed' | 'abandoned'): void {
  const index = show.payments.known(payment);
  show.payments.setState(index, state);
  unpin(show, show.payments.hold(index), payment);
}

/** The rest of the decision says what the money is for. */
export function capturePayment(
  show: Show,
  { payment, amount, currency }: Event<'paymentCaptured'>,
): void {
  const { payments, terms } = show;
  const index = payments.known(payment);
  if (amount === payments.amount(index) && currency === terms.currency) return;
  payments.setCaptured(index, { amount, currency });
}

export function oweRefund(show: Show, payment: PaymentId): void {
  const index = show.payments.known(payment);
  show.payments.setState(index, 'owed');
  unpin(show, show.payments.hold(index), payment);
}

/** The hold is as it was before, with the deadline that it has. */
function unpin(show: Show, id: HoldId, payment: PaymentId): void {
  const hold = show.pinned.get(id);
  if (hold?.payment !== payment) return;
  hold.payment = 0;
  show.pinned.delete(id);
  show.holds.insert(id, hold, (other) => other.deadlineMs > hold.deadlineMs);
}
