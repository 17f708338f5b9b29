/** A payment's name outside its show, e.g. `k3x.17`: the show and the payment's number in it. */
import { type PaymentId, paymentId, type ShowId, showId } from '../../ids.ts';

export function paymentName(show: ShowId, payment: PaymentId): string {
  return `${show}.${payment}`;
}

/** Undefined for a text that no payment is named. */
export function parsePaymentName(
  name: string,
): { readonly show: ShowId; readonly payment: PaymentId } | undefined {
  const match = /^([a-z0-9-]{1,24})\.([1-9]\d{0,14})$/.exec(name);
  const [, show, payment] = match ?? [];
  if (show === undefined || payment === undefined) return undefined;
  return { show: showId(show), payment: paymentId(Number(payment)) };
}
