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
}
