/**
 * Reads what shows are sold from and under: layouts and terms, as they stand in the log. Every
 * field that a check leans on is looked at here, once.
 */
import type { Layout, SeatRun } from '../../engine/show/seats/layout.ts';
import type { Discount } from '../../engine/show/terms.ts';
import { Unreadable } from './message-reader.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @throws Unreadable where a field is missing or of another kind. */
export function readLayout(value: unknown): Layout {
  const layout = fields(value, 'a layout');
  textOf(layout, 'id');
  const tiers = listOf(layout, 'tiers');
  const runs = listOf(layout, 'runs').map((each) => readRun(each, tiers.length));
  for (const key of ['width', 'depth', 'curve']) numberOf(layout, key);
  const best = fields(layout.best, 'the best point');
  numberOf(best, 'x');
  numberOf(best, 'y');
  return { ...layout, tiers, runs } as unknown as Layout;
}

function readRun(value: unknown, tiers: number): SeatRun {
  const run = fields(value, 'a run of seats');
  for (const key of ['section', 'row']) textOf(run, key);
  for (const key of ['x', 'y']) numberOf(run, key);
  for (const key of ['firstNumber', 'step']) wholeOf(run, key);
  if (wholeOf(run, 'count') < 1) throw new Unreadable('a run of seats has none');
  const tier = wholeOf(run, 'tier');
  if (tier < 0 || tier >= tiers) throw new Unreadable(`a run is of tier ${tier}, there is none`);
  return run as unknown as SeatRun;
}

/** What a show is sold under; times in milliseconds, amounts in the minor unit. */
export interface Terms {
  readonly onSaleAtMs: number;
  readonly startsAtMs: number;
  readonly closesAtMs: number;
  readonly cancelsUntilMs: number;
  /** Of the cinema's own day. */
  readonly localStartMinute: number;
  readonly currency: string;
  /** By tier. */
  readonly prices: readonly number[];
  readonly discounts: readonly Discount[];
  readonly seatsPerUser: number;
  readonly seatsPerRequest: number;
  readonly holdTtlMs: number;
  readonly offerTtlMs: number;
  readonly waitTtlMs: number;
  readonly graceMs: number;
  /** How many later parties may overtake one that waits; 0 where the line is strict [W2]. */
  readonly overtakes: number;
  readonly orphanRule: boolean;
  /** Whether what costs anything is paid for through a provider [P1]. */
  readonly paid: boolean;
  /** How long past its deadline a hold with a payment under way stands [P2]. */
  readonly pinnedPastMs: number;
}

/** What the rules said before a show could say otherwise. */
const usual = { seatsPerRequest: 10, overtakesPerParty: 10, paymentGraceMs: 60_000 };
const LARGEST_PARTY = 1_000;

/**
 * Terms that an older log does not name have the value that they had then.
 * @throws Unreadable where a field is missing or of another kind.
 */
export function readTerms(value: unknown): Terms {
  const terms = fields(value, 'the terms');
  const wholes: Fields = Object.fromEntries(wholeTerms.map((key) => [key, wholeOf(terms, key)]));
  const startsAtMs = wholeOf(terms, 'startsAtMs');
  const seatsPerRequest = wholeOr(terms, 'seatsPerRequest', usual.seatsPerRequest);
  if (seatsPerRequest < 1 || seatsPerRequest > LARGEST_PARTY) {
    throw new Unreadable(`${seatsPerRequest} seats a request are no limit`);
  }
  const { waiting = 'strict', orphanRule = false, payments = 'none' } = terms;
  if (waiting !== 'strict' && waiting !== 'backfill') {
    throw new Unreadable(`a line that is ${String(waiting)} is not known`);
  }
  if (typeof orphanRule !== 'boolean') throw new Unreadable('the orphan rule is not on or off');
  if (payments !== 'none' && payments !== 'provider') {
    throw new Unreadable(`payments by ${String(payments)} are not known`);
  }
  const paymentGraceMs = wholeOr(terms, 'paymentGraceMs', usual.paymentGraceMs);
  const most = wholeOr(terms, 'overtakesPerParty', usual.overtakesPerParty);
  return {
    ...(wholes as Pick<Terms, (typeof wholeTerms)[number]>),
    closesAtMs: wholeOr(terms, 'closesAtMs', startsAtMs),
    cancelsUntilMs: wholeOr(terms, 'cancelsUntilMs', startsAtMs),
    currency: textOf(terms, 'currency'),
    prices: listOf(terms, 'prices').map(readPrice),
    discounts: listOf(terms, 'discounts').map(readDiscount),
    seatsPerRequest,
    overtakes: waiting === 'backfill' ? most : 0,
    orphanRule,
    paid: payments === 'provider',
    pinnedPastMs: Math.max(paymentGraceMs, wholeOf(terms, 'graceMs')),
  };
}

const wholeTerms = [
  'onSaleAtMs',
  'startsAtMs',
  'localStartMinute',
  'seatsPerUser',
  'holdTtlMs',
  'offerTtlMs',
  'waitTtlMs',
  'graceMs',
] as const;

function readPrice(price: unknown): number {
  if (!Number.isSafeInteger(price) || (price as number) < 0) {
    throw new Unreadable(`the price ${String(price)} is no amount`);
  }
  return price as number;
}

function readDiscount(value: unknown): Discount {
  const discount = fields(value, 'a discount');
  const percent = wholeOf(discount, 'percent');
  if (percent < 0 || percent > 100) throw new Unreadable(`a discount takes ${percent} percent off`);
  if (discount.type === 'timeOfDay') {
    wholeOf(discount, 'fromMinute');
    wholeOf(discount, 'untilMinute');
  } else if (discount.type === 'nthTicket') {
    if (wholeOf(discount, 'nth') < 1) throw new Unreadable('a discount is for no ticket');
  } else {
    throw new Unreadable(`a discount of type ${String(discount.type)} is not known`);
  }
  return discount as unknown as Discount;
}

function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unreadable(`${what} is no map`);
  }
  return value as Fields;
}

function listOf(from: Fields, key: string): readonly unknown[] {
  const value = from[key];
  if (!Array.isArray(value)) throw new Unreadable(`${key} is no array`);
  return value;
}

function textOf(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value !== 'string') throw new Unreadable(`${key} is no text`);
  return value;
}

function numberOf(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Unreadable(`${key} is no number`);
  }
  return value;
}

function wholeOf(from: Fields, key: string): number {
  const value = numberOf(from, key);
  if (!Number.isSafeInteger(value)) throw new Unreadable(`${key} is no whole number`);
  return value;
}

function wholeOr(from: Fields, key: string, otherwise: number): number {
  return from[key] === undefined ? otherwise : wholeOf(from, key);
}
