/**
 * Stripe, by its hosted page: a payment is a Checkout Session. Stripe keeps a page open for half
 * an hour at the least, longer than a hold lasts; a page is therefore closed when its payment's
 * time is over (`expire`), and Stripe's own expiry is only what ends a page that was forgotten.
 *
 * Asking again is safe by idempotency keys. Stripe remembers one for a day and refuses it with
 * other facts; a key holds what makes a payment another one, and facts that may change meanwhile
 * (a title, an address for mail) lead to the page that is there.
 */
import Stripe from 'stripe';
import type { Minor } from '../../engine/ids.ts';
import {
  type OpenedPayment,
  type PaymentNews,
  type PaymentProvider,
  type PaymentRequest,
  type PaymentState,
  ProviderError,
  type RefundRequest,
} from './provider.ts';
import {
  asProviderError,
  isInvalidRequest,
  isOtherFacts,
  isRememberedFault,
} from './stripe/stripe-errors.ts';
import { fromStripeAmount, toStripeAmount } from './stripe/stripe-money.ts';
import {
  PAYMENT_KEY,
  REFERENCE_KEY,
  readStripeNews,
  SIGNATURE_HEADER,
} from './stripe/stripe-news.ts';

/** For a whole call, however many requests it takes. */
const ANSWER_WITHIN_MS = 8_000;
/** Stripe's least, with room for clocks that differ and for an opening that is tried again. */
const PAGE_LASTS_PAST_S = 35 * 60;
/** What Stripe takes for the life of a page, with room again; a day where none is given. */
const pageLastsS = { least: 31 * 60, most: 23 * 3_600 } as const;
const EXPIRES_KEY = 'usher_expires_ms';
const LONGEST_NAME = 250;
const PAGES_SEARCHED = 10;

export interface StripeProviderOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Another than Stripe's own, for tests. */
  readonly apiUrl?: string | undefined;
}

export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly #options: StripeProviderOptions;

  constructor(options: StripeProviderOptions) {
    this.#options = options;
  }

  async open(request: PaymentRequest, signal: AbortSignal): Promise<OpenedPayment> {
    const params = sessionParams(request, Date.now());
    const session = await this.#ask(signal, async (stripe) => {
      try {
        return await openOnce(stripe, request, params);
      } catch (error) {
        // What this server takes for an address, Stripe may not: the payer can type another.
        // A request that does not pass Stripe's checks is not remembered with its key.
        const isEmail = isInvalidRequest(error) && error.param === 'customer_email';
        if (!isEmail || request.email === undefined) throw error;
        const anonymous = { ...request, email: undefined };
        return await openOnce(stripe, anonymous, sessionParams(anonymous, Date.now()));
      }
    });
    const { id: reference, url } = session;
    if (typeof url === 'string') return { reference, url };
    throw new ProviderError(`Stripe has no page for ${request.payment} any more`, false);
  }

  async find(reference: string, signal: AbortSignal): Promise<PaymentState> {
    return await this.#ask(signal, async (stripe) => stateOf(await sessionOf(stripe, reference)));
  }

  async expire(reference: string, signal: AbortSignal): Promise<PaymentState> {
    return await this.#ask(signal, async (stripe) => {
      const { sessions } = stripe.checkout;
      try {
        return stateOf(await sessions.expire(reference, { expand: ['payment_intent'] }));
      } catch (error) {
        if (!isInvalidRequest(error)) throw error;
        // It is not open any more, or is being paid at this moment.
        return stateOf(await sessionOf(stripe, reference));
      }
    });
  }

  async refund(request: RefundRequest, signal: AbortSignal): Promise<'refunded' | 'pending'> {
    return await this.#ask(signal, (stripe) => refundOnce(stripe, request));
  }

  readCallback(headers: Readonly<Record<string, string>>, body: Uint8Array): PaymentNews {
    return readStripeNews(this.#options.webhookSecret, headers[SIGNATURE_HEADER], body);
  }

  async #ask<T>(signal: AbortSignal, act: (stripe: Stripe) => Promise<T>): Promise<T> {
    const whole = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      return await act(this.#client(whole));
    } catch (error) {
      throw asProviderError(error);
    }
  }

  /** A client for one call, since the library has no other way to end a request early. */
  #client(signal: AbortSignal): Stripe {
    const { secretKey, apiUrl } = this.#options;
    return new Stripe(secretKey, {
      // Whoever asks tries again, later and with the same key.
      maxNetworkRetries: 0,
      timeout: ANSWER_WITHIN_MS,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient(endedBy(signal)),
      ...(apiUrl === undefined ? {} : addressOf(apiUrl)),
    });
  }
}

