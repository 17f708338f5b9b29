/** The payment provider that this deployment uses. */
import type { ServicesSettings } from '../services/services-protocol.ts';
import type { PaymentProvider } from './provider.ts';
import { SandboxProvider } from './sandbox-provider.ts';
import { StripeProvider } from './stripe-provider.ts';

/** Undefined where it takes no payments. */
export function makeProvider({
  payments,
  publicUrl,
}: Pick<ServicesSettings, 'payments' | 'publicUrl'>): PaymentProvider | undefined {
  switch (payments.type) {
    case 'none':
      return undefined;
    case 'sandbox': {
      const callbackUrl = `${publicUrl}/api/v1/payments/sandbox/callback`;
      return new SandboxProvider({ ...payments, callbackUrl });
    }
    case 'stripe':
      return new StripeProvider(payments);
  }
}
