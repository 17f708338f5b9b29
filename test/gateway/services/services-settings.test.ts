/** Proves that what is set wrongly about payments is said when the server starts. */
import { describe, expect, it } from 'vitest';
import {
  defaultOptions,
  OptionError,
  type ServerOptions,
} from '../../../gateway/server-options.ts';
import { servicesSettings } from '../../../gateway/services/services-settings.ts';

const facts = {
  anchor: { wallMs: 0, monotonicNs: 0n },
  url: 'http://127.0.0.1:8080',
  operatorToken: 'token',
  sandboxUrl: undefined,
  ticketKey: new Uint8Array(32),
  theatreSecret: new Uint8Array(32),
  sandboxSecret: new Uint8Array(32),
} as never;

const good: Partial<ServerOptions> = {
  payments: 'stripe',
  stripeSecretKey: 'sk_test_1',
  stripeWebhookSecret: 'whsec_1',
};

const read = (changes: Partial<ServerOptions>) =>
  servicesSettings({ ...defaultOptions(), ...good, ...changes }, facts).payments;

describe("Stripe's settings", () => {
  it.each([
    [{}, undefined],
    [{ stripeSecretKey: 'rk_live_1' }, undefined],
    [{ stripeApiUrl: 'http://127.0.0.1:12111' }, 'http://127.0.0.1:12111'],
    [{ stripeApiUrl: 'https://stripe.example/' }, 'https://stripe.example'],
  ] as const)('may be %j', (changes, apiUrl) => {
    expect(read(changes)).toMatchObject({ type: 'stripe', apiUrl });
  });

  it.each([
    [{ stripeSecretKey: '' }, /USHER_STRIPE_SECRET_KEY/],
    [{ stripeWebhookSecret: '' }, /USHER_STRIPE_WEBHOOK_SECRET/],
    [{ stripeSecretKey: 'pk_test_1' }, /USHER_STRIPE_SECRET_KEY.*sk_/],
    [{ stripeSecretKey: 'sk_test_1\n' }, /USHER_STRIPE_SECRET_KEY.*sk_/],
    [{ stripeWebhookSecret: 'sk_test_1' }, /USHER_STRIPE_WEBHOOK_SECRET.*whsec_/],
    [{ stripeApiUrl: 'stripe.example' }, /--stripe-api-url/],
    [{ stripeApiUrl: 'ftp://stripe.example' }, /--stripe-api-url/],
    [{ stripeApiUrl: 'https://stripe.example/v1' }, /--stripe-api-url/],
    [{ stripeApiUrl: 'https://ann:secret@stripe.example' }, /--stripe-api-url/],
    [{ stripeApiUrl: 'http://stripe.example', stripeSecretKey: 'sk_live_1' }, /test key/],
  ] as const)('may not be %j, and what would be right is said', (changes, sentence) => {
    expect(() => read(changes)).toThrow(OptionError);
    expect(() => read(changes)).toThrow(sentence);
  });

  it('that are refused are said without any key', () => {
    for (const changes of [{ stripeSecretKey: 'hush_1' }, { stripeWebhookSecret: 'hush_1' }]) {
      expect(() => read(changes)).not.toThrow(/hush/);
    }
  });
});
