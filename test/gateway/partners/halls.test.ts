/** Halls from seating plans and drawings, and back again [C3]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutId } from '../../../engine/ids.ts';
import { checkLayout } from '../../../engine/show/seats/check-layout.ts';
import { compileLayout } from '../../../engine/show/seats/compiled-layout.ts';
import { expandSeats, type Layout } from '../../../engine/show/seats/layout.ts';
import { demoLayouts } from '../../../gateway/demo/halls.ts';
import { HallProblem } from '../../../gateway/partners/halls/plan-reader.ts';
import { exportPretix } from '../../../gateway/partners/halls/pretix-export.ts';
import { importPretix } from '../../../gateway/partners/halls/pretix-import.ts';
import { exportTextGrid, importTextGrid } from '../../../gateway/partners/halls/text-grid.ts';
import { bigPlan } from '../../support/seating-plan.ts';

const id = layoutId('lux-1');

function seatsOf(layout: Layout) {
  return expandSeats(layout)
    .map(({ section, row, number, tier, wheelchair, x, y }) => {
      return { section, row, number, tier: layout.tiers[tier], wheelchair, x, y };
    })
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

describe('a seating plan', () => {
  it.each(['first', 'second'] as const)('[C3] of the %s generation is read whole', (generation) => {
    const { plan, seats, wheelchairs } = bigPlan(generation);
    const { layout, notes } = importPretix(plan, id);
    expect(checkLayout(layout)).toBeUndefined();
    const found = expandSeats(layout);
    expect(found).toHaveLength(seats);
    expect(seats).toBeGreaterThan(500);
    expect(found.filter((seat) => seat.wheelchair)).toHaveLength(wheelchairs);
    expect(layout.tiers).toEqual(['Stalls', 'Balcony']);
    expect(notes.some((note) => note.includes('"something_new"'))).toBe(true);
    expect(layout.runs.some((run) => run.places !== undefined)).toBe(true);
    expect(new Set(layout.runs.flatMap((run) => run.keys ?? [])).size).toBe(seats);
  });

  it('[C3] has an aisle where there is one, and rows that curve where they do', () => {
    const { layout } = importPretix(bigPlan('second').plan, id);
    const rowA = layout.runs.filter((run) => run.section === 'Ground' && run.row === 'A');
    expect(rowA).toHaveLength(2);
    const balcony = layout.runs.find((run) => run.section === 'Upper');
    const ys = balcony?.places?.map(([, y]) => y) ?? [];
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(0.5);
    expect(compileLayout(layout).count).toBe(expandSeats(layout).length);
  });

  it('[C3] goes out and comes in again as the same seats at the same places', () => {
    for (const generation of ['first', 'second'] as const) {
      const { layout } = importPretix(bigPlan(generation).plan, id);
      const again = importPretix(JSON.parse(JSON.stringify(exportPretix(layout))), id);
      expect(seatsOf(again.layout)).toEqual(seatsOf(layout));
    }
  });

  it('[C3] of any of the demo’s halls comes in as it went out', () => {
    for (const layout of demoLayouts()) {
      const again = importPretix(JSON.parse(JSON.stringify(exportPretix(layout))), layout.id);
      const names = (of: Layout) => seatsOf(of).map(({ x: _x, y: _y, ...seat }) => seat);
      expect(names(again.layout)).toEqual(names(layout));
    }
  });

  it('[C3] that cannot be used is refused with the place where it is wrong', () => {
    const cases = [
      [{}, '/zones'],
      [{ zones: [] }, '/zones'],
      [
        { zones: [{ rows: [{ seats: [{ position: { x: 'a', y: 0 } }] }] }] },
        '/zones/0/rows/0/seats/0/position',
      ],
      [{ zones: [{ rows: 7 }] }, '/zones/0/rows'],
      [[], '/'],
      [null, '/'],
    ] as const;
    for (const [plan, place] of cases) {
      let problem: unknown;
      try {
        importPretix(plan, id);
      } catch (error) {
        problem = error;
      }
      expect(problem).toBeInstanceOf(HallProblem);
      expect((problem as HallProblem).place).toBe(place);
    }
  });

  it('[C3] of any shape gives a hall or a problem, never anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (plan) => {
        try {
          importPretix(plan, id);
        } catch (error) {
          expect(error).toBeInstanceOf(HallProblem);
        }
      }),
    );
  });
});

describe('a drawing', () => {
  const facts = { id, name: 'Hall', tiers: ['Front', 'Back'] };

  it('[C3] says rows, gaps, tiers and wheelchair places', () => {
    const layout = importTextGrid('= Stalls\nA: aaA..aa\n\nB: bbbb\n', facts);
    expect(checkLayout(layout)).toBeUndefined();
    expect(seatsOf(layout).map(({ row, number }) => `${row}${number}`)).toHaveLength(9);
    expect(layout.runs.map(({ x, y, count, firstNumber }) => [x, y, count, firstNumber])).toEqual([
      [1, 1, 3, 1],
      [6, 1, 2, 4],
      [1, 3, 4, 1],
    ]);
    expect(layout.runs[0]?.wheelchair).toEqual([2]);
  });

  it('[C3] comes out as it went in', () => {
    const letters = fc.stringMatching(/^[abAB.]{0,29}[abAB]$/);
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 12 }), (rows) => {
        const text = rows.map((row, index) => `R${index + 1}: ${row}`).join('\n');
        const layout = importTextGrid(`= Hall\n${text}\n`, facts);
        expect(exportTextGrid(layout)).toBe(`= Hall\n${text}\n`);
      }),
    );
  });

  it('[C3] that is wrong is refused with its line', () => {
    for (const [text, place] of [
      ['A: aaaz', 'line 1, column 4'],
      ['A: aaa\nwhat', 'line 2'],
      ['\n\n', 'line 1'],
    ] as const) {
      expect(() => importTextGrid(text, facts)).toThrow(HallProblem);
      try {
        importTextGrid(text, facts);
      } catch (error) {
        expect((error as HallProblem).place).toBe(place);
      }
    }
  });
});
