/**
 * What a show is sold under, checked before it becomes a fact [C4, M1, M5].
 */
import { limits } from '../limits.ts';
import type { Layout } from '../show/seats/layout.ts';
import { cancelsUntilOf, closesAtOf, type Discount, type ShowTerms } from '../show/terms.ts';
import type { City } from './model.ts';
import { type CatalogRefusal, refuse } from './refusals.ts';

const minutesPerDay = 1_440;
/** Keeps every percentage and total of a hall far inside exact integers [M1]. */
const highestPrice = 1_000_000_000;
/** Seats must not hang for longer on a provider that is silent [P2]. */
const longestPaymentGraceMs = 15 * 60_000;

/** A refusal, or undefined when a show in this layout and city can be sold under these terms. */
export function checkTerms(
  terms: ShowTerms,
  layout: Layout,
  city: City,
): CatalogRefusal | undefined {
  const unpriced = checkPrices(terms, layout);
  if (unpriced !== undefined) return refuse('priceMissing', unpriced);
  if (terms.currency !== city.currency) {
    return refuse(
      'currencyDiffers',
      `Prices in ${city.name} are in ${city.currency}, not ${terms.currency}.`,
    );
  }
  const problem = checkRules(terms);
  return problem === undefined ? undefined : refuse('invalidTerms', problem);
}

/** What is wrong with terms whatever the hall and the city are; undefined where nothing is. */
export function checkRules(terms: ShowTerms): string | undefined {
  return checkTimes(terms) ?? checkLaterTerms(terms) ?? checkDiscounts(terms.discounts);
}

function checkPrices(terms: ShowTerms, layout: Layout): string | undefined {
  for (const [tier, name] of layout.tiers.entries()) {
    const price = terms.prices[tier];
    if (price === undefined) return `The tier "${name}" has no price.`;
    if (!isWhole(price, 0, highestPrice)) {
      return `The price of the tier "${name}" must be 0 to ${highestPrice} whole minor units.`;
    }
  }
  return terms.prices.length > layout.tiers.length
    ? `There are ${terms.prices.length} prices for ${layout.tiers.length} tiers.`
    : undefined;
}

function checkTimes(terms: ShowTerms): string | undefined {
  if (!isWhole(terms.onSaleAtMs, 0, terms.startsAtMs)) {
    return 'The sale must open at a whole millisecond, not after the start.';
  }
  if (!isWhole(terms.localStartMinute, 0, minutesPerDay - 1)) {
    return 'The local start must be a minute of the day, 0 to 1439.';
  }
  if (!isWhole(terms.seatsPerUser, 1, limits.seatsPerShow)) {
    return 'The seats a user must be 1 or more.';
  }
  for (const [name, ms] of [
    ['hold', terms.holdTtlMs],
    ['offer', terms.offerTtlMs],
    ['wait', terms.waitTtlMs],
  ] as const) {
    if (!isWhole(ms, 1, Number.MAX_SAFE_INTEGER)) {
      return `The time of a ${name} must be a whole number of milliseconds, 1 or more.`;
    }
  }
  return isWhole(terms.graceMs, 0, Number.MAX_SAFE_INTEGER)
    ? undefined
    : 'The grace must be a whole number of milliseconds, 0 or more.';
}

/** The terms that a show need not have; what is missing stands for the rules' default. */
function checkLaterTerms(terms: ShowTerms): string | undefined {
  const { seatsPerRequest, overtakesPerParty, waiting, orphanRule } = terms;
  if (seatsPerRequest !== undefined && !isWhole(seatsPerRequest, 1, limits.largestParty)) {
    return `The seats a request must be 1 to ${limits.largestParty}.`;
  }
  if (!isWhole(closesAtOf(terms), terms.onSaleAtMs, Number.MAX_SAFE_INTEGER)) {
    return 'The sale must close at a whole millisecond, not before it opens.';
  }
  if (!isWhole(cancelsUntilOf(terms), 0, terms.startsAtMs)) {
    return 'Cancelling must end at a whole millisecond, not after the start.';
  }
  if (waiting !== undefined && waiting !== 'strict' && waiting !== 'backfill') {
    return `The line is "strict" or "backfill", not ${JSON.stringify(waiting)}.`;
  }
  if (overtakesPerParty !== undefined && !isWhole(overtakesPerParty, 0, limits.overtakesPerParty)) {
    return `The parties that may overtake one must be 0 to ${limits.overtakesPerParty}.`;
  }
  if (orphanRule !== undefined && typeof orphanRule !== 'boolean') {
    return 'The orphan rule is on (true) or off (false).';
  }
  return checkPayments(terms);
}

function checkPayments({ payments, paymentGraceMs }: ShowTerms): string | undefined {
  if (payments !== undefined && payments !== 'none' && payments !== 'provider') {
    return `Payments are "none" or "provider", not ${JSON.stringify(payments)}.`;
  }
  if (paymentGraceMs !== undefined && !isWhole(paymentGraceMs, 0, longestPaymentGraceMs)) {
    return `A payment may keep a hold for 0 to ${longestPaymentGraceMs} ms past its deadline.`;
  }
  return undefined;
}

function checkDiscounts(discounts: readonly Discount[]): string | undefined {
  if (discounts.length > limits.discountsPerShow) {
    return `A show has at most ${limits.discountsPerShow} discounts.`;
  }
  for (const discount of discounts) {
    if (!isWhole(discount.percent, 1, 100)) {
      return `The discount "${discount.name}" must take off 1 to 100 whole percent.`;
    }
    if (discount.type === 'nthTicket' && !isWhole(discount.nth, 1, limits.seatsPerShow)) {
      return `The discount "${discount.name}" must name a ticket, 1 or more.`;
    }
    if (
      discount.type === 'timeOfDay' &&
      !(
        isWhole(discount.untilMinute, 1, minutesPerDay) &&
        isWhole(discount.fromMinute, 0, discount.untilMinute - 1)
      )
    ) {
      return `The discount "${discount.name}" must run from a minute of the day to a later one.`;
    }
  }
  return undefined;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
