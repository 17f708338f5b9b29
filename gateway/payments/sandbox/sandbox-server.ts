/**
 * The sandbox provider: an HTTP server of its own, with an interface for the merchant, a page for
 * the payer, and signed callbacks. It does what real providers do on bad days when it is told to.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Callbacks } from './callbacks.ts';
import { type Behaviour, isBehaviour, messagePage, PAGE_HEADERS, paymentPage } from './pages.ts';
import { type NewSandboxPayment, type SandboxPayment, SandboxStore } from './store.ts';

const MOST_BODY_BYTES = 16_384;
const SLOW_CALLBACK_MS = 10_000;
const LATE_CAPTURE_MS = 3_000;

export interface SandboxOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host?: string;
  /** Shared with the merchant: its key, and what callbacks are signed with. */
  readonly secret: string;
  /** `:memory:` by default. */
  readonly file?: string;
  /** How long the money takes where it is to come late; 3 s. */
  readonly lateCaptureMs?: number;
}

/** How it misbehaves, for tests. */
export type Outage =
  | 'none'
  /** Every request of the merchant is answered 503. */
  | 'refuses'
  /** It does what it is asked, and then hangs up without an answer. */
  | 'losesAnswers';

export class Sandbox {
  readonly store: SandboxStore;
  outage: Outage = 'none';
  readonly #options: SandboxOptions;
  readonly #callbacks: Callbacks;
  readonly #server: Server;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  private constructor(options: SandboxOptions) {
    this.#options = options;
    this.store = new SandboxStore(options.file ?? ':memory:');
    this.#callbacks = new Callbacks(options.secret);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
  }

  static async start(options: SandboxOptions): Promise<Sandbox> {
    const sandbox = new Sandbox(options);
    await new Promise<void>((resolve, reject) => {
      sandbox.#server.once('error', reject);
      sandbox.#server.listen(options.port, options.host ?? '127.0.0.1', resolve);
    });
    return sandbox;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Nothing will happen any more unless somebody asks for it. */
  get isIdle(): boolean {
    return this.#timers.size === 0 && this.#callbacks.isIdle;
  }

  async stop(): Promise<void> {
    this.#callbacks.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.store.close();
  }

  /** What the payer's button does; also for tests that have no browser. */
  act(reference: string, what: string, how: Behaviour): SandboxPayment | undefined {
    const payment = this.store.get(reference);
    if (payment === undefined || payment.state !== 'open') return payment;
    if (what === 'decline') this.store.end(reference, 'declined');
    else if (what === 'cancel') this.store.end(reference, 'cancelled');
    else if (what === 'pay') return this.#pay(payment, how);
    else return payment;
    this.#tell(payment, how);
    return this.store.get(reference);
  }

  #pay(payment: SandboxPayment, how: Behaviour): SandboxPayment | undefined {
    const { reference, amount, currency } = payment;
    const taken = how === 'wrongAmount' ? amount - 1 : amount;
    const other = currency === 'USD' ? 'EUR' : 'USD';
    const capture = (late: boolean) => {
      this.store.capture(reference, taken, how === 'wrongCurrency' ? other : currency, late);
      this.#tell(payment, how);
    };
    if (how === 'lateCapture') {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        capture(true);
      }, this.#options.lateCaptureMs ?? LATE_CAPTURE_MS);
      this.#timers.add(timer);
    } else capture(false);
    return this.store.get(reference);
  }

  #tell({ callbackUrl, payment, reference }: SandboxPayment, how: Behaviour): void {
    if (how === 'never') return;
    const news = { type: 'payment', payment, reference } as const;
    this.#callbacks.send(callbackUrl, news, how === 'slow' ? SLOW_CALLBACK_MS : 0);
    if (how === 'twice') this.#callbacks.send(callbackUrl, news, 50);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
    if (url.pathname.startsWith('/pay/')) return this.#page(request, response, url.pathname);
    if (url.pathname === '/healthz') return void response.writeHead(200).end('ok\n');
    if (!this.#isMerchant(request)) return sendJson(response, 401, { error: 'unauthorized' });
    if (this.outage === 'refuses') return sendJson(response, 503, { error: 'unavailable' });
    const answer = await this.#merchant(request, url.pathname);
    if (this.outage === 'losesAnswers') return void request.socket.destroy();
    sendJson(response, answer.status, answer.body);
  }

  #isMerchant(request: IncomingMessage): boolean {
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.#options.secret}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  async #merchant(
    request: IncomingMessage,
    path: string,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const body = await readBody(request);
    if (request.method === 'POST' && path === '/v1/payments') {
      const facts = JSON.parse(body) as NewSandboxPayment;
      const { reference } = this.store.open(facts);
      return { status: 200, body: { reference, url: `${this.url}/pay/${reference}` } };
    }
    const [, reference = '', action = ''] =
      /^\/v1\/payments\/([\w-]{1,64})(?:\/(expire|refund))?$/.exec(path) ?? [];
    const known = this.store.get(reference);
    if (known === undefined) return { status: 404, body: { error: 'notFound' } };
    if (request.method === 'POST' && action === 'expire') this.store.end(reference, 'expired');
    else if (request.method === 'POST' && action === 'refund') {
      if (known.state !== 'captured') return { status: 409, body: { error: 'notCaptured' } };
      if (known.refund === 'none') {
        this.store.setRefund(reference, 'refunded');
        const { callbackUrl, payment } = known;
        this.#callbacks.send(callbackUrl, { type: 'refund', payment, reference });
      }
    } else if (request.method !== 'GET' || action !== '') {
      return { status: 405, body: { error: 'methodNotAllowed' } };
    }
    return { status: 200, body: this.store.get(reference) };
  }

  async #page(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const reference = path.slice('/pay/'.length);
    const payment = this.store.get(reference);
    if (payment === undefined) {
      response.writeHead(404, PAGE_HEADERS);
      response.end(messagePage('Not found', 'There is no such payment.'));
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(200, PAGE_HEADERS);
      response.end(paymentPage(payment));
      return;
    }
    const form = new URLSearchParams(await readBody(request));
    const how = form.get('how') ?? 'normal';
    const what = form.get('do') ?? '';
    this.act(reference, what, isBehaviour(how) ? how : 'normal');
    const back = what === 'cancel' ? payment.cancelUrl : payment.returnUrl;
    response.writeHead(303, { location: back, 'cache-control': 'no-store' });
    response.end();
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
