/** The terms that old logs do not have, with what is meant where they are missing. */
import type { ShowTerms } from '../../../../engine/show/terms.ts';

export type LaterTerms = Required<
  Pick<
    ShowTerms,
    | 'seatsPerRequest'
    | 'closesAtMs'
    | 'cancelsUntilMs'
    | 'waiting'
    | 'overtakesPerParty'
    | 'orphanRule'
  >
>;

export function laterTerms(terms: ShowTerms): LaterTerms {
  return {
    seatsPerRequest: 10,
    closesAtMs: terms.startsAtMs,
    cancelsUntilMs: terms.startsAtMs,
    waiting: 'strict',
    overtakesPerParty: 10,
    orphanRule: false,
    ...terms,
  };
}
