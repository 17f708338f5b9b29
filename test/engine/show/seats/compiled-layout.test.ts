/** Compares the flat arrays with the seats as pages see them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLayout } from '../../../../engine/show/seats/compiled-layout.ts';
import { expandSeats } from '../../../../engine/show/seats/layout.ts';
import { anyLayout, layoutOf } from './layout-arbitrary.ts';

describe('compileLayout', () => {
  it('[S1] says of every seat what expandSeats says', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const compiled = compileLayout(layout);
        const seats = expandSeats(layout);
        expect(compiled.layout).toBe(layout);
        expect(compiled.count).toBe(seats.length);
        expect([...compiled.tierOf]).toEqual(seats.map((seat) => seat.tier));
        expect([...compiled.runOf]).toEqual(seats.map((seat) => seat.run));
        for (const seat of seats) {
          const away = Math.hypot(seat.x - layout.best.x, seat.y - layout.best.y);
          const compiledAway = compiled.distance[seat.index] ?? Number.NaN;
          expect(Math.abs(compiledAway - away)).toBeLessThanOrEqual(0.5 / 1024 + 1e-9);
        }
      }),
    );
  });

  it('starts each run at its first seat and ends with the number of seats', () => {
    const compiled = compileLayout(layoutOf([{ count: 3 }, { count: 1 }, { count: 4 }]));
    expect([...compiled.runStart]).toEqual([0, 3, 4, 8]);
  });

  it('orders the runs by their nearest seat, then by index', () => {
    fc.assert(
      fc.property(anyLayout, (layout) => {
        const { distance, runOf, runsByDistance, runNearest } = compileLayout(layout);
        const nearest = layout.runs.map((_, run) =>
          Math.min(...distance.filter((__, seat) => runOf[seat] === run)),
        );
        const expected = [...nearest.keys()].sort(
          (a, b) => (nearest[a] ?? 0) - (nearest[b] ?? 0) || a - b,
        );
        expect([...runNearest]).toEqual(nearest);
        expect([...runsByDistance]).toEqual(expected);
      }),
    );
  });

  it('gives seats that mirror each other the very same distance, also with a curve', () => {
    const hall = layoutOf([{ count: 8, x: 0.5, y: 3 }], {
      width: 8,
      curve: 1.3,
      best: { x: 4, y: 2.7 },
    });
    const distances = [...compileLayout(hall).distance];
    expect(distances).toEqual(distances.toReversed());
    expect(new Set(distances).size).toBe(4);
  });
});
