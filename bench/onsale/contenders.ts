/**
 * The crowd of an on-sale, as a plan made from a seed: how many seats each party wants, whether
 * they know which, how long they think, and whether they walk away. The same plan is put to
 * whatever is compared.
 */

export interface Contender {
  /** Seats wanted, 1 to 4. */
  readonly party: number;
  /** Points at seats on the map, instead of asking for the best. */
  readonly chooses: boolean;
  /** Gives one seat of a larger party back before paying. */
  readonly drops: boolean;
  /** Lets go of what was held instead of paying. */
  readonly abandons: boolean;
  /** Between holding and paying, or letting go. */
  readonly thinksMs: number;
}

/** Of a hundred parties so many are of one, two, three and four. */
const PARTIES = [15, 50, 15, 20] as const;
const CHOOSES = 0.5;
const DROPS = 0.1;
const ABANDONS = 0.2;
const LEAST_THINKS_MS = 200;
const MOST_THINKS_MS = 2_000;

export function planContenders(count: number, seed: number): readonly Contender[] {
  const random = mulberry32(seed);
  return Array.from({ length: count }, () => {
    const party = partyOf(random() * 100);
    return {
      party,
      chooses: random() < CHOOSES,
      drops: random() < DROPS && party > 1,
      abandons: random() < ABANDONS,
      thinksMs: Math.round(LEAST_THINKS_MS + random() * (MOST_THINKS_MS - LEAST_THINKS_MS)),
    };
  });
}

function partyOf(percent: number): number {
  let below = 0;
  for (const [index, share] of PARTIES.entries()) {
    below += share;
    if (percent < below) return index + 1;
  }
  return PARTIES.length;
}

/** A small generator of good enough quality: numbers from 0 up to but not including 1. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
