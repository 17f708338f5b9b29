/** Seats as people pick them: together, free, and near to where they like to sit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandSeats } from '../../../engine/show/seats/layout.ts';
import { demoLayouts } from '../../../gateway/demo/halls.ts';
import { pickNeighbours } from '../../../gateway/demo/neighbours.ts';
import { Random } from '../../../gateway/demo/random.ts';

const [studio] = demoLayouts();
if (studio === undefined) throw new Error('no layouts');
const seats = expandSeats(studio);
const { best } = studio;

describe('picking neighbouring seats', () => {
  it('finds free seats side by side wherever there are any, and nothing else', () => {
    const free = fc.array(fc.boolean(), { minLength: seats.length, maxLength: seats.length });
    fc.assert(
      fc.property(free, fc.integer({ min: 1, max: 5 }), fc.nat(), (isFree, count, seed) => {
        const usable = seats.map(
          (seat) => isFree[seat.index] === true && !seat.wheelchair && !seat.companion,
        );
        const exists = seats.some((first) =>
          Array.from({ length: count }, (_, offset) => first.index + offset).every(
            (seat) => usable[seat] === true && seats[seat]?.run === first.run,
          ),
        );
        const picked = pickNeighbours(
          seats,
          (seat) => isFree[seat] === true,
          count,
          best,
          new Random(seed),
        );
        expect(picked !== undefined).toBe(exists);
        if (picked === undefined) return;
        expect(picked).toHaveLength(count);
        for (const [offset, seat] of picked.entries()) {
          expect(seat).toBe((picked[0] ?? -1) + offset);
          expect(usable[seat]).toBe(true);
          expect(seats[seat]?.run).toBe(seats[picked[0] ?? -1]?.run);
        }
      }),
    );
  });

  it('prefers what is near the place someone likes', () => {
    const random = new Random(4);
    let distance = 0;
    for (let times = 0; times < 100; times++) {
      const [seat = 0] = pickNeighbours(seats, () => true, 1, best, random) ?? [];
      const { x, y } = seats[seat] ?? best;
      distance += Math.hypot(x - best.x, y - best.y) / 100;
    }
    const average = seats.reduce(
      (sum, { x, y }) => sum + Math.hypot(x - best.x, y - best.y) / seats.length,
      0,
    );
    expect(distance).toBeLessThan(average / 2);
  });
});
