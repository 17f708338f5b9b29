/** What the house is told of a payment that cannot go that way. */
import type { Rejection } from '../rejections.ts';
import type { PaymentState } from './payment-table.ts';

export const paymentNotFound = { type: 'rejected', reason: 'paymentNotFound' } as const;

/** It has gone on already, so the same news again changes nothing [P4]. */
export function paymentSettled(state: PaymentState): Rejection {
  return { type: 'rejected', reason: 'paymentSettled', state };
}
