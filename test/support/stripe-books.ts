/**
 * What an account of Stripe's knows: pages to pay at, payments, refunds, and the rules of its API
 * for them, after its reference. Enough of each for a merchant that takes payments by Checkout.
 */
import { randomBytes } from 'node:crypto';

/** A form's fields by their full names, e.g. `line_items[0][quantity]`. */
export type Form = ReadonlyMap<string, string>;

export interface FakeIntent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: 'requires_payment_method' | 'processing' | 'succeeded' | 'canceled';
  amountReceived: number;
}

export interface FakeSession {
  readonly id: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly payment: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly intentMetadata: Readonly<Record<string, string>>;
  readonly email: string | undefined;
  readonly expiresAtS: number;
  readonly successUrl: string;
  readonly cancelUrl: string;
  status: 'open' | 'complete' | 'expired';
  intent: FakeIntent | undefined;
}

export interface FakeRefund {
  readonly id: string;
  readonly intent: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
}

/** An answer in Stripe's form of an error. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly facts: Readonly<Record<string, string>>;
  constructor(status: number, message: string, facts: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.facts = { type: 'invalid_request_error', ...facts };
  }
}

const known = [
  /^(mode|client_reference_id|success_url|cancel_url|customer_email|expires_at)$/,
  /^(payment_intent_data\[description\]|adaptive_pricing\[enabled\]|expand\[\d+\])$/,
  /^(payment_intent_data\[)?metadata\]?\[\w{1,40}\]$/,
  /^line_items\[0\]\[(quantity|price_data\]\[(currency|unit_amount|product_data\]\[name))\]$/,
  /^allowed_payment_method_types\[\d\]$/,
];
const wholeHundreds: ReadonlySet<string> = new Set(['isk', 'ugx']);
const wholeTens: ReadonlySet<string> = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
const MOST_AMOUNT = 99_999_999;
const LEAST_S = 30 * 60;
const MOST_S = 24 * 3_600;

export class StripeBooks {
  /** In the order in which they were made. */
  readonly sessions = new Map<string, FakeSession>();
  readonly refunds = new Map<string, FakeRefund>();
  /** What becomes of a refund at once. */
  nextRefund: FakeRefund['status'] = 'succeeded';

  create(form: Form, nowS: number): FakeSession {
    for (const name of form.keys()) {
      if (known.some((pattern) => pattern.test(name))) continue;
      throw wrong(`Received unknown parameter: ${name}`, name, 'parameter_unknown');
    }
    const price = 'line_items[0][price_data]';
    const email = form.get('customer_email');
    if (email !== undefined && !/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(email)) {
      throw wrong(`Invalid email address: ${email}`, 'customer_email', 'email_invalid');
    }
    const quantity = wholeIn(form, 'line_items[0][quantity]');
    const amount = quantity * wholeIn(form, `${price}[unit_amount]`);
    const currency = textIn(form, `${price}[currency]`);
    checkAmount(amount, currency);
    textIn(form, `${price}[product_data][name]`);
    if (textIn(form, 'mode') !== 'payment') throw wrong('Invalid mode', 'mode');
    const given = form.get('expires_at');
    const expiresAtS = given === undefined ? nowS + MOST_S : Number(given);
    checkExpiry(expiresAtS, nowS);
    const session: FakeSession = {
      id: madeId('cs_test'),
      created: nowS,
      amount,
      currency,
      payment: form.get('client_reference_id') ?? '',
      metadata: metadataIn(form, 'metadata'),
      intentMetadata: metadataIn(form, 'payment_intent_data[metadata]'),
      email,
      expiresAtS,
      successUrl: addressIn(form, 'success_url'),
      cancelUrl: addressIn(form, 'cancel_url'),
      status: 'open',
      intent: undefined,
    };
    this.sessions.set(session.id, session);
    return session;
  }

  session(id: string): FakeSession {
    const session = this.sessions.get(id);
    if (session !== undefined) return session;
    throw new StripeRefusal(404, `No such checkout.session: ${id}`, { code: 'resource_missing' });
  }

  intent(id: string): FakeIntent {
    const intent = [...this.sessions.values()].find((each) => each.intent?.id === id)?.intent;
    if (intent !== undefined) return intent;
    throw new StripeRefusal(404, `No such payment_intent: ${id}`, { code: 'resource_missing' });
  }

  expire(id: string): FakeSession {
    const session = this.session(id);
    if (session.status !== 'open') {
      const only = 'Only Checkout Sessions with a status in ["open"] can be expired.';
      throw new StripeRefusal(400, `${only} This one has a status of ${session.status}.`);
    }
    session.status = 'expired';
    return session;
  }

  /** What the payer does; false where the page is closed. */
  pay(id: string, outcome: FakeIntent['status'], received?: number): boolean {
    const session = this.session(id);
    if (session.status !== 'open') return false;
    const { amount, currency, intentMetadata: metadata } = session;
    session.intent ??= {
      id: madeId('pi'),
      amount,
      currency,
      metadata,
      status: 'requires_payment_method',
      amountReceived: 0,
    };
    session.intent.status = outcome;
    if (outcome === 'succeeded') session.intent.amountReceived = received ?? amount;
    // A card that is declined leaves the page open for another.
    if (outcome !== 'requires_payment_method') session.status = 'complete';
    return true;
  }

  refund(form: Form): FakeRefund {
    const intent = this.intent(textIn(form, 'payment_intent'));
    if (intent.status !== 'succeeded') {
      throw new StripeRefusal(400, 'This PaymentIntent does not have a successful charge.');
    }
    const left = intent.amountReceived - this.givenBack(intent.id);
    if (left <= 0) {
      const code = 'charge_already_refunded';
      throw new StripeRefusal(400, 'The charge has already been refunded.', { code });
    }
    const amount = form.has('amount') ? wholeIn(form, 'amount') : left;
    if (amount > left) throw wrong('Refund amount is greater than unrefunded amount', 'amount');
    const { id, currency } = intent;
    const metadata = metadataIn(form, 'metadata');
    const status = this.nextRefund;
    const refund = { id: madeId('re'), intent: id, amount, currency, metadata, status };
    this.refunds.set(refund.id, refund);
    return refund;
  }

  refundsOf(intent: string): readonly FakeRefund[] {
    return [...this.refunds.values()].filter((each) => each.intent === intent).reverse();
  }

  /** What is gone, or on its way. */
  givenBack(intent: string): number {
    return this.refundsOf(intent)
      .filter(({ status }) => status !== 'failed' && status !== 'canceled')
      .reduce((sum, { amount }) => sum + amount, 0);
  }
}

