/** Seeds that found something once; they are run first in every test run. */

export interface KeptSeed {
  readonly seed: number;
  readonly minutes: number;
  /** What it found. */
  readonly found: string;
}

export const keptSeeds: readonly KeptSeed[] = [
  {
    seed: 359,
    minutes: 1,
    found: 'A full mailbox refused the shows that the house schedules, and the start never ended.',
  },
];
