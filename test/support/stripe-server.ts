/**
 * A server that answers like Stripe's API: forms in, JSON out, idempotency keys, signed webhooks,
 * a page to pay at, and what may be wrong with all that on a bad day.
 */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeIntent, type Form, StripeBooks, StripeRefusal } from './stripe-books.ts';
import { chargeJson, intentJson, listJson, refundJson, sessionJson } from './stripe-json.ts';

export interface StripeServerOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Remembered {
  readonly fingerprint: string;
  readonly answer: Answer;
}

const WEBHOOK_PAUSES_MS = [100, 500, 2_000] as const;

export class StripeServer {
  readonly books = new StripeBooks();
  /** Where webhooks go; nowhere while it is empty. */
  webhookUrl = '';
  /** Every webhook is sent so often. */
  webhookCopies = 1;
  /** The next requests with a key end in a fault of Stripe's own, which it remembers. */
  faultsToRemember = 0;
  /** Requests as they came, e.g. `POST /v1/refunds`. */
  readonly requests: string[] = [];
  readonly #options: StripeServerOptions;
  readonly #server: Server;
  readonly #remembered = new Map<string, Remembered>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #events = 0;

  private constructor(options: StripeServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: StripeServerOptions): Promise<StripeServer> {
    const stripe = new StripeServer(options);
    await new Promise<void>((resolve) => stripe.#server.listen(0, '127.0.0.1', resolve));
    return stripe;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What the payer's card does; false where the page is closed. `received` in Stripe's units. */
  pay(id: string, received?: number): boolean {
    if (!this.books.pay(id, 'succeeded', received)) return false;
    this.#tell('checkout.session.completed', this.#session(id));
    return true;
  }

  decline(id: string): boolean {
    return this.books.pay(id, 'requires_payment_method');
  }

  /** A debit of a bank account, which takes its time; then what came of it. */
  payLater(id: string): boolean {
    if (!this.books.pay(id, 'processing')) return false;
    this.#tell('checkout.session.completed', this.#session(id));
    return true;
  }

  settle(id: string, status: FakeIntent['status']): void {
    const session = this.books.session(id);
    if (session.intent === undefined) throw new Error('nobody has paid this');
    session.intent.status = status;
    if (status === 'succeeded') session.intent.amountReceived = session.amount;
    const how = status === 'succeeded' ? 'succeeded' : 'failed';
    this.#tell(`checkout.session.async_payment_${how}`, this.#session(id));
  }

  settleRefunds(status: 'succeeded' | 'failed'): void {
    for (const refund of this.books.refunds.values()) {
      if (refund.status !== 'pending') continue;
      refund.status = status;
      this.#tell(status === 'failed' ? 'refund.failed' : 'refund.updated', refundJson(refund));
    }
  }

  /** An event as Stripe signs and sends it. */
  event(type: string, object: object): { readonly body: string; readonly signature: string } {
    const nowS = Math.floor(Date.now() / 1_000);
    const id = `evt_${++this.#events}`;
    const facts = { id, object: 'event', type, created: nowS, livemode: false, data: { object } };
    const body = JSON.stringify(facts, null, 2);
    const hmac = createHmac('sha256', this.#options.webhookSecret).update(`${nowS}.${body}`);
    return { body, signature: `t=${nowS},v1=${hmac.digest('hex')},v0=00ff` };
  }

  #session(id: string, isExpanded = false): object {
    return sessionJson(this.books.session(id), `${this.url}/c/pay/${id}`, isExpanded);
  }

  #tell(type: string, object: object): void {
    if (this.webhookUrl === '') return;
    const event = this.event(type, object);
    for (let copy = 0; copy < this.webhookCopies; copy++) this.#send(event, 0);
  }

  #send(event: ReturnType<StripeServer['event']>, attempt: number): void {
    const again = () => {
      const pauseMs = WEBHOOK_PAUSES_MS[attempt];
      if (pauseMs === undefined) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#send(event, attempt + 1);
      }, pauseMs);
      this.#timers.add(timer);
    };
    fetch(this.webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': event.signature,
      },
      body: event.body,
      signal: AbortSignal.timeout(5_000),
    }).then((response) => {
      if (!response.ok) again();
    }, again);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const page = /^\/c\/pay\/(cs_test_\w+)$/.exec(pathname)?.[1];
    if (page !== undefined) {
      if (request.method === 'POST') this.pay(page);
      response.writeHead(303, { location: this.books.session(page).successUrl }).end();
      return;
    }
    this.requests.push(`${request.method} ${pathname}`);
    const form = new Map(new URLSearchParams(body));
    const answer = this.#answer(request, pathname, searchParams, form, body);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'request-id': `req_${this.requests.length}`,
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body));
  }

  #answer(
    request: IncomingMessage,
    path: string,
    query: URLSearchParams,
    form: Form,
    body: string,
  ): Answer {
    if (request.headers.authorization !== `Bearer ${this.#options.secretKey}`) {
      const given = String(request.headers.authorization).slice(-4);
      return refusal(new StripeRefusal(401, `Invalid API Key provided: sk_test_****${given}`));
    }
    const key = request.headers['idempotency-key'];
    const act = () => this.#act(request.method ?? '', path, query, form);
    if (request.method !== 'POST' || typeof key !== 'string') return caught(act);
    const fingerprint = `${path}?${body}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) {
      if (known.fingerprint === fingerprint) {
        return { ...known.answer, headers: { 'idempotent-replayed': 'true' } };
      }
      const sentence = `Keys for idempotent requests can only be used with the same parameters.`;
      return refusal(new StripeRefusal(400, sentence, { type: 'idempotency_error' }));
    }
    const isFault = this.faultsToRemember > 0 && key.startsWith('usher-');
    if (isFault) this.faultsToRemember--;
    const fault = () => refusal(new StripeRefusal(500, 'An unknown error', { type: 'api_error' }));
    const answer = isFault ? fault() : caught(act);
    // What did not pass the checks of its parameters is not remembered.
    if (answer.status !== 400) this.#remembered.set(key, { fingerprint, answer });
    return answer;
  }

  #act(method: string, path: string, query: URLSearchParams, form: Form): object {
    const { books } = this;
    const isExpanded = [...query.values(), ...form.values()].includes('payment_intent');
    const [, kind = '', id = '', action = ''] =
      /^\/v1\/(checkout\/sessions|payment_intents|refunds)(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ??
      [];
    switch (`${method} ${kind}${id === '' ? '' : '/:id'}${action === '' ? '' : `/${action}`}`) {
      case 'POST checkout/sessions':
        return this.#session(books.create(form, Math.floor(Date.now() / 1_000)).id);
      case 'GET checkout/sessions':
        return this.#list(query);
      case 'GET checkout/sessions/:id':
        books.session(id);
        return this.#session(id, isExpanded);
      case 'POST checkout/sessions/:id/expire':
        books.expire(id);
        this.#tell('checkout.session.expired', this.#session(id));
        return this.#session(id, isExpanded);
      case 'GET payment_intents/:id':
        return intentJson(books.intent(id));
      case 'GET refunds': {
        const refunds = books.refundsOf(query.get('payment_intent') ?? '').map(refundJson);
        return listJson(path, refunds, false);
      }
      case 'POST refunds': {
        const refund = books.refund(form);
        this.#tell('refund.created', refundJson(refund));
        this.#tell('charge.refunded', chargeJson(books, books.intent(refund.intent)));
        return refundJson(refund);
      }
      default:
        throw new StripeRefusal(404, `Unrecognized request URL (${method}: ${path}).`);
    }
  }

  /** The newest first. */
  #list(query: URLSearchParams): object {
    const limit = Number(query.get('limit') ?? 10);
    const all = [...this.books.sessions.keys()].reverse();
    const from = all.indexOf(query.get('starting_after') ?? '') + 1;
    const page = all.slice(from, from + limit).map((id) => this.#session(id));
    return listJson('/v1/checkout/sessions', page, from + limit < all.length);
  }
}

function caught(act: () => object): Answer {
  try {
    return { status: 200, body: act() };
  } catch (error) {
    if (error instanceof StripeRefusal) return refusal(error);
    throw error;
  }
}

function refusal({ status, message, facts }: StripeRefusal): Answer {
  return { status, body: { error: { ...facts, message } } };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
