/** The merchant's side of the sandbox provider. */
import type { Minor } from '../../engine/ids.ts';
import {
  CallbackRefused,
  type OpenedPayment,
  type PaymentNews,
  type PaymentProvider,
  type PaymentRequest,
  type PaymentState,
  ProviderError,
  type RefundRequest,
} from './provider.ts';
import { isSigned, SIGNATURE_HEADER } from './sandbox/signature.ts';
import type { SandboxPayment } from './sandbox/store.ts';

const ANSWER_WITHIN_MS = 5_000;

export interface SandboxProviderOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly secret: string;
  /** Where it is to tell of payments. */
  readonly callbackUrl: string;
}

export class SandboxProvider implements PaymentProvider {
  readonly name = 'sandbox';
  readonly #options: SandboxProviderOptions;

  constructor(options: SandboxProviderOptions) {
    this.#options = options;
  }

  async open(request: PaymentRequest, signal: AbortSignal): Promise<OpenedPayment> {
    const { callbackUrl } = this.#options;
    const { payment, amount, currency, description, expiresAtMs, returnUrl, cancelUrl } = request;
    const asked = { payment, amount, currency, description, expiresAtMs, returnUrl, cancelUrl };
    const answer = await this.#ask('POST', '', signal, { ...asked, callbackUrl });
    const { reference, url } = answer as OpenedPayment;
    return { reference, url };
  }

  async find(reference: string, signal: AbortSignal): Promise<PaymentState> {
    return stateOf((await this.#ask('GET', `/${reference}`, signal)) as SandboxPayment);
  }

  async expire(reference: string, signal: AbortSignal): Promise<PaymentState> {
    return stateOf((await this.#ask('POST', `/${reference}/expire`, signal)) as SandboxPayment);
  }

  async refund({ reference }: RefundRequest, signal: AbortSignal): Promise<'refunded' | 'pending'> {
    const answer = await this.#ask('POST', `/${reference}/refund`, signal);
    return (answer as SandboxPayment).refund === 'refunded' ? 'refunded' : 'pending';
  }

  readCallback(headers: Readonly<Record<string, string>>, body: Uint8Array): PaymentNews {
    if (!isSigned(this.#options.secret, body, headers[SIGNATURE_HEADER], Date.now())) {
      throw new CallbackRefused('the signature does not hold, or is too old');
    }
    const news = JSON.parse(Buffer.from(body).toString()) as PaymentNews;
    return news.type === 'payment' || news.type === 'refund' ? news : { type: 'other' };
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<unknown> {
    const { url, secret } = this.#options;
    let response: Response;
    try {
      response = await fetch(`${url}/v1/payments${path}`, {
        method,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
    } catch (error) {
      throw new ProviderError('the sandbox does not answer', true, { cause: error });
    }
    if (response.ok) {
      try {
        return await response.json();
      } catch (error) {
        throw new ProviderError('the sandbox gave half an answer', true, { cause: error });
      }
    }
    const { status } = response;
    const mayBeBetterLater = status >= 500 || status === 408 || status === 429;
    throw new ProviderError(`the sandbox answers ${status}`, mayBeBetterLater);
  }
}

function stateOf(payment: SandboxPayment): PaymentState {
  switch (payment.state) {
    case 'open':
      return { state: 'open' };
    case 'captured':
      return {
        state: 'captured',
        amount: payment.capturedAmount as Minor,
        currency: payment.capturedCurrency,
      };
    default:
      return { state: 'failed', reason: payment.state };
  }
}
