/** Compares the search with one that tries every block and looks at what it leaves [H8]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBestBlock } from '../../../../engine/show/seats/best-block.ts';
import {
  type CompiledLayout,
  compileLayout,
} from '../../../../engine/show/seats/compiled-layout.ts';
import { BOOKED, FREE, SeatBitmap } from '../../../../engine/show/seats/seat-bitmap.ts';
import { anyLayout, layoutOf, TIERS } from './layout-arbitrary.ts';

interface Block {
  readonly first: number;
  readonly sum: number;
  readonly orphans: boolean;
}

/** Lengths of the free stretches of one run, drawn as text: `.` free, `x` taken. */
const stretches = (drawn: string) => drawn.split('x').filter((stretch) => stretch !== '');

/** Whether taking the block makes a lone free seat right beside it. */
function orphansOf(drawn: string, at: number, count: number): boolean {
  const left = stretches(`x${drawn.slice(0, at)}`).at(-1);
  const right = stretches(`${drawn.slice(at + count)}x`)[0];
  const touchesLeft = drawn[at - 1] === '.';
  const touchesRight = drawn[at + count] === '.';
  return (touchesLeft && left?.length === 1) || (touchesRight && right?.length === 1);
}

function bruteForce(
  compiled: CompiledLayout,
  seats: SeatBitmap,
  count: number,
  tier: number | undefined,
): { seats: readonly number[] } | { largest: number } {
  const blocks: Block[] = [];
  let largest = 0;
  compiled.layout.runs.forEach((run, index) => {
    if (tier !== undefined && run.tier !== tier) return;
    const start = compiled.runStart[index] ?? 0;
    const indexes = Array.from({ length: run.count }, (_, offset) => start + offset);
    const drawn = indexes.map((seat) => (seats.get(seat) === FREE ? '.' : 'x')).join('');
    largest = Math.max(largest, ...stretches(drawn).map((stretch) => stretch.length));
    for (let at = 0; at + count <= run.count; at++) {
      if (drawn.slice(at, at + count).includes('x')) continue;
      const block = compiled.distance.subarray(start + at, start + at + count);
      const sum = block.reduce((total, away) => total + away, 0);
      blocks.push({ first: start + at, sum, orphans: orphansOf(drawn, at, count) });
    }
  });
  blocks.sort(
    (a, b) => Number(a.orphans) - Number(b.orphans) || a.sum - b.sum || a.first - b.first,
  );
  const best = blocks[0];
  if (best === undefined) return { largest };
  return { seats: Array.from({ length: count }, (_, offset) => best.first + offset) };
}

/** A show of one row, drawn as text. */
function oneRow(drawn: string, best: number): [CompiledLayout, SeatBitmap] {
  const compiled = compileLayout(layoutOf([{ count: drawn.length }], { best: { x: best, y: 0 } }));
  const seats = new SeatBitmap(drawn.length);
  [...drawn].forEach((mark, seat) => {
    if (mark === 'x') seats.set(seat, BOOKED);
  });
  return [compiled, seats];
}

const scenario = fc.record({
  layout: anyLayout,
  /** How many of eight seats are taken, and which. */
  fullness: fc.nat(7),
  draws: fc.array(fc.nat(7), { minLength: 63, maxLength: 63 }),
  count: fc.integer({ min: 1, max: 6 }),
  tier: fc.option(fc.nat(TIERS.length), { nil: undefined }),
});

describe('[H8] findBestBlock', () => {
  it('picks the block that trying every block picks', () => {
    fc.assert(
      fc.property(scenario, ({ layout, fullness, draws, count, tier }) => {
        const compiled = compileLayout(layout);
        const seats = new SeatBitmap(compiled.count);
        for (let seat = 0; seat < compiled.count; seat++) {
          if ((draws[seat] ?? 0) < fullness) seats.set(seat, BOOKED);
        }
        const found = findBestBlock(compiled, seats, count, tier);
        expect(found).toEqual(bruteForce(compiled, seats, count, tier));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes the seats nearest to the best point', () => {
    expect(findBestBlock(...oneRow('..........', 6), 3, undefined)).toEqual({ seats: [5, 6, 7] });
  });

  it('takes the lower seats where two blocks are equally near', () => {
    expect(findBestBlock(...oneRow('......', 2.5), 3, undefined)).toEqual({ seats: [0, 1, 2] });
    expect(findBestBlock(...oneRow('..xx..', 2.5), 2, undefined)).toEqual({ seats: [0, 1] });
  });

  it('takes the lower seat of two that tie, though its row starts further away', () => {
    const rows = [
      { count: 1, x: 3, y: 6 },
      { count: 3, x: 3, y: 4 },
    ];
    const compiled = compileLayout(layoutOf(rows, { best: { x: 3, y: 4 } }));
    expect([...compiled.distance]).toEqual([2, 0, 1, 2]);
    const seats = new SeatBitmap(4);
    for (const seat of [1, 2]) seats.set(seat, BOOKED);
    expect(findBestBlock(compiled, seats, 1, undefined)).toEqual({ seats: [0] });
  });

  it('leaves no orphan at a wall or beside a taken seat when another block exists', () => {
    expect(findBestBlock(...oneRow('......', 2), 3, undefined)).toEqual({ seats: [0, 1, 2] });
    expect(findBestBlock(...oneRow('.....x....', 2), 4, undefined)).toEqual({
      seats: [6, 7, 8, 9],
    });
  });

  it('leaves an orphan where every block does', () => {
    expect(findBestBlock(...oneRow('.....', 1), 4, undefined)).toEqual({ seats: [0, 1, 2, 3] });
    expect(findBestBlock(...oneRow('x...x', 2), 2, undefined)).toEqual({ seats: [1, 2] });
  });

  it('never joins seats across an aisle, though their indexes touch', () => {
    const compiled = compileLayout(layoutOf([{ count: 2 }, { count: 2, x: 3, y: 0 }]));
    expect(findBestBlock(compiled, new SeatBitmap(4), 3, undefined)).toEqual({ largest: 2 });
  });

  it('keeps to the tier asked for, and finds nothing in one that has no seat', () => {
    const compiled = compileLayout(
      layoutOf([{ tier: 0 }, { tier: 1, count: 4 }], { best: { x: 2, y: 0 } }),
    );
    const seats = new SeatBitmap(9);
    expect(findBestBlock(compiled, seats, 4, 1)).toEqual({ seats: [5, 6, 7, 8] });
    expect(findBestBlock(compiled, seats, 5, 1)).toEqual({ largest: 4 });
    expect(findBestBlock(compiled, seats, 1, 2)).toEqual({ largest: 0 });
  });

  it('says how long the longest free block is where none is long enough', () => {
    expect(findBestBlock(...oneRow('..x...x.', 0), 4, undefined)).toEqual({ largest: 3 });
    expect(findBestBlock(...oneRow('xxx', 0), 1, undefined)).toEqual({ largest: 0 });
  });
});
