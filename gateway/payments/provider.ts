/**
 * What Usher needs of a payment provider, whichever it is [P1]. Every call can be made again
 * with the same ids and does what it says once; an answer that does not come is asked for later.
 *
 *   open ─▶ the person pays at `url` ─▶ captured ─▶ refund
 *     └──── expire ─▶ failed, or captured after all
 */
import type { Millis, Minor } from '../../engine/ids.ts';

/** A payment's name everywhere outside its show: `paymentName` makes it. */
export type PaymentName = string;

export interface PaymentRequest {
  readonly payment: PaymentName;
  readonly amount: Minor;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** What is paid for, as the payer reads it. */
  readonly description: string;
  /** From then on the provider need not take the money any more; it may take it later than that. */
  readonly expiresAtMs: Millis;
  readonly email: string | undefined;
  /** Where the payer's browser goes afterwards. */
  readonly returnUrl: string;
  readonly cancelUrl: string;
}

export interface OpenedPayment {
  /** The provider's own name for it, 1 to 255 characters. */
  readonly reference: string;
  /** Its page to pay at; at most 2,000 characters. */
  readonly url: string;
}

export type PaymentState =
  | { readonly state: 'open' }
  | { readonly state: 'captured'; readonly amount: Minor; readonly currency: string }
  | { readonly state: 'failed'; readonly reason: 'declined' | 'cancelled' | 'expired' };

/** What a callback, once its signature has held, tells of. */
export type PaymentNews =
  | { readonly type: 'payment'; readonly payment: PaymentName; readonly reference: string }
  | { readonly type: 'refund'; readonly payment: PaymentName; readonly reference: string }
  /** Authentic, and none of our concern. */
  | { readonly type: 'other' };

export interface RefundRequest {
  /** A payment is refunded in full and once, so its name does as the refund's. */
  readonly payment: PaymentName;
  readonly reference: string;
  readonly amount: Minor;
  readonly currency: string;
}

/** `retry`: whether the same call may be answered otherwise later. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly retry: boolean;
  constructor(message: string, retry: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retry = retry;
  }
}

/** A callback whose signature or age does not hold; it is answered 400 and forgotten. */
export class CallbackRefused extends Error {
  override readonly name = 'CallbackRefused';
}

/** All calls throw ProviderError, also where `signal` ended them. */
export interface PaymentProvider {
  /** Stands in addresses and in the log, e.g. `sandbox`. */
  readonly name: string;
  open(request: PaymentRequest, signal: AbortSignal): Promise<OpenedPayment>;
  /** What has become of a payment. It alone decides: callbacks only say when to ask [P4]. */
  find(reference: string, signal: AbortSignal): Promise<PaymentState>;
  /** Nobody shall pay it any more; answers with what it is after that. */
  expire(reference: string, signal: AbortSignal): Promise<PaymentState>;
  refund(request: RefundRequest, signal: AbortSignal): Promise<'refunded' | 'pending'>;
  /** @param headers names in lower case. @throws CallbackRefused */
  readCallback(headers: Readonly<Record<string, string>>, body: Uint8Array): PaymentNews;
}
