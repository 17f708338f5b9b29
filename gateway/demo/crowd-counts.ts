/** What a crowd did, counted. */
export interface CrowdCounts {
  /** People who came and were greeted. */
  visits: number;
  holds: number;
  changes: number;
  releases: number;
  /** Left with seats held or a place in line, without a word. */
  vanished: number;
  waits: number;
  offers: number;
  bookings: number;
  cancellations: number;
  /** Answers that a rule refused, e.g. because someone was quicker. */
  refusals: number;
  /** Visits that ended because the server could not be reached or did not answer. */
  failures: number;
}

export function noCounts(): CrowdCounts {
  return {
    visits: 0,
    holds: 0,
    changes: 0,
    releases: 0,
    vanished: 0,
    waits: 0,
    offers: 0,
    bookings: 0,
    cancellations: 0,
    refusals: 0,
    failures: 0,
  };
}
