/** The engine against the reference model. */
import { describe, expect, it } from 'vitest';
import { runModel } from './run-model.ts';
import { Tally } from './tally.ts';

describe('model', () => {
  it('x', () => {
    const tally = new Tally();
    const start = performance.now();
    const details = runModel(
      {
        runs: Number(process.env.USHER_MODEL_RUNS ?? 300),
        seed: Number(process.env.SEED ?? 1),
        maxCommands: 200,
      },
      tally,
    );
    console.log(tally.report(), performance.now() - start);
    if (details.failed) {
      const [sale, steps] = details.counterexample ?? [];
      console.log(
        details.seed,
        details.numRuns,
        details.numShrinks,
        JSON.stringify(sale),
        String(steps),
      );
      console.log(details.errorInstance);
    }
    expect(details.failed).toBe(false);
  }, 1e7);
});
