/** A layout that cannot be sold is refused with a sentence; every sound one passes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLayout } from '../../../../engine/show/seats/check-layout.ts';
import type { Layout, SeatRun } from '../../../../engine/show/seats/layout.ts';
import { anyLayout, layoutOf } from './layout-arbitrary.ts';

const many = (length: number, run: Partial<SeatRun>) =>
  Array.from({ length }, (): Partial<SeatRun> => run);

const wrongHalls: readonly [Partial<Omit<Layout, 'runs'>>, string][] = [
  [{ width: 0 }, "The hall's width 0 is not above 0."],
  [{ width: Number.POSITIVE_INFINITY }, "The hall's width Infinity is not above 0."],
  [{ depth: Number.NaN }, "The hall's depth NaN is not above 0."],
  [{ curve: Number.NaN }, "The rows' curve NaN is not a finite number."],
  [{ best: { x: 1, y: Number.NaN } }, 'The best point (1, NaN) is not a place in the hall.'],
  [{ tiers: [] }, 'A layout has 1 to 16 price tiers, not 0.'],
  [{ tiers: new Array(17).fill('t') }, 'A layout has 1 to 16 price tiers, not 17.'],
];

const wrongRuns: readonly [Partial<SeatRun>, string][] = [
  [{ count: 0 }, 'its seats are a whole number from 1, not 0.'],
  [{ count: 2.5 }, 'its seats are a whole number from 1, not 2.5.'],
  [{ firstNumber: 0.5 }, 'seat numbers are whole, not from 0.5 in steps of 1.'],
  [{ step: Number.NaN }, 'seat numbers are whole, not from 1 in steps of NaN.'],
  [{ firstNumber: Number.MAX_SAFE_INTEGER }, 'its seat numbers are too large.'],
  [{ x: Number.NaN }, 'its place (NaN, 0) is not made of finite numbers.'],
  [{ y: Number.POSITIVE_INFINITY }, 'its place (0, Infinity) is not made of finite numbers.'],
  [{ tier: 3 }, 'price tier 3 does not exist.'],
  [{ tier: -1 }, 'price tier -1 does not exist.'],
  [{ tier: 0.5 }, 'price tier 0.5 does not exist.'],
  [{ wheelchair: [0, 5] }, 'its wheelchair seats name offset 5 of 5 seats.'],
  [{ companion: [-1] }, 'its companion seats name offset -1 of 5 seats.'],
  [{ restrictedView: [1.5] }, 'its restrictedView seats name offset 1.5 of 5 seats.'],
  [{ step: 0 }, 'seat 1 is there twice.'],
];

describe('[S1] checkLayout', () => {
  it('finds nothing wrong with any sound layout', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        expect(checkLayout(layout)).toBeUndefined();
      }),
    );
  });

  it.each(wrongHalls)('refuses a hall with %o', (hall, sentence) => {
    expect(checkLayout(layoutOf([{}], hall))).toBe(sentence);
  });

  it.each(wrongRuns)('refuses a run with %o, and names its row', (run, sentence) => {
    expect(checkLayout(layoutOf([run]))).toBe(`Section "Stalls", row "R0": ${sentence}`);
  });

  it('takes 1 to 100,000 seats', () => {
    expect(checkLayout(layoutOf([]))).toBe('A layout has 1 to 100000 seats, not 0.');
    const full = layoutOf(many(100, { count: 1000 }));
    expect(checkLayout(full)).toBeUndefined();
    const over = layoutOf([...many(100, { count: 1000 }), { count: 1 }]);
    expect(checkLayout(over)).toBe('A layout has 1 to 100000 seats, not 100001.');
  });

  it('refuses a vast count before it walks its seats', () => {
    const vast = layoutOf([{ count: Number.MAX_SAFE_INTEGER - 1 }]);
    expect(checkLayout(vast)).toContain('A layout has 1 to 100000 seats');
  });

  it('refuses two seats of one name, in one row or across its runs', () => {
    const left = { row: 'F', firstNumber: 1, count: 4 };
    const right = { row: 'F', firstNumber: 4, count: 4, x: 6 };
    expect(checkLayout(layoutOf([left, right]))).toBe(
      'Section "Stalls", row "F": seat 4 is there twice.',
    );
    expect(checkLayout(layoutOf([left, { ...right, firstNumber: 5 }]))).toBeUndefined();
    expect(checkLayout(layoutOf([left, { ...right, section: 'Balcony' }]))).toBeUndefined();
  });

  it('tells apart sections and rows that read the same when joined', () => {
    const rows = [
      { section: 'A"', row: 'B' },
      { section: 'A', row: '"B' },
    ];
    expect(checkLayout(layoutOf(rows))).toBeUndefined();
  });
});
