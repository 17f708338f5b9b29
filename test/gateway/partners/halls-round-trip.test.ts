/** Random seating plans of both generations: what comes in, goes out and comes in is the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layoutId } from '../../../engine/ids.ts';
import { checkLayout } from '../../../engine/show/seats/check-layout.ts';
import { expandSeats, type Layout } from '../../../engine/show/seats/layout.ts';
import { exportPretix } from '../../../gateway/partners/halls/pretix-export.ts';
import { importPretix } from '../../../gateway/partners/halls/pretix-import.ts';

const id = layoutId('lux-random');
/** Places are rounded to hundredths of a seat, once. */
const NEAR = 0.001;

interface RandomRow {
  readonly seats: number;
  /** Before which seat there is an aisle. */
  readonly aisle: number;
  readonly bend: number;
  readonly step: 1 | 2 | -1;
  readonly category: number;
  readonly split: number;
  readonly wheelchair: number;
  readonly order: readonly number[];
}

const row: fc.Arbitrary<RandomRow> = fc.record({
  seats: fc.integer({ min: 1, max: 14 }),
  aisle: fc.nat(14),
  bend: fc.constantFrom(0, 0, 0.5, 2),
  step: fc.constantFrom(1 as const, 2 as const, -1 as const),
  category: fc.nat(2),
  split: fc.nat(14),
  wheelchair: fc.nat(20),
  order: fc.array(fc.nat(1_000), { minLength: 14, maxLength: 14 }),
});

const plan = fc
  .record({
    isFirst: fc.boolean(),
    pitch: fc.constantFrom(1, 20, 25, 33.3, 50),
    isShuffled: fc.boolean(),
    zones: fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
  })
  .map(({ isFirst, pitch, isShuffled, zones }) => {
    const names = ['Stalls', 'Circle', 'Box'];
    return {
      name: 'Random',
      categories: names.map((name) => ({ name, color: '#112233' })),
      zones: zones.map((rows, zone) => ({
        name: `Zone ${zone}`,
        position: { x: 0, y: zone * 20 * pitch },
        rows: rows.map((each, index) => {
          const seats = seatsOf(each, `${zone}-${index}`, pitch, names, isFirst);
          const shuffled = seats
            .map((seat, at) => [each.order[at] ?? 0, seat] as const)
            .sort(([a], [b]) => a - b)
            .map(([, seat]) => seat);
          return {
            ...(isFirst ? { row_number: `R${index}` } : { row_label: `R${index}` }),
            position: { x: (index % 3) * pitch, y: index * 1.5 * pitch },
            seats: isShuffled ? shuffled : seats,
          };
        }),
      })),
    };
  });

function seatsOf(
  { seats, aisle, bend, step, category, split, wheelchair }: RandomRow,
  name: string,
  pitch: number,
  names: readonly string[],
  isFirst: boolean,
): readonly object[] {
  return Array.from({ length: seats }, (_, at) => {
    const side = seats === 1 ? 0 : (2 * at) / (seats - 1) - 1;
    const [x, y] = [at + (at >= aisle ? 2 : 0), bend * (1 - side * side)];
    const number = step > 0 ? 1 + at * step : seats - at;
    return {
      seat_guid: `${name}-${at}`,
      ...(isFirst ? { uuid: `u-${name}-${at}` } : {}),
      [isFirst ? 'seat_number' : 'seat_label']: String(number),
      category: names[(category + (at >= split ? 1 : 0)) % names.length],
      position: { x: x * pitch, y: y * pitch },
      ...(at === wheelchair ? { wheelchair: true } : {}),
    };
  });
}

/** By the names that other programs know the seats by. */
function placesOf(layout: Layout) {
  const keys = layout.runs.flatMap((run) => run.keys ?? []);
  return new Map(expandSeats(layout).map((seat, index) => [keys[index] ?? '', seat]));
}

it('[C3] any seating plan goes out and comes in again as the same hall', () => {
  fc.assert(
    fc.property(plan, (random) => {
      const { layout } = importPretix(random, id);
      expect(checkLayout(layout)).toBeUndefined();
      const again = importPretix(JSON.parse(JSON.stringify(exportPretix(layout))), id).layout;
      expect(checkLayout(again)).toBeUndefined();
      expect(again.tiers).toEqual(layout.tiers);
      const [before, after] = [placesOf(layout), placesOf(again)];
      expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
      for (const [key, seat] of before) {
        const { x, y, run: _run, index: _index, ...facts } = seat;
        const other = after.get(key);
        expect(other, key).toMatchObject(facts);
        expect(Math.abs((other?.x ?? 0) - x), `${key} x`).toBeLessThan(NEAR);
        expect(Math.abs((other?.y ?? 0) - y), `${key} y`).toBeLessThan(NEAR);
      }
      // A second copy is the first, to the last digit of a run.
      const third = importPretix(JSON.parse(JSON.stringify(exportPretix(again))), id).layout;
      expect(third.runs.length).toBe(again.runs.length);
      expect(again.runs.length).toBe(layout.runs.length);
    }),
    { numRuns: 300 },
  );
});
