/** The provider has given money back: nothing of it is owed any more [P5]. */
import type { HouseCommand } from '../command.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { capturedMoney } from './owed.ts';
import { paymentNotFound, paymentSettled } from './refusals.ts';

export function decideConfirmRefund(
  show: Show,
  { payment }: Extract<HouseCommand, { type: 'confirmRefund' }>,
): Verdict {
  const index = show.payments.find(payment);
  if (index < 0) return paymentNotFound;
  const state = show.payments.state(index);
  if (state !== 'owed') return paymentSettled(state);
  return decided([{ type: 'refunded', ...capturedMoney(show, index) }]);
}
