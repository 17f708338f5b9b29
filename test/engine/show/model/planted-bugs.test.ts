/**
 * That the model finds bugs: small ones are planted, and each must come to light within some
 * hundred sequences, with a story short enough to read.
 */
import { describe, expect, it } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { describeDifference, runModel } from './run-model.ts';

const sequences = 2_000;
const longestStory = 10;

const titled = plantedBugs.map(({ rule, what, engine }) => [rule, what, engine] as const);

describe('a bug planted in the engine', () => {
  it.each(titled)(
    '[%s] is found and told in a few steps: %s',
    { timeout: 120_000 },
    (_rule, _what, engine) => {
      const { difference } = runModel({ runs: sequences, seed: 1, maxCommands: 80, engine });
      if (difference === undefined) expect.fail(`${sequences} sequences have not found it`);
      const { length } = difference.story;
      expect(length, describeDifference(difference)).toBeLessThanOrEqual(longestStory);
    },
  );
});
