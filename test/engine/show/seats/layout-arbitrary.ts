/** Small halls of every shape: short and long runs, aisles, tiers, curves, odd best points. */
import * as fc from 'fast-check';
import { layoutId } from '../../../../engine/ids.ts';
import type { Layout, SeatRun } from '../../../../engine/show/seats/layout.ts';

export const TIERS = ['standard', 'premium', 'recliner'] as const;

/** Coordinates on a quarter grid, so that mirror images and ties are common. */
const quarter = (max: number) => fc.integer({ min: 0, max: max * 4 }).map((value) => value / 4);

const run = fc.record({
  count: fc.integer({ min: 1, max: 9 }),
  x: quarter(8),
  y: quarter(8),
  tier: fc.nat(TIERS.length - 1),
  firstNumber: fc.integer({ min: -3, max: 40 }),
  step: fc.constantFrom(1, -1, 2),
});

export const anyLayout: fc.Arbitrary<Layout> = fc
  .record({
    runs: fc.array(run, { minLength: 1, maxLength: 7 }),
    curve: quarter(2),
    best: fc.record({ x: quarter(8), y: quarter(8) }),
  })
  .map(({ runs, curve, best }) => layoutOf(runs, { curve, best }));

/** A layout of these runs, each in a row of its own; what is not given is plain. */
export function layoutOf(
  runs: readonly Partial<SeatRun>[],
  rest: Partial<Omit<Layout, 'runs'>> = {},
): Layout {
  return {
    id: layoutId('hall'),
    name: 'Hall',
    width: 16,
    depth: 12,
    curve: 0,
    best: { x: 4, y: 4 },
    tiers: TIERS,
    ...rest,
    runs: runs.map((given, index) => ({
      section: 'Stalls',
      row: `R${index}`,
      firstNumber: 1,
      step: 1,
      count: 5,
      x: 0,
      y: index,
      tier: 0,
      ...given,
    })),
  };
}
