/**
 * Amounts as Stripe writes them. Usher counts in the minor unit of ISO 4217, and so does Stripe
 * but for a few currencies [P4]. Source: docs.stripe.com/currencies, "Minor units" and "Special
 * cases".
 */
import type { Minor } from '../../../engine/ids.ts';
import { ProviderError } from '../provider.ts';

/** No minor unit by ISO, and two decimals at Stripe, which are always 00. */
const hundredfold: ReadonlySet<string> = new Set(['ISK', 'UGX']);
/** Two decimals by ISO, and none at Stripe. */
const hundredth: ReadonlySet<string> = new Set(['MGA']);
/** Three decimals, of which the last is always 0. */
const tens: ReadonlySet<string> = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
/** Units of account with four decimals, in which nobody is charged. */
const impossible: ReadonlySet<string> = new Set(['CLF', 'UYW']);

/** @throws ProviderError where Stripe has no way to say this amount. */
export function toStripeAmount(amount: Minor, currency: string): number {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new ProviderError(`${amount} is no amount of ${currency} in whole minor units`, false);
  }
  if (impossible.has(currency)) {
    throw new ProviderError(`Stripe takes no ${currency}: price the shows in another`, false);
  }
  if (hundredfold.has(currency)) return amount * 100;
  if (hundredth.has(currency)) return divisible(amount, 100, currency) / 100;
  if (tens.has(currency)) return divisible(amount, 10, currency);
  return amount;
}

/** @param currency in whichever case. */
export function fromStripeAmount(amount: number, currency: string): Minor {
  const code = currency.toUpperCase();
  if (hundredfold.has(code)) return Math.floor(amount / 100) as Minor;
  if (hundredth.has(code)) return (amount * 100) as Minor;
  return amount as Minor;
}

function divisible(amount: number, by: number, currency: string): number {
  if (amount % by === 0) return amount;
  const sentence = `Stripe takes ${currency} in steps of ${by} minor units only, not ${amount}`;
  throw new ProviderError(`${sentence}: choose other prices`, false);
}
