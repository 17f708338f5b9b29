/** A show that minds orphans refuses selections that leave a single seat alone [H9]. */
import { describe, expect, it } from 'vitest';
import { decided, onSale, type TestShow } from '../../support/show-harness.ts';

const minding = { orphanRule: true } as const;

function refusal(show: TestShow, seats: readonly number[]) {
  return show.refusal('ann', { type: 'hold', seats });
}

describe('the orphan rule', () => {
  it('[H9] is off where a show does not ask for it', () => {
    for (const terms of [{}, { orphanRule: false }]) {
      const show = onSale([6], terms);
      show.hold('ann', [1, 2]);
      expect(show.map).toBe('.hh...');
    }
  });

  it('[H9] refuses a hold that leaves a single seat, and names it', () => {
    const show = onSale([8], minding);
    expect(refusal(show, [1, 2])).toMatchObject({
      reason: 'leavesOrphan',
      code: 403,
      final: false,
      seats: [0],
    });
    expect(refusal(show, [5, 6])).toMatchObject({ reason: 'leavesOrphan', seats: [7] });
    expect(refusal(show, [0, 2])).toMatchObject({ reason: 'leavesOrphan', seats: [1] });
    expect(refusal(show, [1, 3, 5])).toMatchObject({ seats: [0, 2, 4] });
    show.hold('ann', [0, 1]);
    expect(show.map).toBe('hh......');
  });

  it('[H9] a seat beside an aisle, a wall, a held, booked or blocked one is left alone too', () => {
    const show = onSale([{ count: 4 }, { count: 6, x: 6, firstNumber: 7 }], minding);
    expect(refusal(show, [0, 1, 2])).toMatchObject({ seats: [3] });
    show.block([9]);
    expect(refusal(show, [6, 7])).toMatchObject({ seats: [8] });
    show.buy('bob', [4, 5]);
    expect(refusal(show, [7])).toMatchObject({ seats: [6, 8] });
  });

  it('[H9] does not mind a seat that was alone before', () => {
    const show = onSale([7, 5], minding);
    show.block([1]);
    show.hold('ann', [2, 3]);
    expect(show.map.slice(0, 7)).toBe('.xhh...');
    show.hold('ann', [0]);
  });

  it('[H9] comes after the question whether the seats are free', () => {
    const show = onSale([8], minding);
    show.hold('zoe', [2, 3]);
    expect(refusal(show, [2]).reason).toBe('seatsTaken');
    expect(refusal(show, [0]).reason).toBe('leavesOrphan');
  });

  it('[H9] relaxes where no other choice of that size is left', () => {
    const show = onSale([3, 3], minding);
    // Two of three always leave one; three leave none, and one leaves two together.
    show.hold('ann', [0, 1]);
    expect(show.map).toBe('hh....');
    expect(refusal(show, [4])).toMatchObject({ reason: 'leavesOrphan', seats: [3, 5] });
    show.hold('bob', [3, 4]);
    expect(show.map).toBe('hh.hh.');
  });

  it('[H9] another choice is one in the price tiers chosen: nobody is sent to a dearer seat', () => {
    const show = onSale(
      [
        { count: 3, tier: 0 },
        { count: 8, tier: 1, y: 5 },
      ],
      minding,
    );
    show.hold('ann', [0, 1]);
    expect(refusal(show, [4, 5])).toMatchObject({ reason: 'leavesOrphan', seats: [3] });
  });

  it('[H9] an offer’s owner is held to it as well', () => {
    const show = onSale([6], minding);
    const zoe = show.hold('zoe', [0, 1, 2, 3, 4, 5]);
    show.wait('ann', 2);
    show.release('zoe', zoe);
    expect(show.offers).toBe('ann 2');
    expect(refusal(show, [1, 2])).toMatchObject({ reason: 'leavesOrphan', seats: [0] });
    show.hold('ann', [0, 1]);
  });

  it('[H9] [H8] best seats keep to it by themselves, and relax as a choice by hand does', () => {
    const show = onSale([5], minding);
    expect(show.holdBest('ann', 2)).toEqual([3, 4]);
    expect(show.holdBest('bob', 2)).toEqual([1, 2]);
  });
});

describe('the orphan rule and a changed hold', () => {
  it('[H9] [H5] refuses to add or to swap so that a seat is left alone', () => {
    const show = onSale([8], minding);
    const hold = show.hold('ann', [0, 1]);
    const change = (seats: readonly number[]) =>
      show.refusal('ann', { type: 'change', hold, seats });
    expect(change([0, 1, 3])).toMatchObject({ reason: 'leavesOrphan', seats: [2] });
    expect(change([1, 2])).toMatchObject({ reason: 'leavesOrphan', seats: [0] });
    expect(show.map).toBe('hh......');
    show.change('ann', hold, [0, 1, 2]);
  });

  it('[H9] [H5] refuses to drop a seat from the middle', () => {
    const show = onSale([8], minding);
    const hold = show.hold('ann', [0, 1, 2]);
    const dropped = { type: 'change', hold, seats: [0, 2] } as const;
    expect(show.refusal('ann', dropped)).toMatchObject({ reason: 'leavesOrphan', seats: [1] });
    show.change('ann', hold, [0, 1]);
  });

  it('[H9] [H5] lets a hold give up a seat that was alone before it was held', () => {
    const show = onSale([{ count: 3 }, { count: 6, y: 3 }], minding);
    show.block([0, 2]);
    const hold = show.hold('ann', [1]);
    show.change('ann', hold, [3]);
    expect(show.map).toBe('x.xh.....');
  });

  it('[H9] [H5] does not blame a change for a seat that is alone already', () => {
    const show = onSale([{ count: 3 }, { count: 9, y: 3, tier: 1 }], minding);
    const hold = show.hold('ann', [0, 1]);
    decided(show.ask('ann', { type: 'change', hold, seats: [0, 1, 3] }));
    decided(show.ask('ann', { type: 'change', hold, seats: [0, 1] }));
    expect(show.map).toBe('hh..........');
  });
});
