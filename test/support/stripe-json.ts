/** The fake Stripe's objects as its API writes them. */
import type { FakeIntent, FakeRefund, FakeSession, StripeBooks } from './stripe-books.ts';

export function sessionJson(session: FakeSession, url: string, isExpanded: boolean): object {
  const { id, created, amount, currency, payment, metadata, status, intent } = session;
  const paid = intent?.status === 'succeeded' ? 'paid' : 'unpaid';
  return {
    id,
    object: 'checkout.session',
    amount_subtotal: amount,
    amount_total: amount,
    client_reference_id: payment === '' ? null : payment,
    created,
    currency,
    customer_email: session.email ?? null,
    expires_at: session.expiresAtS,
    livemode: false,
    metadata,
    mode: 'payment',
    payment_intent: intent === undefined ? null : isExpanded ? intentJson(intent) : intent.id,
    payment_method_types: ['card'],
    payment_status: paid,
    status,
    success_url: session.successUrl,
    cancel_url: session.cancelUrl,
    ui_mode: 'hosted_page',
    url: status === 'open' ? url : null,
  };
}

export function intentJson(intent: FakeIntent): object {
  const { id, amount, currency, metadata, status, amountReceived } = intent;
  const received = { amount_received: amountReceived, latest_charge: id.replace('pi', 'ch') };
  return { id, object: 'payment_intent', amount, currency, metadata, status, ...received };
}

export function refundJson(refund: FakeRefund): object {
  const { id, intent, amount, currency, metadata, status } = refund;
  const charge = intent.replace('pi', 'ch');
  const whole = { id, object: 'refund', amount, charge, currency, metadata, status };
  return { ...whole, payment_intent: intent };
}

export function chargeJson(books: StripeBooks, intent: FakeIntent): object {
  const { id, amountReceived: amount, currency, metadata } = intent;
  const back = books.givenBack(id);
  const refunded = { amount_refunded: back, refunded: back === amount, payment_intent: id };
  return { id: id.replace('pi', 'ch'), object: 'charge', amount, currency, metadata, ...refunded };
}

export function listJson(url: string, data: readonly object[], hasMore: boolean): object {
  return { object: 'list', data, has_more: hasMore, url };
}
