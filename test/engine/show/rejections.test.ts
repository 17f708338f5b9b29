/** What a refused request is told, in which order, under which number [R1–R4]. */
import { describe, expect, it } from 'vitest';
import { bookingRef, holdId } from '../../../engine/ids.ts';
import { rejectionTable } from '../../../engine/show/rejections.ts';
import { onSale, opening, type Refusal, start, TestShow } from '../../support/show-harness.ts';

const hold = (...seats: readonly number[]) => ({ type: 'hold', seats }) as const;

describe('the table', () => {
  it('[R1] [R2] [R3] [R4] numbers and names are stable; each is final or transient', () => {
    expect(rejectionTable).toEqual({
      showNotFound: { code: 101, final: true },
      showNotOnSale: { code: 102, final: true },
      invalidSeats: { code: 103, final: true },
      overSeatLimit: { code: 104, final: true },
      holdNotFound: { code: 110, final: true },
      bookingNotFound: { code: 111, final: true },
      notWaiting: { code: 112, final: true },
      alreadyWaiting: { code: 113, final: true },
      showStarted: { code: 114, final: true },
      noSuchTier: { code: 115, final: true },
      paymentNeeded: { code: 116, final: true },
      paymentNotNeeded: { code: 117, final: true },
      paymentPending: { code: 118, final: false },
      paymentNotFound: { code: 119, final: true },
      paymentSettled: { code: 120, final: true },
      showNotScheduled: { code: 121, final: true },
      tooFewLeft: { code: 201, final: true },
      waitInLine: { code: 301, final: false },
      chooseNow: { code: 302, final: false },
      seatsTaken: { code: 401, final: false },
      noBlockLeft: { code: 402, final: false },
      leavesOrphan: { code: 403, final: false },
    });
  });

  it('[R1] no number is used twice', () => {
    const codes = Object.values(rejectionTable).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

/**
 * Twelve seats: 0–3 booked, 4–6 held, 11 blocked, 7–10 free. Ann has 9 of her 10 seats elsewhere
 * in the hall; a line of two stands, so that every check has something to say.
 */
function everythingWrong(): TestShow {
  const show = onSale([12, 9]);
  show.hold('ann', [12, 13, 14, 15, 16, 17, 18, 19, 20]);
  show.buy('zoe', [0, 1, 2, 3]);
  show.hold('yan', [4, 5, 6]);
  show.block([11]);
  const rest = show.hold('xia', [7, 8, 9, 10]);
  show.wait('uma', 8);
  show.wait('vic', 1);
  show.release('xia', rest);
  return show;
}

describe('the order of the checks of a hold', () => {
  it('[R1] first: is the show on sale? with its state and times', () => {
    for (const show of [new TestShow([2]), onSale([2])]) {
      if (show.show.phase === 'onSale') show.cancelShow();
      expect(show.refusal('ann', hold(9, 9))).toEqual({
        type: 'rejected',
        reason: 'showNotOnSale',
        code: 102,
        final: true,
        phase: show.show.phase,
        onSaleAtMs: opening,
        startsAtMs: start,
      });
    }
  });

  it.each([
    ['no seats', [], 'none', []],
    ['an unknown seat, before one named twice', [8, 8, 21], 'unknown', [21]],
    ['a negative seat', [-1], 'unknown', [-1]],
    ['half a seat', [7.5], 'unknown', [7.5]],
    ['no number at all', [Number.NaN], 'unknown', [Number.NaN]],
    ['a seat named twice, before a blocked one', [11, 8, 8], 'twice', [8]],
    ['a blocked seat, before the limit', [7, 8, 11], 'blocked', [11]],
  ])('[R1] second: are the seats valid? %s', (_, seats, problem, named) => {
    const show = everythingWrong();
    expect(show.refusal('ann', hold(...seats))).toEqual({
      type: 'rejected',
      reason: 'invalidSeats',
      code: 103,
      final: true,
      problem,
      seats: named,
    });
  });

  it('[R1] names every blocked seat of a selection', () => {
    const show = onSale([4]);
    show.block([1, 3]);
    expect(show.refusal('ann', hold(3, 0, 1))).toMatchObject({ problem: 'blocked', seats: [3, 1] });
  });

  it('[R1] names one seat of a large selection that is there twice', () => {
    const show = onSale([30]);
    const seats = [...Array.from({ length: 20 }, (_, seat) => seat), 7];
    expect(show.refusal('ann', hold(...seats))).toMatchObject({ problem: 'twice', seats: [7] });
  });

  it('[R1] third: is it over the seat limit? before too few are left, with what is left', () => {
    const show = everythingWrong();
    // Both seats are held by others, and others wait: the limit still comes first.
    expect(show.refusal('ann', hold(4, 5))).toEqual({
      type: 'rejected',
      reason: 'overSeatLimit',
      code: 104,
      final: true,
      left: 1,
      limit: 10,
    });
  });

  it('[R2] fourth: are too few left? free and held together, before the line', () => {
    const show = onSale([5]);
    show.buy('zoe', [0, 1]);
    show.hold('yan', [2, 3]);
    show.wait('uma', 3);
    const seats = [0, 1, 2, 4];
    expect(show.refusal('bob', hold(...seats))).toEqual({
      type: 'rejected',
      reason: 'tooFewLeft',
      code: 201,
      final: true,
      left: 3,
    });
    // As many as the pool is not too many.
    expect(show.refusal('bob', hold(0, 1, 2)).reason).toBe('waitInLine');
  });

  it('[R2] sold out is too few left', () => {
    const show = onSale([2]);
    show.buy('ann', [0, 1]);
    expect(show.refusal('bob', hold(0))).toMatchObject({ reason: 'tooFewLeft', left: 0 });
    expect(show.refusal('bob', { type: 'wait', party: 1 })).toMatchObject({ left: 0 });
  });

  it('[R3] fifth: do others wait? before the seats are looked at', () => {
    const show = everythingWrong();
    expect(show.refusal('bob', hold(0, 4))).toEqual({
      type: 'rejected',
      reason: 'waitInLine',
      code: 301,
      final: false,
      ahead: 2,
    });
    // Free seats, enough of them: still the line's.
    expect(show.refusal('bob', hold(7))).toMatchObject({ reason: 'waitInLine', ahead: 2 });
  });

  it('[R3] fewer grantable than asked for, and more may come back: wait', () => {
    const show = onSale([4]);
    show.hold('ann', [0, 1, 2]);
    expect(show.refusal('bob', hold(0, 3))).toMatchObject({ reason: 'waitInLine', ahead: 0 });
    show.wait('bob', 2);
    expect(show.refusal('cid', hold(3))).toMatchObject({ reason: 'waitInLine', ahead: 1 });
  });

  it('[R3] free seats that are promised are not grantable', () => {
    const show = onSale([4]);
    const all = show.hold('ann', [0, 1, 2, 3]);
    show.wait('bob', 3);
    show.release('ann', all);
    expect(show.refusal('cid', hold(0, 1))).toMatchObject({ reason: 'waitInLine', ahead: 0 });
    show.hold('cid', [0]);
  });

  it('[R3] one who waits is told how many are ahead of them', () => {
    const show = everythingWrong();
    expect(show.refusal('uma', hold(7, 8))).toMatchObject({ reason: 'waitInLine', ahead: 0 });
    expect(show.refusal('vic', hold(7))).toMatchObject({ reason: 'waitInLine', ahead: 1 });
  });

  it('[R4] last: are the chosen seats free? naming exactly those that are not', () => {
    const show = onSale([8]);
    show.buy('ann', [1]);
    show.hold('bob', [3, 4]);
    expect(show.refusal('cid', hold(4, 0, 1, 2, 3))).toEqual({
      type: 'rejected',
      reason: 'seatsTaken',
      code: 401,
      final: false,
      seats: [4, 1, 3],
    });
  });

  it('[R4] an offer’s owner too is told which seats are not free', () => {
    const show = onSale([4]);
    const hold2 = show.hold('ann', [0, 1]);
    show.hold('zoe', [2, 3]);
    show.wait('bob', 2);
    show.release('ann', hold2);
    expect(show.refusal('bob', hold(1, 2))).toMatchObject({ reason: 'seatsTaken', seats: [2] });
    show.hold('bob', [0, 1]);
  });
});

describe('the order of the checks of a change', () => {
  it('[R1] [R2] [R3] [R4] is that of a hold, after the hold itself', () => {
    const show = onSale([10]);
    const own = show.hold('ann', [0, 1]);
    show.buy('zoe', [8, 9]);
    show.block([7]);
    const other = show.hold('bob', [5, 6]);
    const change = (...seats: readonly number[]) =>
      show.refusal('ann', { type: 'change', hold: own, seats });
    const expectations: [Refusal, object][] = [
      [change(99, 7, 7), { reason: 'invalidSeats', problem: 'unknown' }],
      [change(7, 7), { reason: 'invalidSeats', problem: 'twice' }],
      [change(0, 7), { reason: 'invalidSeats', problem: 'blocked', seats: [7] }],
      [change(0, 1, 2, 3, 4, 5, 6, 8), { reason: 'tooFewLeft', left: 7 }],
      [change(0, 1, 2, 3, 4, 5, 6), { reason: 'waitInLine', ahead: 0 }],
      [change(0, 5, 2), { reason: 'seatsTaken', seats: [5] }],
    ];
    for (const [refusal, expected] of expectations) expect(refusal).toMatchObject(expected);
    show.wait('cid', 5);
    expect(change(0, 5)).toMatchObject({ reason: 'waitInLine', ahead: 1 });
    show.release('bob', other);
    expect(change(99)).toMatchObject({ reason: 'invalidSeats' });
  });
});

describe('other refusals', () => {
  it('[R1] what is not there: holds, bookings, places in the line', () => {
    const show = onSale([4]);
    const booking = show.buy('zoe', [0]);
    const unknown = bookingRef('S-ZZZ');
    for (const [wish, refusal] of [
      [
        { type: 'release', hold: holdId(7) },
        { reason: 'holdNotFound', code: 110 },
      ],
      [
        { type: 'book', hold: holdId(7) },
        { reason: 'holdNotFound', code: 110 },
      ],
      [
        { type: 'change', hold: holdId(7), seats: [1] },
        { reason: 'holdNotFound', code: 110 },
      ],
      [{ type: 'leave' }, { reason: 'notWaiting', code: 112 }],
      [
        { type: 'cancel', bookings: [unknown, booking] },
        { reason: 'bookingNotFound', code: 111, bookings: [unknown, booking] },
      ],
      [
        { type: 'cancel', bookings: [] },
        { reason: 'bookingNotFound', code: 111, bookings: [] },
      ],
    ] as const) {
      expect(show.refusal('ann', wish)).toEqual({ type: 'rejected', final: true, ...refusal });
    }
  });

  it('[R4] a refusal changes nothing and writes nothing to the log', () => {
    const show = everythingWrong();
    const [before, decisions] = [show.bytes, show.decisions.length];
    show.refusal('ann', hold(4, 5));
    show.refusal('nobody', hold(0));
    show.refusal('vic', { type: 'wait', party: 1 });
    show.refusal('nobody', { type: 'leave' });
    show.houseRefusal({ type: 'block', seats: [0] });
    expect(show.bytes).toEqual(before);
    expect(show.decisions.length).toBe(decisions);
    expect(show.show.users.has('nobody' as never)).toBe(false);
  });
});
