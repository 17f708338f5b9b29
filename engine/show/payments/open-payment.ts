/** The provider has a page for a payment: whoever pays can go there now. */
import type { HouseCommand } from '../command.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { paymentNotFound, paymentSettled } from './refusals.ts';

/** Refused once nobody shall pay it any more; the provider must then be told to end it. */
export function decideOpenPayment(
  show: Show,
  command: Extract<HouseCommand, { type: 'openPayment' }>,
): Verdict {
  const { payment, reference, url } = command;
  const index = show.payments.find(payment);
  if (index < 0) return paymentNotFound;
  const state = show.payments.state(index);
  if (state !== 'started') return paymentSettled(state);
  const user = show.payments.user(index);
  return decided([{ type: 'paymentOpened', payment, user, reference, url }]);
}
