/**
 * The terms that old logs do not have, with what is meant where they are missing [W2, H9].
 */
import type { ShowTerms } from '../../../../engine/show/terms.ts';

/** Whether the engine knows these terms; until it does they are never drawn. */
export const engineKnowsLineTerms = false;

export interface LineTerms {
  readonly waiting: 'strict' | 'backfill';
  readonly overtakesPerParty: number;
  readonly orphanRule: boolean;
}

export function lineTerms(terms: ShowTerms & Partial<LineTerms>): LineTerms {
  const { waiting = 'strict', overtakesPerParty = 10, orphanRule = false } = terms;
  return { waiting, overtakesPerParty, orphanRule };
}
