/** Best n where no row has so many side by side: rows that follow each other, if asked [H8]. */
import { describe, expect, it } from 'vitest';
import type { SeatRun } from '../../../engine/show/seats/layout.ts';
import { first, onSale, type TestShow } from '../../support/show-harness.ts';

/** Rows of so many seats, one behind the other from y = 1 on, each from x = 0. */
function rows(...counts: readonly number[]): Partial<SeatRun>[] {
  return counts.map((count, index) => ({ row: `R${index}`, count, x: 0, y: index + 1 }));
}

function split(show: TestShow, count: number, tier?: number): readonly number[] {
  const answer = show.ask('ann', { type: 'holdBest', count, tier, split: true });
  return first(answer, 'seatsHeld').seats;
}

describe('best seats over several rows', () => {
  it('[H8] are refused unless the request says that rows behind each other will do', () => {
    const show = onSale(rows(3, 3));
    for (const wish of [{}, { split: false }, { split: undefined }]) {
      const asked = { type: 'holdBest', count: 5, tier: undefined, ...wish } as const;
      expect(show.refusal('ann', asked)).toMatchObject({ reason: 'noBlockLeft', largest: 3 });
    }
    expect(split(show, 5)).toHaveLength(5);
  });

  it('[H8] are one block wherever there is one, though it leaves an orphan', () => {
    const show = onSale(rows(5, 4, 4));
    expect(split(show, 4)).toHaveLength(4);
    expect(
      new Set([...show.show.holds.values()].flatMap(({ seats }) => seats.map(rowOf(show)))),
    ).toHaveProperty('size', 1);
  });

  it('[H8] are one block a row, in rows that follow each other, all in one decision', () => {
    const show = onSale(rows(3, 3, 3));
    const seats = split(show, 6);
    expect(seats).toHaveLength(6);
    expect(show.said).toHaveLength(1);
    const used = [...new Set(seats.map(rowOf(show)))];
    expect(used).toHaveLength(2);
    expect(Math.abs((used[0] ?? 0) - (used[1] ?? 0))).toBe(1);
  });

  it('[H8] skip no row: a full row between two keeps them apart', () => {
    const show = onSale(rows(2, 2, 2));
    show.hold('zoe', [2, 3]);
    const asked = { type: 'holdBest', count: 4, tier: undefined, split: true } as const;
    expect(show.refusal('ann', asked)).toMatchObject({ reason: 'noBlockLeft', largest: 2 });
  });

  it('[H8] leave no orphan where another split exists', () => {
    // Of four and four, five can be 3 + 2, 4 + 1 and so on; only 2 + … or 4 + … leave nobody alone.
    const show = onSale(rows(4, 4, 4));
    const seats = split(show, 6);
    expect(orphans(show)).toEqual([]);
    expect(seats).toHaveLength(6);
  });

  it('[H8] take more rows rather than leave an orphan', () => {
    const show = onSale(rows(3, 3, 3));
    // Four as 3 + 1 leaves two, as 2 + 2 two orphans: the first.
    expect([...split(show, 4)].map(rowOf(show)).sort().join()).toMatch(
      /^(0,0,0,1|0,1,1,1|1,1,1,2|1,2,2,2)$/,
    );
    expect(orphans(show)).toEqual([]);
  });

  it('[H8] are right behind one another where that is possible', () => {
    const show = onSale([
      { row: 'A', count: 2, x: 0, y: 1 },
      { row: 'B', count: 2, x: 0, y: 2 },
      { row: 'B', count: 2, x: 20, y: 2, firstNumber: 21 },
    ]);
    expect(split(show, 4)).toEqual([0, 1, 2, 3]);
  });

  it('[H8] keep to the price tier asked for', () => {
    const show = onSale([
      { row: 'A', count: 2, y: 1, tier: 0 },
      { row: 'B', count: 2, y: 2, tier: 1 },
      { row: 'C', count: 2, y: 3, tier: 1 },
    ]);
    expect(split(show, 4, 1)).toEqual([2, 3, 4, 5]);
    const asked = { type: 'holdBest', count: 2, tier: 2, split: true } as const;
    expect(show.refusal('bob', asked)).toMatchObject({ reason: 'noBlockLeft', largest: 0 });
  });

  it('[H8] come after the checks of every hold', () => {
    const show = onSale(rows(2, 2));
    const asked = { type: 'holdBest', count: 5, tier: undefined, split: true } as const;
    expect(show.refusal('ann', asked)).toMatchObject({ reason: 'tooFewLeft', left: 4 });
    show.hold('zoe', [0]);
    expect(show.refusal('ann', { ...asked, count: 4 }).reason).toBe('waitInLine');
  });

  it('[H8] in a hall of 100,000 seats with every sixth taken are found all the same', () => {
    const show = onSale(rows(...new Array(300).fill(333)), { seatsPerUser: 100_000 });
    show.audited = false;
    const taken = Array.from({ length: show.show.layout.count }, (_, seat) => seat);
    show.block(taken.filter((seat) => (seat % 333) % 6 === 5));
    expect(split(show, 10)).toHaveLength(10);
    expect(split(show, 10)).toHaveLength(10);
  });
});

function rowOf(show: TestShow): (seat: number) => number {
  return (seat) => show.show.layout.runOf[seat] ?? -1;
}

/** Free seats without a free neighbour in their row. */
function orphans(show: TestShow): readonly number[] {
  const { map } = show;
  const row = rowOf(show);
  const isFree = (seat: number, of: number) => map[seat] === '.' && row(seat) === of;
  return [...map].flatMap((mark, seat) => {
    const own = row(seat);
    return mark === '.' && !isFree(seat - 1, own) && !isFree(seat + 1, own) ? [seat] : [];
  });
}
