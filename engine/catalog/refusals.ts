/**
 * Why the catalogue refuses a command: stable numbers and names. A refusal is a value; it changes
 * nothing and writes nothing to the log [C4].
 */
export const catalogRefusalTable = {
  /** A field has an impossible value; the sentence names it. */
  invalidField: 701,
  // Something named is not there.
  cityNotFound: 711,
  cinemaNotFound: 712,
  layoutNotFound: 713,
  hallNotFound: 714,
  movieNotFound: 715,
  partnerNotFound: 716,
  keyNotFound: 717,
  /** Not a partner's to do. */
  notAllowed: 718,
  // Something is there already and cannot become what was asked.
  layoutExists: 721,
  showExists: 722,
  inUse: 723,
  /** A show of several that are scheduled together cannot stand; the text names it. */
  oneOfShows: 724,
  // The schedule [C4].
  invalidLayout: 731,
  layoutDiffers: 732,
  showInPast: 733,
  showsOverlap: 734,
  priceMissing: 735,
  currencyDiffers: 736,
  languageNotShown: 737,
  invalidTerms: 738,
} as const;

export type CatalogRefusalReason = keyof typeof catalogRefusalTable;

export interface CatalogRefusal {
  readonly type: 'refused';
  readonly reason: CatalogRefusalReason;
  readonly code: number;
  /** One sentence for the person who asked. */
  readonly text: string;
}

export function refuse(reason: CatalogRefusalReason, text: string): CatalogRefusal {
  return { type: 'refused', reason, code: catalogRefusalTable[reason], text };
}
