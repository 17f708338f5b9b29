/** Stripe's adapter keeps the contract of all providers, against a server that answers like it. */

import { fromStripeAmount } from '../../../gateway/payments/stripe/stripe-money.ts';
import { StripeProvider } from '../../../gateway/payments/stripe-provider.ts';
import { CallbackBox } from '../../support/callback-box.ts';
import { FlakyWay } from '../../support/flaky-way.ts';
import { StripeServer } from '../../support/stripe-server.ts';
import { describeProvider, type ProviderBench } from './provider-contract.ts';

const secretKey = 'sk_test_of_tests';
const webhookSecret = 'whsec_of_tests';

async function startBench(): Promise<ProviderBench & { readonly stripe: StripeServer }> {
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
      const intent = stripe.books.session(reference).intent;
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

describeProvider('stripe', startBench);
