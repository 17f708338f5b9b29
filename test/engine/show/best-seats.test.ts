/** Best n: the seats that the engine picks itself, in the decision that holds them [H8]. */
import { describe, expect, it } from 'vitest';
import { first, onSale } from '../../support/show-harness.ts';

describe('best seats', () => {
  it('[H8] are an unbroken block nearest to the best point, held in the same decision', () => {
    // The best point lies above seat 4 of a row of nine.
    const show = onSale([{ count: 9, y: 4 }]);
    expect(show.holdBest('ann', 3)).toEqual([3, 4, 5]);
    expect(show.said).toEqual(['seatsHeld #3 3,4,5']);
    expect(show.map).toBe('...hhh...');
  });

  it('[H8] leave no single seat where another choice exists', () => {
    const show = onSale([{ count: 5, y: 4 }]);
    // Nearest are 2,3,4; seats 3,4 strand nobody, 2,3 would strand seat 4.
    expect(show.holdBest('ann', 2)).toEqual([3, 4]);
    // Where either choice strands one, the nearer it is.
    expect(show.holdBest('bob', 2)).toEqual([1, 2]);
  });

  it('[H8] are of the tier asked for', () => {
    const show = onSale([
      { count: 4, y: 4 },
      { count: 4, y: 1, tier: 2 },
    ]);
    expect(show.holdBest('ann', 2, 2).every((seat) => seat >= 4)).toBe(true);
    expect(show.holdBest('ann', 2, 0).every((seat) => seat < 4)).toBe(true);
  });

  it.each([-1, 3])('[H8] of tier %d are refused: there is no such tier', (tier) => {
    const show = onSale([4]);
    expect(show.refusal('ann', { type: 'holdBest', count: 1, tier })).toMatchObject({
      reason: 'noSuchTier',
      code: 115,
      final: true,
      tiers: 3,
    });
  });

  it('[H8] are refused where no block is left, with the longest there is', () => {
    const show = onSale([5]);
    show.hold('zoe', [2]);
    expect(show.refusal('ann', { type: 'holdBest', count: 3, tier: undefined })).toMatchObject({
      reason: 'noBlockLeft',
      code: 402,
      final: false,
      largest: 2,
    });
    expect(show.holdBest('ann', 2)).toHaveLength(2);
  });

  it('[H8] go through the same checks as chosen ones, in the same order', () => {
    const show = onSale([12]);
    const refusal = (user: string, count: number) =>
      show.refusal(user, { type: 'holdBest', count, tier: undefined });
    expect(refusal('ann', 11)).toMatchObject({ reason: 'overSeatLimit', left: 10 });
    show.buy('zoe', [0, 1, 2, 3, 4]);
    expect(refusal('ann', 8)).toMatchObject({ reason: 'tooFewLeft', left: 7 });
    const hold = show.hold('yan', [5, 7, 9, 11]);
    expect(refusal('ann', 4)).toMatchObject({ reason: 'waitInLine', ahead: 0 });
    expect(refusal('ann', 3)).toMatchObject({ reason: 'noBlockLeft', largest: 1 });
    show.wait('ann', 4);
    expect(refusal('bob', 1)).toMatchObject({ reason: 'waitInLine', ahead: 1 });
    show.release('yan', hold);
    expect(show.offers).toBe('ann 4');
    expect(refusal('ann', 5)).toMatchObject({ reason: 'overSeatLimit' });
    expect(show.holdBest('ann', 4)).toHaveLength(4);
  });

  it.each([0, -1, 1.5, Number.NaN])('[H8] of %d seats are refused, not a crash', (count) => {
    const show = onSale([4]);
    expect(show.refusal('ann', { type: 'holdBest', count, tier: undefined }).code).toBeLessThan(
      200,
    );
  });

  it('[H8] in three rows are the nearer ones, where as many are apart either way', () => {
    // Rows from the screen, seats by their index: .0..12.3 / 4.5.6 / 78
    const show = onSale([
      { count: 1, x: 1, y: 0 },
      { count: 2, x: 4, y: 0 },
      { count: 1, x: 7, y: 0 },
      { count: 1, x: 0, y: 1 },
      { count: 1, x: 2, y: 1 },
      { count: 1, x: 4, y: 1 },
      { count: 2, x: 0, y: 2 },
    ]);
    const wish = { type: 'holdBest', count: 5, tier: undefined, split: true } as const;
    expect(first(show.ask('ann', wish), 'seatsHeld').seats).toEqual([1, 2, 6, 7, 8]);
  });
});
