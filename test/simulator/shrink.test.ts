/** Failures are made short. */
import { describe, expect, it } from 'vitest';
import { shrink } from './shrink.ts';

const all = Array.from({ length: 200 }, (_, index) => index);

describe('making a failure short', () => {
  it('keeps just what is needed, in its order', async () => {
    const needed = [3, 77, 78, 199];
    const fails = async (left: readonly number[]) => needed.every((one) => left.includes(one));
    expect(await shrink(all, fails, 1_000)).toEqual(needed);
  });

  it('leaves a single operation', async () => {
    expect(await shrink(all, async (left) => left.includes(42), 1_000)).toEqual([42]);
  });

  it('ends when its runs are spent, with something that still fails', async () => {
    let runs = 0;
    const fails = async (left: readonly number[]) => {
      runs++;
      return left.length % 2 === 0 && left.includes(7);
    };
    const left = await shrink(all, fails, 9);
    expect(runs).toBeLessThanOrEqual(9);
    expect(left.length < all.length && left.includes(7)).toBe(true);
  });
});
