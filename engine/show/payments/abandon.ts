/** A hold that ends takes with it the payment under way: nobody shall pay it any more. */
import type { ShowEvent } from '../events.ts';
import type { Hold } from '../show.ts';

export function abandonPayment({ payment, user }: Hold, events: ShowEvent[]): void {
  if (payment !== 0) events.push({ type: 'paymentAbandoned', payment, user });
}
