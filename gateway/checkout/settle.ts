/** Tells a show what a provider says of a payment; the show alone decides what follows [P3]. */
import { type RequestId, requestId } from '../../engine/ids.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { PaymentState } from '../payments/provider.ts';
import type { HouseAnswer, HouseDesk } from '../services/house-desk.ts';
import type { PaymentRow } from './payment-rows.ts';

/** The show could not be asked just now: the task is tried again. */
export class NotDecided extends Error {
  override readonly name = 'NotDecided';
}

/**
 * Asks, and gives the answer of a show: that it is so from now on, or that it was settled before.
 * @throws NotDecided
 */
export async function tellShow(
  house: HouseDesk,
  command: HouseCommand,
  id: RequestId,
): Promise<Exclude<HouseAnswer, { type: 'failed' }>> {
  const answer = await house.ask(command, id);
  if (answer.type === 'failed') throw new NotDecided(answer.reason);
  return answer;
}

/** False while the provider has not made up its mind. @throws NotDecided */
export async function settle(
  house: HouseDesk,
  { show, payment }: Pick<PaymentRow, 'show' | 'payment'>,
  outcome: PaymentState,
): Promise<boolean> {
  switch (outcome.state) {
    case 'open':
      return false;
    case 'captured': {
      const { amount, currency } = outcome;
      const command = { type: 'capturePayment', show, payment, amount, currency } as const;
      await tellShow(house, command, requestId(`capture-${payment}`));
      return true;
    }
    case 'failed': {
      const command = { type: 'failPayment', show, payment, reason: outcome.reason } as const;
      await tellShow(house, command, requestId(`fail-${payment}`));
      return true;
    }
  }
}
