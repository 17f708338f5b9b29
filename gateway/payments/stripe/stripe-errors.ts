/** What Stripe's refusals and silences mean to a caller: whether to ask again, and a sentence. */
import Stripe from 'stripe';
import { ProviderError } from '../provider.ts';

const LONGEST_REASON = 200;

export function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const options = { cause: error };
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new ProviderError('what Stripe answers is not understood', false, options);
  }
  const { statusCode: status, code } = error;
  if (status === undefined) {
    return new ProviderError('Stripe does not answer, or only half', true, options);
  }
  const named = code === undefined ? `${status}` : `${status} ${code}`;
  const request = error.requestId === undefined ? '' : `, request ${error.requestId}`;
  if (status >= 500 || status === 408 || status === 409 || status === 429) {
    return new ProviderError(`Stripe answers ${named}${request}`, true, options);
  }
  if (status === 401 || status === 403) {
    // Its own sentence would name a part of the key.
    const sentence = `Stripe answers ${named}${request}: set USHER_STRIPE_SECRET_KEY`;
    return new ProviderError(`${sentence} to a key that may do this`, false, options);
  }
  const reason = error.message.slice(0, LONGEST_REASON);
  return new ProviderError(`Stripe answers ${named}${request}: ${reason}`, false, options);
}

/** It has carried this key's request out before, with other facts. */
export function isOtherFacts(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeIdempotencyError && error.statusCode === 400;
}

/** A fault that is remembered with its key, and answered to whoever comes with that again. */
export function isRememberedFault(error: unknown): boolean {
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  return (error.statusCode ?? 0) >= 500 && error.headers?.['idempotent-replayed'] === 'true';
}

export function isInvalidRequest(
  error: unknown,
): error is InstanceType<typeof Stripe.errors.StripeInvalidRequestError> {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 400;
}
