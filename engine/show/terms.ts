/**
 * What a show is sold under: times, prices, discounts, limits. They are facts in the log, written
 * when the show is scheduled, so that a replay in ten years gives the same holds at the same
 * prices whatever the defaults are by then.
 */
import type { Millis, Minor } from '../ids.ts';

/** A discount is data on the show [M5]. Percentages are whole numbers from 1 to 100. */
export type Discount =
  | {
      readonly type: 'timeOfDay';
      readonly name: string;
      /** Shows that start from this minute of the cinema's local day … */
      readonly fromMinute: number;
      /** … up to but not including this one [M3]. */
      readonly untilMinute: number;
      readonly percent: number;
    }
  | {
      readonly type: 'nthTicket';
      readonly name: string;
      /** 3 for the third ticket, dearest first; that one only [M2]. */
      readonly nth: number;
      readonly percent: number;
    };

export interface ShowTerms {
  /** From when seats can be held. */
  readonly onSaleAtMs: Millis;
  /** When the show starts and sale closes [S3]. */
  readonly startsAtMs: Millis;
  /** Start in minutes of the cinema's local day, daylight saving included: 0 … 1439 [M3]. */
  readonly localStartMinute: number;
  /** ISO 4217 code, e.g. `INR`. */
  readonly currency: string;
  /** Price of one seat by tier, in the minor unit [M1]. */
  readonly prices: readonly Minor[];
  readonly discounts: readonly Discount[];
  readonly seatsPerUser: number;
  readonly holdTtlMs: number;
  readonly offerTtlMs: number;
  readonly waitTtlMs: number;
  readonly graceMs: number;

  // Terms that came later. A show scheduled before them has none of these in its log, and keeps
  // to what was the rule then, for ever: read them by the functions below.
  /** How many seats one request may be for, and how large a party may be [H2, W1]; 10. */
  readonly seatsPerRequest?: number;
  /** When the sale closes [S3]; when the show starts. */
  readonly closesAtMs?: Millis;
  /** Until when bookings can be cancelled [B2]; until the show starts. */
  readonly cancelsUntilMs?: Millis;
  /** Whether a later party may be served with what the head of the line cannot use [W2]; strict. */
  readonly waiting?: 'strict' | 'backfill';
  /** By how many later parties one party may be overtaken, where that is allowed [W2]; 10. */
  readonly overtakesPerParty?: number;
  /** Whether a selection that leaves a single seat free between others is refused [H9]; false. */
  readonly orphanRule?: boolean;
  /** Whether holds are paid for through a provider, or booked directly [P1]; none. */
  readonly payments?: 'none' | 'provider';
  /** How long past its deadline a hold is kept for a payment under way [P2]; 60 s. */
  readonly paymentGraceMs?: number;
}

/** The most seats that one request of a person may be for. */
export function seatsPerRequestOf(terms: ShowTerms): number {
  return terms.seatsPerRequest ?? 10;
}

export function closesAtOf(terms: ShowTerms): Millis {
  return terms.closesAtMs ?? terms.startsAtMs;
}

export function cancelsUntilOf(terms: ShowTerms): Millis {
  return terms.cancelsUntilMs ?? terms.startsAtMs;
}

/** How many later parties may overtake one party: none in a strict line. */
export function overtakesOf(terms: ShowTerms): number {
  return terms.waiting === 'backfill' ? (terms.overtakesPerParty ?? 10) : 0;
}

/** Whether a hold of this total is paid through a provider; what costs nothing is not. */
export function isPaidFor(terms: ShowTerms, total: number): boolean {
  return terms.payments === 'provider' && total > 0;
}

/** How long past the deadline shown a hold with a payment under way stands [P2]. */
export function pinnedPastMs(terms: ShowTerms): number {
  return Math.max(terms.paymentGraceMs ?? 60_000, terms.graceMs);
}
