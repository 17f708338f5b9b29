/** Stripe's adapter: the contract of all providers, and what is Stripe's own. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { millis, minor } from '../../../engine/ids.ts';
import type { PaymentRequest, RefundRequest } from '../../../gateway/payments/provider.ts';
import { StripeProvider } from '../../../gateway/payments/stripe-provider.ts';
import {
  type StripeBench,
  secretKey,
  startStripeBench,
  webhookSecret,
} from '../../support/stripe-bench.ts';
import type { FakeSession } from '../../support/stripe-books.ts';
import { never, paymentRequest, refundOf } from './provider-bench.ts';
import { describeProvider } from './provider-contract.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describeProvider('stripe', startStripeBench);

describe("Stripe's adapter", () => {
  let bench: StripeBench;
  let provider: StripeProvider;

  beforeAll(async () => {
    bench = await startStripeBench();
    const { url: apiUrl } = bench.way;
    provider = new StripeProvider({ secretKey, webhookSecret, apiUrl });
  });

  afterEach(() => {
    bench.way.weather = 'clear';
    bench.stripe.books.nextRefund = 'succeeded';
    bench.stripe.faultsToRemember = 0;
  });

  afterAll(async () => {
    await bench.stop();
  });

  async function opened(
    changes: Partial<PaymentRequest> = {},
  ): Promise<{ reference: string; session: FakeSession; refund: RefundRequest }> {
    const request = paymentRequest(changes);
    const { reference } = await provider.open(request, never());
    const session = bench.stripe.books.session(reference);
    return { reference, session, refund: refundOf(request, { reference }) };
  }

  describe('a page', () => {
    it('carries the name of its payment wherever Stripe may tell of it', async () => {
      const { session } = await opened({ payment: 'k3x.17' });
      expect(session.payment).toBe('k3x.17');
      expect(session.metadata.usher_payment).toBe('k3x.17');
      expect(session.intentMetadata.usher_payment).toBe('k3x.17');
      expect(session.email).toBe('ann@people.example');
    });

    it.each([
      ['is over', -20 * MINUTE_MS],
      ['is over in a second', 1_000],
      ['is over in five minutes', 5 * MINUTE_MS],
      ['lasts for a day', 24 * HOUR_MS],
      ['lasts for a week, or a clock is wrong', 7 * 24 * HOUR_MS],
    ])('is opened for a payment that %s', async (_, ms) => {
      const { session } = await opened({ expiresAtMs: millis(Date.now() + ms) });
      const lastsMs = session.expiresAtS * 1_000 - Date.now();
      expect(lastsMs).toBeGreaterThan(30 * MINUTE_MS - 1_000);
      if (ms > 0 && ms < HOUR_MS) expect(lastsMs).toBeLessThan(41 * MINUTE_MS);
    });

    it('[P4] is another one where only the name is the same: a database made anew', async () => {
      const first = await opened({ payment: 'again.1', expiresAtMs: millis(Date.now()) });
      bench.stripe.pay(first.reference);
      const later = millis(Date.now() + 5 * MINUTE_MS);
      const second = await opened({ payment: 'again.1', expiresAtMs: later, amount: minor(900) });
      expect(second.reference).not.toBe(first.reference);
      expect(await provider.find(second.reference, never())).toEqual({ state: 'open' });
    });

    it('[P4] is found among hundreds, where the facts of its payment have changed', async () => {
      const request = paymentRequest();
      const first = await provider.open(request, never());
      for (let other = 0; other < 150; other++) await opened();
      const { made } = bench;
      const before = made();
      expect(await provider.open({ ...request, description: 'New' }, never())).toEqual(first);
      expect(made()).toBe(before);
    }, 30_000);

    it('[P4] is not taken for that of another payment of the same name', async () => {
      const first = paymentRequest({ expiresAtMs: millis(Date.now()) });
      const second = { ...first, expiresAtMs: millis(first.expiresAtMs + 1) };
      const pages = [await provider.open(first, never()), await provider.open(second, never())];
      const renamed = { description: 'New' };
      expect(await provider.open({ ...first, ...renamed }, never())).toEqual(pages[0]);
      expect(await provider.open({ ...second, ...renamed }, never())).toEqual(pages[1]);
    });

    it('is opened without an address for mail that Stripe does not take', async () => {
      const request = paymentRequest({ email: 'ann@localhost' });
      const before = bench.made();
      const first = await provider.open(request, never());
      expect(await provider.open(request, never())).toEqual(first);
      expect(bench.made()).toBe(before + 1);
      expect(bench.stripe.books.session(first.reference).email).toBeUndefined();
    });

    it('[P4] is opened once after a fault that Stripe remembers', async () => {
      const request = paymentRequest();
      bench.stripe.faultsToRemember = 1;
      const fault = { name: 'ProviderError', retry: true };
      await expect(provider.open(request, never())).rejects.toMatchObject(fault);
      const first = await provider.open(request, never());
      expect(await provider.open(request, never())).toEqual(first);
    });

    it.each([
      [2, 'CLF', /takes no CLF/],
      [1_005, 'KWD', /steps of 10 /],
      [50, 'MGA', /steps of 100 /],
      [-1, 'EUR', /whole minor units/],
      [1.5, 'EUR', /whole minor units/],
      [100_000_000, 'EUR', /amount_too_large/],
    ])('is refused for good for %s %s, which Stripe has no way to take', async (...given) => {
      const [amount, currency, message] = given;
      const request = paymentRequest({ amount: amount as never, currency });
      const before = bench.made();
      const refused = { name: 'ProviderError', retry: false };
      const opening = provider.open(request, never());
      await expect(opening).rejects.toMatchObject(refused);
      await expect(opening).rejects.toThrow(message);
      expect(bench.made()).toBe(before);
    });

    it.each([
      [500, 'JPY', 500],
      [5, 'ISK', 500],
      [5, 'UGX', 500],
      [500, 'HUF', 500],
      [500, 'TWD', 500],
      [500, 'MGA', 5],
      [5_120, 'KWD', 5_120],
    ])('says %s minor units of %s as %s', async (amount, currency, said) => {
      const { session } = await opened({ amount: minor(amount), currency });
      expect([session.amount, session.currency]).toEqual([said, currency.toLowerCase()]);
    });
  });

  describe('a payment', () => {
    it('[P4] is told with what was taken, and not with what was asked', async () => {
      const { reference } = await opened();
      bench.stripe.pay(reference, 44_999);
      const taken = { state: 'captured', amount: 44_999, currency: 'INR' };
      expect(await provider.find(reference, never())).toEqual(taken);
    });

    it('[P2] stays open after a card was declined, for another one', async () => {
      const { reference } = await opened();
      bench.stripe.decline(reference);
      expect(await provider.find(reference, never())).toEqual({ state: 'open' });
      bench.stripe.pay(reference);
      expect(await provider.find(reference, never())).toMatchObject({ state: 'captured' });
    });

    it.each([
      ['succeeded', { state: 'captured', amount: 45_000, currency: 'INR' }],
      ['requires_payment_method', { state: 'failed', reason: 'declined' }],
      ['canceled', { state: 'failed', reason: 'cancelled' }],
    ] as const)('[P4] that takes its time is open until it has %s', async (status, ending) => {
      const { reference } = await opened();
      bench.stripe.payLater(reference);
      expect(await provider.find(reference, never())).toEqual({ state: 'open' });
      expect(await provider.expire(reference, never())).toEqual({ state: 'open' });
      bench.stripe.settle(reference, status);
      expect(await provider.find(reference, never())).toEqual(ending);
      expect(await provider.expire(reference, never())).toEqual(ending);
    });
  });

  describe('a refund', () => {
    it('[P5] that takes its time is asked about, and made once', async () => {
      const { reference, refund } = await opened();
      bench.stripe.pay(reference);
      bench.stripe.books.nextRefund = 'pending';
      expect(await provider.refund(refund, never())).toBe('pending');
      expect(await provider.refund(refund, never())).toBe('pending');
      bench.stripe.settleRefunds('succeeded');
      expect(await provider.refund(refund, never())).toBe('refunded');
      expect(bench.givenBack(reference)).toBe(45_000);
    });

    it.each([
      ['at once', 'failed'],
      ['later', 'pending'],
    ] as const)('[P5] that fails %s is not called done until money has gone', async (_, first) => {
      const { reference, session, refund } = await opened();
      bench.stripe.pay(reference);
      bench.stripe.books.nextRefund = first;
      const failure = { name: 'ProviderError', retry: false };
      const asked = provider.refund(refund, never());
      if (first === 'pending') expect(await asked).toBe('pending');
      else await expect(asked).rejects.toMatchObject(failure);
      bench.stripe.settleRefunds('failed');
      for (let time = 0; time < 3; time++) {
        await expect(provider.refund(refund, never())).rejects.toMatchObject(failure);
      }
      const intent = session.intent?.id ?? '';
      expect(bench.stripe.books.refundsOf(intent)).toHaveLength(1);
      // By hand, in the Dashboard.
      bench.stripe.books.nextRefund = 'succeeded';
      bench.stripe.books.refund(new Map([['payment_intent', intent]]));
      expect(await provider.refund(refund, never())).toBe('refunded');
    });

    it('[P5] gives what is left where somebody gave a part by hand', async () => {
      const { reference, session, refund } = await opened();
      bench.stripe.pay(reference);
      const intent = session.intent?.id ?? '';
      const part = [
        ['payment_intent', intent],
        ['amount', '10000'],
      ] as const;
      bench.stripe.books.refund(new Map(part));
      expect(await provider.refund(refund, never())).toBe('refunded');
      expect(bench.givenBack(reference)).toBe(45_000);
      expect(bench.stripe.books.refundsOf(intent)).toHaveLength(2);
    });

    it('[P5] is of what is owed and no more, however often at once it is asked', async () => {
      const { reference, refund } = await opened();
      bench.stripe.pay(reference, 3 * 45_000);
      await Promise.all([1, 2, 3].map(() => provider.refund(refund, never())));
      expect(bench.givenBack(reference)).toBe(45_000);
    });

    it.each([
      ['succeeded', 'refunded'],
      ['pending', 'pending'],
    ] as const)(
      '[P5] that somebody makes by hand at that moment is %s, so %s',
      async (...given) => {
        const [status, said] = given;
        const { reference, refund } = await opened();
        bench.stripe.pay(reference);
        const { books } = bench.stripe;
        books.nextRefund = status;
        const byHand = books.refund.bind(books);
        const once = vi.spyOn(books, 'refund').mockImplementationOnce((form) => {
          byHand(form);
          return byHand(form);
        });
        expect(await provider.refund(refund, never())).toBe(said);
        once.mockRestore();
        expect(bench.givenBack(reference)).toBe(45_000);
      },
    );

    it('[P5] is made once after a fault that Stripe remembers', async () => {
      const { reference, refund } = await opened();
      bench.stripe.pay(reference);
      bench.stripe.faultsToRemember = 1;
      const fault = { name: 'ProviderError', retry: true };
      await expect(provider.refund(refund, never())).rejects.toMatchObject(fault);
      expect(await provider.refund(refund, never())).toBe('refunded');
      expect(await provider.refund(refund, never())).toBe('refunded');
      expect(bench.givenBack(reference)).toBe(45_000);
    });
  });

  describe('a refusal', () => {
    it.each([
      [400, false],
      [402, false],
      [404, false],
      [408, true],
      [409, true],
      [429, true],
      [500, true],
      [502, true],
      [504, true],
    ])('of status %s may be otherwise later: %s', async (status, retry) => {
      const { reference } = await opened();
      bench.way.refusal = status;
      bench.way.weather = 'refuses';
      const refused = { name: 'ProviderError', retry };
      await expect(provider.find(reference, never())).rejects.toMatchObject(refused);
      await expect(provider.open(paymentRequest(), never())).rejects.toMatchObject(refused);
    });

    it('of the key is for the operator, and names no part of it', async () => {
      const wrongKey = 'sk_test_wrong_4242';
      const options = { secretKey: wrongKey, webhookSecret, apiUrl: bench.stripe.url };
      const error: unknown = await new StripeProvider(options)
        .open(paymentRequest(), never())
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'ProviderError', retry: false });
      expect(String(error)).toMatch(/USHER_STRIPE_SECRET_KEY/);
      expect(String(error)).not.toMatch(/4242/);
    });
  });
});
