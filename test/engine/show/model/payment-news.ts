/** Makes a step of the generator what a provider says of one of the payments there are. */
import { minor, type PaymentId, paymentId } from '../../../../engine/ids.ts';
import type { HouseCommand } from '../../../../engine/show/command.ts';
import { unreachable } from '../../../../engine/unreachable.ts';
import { show } from './bench.ts';
import type { ModelPayment, ModelShow } from './model-show.ts';
import type { PaymentStep } from './step-arbitrary.ts';

const failures = ['declined', 'cancelled', 'expired'] as const;

export function paymentNews(step: PaymentStep, model: ModelShow): HouseCommand {
  const { type, pick, odd } = step;
  const known = pickedBy(step, model);
  const payment = known?.id ?? neverBegun(model, pick);
  switch (type) {
    case 'openPayment':
      return { type, show, payment, reference: `ref-${payment}`, url: `https://pay/${payment}` };
    case 'failPayment':
      return { type, show, payment, reason: failures[pick % failures.length] ?? 'expired' };
    case 'capturePayment': {
      const amount = known?.amount ?? 1_000;
      const other = model.terms.currency === 'EUR' ? 'INR' : 'EUR';
      return {
        type,
        show,
        payment,
        amount: minor(odd === 'amount' ? amount + (pick % 2 === 0 ? 1 : -1) : amount),
        currency: odd === 'currency' ? other : model.terms.currency,
      };
    }
    case 'confirmRefund':
      return { type, show, payment };
    default:
      return unreachable(type);
  }
}

/** The latest one of that kind where `pick` is 0; of any kind where there is none of it. */
function pickedBy(
  { of, pick }: PaymentStep,
  { payments, holds }: ModelShow,
): ModelPayment | undefined {
  if (of === 'unknown') return undefined;
  const stands = (payment: ModelPayment) => holds.some(({ id }) => id === payment.hold);
  const suits: (payment: ModelPayment) => boolean = {
    live: ({ state }: ModelPayment) => state === 'started' || state === 'opened',
    ended: ({ state }: ModelPayment) => state === 'abandoned' || state === 'failed',
    tried: (payment: ModelPayment) => payment.state === 'failed' && stands(payment),
    owed: ({ state }: ModelPayment) => state === 'owed',
    any: () => true,
  }[of];
  const suiting = payments.filter(suits);
  const some = suiting.length > 0 ? suiting : payments;
  return some.toReversed()[pick % some.length];
}

/** A number under which no payment was begun. */
function neverBegun(model: ModelShow, pick: number): PaymentId {
  const known = model.payments.map(({ id }) => id);
  const [id] = Array.from({ length: 1_000 }, (_, at) => paymentId(1 + pick + at)).filter(
    (each) => !known.includes(each),
  );
  return id ?? paymentId(1 + pick);
}
