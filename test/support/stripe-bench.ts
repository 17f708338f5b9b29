/** Stripe's adapter, a flaky way, and a server that answers like Stripe. */
import { fromStripeAmount } from '../../gateway/payments/stripe/stripe-money.ts';
import { StripeProvider } from '../../gateway/payments/stripe-provider.ts';
import type { ProviderBench } from '../gateway/payments/provider-bench.ts';
import { CallbackBox } from './callback-box.ts';
import { FlakyWay } from './flaky-way.ts';
import { StripeServer } from './stripe-server.ts';

export const secretKey = 'sk_test_of_tests';
export const webhookSecret = 'whsec_of_tests';

export interface StripeBench extends ProviderBench {
  readonly stripe: StripeServer;
}

export async function startStripeBench(): Promise<StripeBench> {
  const stripe = await StripeServer.start({ secretKey, webhookSecret });
  const way = await FlakyWay.start(stripe.url);
  const box = await CallbackBox.start();
  stripe.webhookUrl = box.url;
  return {
    stripe,
    way,
    box,
    unknownReference: 'cs_test_nobody',
    providerAt: (apiUrl, secret = webhookSecret) =>
      new StripeProvider({ secretKey, webhookSecret: secret, apiUrl }),
    made: () => stripe.books.sessions.size,
    pay: (reference) => stripe.pay(reference),
    decline: (reference) => {
      stripe.decline(reference);
    },
    givenBack: (reference) => {
      const { intent } = stripe.books.session(reference);
      if (intent === undefined) return 0;
      return fromStripeAmount(stripe.books.givenBack(intent.id), intent.currency);
    },
    stop: async () => {
      await way.stop();
      await stripe.stop();
      await box.stop();
    },
  };
}
