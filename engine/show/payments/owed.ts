/** Money that goes back: what was captured, in full [B2, P3]. */
import type { Minor, PaymentId, UserId } from '../../ids.ts';
import type { RefundReason, ShowEvent } from '../events.ts';
import type { Show } from '../show.ts';

/** Whose payment it is, and what the provider took for it. */
export function capturedMoney(
  show: Show,
  index: number,
): {
  readonly payment: PaymentId;
  readonly user: UserId;
  readonly amount: Minor;
  readonly currency: string;
} {
  const { payments, terms } = show;
  const [payment, user] = [payments.payment(index), payments.user(index)];
  const expected = { amount: payments.amount(index), currency: terms.currency };
  return { payment, user, ...(payments.captured(index) ?? expected) };
}

/** Says of each of these bookings (by index) that was paid for that its money is owed back. */
export function oweBack(
  show: Show,
  bookings: readonly number[],
  reason: RefundReason,
  events: ShowEvent[],
): void {
  for (const booking of bookings) {
    const payment = show.bookings.payment(booking);
    if (payment === 0) continue;
    const index = show.payments.known(payment);
    events.push({ type: 'refundOwed', ...capturedMoney(show, index), reason });
  }
}