function checkAmount(amount: number, currency: string): void {
  const name = 'line_items[0][price_data][unit_amount]';
  if (!/^[a-z]{3}$/.test(currency)) throw wrong(`Invalid currency: ${currency}`, 'currency');
  if (amount > MOST_AMOUNT) throw wrong('The amount is too large.', name, 'amount_too_large');
  const step = wholeHundreds.has(currency) ? 100 : wholeTens.has(currency) ? 10 : 1;
  if (amount % step === 0) return;
  const code = 'invalid_charge_amount_no_decimal_compatible';
  throw wrong(`Amounts of ${currency} must be divisible by ${step}.`, name, code);
}

function checkExpiry(expiresAtS: number, nowS: number): void {
  const name = 'expires_at';
  if (!Number.isInteger(expiresAtS)) throw wrong('Invalid timestamp', name);
  if (expiresAtS < nowS + LEAST_S) {
    throw wrong(`\`${name}\` must be at least 30 minutes from Checkout Session creation.`, name);
  }
  if (expiresAtS > nowS + MOST_S) {
    throw wrong(`\`${name}\` must be less than 24 hours from Checkout Session creation.`, name);
  }
}

function textIn(form: Form, name: string): string {
  const text = form.get(name) ?? '';
  if (text !== '') return text;
  throw wrong(`Missing required param: ${name}.`, name, 'parameter_missing');
}

function wholeIn(form: Form, name: string): number {
  const text = textIn(form, name);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw wrong(`Invalid integer: ${text}`, name, 'parameter_invalid_integer');
}

function addressIn(form: Form, name: string): string {
  const text = textIn(form, name);
  if (/^https?:\/\//.test(text) && URL.canParse(text) && text.length <= 5_000) return text;
  throw wrong('Not a valid URL', name, 'url_invalid');
}

function metadataIn(form: Form, prefix: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, value] of form) {
    if (!name.startsWith(`${prefix}[`)) continue;
    if (value.length > 500) throw wrong('Metadata values can have up to 500 characters', name);
    found[name.slice(prefix.length + 1, -1)] = value;
  }
  return found;
}

function wrong(message: string, param: string, code?: string): StripeRefusal {
  return new StripeRefusal(400, message, code === undefined ? { param } : { param, code });
}

function madeId(kind: string): string {
  return `${kind}_${randomBytes(15).toString('hex')}`;
}
