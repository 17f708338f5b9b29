/**
 * The engine against the reference model: the same commands at the same times must bring the same
 * decisions, refusals and states. More and longer runs than these are a matter of settings:
 * `USHER_MODEL_RUNS` is the number of sequences, `USHER_MODEL_SEED` where they start.
 */
import { describe, expect, it } from 'vitest';
import { minimums } from './minimums.ts';
import { describeDifference, runModel } from './run-model.ts';
import { Tally } from './tally.ts';

/** Half as many on average. */
const maxCommands = 200;
const sequencesAtOnce = 1_000;

const sequences = setting('USHER_MODEL_RUNS', 1_000);
const firstSeed = setting('USHER_MODEL_SEED', 1);
const isLong = process.env.USHER_MODEL_RUNS !== undefined;

function setting(name: string, usual: number): number {
  const value = Number(process.env[name] ?? usual);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new Error(`${name} is a whole number from 1, not ${process.env[name]}`);
  }
  return value;
}

describe('the engine and the reference model', () => {
  const tally = new Tally();

  it('[S2] [S3] [H1] [H2] [H3] [H4] [H5] [H6] [H7] [H8] [H9] [R1] [R2] [R3] [R4] [W1] [W2] [W3] [W4] ' +
    '[W5] [W6] [W7] [W8] [W9] [M2] [M3] [M4] [P1] [P2] [P3] [P4] [P5] [B2] [B3] [D2] [D3] [F1] ' +
    'agree in every answer and every state', {
    timeout: 60_000 + sequences * 100,
  }, () => {
    for (let played = 0, seed = firstSeed; played < sequences; seed++) {
      const runs = Math.min(sequencesAtOnce, sequences - played);
      const { difference } = runModel({ runs, seed, maxCommands }, tally);
      if (difference !== undefined) {
        expect.fail(`USHER_MODEL_SEED=${seed}\n${describeDifference(difference)}`);
      }
      played += runs;
    }
    if (isLong) process.stdout.write(`${tally.report()}\n`);
  });

  it('have met everything that can happen, and often', () => {
    expect(tally.of('run')).toBe(sequences);
    const rare = [...minimums].flatMap(([what, times]) => {
      const least = Math.ceil((times * sequences) / 1_000);
      return tally.of(what) < least ? [`${what}: ${tally.of(what)}, not ${least}`] : [];
    });
    expect(rare).toEqual([]);
  });
});
