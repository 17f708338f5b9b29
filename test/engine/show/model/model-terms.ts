/** The terms that came later, with what is meant where a show's log does not have them. */
import type { ShowTerms } from '../../../../engine/show/terms.ts';

/** A show's terms, all of them [S3, H2, B2, W2, H9]. */
export function fullTerms(terms: ShowTerms): Required<ShowTerms> {
  return {
    seatsPerRequest: 10,
    closesAtMs: terms.startsAtMs,
    cancelsUntilMs: terms.startsAtMs,
    waiting: 'strict',
    overtakesPerParty: 10,
    orphanRule: false,
    payments: 'none',
    paymentGraceMs: 60_000,
    ...terms,
  };
}

/** Until when a hold stands that is being paid for: the longer of the two graces [P2]. */
export function pinnedUntil(terms: ShowTerms, deadlineMs: number): number {
  const { graceMs, paymentGraceMs } = fullTerms(terms);
  return deadlineMs + Math.max(graceMs, paymentGraceMs);
}
