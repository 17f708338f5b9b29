/** What a show is sold under as the library's caller says it, checked and made terms of. */
import { checkRules } from '../catalog/check-terms.ts';
import { millis, minor } from '../ids.ts';
import { defaults, limits } from '../limits.ts';
import type { Layout } from '../show/seats/layout.ts';
import type { Discount, ShowTerms } from '../show/terms.ts';

/** A show to be sold. Times are milliseconds since 1970; prices are by tier, in minor units. */
export interface ShowPlan {
  readonly id: string;
  readonly layout: Omit<Layout, 'id'> & { readonly id: string };
  readonly startsAtMs: number;
  readonly onSaleAtMs?: number;
  /** Start in minutes of the hall's local day, for discounts by time of day; default 0. */
  readonly localStartMinute?: number;
  readonly currency: string;
  readonly prices: readonly number[];
  readonly discounts?: readonly Discount[];
  readonly seatsPerUser?: number;
  readonly holdTtlMs?: number;
  readonly offerTtlMs?: number;
  readonly waitTtlMs?: number;
  /** How much later than shown the server acts on a deadline; 5 s. */
  readonly graceMs?: number;
  /** 10. */
  readonly seatsPerRequest?: number;
  /** When the sale closes, and until when bookings can be cancelled; when the show starts. */
  readonly closesAtMs?: number;
  readonly cancelsUntilMs?: number;
  /** `backfill`: a later party may get what the head of the line cannot use; default `strict`. */
  readonly waiting?: 'strict' | 'backfill';
  /** How many later parties may overtake one, where the line backfills; 10. */
  readonly overtakesPerParty?: number;
  /** Refuses a selection that leaves a single seat free between others; default false. */
  readonly orphanRule?: boolean;
}

export const showIdPattern = new RegExp(`^[a-z0-9-]{1,${limits.showIdChars}}$`);

/** All terms are written out, so that the log says under which defaults the show was sold. */
export function termsOf(plan: ShowPlan): ShowTerms {
  return {
    onSaleAtMs: millis(plan.onSaleAtMs ?? 0),
    startsAtMs: millis(plan.startsAtMs),
    localStartMinute: plan.localStartMinute ?? 0,
    currency: plan.currency,
    prices: plan.prices.map(minor),
    discounts: plan.discounts ?? [],
    seatsPerUser: plan.seatsPerUser ?? defaults.seatsPerUser,
    holdTtlMs: plan.holdTtlMs ?? defaults.holdTtlMs,
    offerTtlMs: plan.offerTtlMs ?? defaults.offerTtlMs,
    waitTtlMs: plan.waitTtlMs ?? defaults.waitTtlMs,
    graceMs: plan.graceMs ?? defaults.graceMs,
    seatsPerRequest: plan.seatsPerRequest ?? limits.seatsPerRequest,
    closesAtMs: millis(plan.closesAtMs ?? plan.startsAtMs),
    cancelsUntilMs: millis(plan.cancelsUntilMs ?? plan.startsAtMs),
    waiting: plan.waiting ?? 'strict',
    overtakesPerParty: plan.overtakesPerParty ?? defaults.overtakesPerParty,
    orphanRule: plan.orphanRule ?? false,
  };
}

/** A sentence saying what is wrong first, or undefined where the show can be sold so. */
export function checkPlan(plan: ShowPlan, layout: Layout): string | undefined {
  if (!showIdPattern.test(plan.id)) {
    return `A show's id is 1 to ${limits.showIdChars} characters of a–z, 0–9 and "-".`;
  }
  if (plan.prices.length < layout.tiers.length) return 'Every tier needs a price.';
  if (!plan.prices.every((price) => Number.isSafeInteger(price) && price >= 0)) {
    return 'Prices are whole numbers of the minor unit, 0 or more.';
  }
  if (!/^[A-Z]{3}$/.test(plan.currency)) return 'A currency is its ISO 4217 code, e.g. "INR".';
  return checkRules(termsOf(plan));
}
