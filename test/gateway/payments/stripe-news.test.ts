/** Which of Stripe's webhooks tell of what [P4]. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CallbackRefused } from '../../../gateway/payments/provider.ts';
import { readStripeNews } from '../../../gateway/payments/stripe/stripe-news.ts';

const SECRET = 'whsec_of_tests';
const ours = { usher_payment: 'k3x.17' };

function read(body: string | Uint8Array): ReturnType<typeof readStripeNews> {
  const seconds = Math.floor(Date.now() / 1_000);
  const hmac = createHmac('sha256', SECRET).update(`${seconds}.`).update(body).digest('hex');
  return readStripeNews(SECRET, `t=${seconds},v1=${hmac}`, Buffer.from(body));
}

const event = (type: string, object: object): string =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });

describe("Stripe's webhooks", () => {
  it.each([
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'checkout.session.expired',
  ])('[P4] of type %s tell of a payment', (type) => {
    const news = read(event(type, { id: 'cs_test_1', metadata: ours }));
    expect(news).toEqual({ type: 'payment', payment: 'k3x.17', reference: 'cs_test_1' });
  });

  it.each(['refund.created', 'refund.updated', 'refund.failed', 'charge.refunded'])(
    '[P4] of type %s tell of a refund',
    (type) => {
      const news = read(event(type, { id: 'x_1', metadata: ours }));
      expect(news).toEqual({ type: 'refund', payment: 'k3x.17', reference: 'x_1' });
    },
  );

  it('[P4] of what Usher did not make, or does not ask for, are none of its concern', () => {
    for (const metadata of [null, {}, { order_id: '6735' }]) {
      const other = event('checkout.session.completed', { id: 'cs_test_1', metadata });
      expect(read(other)).toEqual({ type: 'other' });
      expect(read(event('charge.refunded', { id: 'ch_1', metadata }))).toEqual({ type: 'other' });
    }
    expect(read(event('customer.created', { id: 'cus_1' }))).toEqual({ type: 'other' });
  });

  it.each([
    ['no JSON', 'hello'],
    ['no event', 'null'],
    ['a number', '7'],
    ['an event of the other form', '{"object":"v2.core.event","type":"v1.billing"}'],
    ['no object', '{"type":"charge.refunded"}'],
    ['nothing in them', '{"type":"charge.refunded","data":null}'],
    ['nothing told of', '{"type":"charge.refunded","data":{"object":null}}'],
    ['a list', '[]'],
    ['no text', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)],
  ])('[P4] that are signed and %s are refused', (_, body) => {
    expect(() => read(body)).toThrow(CallbackRefused);
  });
});
