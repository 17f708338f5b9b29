/** What the contract of payment providers is tested with. */
import { millis, minor } from '../../../engine/ids.ts';
import type {
  OpenedPayment,
  PaymentProvider,
  PaymentRequest,
  RefundRequest,
} from '../../../gateway/payments/provider.ts';
import type { CallbackBox } from '../../support/callback-box.ts';
import type { FlakyWay } from '../../support/flaky-way.ts';

/** A provider with its adapter, and the way between them. */
export interface ProviderBench {
  readonly way: FlakyWay;
  readonly box: CallbackBox;
  /** The adapter, for a provider that is reached there; with another secret where one is given. */
  providerAt(url: string, callbackSecret?: string): PaymentProvider;
  /** Payments that were ever made there. */
  made(): number;
  /** False where nobody can pay any more. */
  pay(reference: string): boolean;
  decline(reference: string): void;
  readonly unknownReference: string;
  /** In minor units. */
  givenBack(reference: string): number;
  stop(): Promise<void>;
}

export interface Paying {
  readonly bench: ProviderBench;
  readonly provider: PaymentProvider;
  opened(
    changes?: Partial<PaymentRequest>,
  ): Promise<OpenedPayment & { readonly request: PaymentRequest }>;
}

let numbers = 0;

export function paymentRequest(changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    payment: `show-1.${++numbers}`,
    amount: minor(45_000),
    currency: 'INR',
    description: 'The Long Tide, Lux Main, 2 seats: F12, F13',
    expiresAtMs: millis(Date.now() + 5 * 60_000 + numbers),
    email: 'ann@people.example',
    returnUrl: 'http://127.0.0.1:8080/#/show/show-1',
    cancelUrl: 'http://127.0.0.1:8080/#/show/show-1',
    ...changes,
  };
}

export const never = (): AbortSignal => new AbortController().signal;

export function refundOf(
  { payment, amount, currency }: PaymentRequest,
  { reference }: Pick<OpenedPayment, 'reference'>,
): RefundRequest {
  return { payment, reference, amount, currency };
}
