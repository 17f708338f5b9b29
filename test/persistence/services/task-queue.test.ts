/** The queue of tasks against a plain array, on a real file that changes hands in the middle. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../../support/memory-folder.ts';
import { Bench, step } from './queue-steps.ts';

const folder = memoryFolder('queue');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function openBench(): Bench {
  files++;
  return new Bench(join(folder, `${files}.db`));
}

describe('the queue of tasks', () => {
  it('[N1] does what an array of tasks does, whoever crashes, fails or answers late', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const bench = openBench();
        try {
          for (const each of steps) bench.take(each);
        } finally {
          bench.close();
        }
        for (const [what, count] of bench.met) met.set(what, (met.get(what) ?? 0) + count);
      }),
      { numRuns: 60 },
    );
    for (const what of ['added again', 'leased', 'done', 'failed', 'later', 'hopeless']) {
      expect(met.get(what) ?? 0, what).toBeGreaterThan(20);
    }
    for (const what of ['answered for nothing', 'died', 'put back', 'dropped']) {
      expect(met.get(what) ?? 0, what).toBeGreaterThan(0);
    }
  });
});