function endedBy(signal: AbortSignal): typeof fetch {
  return (url, init) => {
    const own = init?.signal;
    const either = own == null ? signal : AbortSignal.any([own, signal]);
    return fetch(url, { ...init, redirect: 'error', signal: either });
  };
}

function addressOf(apiUrl: string): Pick<Stripe.StripeConfig, 'protocol' | 'host' | 'port'> {
  const { protocol, hostname: host, port } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  const usual = isPlain ? 80 : 443;
  return { protocol: isPlain ? 'http' : 'https', host, port: port === '' ? usual : port };
}

function sessionParams(
  request: PaymentRequest,
  nowMs: number,
): Stripe.Checkout.SessionCreateParams {
  const { payment, amount, currency, description, expiresAtMs, email } = request;
  const name = description.slice(0, LONGEST_NAME);
  const expiresAtS = Math.ceil(expiresAtMs / 1_000) + PAGE_LASTS_PAST_S;
  const lastsS = expiresAtS - nowMs / 1_000;
  const isTaken = lastsS >= pageLastsS.least && lastsS <= pageLastsS.most;
  return {
    mode: 'payment',
    client_reference_id: payment,
    metadata: { [PAYMENT_KEY]: payment, [EXPIRES_KEY]: String(expiresAtMs) },
    payment_intent_data: { description: name, metadata: { [PAYMENT_KEY]: payment } },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: currency.toLowerCase(),
          unit_amount: toStripeAmount(amount, currency),
          product_data: { name },
        },
      },
    ],
    // A hold waits for minutes; these are decided at once, where others take days.
    allowed_payment_method_types: ['card'],
    // What is taken must be what was quoted [P4].
    adaptive_pricing: { enabled: false },
    success_url: request.returnUrl,
    cancel_url: request.cancelUrl,
    ...(email === undefined ? {} : { customer_email: email }),
    ...(isTaken ? { expires_at: expiresAtS } : {}),
  };
}

async function openOnce(
  stripe: Stripe,
  request: PaymentRequest,
  params: Stripe.Checkout.SessionCreateParams,
): Promise<Stripe.Checkout.Session> {
  const { payment, expiresAtMs } = request;
  // Names begin anew with a new database; the moment of expiry does not come twice.
  const key = `usher-open-${payment}-${expiresAtMs}`;
  try {
    return await once(key, (idempotencyKey) =>
      stripe.checkout.sessions.create(params, { idempotencyKey }),
    );
  } catch (error) {
    if (!isOtherFacts(error)) throw error;
    const known = await sessionFor(stripe, request);
    if (known === undefined) throw error;
    return known;
  }
}

/** The page that was made for a payment before, whose answer never came. */
async function sessionFor(
  stripe: Stripe,
  { payment, expiresAtMs }: PaymentRequest,
): Promise<Stripe.Checkout.Session | undefined> {
  let after: string | undefined;
  for (let page = 0; page < PAGES_SEARCHED; page++) {
    const paging = after === undefined ? {} : { starting_after: after };
    const found = await stripe.checkout.sessions.list({ limit: 100, ...paging });
    const known = found.data.find(
      ({ metadata }) =>
        metadata?.[PAYMENT_KEY] === payment && metadata[EXPIRES_KEY] === String(expiresAtMs),
    );
    after = found.data.at(-1)?.id;
    if (known !== undefined || !found.has_more) return known;
  }
  return undefined;
}

/**
 * Stripe answers a key for a day as it did first, and be that with a fault of its own; the same
 * under one more key then decides it. What a fault may have left behind, nobody was told of.
 */
async function once<T>(key: string, act: (idempotencyKey: string) => Promise<T>): Promise<T> {
  try {
    return await act(key);
  } catch (error) {
    if (!isRememberedFault(error)) throw error;
    return await act(`${key}-again`);
  }
}

