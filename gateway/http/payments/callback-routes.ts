/**
 * Where payment providers call back. What they say is not believed, only that there is something
 * to ask about: the provider itself is then asked, as often as it takes [P4].
 */
import { createHash } from 'node:crypto';
import { parsePaymentName } from '../../../engine/show/payments/payment-name.ts';
import type { NewTask } from '../../../persistence/services/tasks.ts';
import { checkoutKinds } from '../../checkout/checkout-reader.ts';
import { CallbackRefused, type PaymentProvider } from '../../payments/provider.ts';
import type { Services } from '../../services/services.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';

export interface CallbackParts {
  readonly provider: PaymentProvider | undefined;
  readonly services: Services;
  readonly addTasks: (tasks: readonly NewTask[]) => void;
  readonly wake: () => void;
}

export function callbackRoutes({
  provider,
  services,
  addTasks,
  wake,
}: CallbackParts): readonly Route[] {
  if (provider === undefined) return [];
  return [
    route({
      method: 'POST',
      path: `/api/v1/payments/${provider.name}/callback`,
      id: 'paymentCallback',
      tag: 'Payments',
      summary: 'News of a payment',
      description: 'For the payment provider alone: signed as the provider signs.',
      access: 'anyone',
      unlimited: true,
      bodyType: 'application/json',
      answers: {
        204: { description: 'Heard.' },
        400: { description: 'The signature does not hold, or is too old.' },
      },
      handle: ({ body, request }) => {
        const news = readNews(provider, request.headers, body as unknown as Uint8Array);
        if (news.type === 'other') return { status: 204 };
        const known = parsePaymentName(news.payment);
        if (known === undefined) return { status: 204 };
        const nowMs = services.clock.now();
        // The same news again within a second is the same task.
        const second = Math.floor(nowMs / 1_000);
        const hash = createHash('sha256').update(`${news.type} ${news.payment} ${second}`);
        const kind = news.type === 'payment' ? checkoutKinds.watch : checkoutKinds.refund;
        const id = `callback:${hash.digest('base64url').slice(0, 24)}`;
        const payment = { payment: news.payment };
        addTasks([{ id, kind, lane: '', body: payment, dueMs: nowMs }]);
        wake();
        return { status: 204 };
      },
    }),
  ];
}

function readNews(
  provider: PaymentProvider,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): ReturnType<PaymentProvider['readCallback']> {
  try {
    return provider.readCallback(headers, body);
  } catch (error) {
    if (!(error instanceof CallbackRefused)) throw error;
    throw new ApiProblem(400, 'callbackRefused', `This is not accepted: ${error.message}.`);
  }
}
