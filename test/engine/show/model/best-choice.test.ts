/**
 * "Best n" by itself: a hall with some seats gone, and one request. The runs of the model meet
 * few splits over three rows and more; here nearly every case is one.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBestBlock } from '../../../../engine/show/seats/best-block.ts';
import { compileLayout } from '../../../../engine/show/seats/compiled-layout.ts';
import { BLOCKED, SeatBitmap } from '../../../../engine/show/seats/seat-bitmap.ts';
import { findSplit } from '../../../../engine/show/seats/split-rows.ts';
import { plainTerms } from '../../../support/show-harness.ts';
import { layoutOf } from '../seats/layout-arbitrary.ts';
import { bestChoices } from './model-best.ts';
import { ModelShow } from './model-show.ts';

/** Blocks of one to three seats with aisles between them. */
const anyRow = fc.array(
  fc.record({ aisle: fc.integer({ min: 1, max: 4 }), count: fc.integer({ min: 1, max: 3 }) }),
  { minLength: 1, maxLength: 3 },
);

const anyHall = fc
  .record({
    rows: fc.array(anyRow, { minLength: 2, maxLength: 5 }),
    curve: fc.constantFrom(0, 0.5),
    best: fc.record({ x: fc.nat(12), y: fc.nat(4) }),
  })
  .map(({ rows, curve, best }) => {
    const runs = rows.flatMap((row, y) => {
      let x = 0;
      return row.map(({ aisle, count }, at) => {
        const run = { row: `R${y}`, firstNumber: 10 * at, count, x: x + aisle, y, tier: at % 2 };
        x += aisle + count;
        return run;
      });
    });
    return layoutOf(runs, { curve, best });
  });

const anyCase = fc.record({
  layout: anyHall,
  gone: fc.array(
    fc.nat(5).map((each) => each === 5),
    { minLength: 45, maxLength: 45 },
  ),
  count: fc.integer({ min: 2, max: 7 }),
  tier: fc.option(fc.nat(1), { nil: undefined, freq: 8 }),
});

describe('the best seats', () => {
  it('[H8] are among those that a look at every choice finds best', () => {
    let splits = 0;
    const property = fc.property(anyCase, ({ layout, gone, count, tier }) => {
      const model = new ModelShow('s', layout, plainTerms);
      const compiled = compileLayout(layout);
      const seats = new SeatBitmap(compiled.count);
      const isGone = (seat: number) => gone[seat] === true;
      model.mark([...model.seats.keys()].filter(isGone), 'blocked');
      for (const seat of model.seats.keys()) if (isGone(seat)) seats.set(seat, BLOCKED);
      const choices = bestChoices(model, count, tier, true).map((choice) => choice.join());
      const block = findBestBlock(compiled, seats, count, tier);
      const found = 'seats' in block ? block.seats : findSplit(compiled, seats, count, tier);
      if (!('seats' in block) && found !== undefined) splits++;
      if (found === undefined) expect(choices).toEqual([]);
      else expect(choices).toContain(found.join());
    });
    fc.assert(property, { numRuns: 2_000, seed: 1, unbiased: true });
    expect(splits).toBeGreaterThan(700);
  });
});