async function sessionOf(stripe: Stripe, reference: string): Promise<Stripe.Checkout.Session> {
  return await stripe.checkout.sessions.retrieve(reference, { expand: ['payment_intent'] });
}

function stateOf(session: Stripe.Checkout.Session): PaymentState {
  const { status, payment_status: paid, amount_total: total, currency } = session;
  const intent = intentOf(session);
  if (intent?.status === 'succeeded') return captured(intent.amount_received, intent.currency);
  if (intent?.status === 'processing' || intent?.status === 'requires_capture') {
    return { state: 'open' };
  }
  if (status === 'expired') return { state: 'failed', reason: 'expired' };
  if (status !== 'complete') return { state: 'open' };
  if (intent === undefined && paid === 'no_payment_required') {
    return captured(total ?? 0, currency ?? '');
  }
  if (intent?.status === 'canceled') return { state: 'failed', reason: 'cancelled' };
  // A page takes one card after the other; a payment that it let pass is tried once.
  if (intent?.status === 'requires_payment_method') return { state: 'failed', reason: 'declined' };
  return { state: 'open' };
}

function captured(amount: number, currency: string): PaymentState {
  const minor: Minor = fromStripeAmount(amount, currency);
  return { state: 'captured', amount: minor, currency: currency.toUpperCase() };
}

function intentOf({
  payment_intent: intent,
}: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  if (intent === null) return undefined;
  if (typeof intent === 'object') return intent;
  throw new ProviderError('Stripe names a payment without telling of it', true);
}

async function refundOnce(
  stripe: Stripe,
  { payment, reference, amount, currency }: RefundRequest,
): Promise<'refunded' | 'pending'> {
  const intent = intentOf(await sessionOf(stripe, reference));
  if (intent?.status !== 'succeeded') {
    throw new ProviderError(`there is nothing to give back of ${payment}: nobody paid it`, false);
  }
  const owed = toStripeAmount(amount, currency);
  // Whatever somebody gave back by hand counts as well.
  const given = await givenBack(stripe, intent.id);
  if (given.succeeded >= owed) return 'refunded';
  if (given.succeeded + given.pending >= owed) return 'pending';
  if (given.failure !== undefined) throw failed(payment, given.failure);
  const left = owed - given.succeeded - given.pending;
  try {
    const metadata = { [PAYMENT_KEY]: payment, [REFERENCE_KEY]: reference };
    const refund = await once(`usher-refund-${reference}`, (idempotencyKey) =>
      stripe.refunds.create(
        { payment_intent: intent.id, amount: left, metadata },
        { idempotencyKey },
      ),
    );
    if (refund.status === 'failed' || refund.status === 'canceled') throw failed(payment, refund);
    return refund.status === 'succeeded' ? 'refunded' : 'pending';
  } catch (error) {
    if (!isInvalidRequest(error) || error.code !== 'charge_already_refunded') throw error;
    const { pending } = await givenBack(stripe, intent.id);
    return pending > 0 ? 'pending' : 'refunded';
  }
}

interface GivenBack {
  /** In Stripe's units. */
  readonly succeeded: number;
  readonly pending: number;
  readonly failure: Stripe.Refund | undefined;
}

async function givenBack(stripe: Stripe, intent: string): Promise<GivenBack> {
  const { data } = await stripe.refunds.list({ payment_intent: intent, limit: 100 });
  const sum = (...states: readonly string[]) =>
    data
      .filter(({ status }) => states.includes(status ?? ''))
      .reduce((total, { amount }) => total + amount, 0);
  return {
    succeeded: sum('succeeded'),
    pending: sum('pending', 'requires_action'),
    failure: data.find(({ status }) => status === 'failed' || status === 'canceled'),
  };
}

/** Another try would end the same way: somebody has to find another way to this payer. */
function failed(payment: string, { id, failure_reason: why = 'unknown' }: Stripe.Refund) {
  const sentence = `Stripe could not give ${payment} back (${id}: ${why}): do it in its Dashboard`;
  return new ProviderError(`${sentence}, then retry this`, false);
}
