/** Reads Stripe's webhooks: who signed them, and which payment they tell of [P4]. */
import Stripe from 'stripe';
import { CallbackRefused, type PaymentNews } from '../provider.ts';

export const SIGNATURE_HEADER = 'stripe-signature';
/** Where Stripe's objects carry the payment's name. */
export const PAYMENT_KEY = 'usher_payment';
/** Where a refund carries its payment's reference. */
export const REFERENCE_KEY = 'usher_reference';
const TOLERANCE_S = 300;

/** @throws CallbackRefused */
export function readStripeNews(
  secret: string,
  header: string | undefined,
  body: Uint8Array,
): PaymentNews {
  return newsOf(verified(secret, header, body));
}

function verified(secret: string, header: string | undefined, body: Uint8Array): Stripe.Event {
  try {
    const bytes = Buffer.from(body);
    const event = Stripe.webhooks.constructEvent(bytes, header ?? '', secret, TOLERANCE_S);
    if (isEvent(event)) return event;
  } catch (error) {
    const text = 'the signature does not hold, or is too old';
    throw new CallbackRefused(text, { cause: error });
  }
  throw new CallbackRefused('it is signed, and is no event');
}

function isEvent(event: unknown): event is Stripe.Event {
  const { data } = (event ?? {}) as { readonly data?: { readonly object?: unknown } | null };
  return typeof data?.object === 'object' && data.object !== null;
}

function newsOf(event: Stripe.Event): PaymentNews {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
    case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired': {
      const { id, metadata } = event.data.object;
      return named('payment', metadata, id);
    }
    case 'charge.refunded': {
      const { id, metadata } = event.data.object;
      return named('refund', metadata, id);
    }
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed': {
      const { id, metadata } = event.data.object;
      return named('refund', metadata, metadata?.[REFERENCE_KEY] ?? id);
    }
    default:
      return { type: 'other' };
  }
}

/** What was not made by Usher carries no name. */
function named(
  type: 'payment' | 'refund',
  metadata: Stripe.Metadata | null,
  reference: string,
): PaymentNews {
  const payment = metadata?.[PAYMENT_KEY];
  return typeof payment === 'string' ? { type, payment, reference } : { type: 'other' };
}
