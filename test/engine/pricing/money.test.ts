/** Compares the arithmetic with exact integers of any size [M1, M4]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minor } from '../../../engine/ids.ts';
import { percentOff, sumOf } from '../../../engine/pricing/money.ts';

const largest = Math.floor((Number.MAX_SAFE_INTEGER - 50) / 100);

describe('percentOff', () => {
  it.each([
    [1000, 20, 800],
    [800, 50, 400],
    [5, 50, 3],
    [1, 50, 1],
    [3, 33, 2],
    [149, 1, 148],
    [150, 1, 149],
    [0, 50, 0],
    [999, 100, 0],
    [999, 0, 999],
  ])('[M4] leaves of %d less %d %% the amount %d, rounded half up', (amount, percent, left) => {
    expect(percentOff(minor(amount), percent)).toBe(left);
  });

  it('[M1] is exact for every amount, up to the largest', () => {
    fc.assert(
      fc.property(fc.nat(largest), fc.integer({ min: 0, max: 100 }), (amount, percent) => {
        const twice = BigInt(amount) * BigInt(100 - percent) * 2n;
        const expected = (twice + 100n) / 200n;
        expect(BigInt(percentOff(minor(amount), percent))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('[M1] stops on an amount or a percentage that is no integer or too large', () => {
    for (const amount of [0.5, -1, Number.NaN, largest + 1]) {
      expect(() => percentOff(minor(amount), 10)).toThrow('a price');
    }
    for (const percent of [12.5, -1, 101, Number.NaN]) {
      expect(() => percentOff(minor(100), percent)).toThrow('a percentage');
    }
  });
});

describe('sumOf', () => {
  it('[M4] adds up, and stops where a total is no exact integer', () => {
    expect(sumOf([])).toBe(0);
    expect(sumOf([minor(800), minor(400), minor(1)])).toBe(1201);
    expect(() => sumOf([minor(0.5)])).toThrow('an exact integer');
    expect(() => sumOf([minor(Number.MAX_SAFE_INTEGER), minor(1)])).toThrow('an exact integer');
  });
});
