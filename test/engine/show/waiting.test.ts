/** The line: joining, order, failing, leaving, and what a waiter sees [W1, W2, W5–W9]. */
import { describe, expect, it } from 'vitest';
import { viewMine, viewShow } from '../../../engine/show/views.ts';
import { first, fullHouse, hour, minute, onSale, second } from '../../support/show-harness.ts';
import { checkBooks } from './check-books.ts';

const offerTtl = 2 * minute;
const grace = 5 * second;
const holdTtl = 5 * minute;

describe('joining the line', () => {
  it('[W1] gives a ticket, one above the last', () => {
    const show = fullHouse(4, 2);
    expect([show.wait('ann', 1), show.wait('bob', 2), show.wait('cid', 3)]).toEqual([1, 2, 3]);
    show.leave('cid');
    expect(show.wait('dan', 1)).toBe(4);
    for (const user of ['ann', 'bob', 'dan']) show.leave(user);
    expect(show.wait('eve', 1)).toBe(5);
  });

  it('[W1] is refused as "choose now" where the seats are there and nobody waits', () => {
    const show = onSale([4]);
    show.hold('zoe', [0, 1]);
    expect(show.refusal('ann', { type: 'wait', party: 2 })).toMatchObject({
      reason: 'chooseNow',
      code: 302,
      final: false,
      free: 2,
    });
    expect(show.wait('ann', 3)).toBe(1);
  });

  it('[W1] counts only seats that are promised to nobody as there to be chosen', () => {
    const show = fullHouse(4, 3);
    show.wait('ann', 2);
    show.zoe();
    expect(show.offers).toBe('ann 2');
    expect(show.refusal('bob', { type: 'wait', party: 1 })).toMatchObject({
      reason: 'chooseNow',
      free: 1,
    });
    expect(show.wait('bob', 2)).toBe(2);
  });

  it('[W1] [W2] is not refused where seats are free but others wait', () => {
    const show = fullHouse(4, 1);
    show.wait('ann', 2);
    show.zoe();
    expect(show.show.seats.free).toBe(1);
    expect(show.wait('bob', 1)).toBe(2);
  });

  it('[W1] [R2] is refused where the party can never be served', () => {
    const show = onSale([4]);
    show.buy('zoe', [0, 1]);
    show.hold('yan', [2, 3]);
    expect(show.refusal('ann', { type: 'wait', party: 3 })).toMatchObject({
      reason: 'tooFewLeft',
      code: 201,
      left: 2,
    });
    expect(show.wait('ann', 2)).toBe(1);
  });

  it('[W1] is possible once a user a show, also while an offer is open', () => {
    const show = fullHouse(4, 2);
    show.wait('bob', 1);
    show.wait('ann', 2);
    expect(show.refusal('ann', { type: 'wait', party: 1 })).toMatchObject({
      reason: 'alreadyWaiting',
      code: 113,
      ahead: 1,
    });
    show.leave('bob');
    show.zoe();
    expect(show.offers).toBe('ann 2');
    expect(show.refusal('ann', { type: 'wait', party: 1 })).toMatchObject({
      reason: 'alreadyWaiting',
      ahead: 0,
    });
  });

  it('[W1] [H2] is for at most ten', () => {
    const show = fullHouse(12, 6);
    expect(show.refusal('ann', { type: 'wait', party: 11 })).toMatchObject({
      reason: 'overSeatLimit',
      left: 10,
    });
    show.wait('ann', 10);
  });

  it.each([0, -1, 1.5, Number.NaN])('[W1] is for at least one: %d is refused', (party) => {
    const show = fullHouse(4, 2);
    show.wait('bob', 3);
    const { code } = show.refusal('ann', { type: 'wait', party });
    expect(code).toBeLessThan(200);
  });
});

describe('the order of the line', () => {
  it('[W2] nobody overtakes the head, not even a smaller party that would fit', () => {
    const show = fullHouse(4, 1);
    show.wait('ann', 2);
    show.wait('bob', 1);
    show.zoe();
    expect([show.line, show.offers]).toEqual(['ann 2, bob 1', '']);
    show.yan();
    expect(show.said.slice(1)).toEqual(['offerMade ann 2', 'offerMade bob 1']);
  });

  it('[W2] a newcomer is given nothing while anyone waits, though seats are free', () => {
    const show = fullHouse(6, 2);
    show.wait('ann', 4);
    show.zoe();
    expect(show.refusal('cid', { type: 'hold', seats: [0] })).toMatchObject({
      reason: 'waitInLine',
      ahead: 1,
    });
    expect(show.refusal('cid', { type: 'holdBest', count: 1, tier: undefined }).reason).toBe(
      'waitInLine',
    );
  });

  it('[W2] a newcomer is served again once the line is empty', () => {
    const show = fullHouse(6, 2);
    show.wait('ann', 4);
    show.zoe();
    show.leave('ann');
    show.hold('cid', [0, 1]);
  });

  it('[W2] one who waits is not given seats past the line either', () => {
    const show = fullHouse(4, 1);
    show.wait('ann', 2);
    show.wait('bob', 1);
    show.zoe();
    expect(show.refusal('bob', { type: 'hold', seats: [0] }).reason).toBe('waitInLine');
    expect(show.refusal('ann', { type: 'hold', seats: [0] }).reason).toBe('waitInLine');
  });

  it('[W2] is that of the tickets, whatever the parties and whoever joined again', () => {
    const show = fullHouse(9, 8);
    show.wait('ann', 3);
    show.wait('bob', 1);
    show.wait('cid', 4);
    show.leave('ann');
    show.wait('ann', 3);
    show.zoe();
    expect(show.said.slice(1)).toEqual(['offerMade bob 1', 'offerMade cid 4', 'offerMade ann 3']);
  });
});

describe('a wait that cannot succeed', () => {
  it('[W5] ends as soon as a booking makes the party too large, wherever it stands', () => {
    const show = onSale([6]);
    const hold = show.hold('zoe', [0, 1]);
    show.hold('yan', [2, 3, 4, 5]);
    show.wait('ann', 3);
    show.wait('bob', 5);
    show.wait('cid', 4);
    show.wait('dan', 6);
    show.book('zoe', hold);
    expect(show.said).toEqual([
      `holdBooked #${hold} S-009 0,1`,
      'waitEnded bob tooFewLeft',
      'waitEnded dan tooFewLeft',
    ]);
    expect(show.line).toBe('ann 3, cid 4');
  });

  it('[W5] a party as large as the pool waits on', () => {
    const show = onSale([4]);
    const hold = show.hold('zoe', [0, 1]);
    show.hold('yan', [2, 3]);
    show.wait('ann', 2);
    show.book('zoe', hold);
    expect(show.line).toBe('ann 2');
  });

  it('[W5] [W3] and whoever is then first and fits is served in the same decision', () => {
    const show = onSale([6]);
    const hold = show.hold('zoe', [0, 1]);
    const other = show.hold('yan', [2, 3, 4, 5]);
    show.wait('ann', 5);
    show.wait('bob', 2);
    show.change('yan', other, [2, 3]);
    expect(show.line).toBe('ann 5, bob 2');
    show.book('zoe', hold);
    expect(show.said.slice(1)).toEqual(['waitEnded ann tooFewLeft', 'offerMade bob 2']);
  });

  it('[W5] only those who cannot be served: of equal parties, all or none', () => {
    const show = onSale([10]);
    const hold = show.hold('zoe', [0]);
    show.hold('yan', [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const user of ['ann', 'bob', 'cid']) show.wait(user, 10);
    show.wait('dan', 9);
    show.book('zoe', hold);
    expect(show.said.slice(1)).toEqual(
      ['ann', 'bob', 'cid'].map((user) => `waitEnded ${user} tooFewLeft`),
    );
    expect(show.line).toBe('dan 9');
  });
});

describe('leaving', () => {
  it('[W6] is possible from anywhere in the line, and keeps the others’ order', () => {
    const show = fullHouse(4, 2);
    for (const user of ['ann', 'bob', 'cid', 'dan']) show.wait(user, 3);
    show.leave('cid');
    expect(show.said).toEqual(['waitEnded cid left']);
    expect(show.line).toBe('ann 3, bob 3, dan 3');
    show.leave('ann');
    expect(show.line).toBe('bob 3, dan 3');
  });

  it('[W6] twice is refused; declining an offer is leaving', () => {
    const show = fullHouse(2, 1);
    show.wait('ann', 1);
    show.zoe();
    show.leave('ann');
    expect(show.said).toEqual(['offerEnded ann declined']);
    expect(show.refusal('ann', { type: 'leave' })).toMatchObject({
      reason: 'notWaiting',
      code: 112,
      final: true,
    });
  });

  it('[W6] loses the place: joining again is at the end', () => {
    const show = fullHouse(4, 2);
    show.wait('ann', 3);
    show.wait('bob', 3);
    show.leave('ann');
    expect(show.wait('ann', 3)).toBe(3);
    expect(show.line).toBe('bob 3, ann 3');
  });
});

describe('the longest wait', () => {
  it('[W7] is an hour from joining, as the waiter is told', () => {
    const show = fullHouse(2, 1);
    const joined = first(show.ask('ann', { type: 'wait', party: 1 }), 'waitJoined');
    expect(joined.untilMs).toBe(show.nowMs + hour);
  });

  it('[W7] ends to the millisecond, with its reason and without a grace, oldest first', () => {
    const show = onSale([4], { holdTtlMs: 2 * hour });
    show.hold('zoe', [0, 1, 2, 3]);
    show.wait('ann', 3);
    show.advance(1);
    show.wait('bob', 3);
    show.advance(hour - 2);
    expect(show.line).toBe('ann 3, bob 3');
    show.advance(1);
    expect(show.said).toEqual(['waitEnded ann waitTimeout']);
    show.advance(1);
    expect(show.said).toEqual(['waitEnded bob waitTimeout']);
  });

  it('[W7] does not end an offer that came in time', () => {
    const show = onSale([2], { holdTtlMs: 2 * hour });
    const hold = show.hold('zoe', [0, 1]);
    show.wait('ann', 2);
    show.advance(hour - 1);
    show.release('zoe', hold);
    show.advance(minute);
    expect(show.offers).toBe('ann 2');
  });
});

describe('what a waiter sees', () => {
  it('[W8] its ticket, the one being served, and how many are ahead', () => {
    const show = fullHouse(4, 2);
    for (const user of ['ann', 'bob', 'cid', 'dan']) show.wait(user, 3);
    const wait = (user: string) => viewMine(show.show, user as never)?.wait;
    expect(wait('cid')).toMatchObject({ ticket: 3, party: 3, ahead: 2, serving: 1 });
    show.leave('bob');
    expect(wait('cid')).toMatchObject({ ticket: 3, ahead: 1, serving: 1 });
    show.leave('ann');
    expect(wait('cid')).toMatchObject({ ticket: 3, ahead: 0, serving: 3 });
    expect(viewShow(show.show)).toMatchObject({ serving: 3, waiting: 2 });
    show.leave('cid');
    show.leave('dan');
    expect(viewShow(show.show)).toMatchObject({ serving: 0, waiting: 0 });
  });

  it('[W9] place, hold, offer and deadlines are all there for one who comes back', () => {
    const show = fullHouse(6, 3);
    const mine = (user: string) => viewMine(show.show, user as never);
    const at = show.nowMs;
    show.wait('xia', 1);
    show.zoe();
    show.advance(second);
    show.hold('ann', [0]);
    expect(mine('ann')).toEqual({
      show: 's',
      holds: [
        {
          hold: show.show.seq,
          seats: [0],
          deadlineMs: at + second + holdTtl,
          currency: 'INR',
          prices: [1_000],
          total: 1_000,
          discounts: [],
        },
      ],
      bookings: [],
      wait: null,
      offer: null,
    });
    expect(mine('xia')).toMatchObject({
      holds: [],
      wait: null,
      offer: { party: 1, untilMs: at + offerTtl },
    });
    show.wait('cid', 2);
    expect(mine('cid')).toMatchObject({
      wait: { ticket: 2, party: 2, ahead: 0, serving: 2, untilMs: at + second + hour },
      offer: null,
    });
    expect(mine('nobody')).toBeUndefined();
  });
});

describe('a long line', () => {
  it('[W7] nobody whose hour is over is offered seats, also when very many hours are over', () => {
    const show = onSale([4], { holdTtlMs: hour - grace });
    show.audited = false;
    show.hold('zoe', [0, 1, 2, 3]);
    for (let index = 0; index < 2_500; index++) show.wait(`u${index}`, 1);
    show.advance(hour);
    expect(show.said.filter((said) => said.startsWith('offerMade'))).toEqual([]);
    expect(show.said.filter((said) => said.endsWith('waitTimeout'))).toHaveLength(2_500);
    expect(show.show.seats.free).toBe(4);
  });

  it('[W2] [W5] [W6] [W7] keeps its order and its books', () => {
    const show = onSale([12], { holdTtlMs: 4 * hour });
    show.audited = false;
    const hold = show.hold('zoe', [0, 1, 2]);
    const other = show.hold('yan', [3, 4]);
    show.hold('xia', [5, 6, 7, 8, 9, 10, 11]);
    for (let index = 0; index < 3_000; index++) show.wait(`u${index}`, 1 + (index % 10));
    for (let index = 0; index < 3_000; index += 7) show.leave(`u${index}`);
    checkBooks(show.show);
    const before = [...show.show.waitlist.inOrder()];
    show.book('zoe', hold);
    checkBooks(show.show);
    expect([...show.show.waitlist.inOrder()]).toEqual(before.filter(({ party }) => party <= 9));
    show.release('yan', other);
    expect(show.said.slice(1)).toEqual(['offerMade u1 2']);
    show.advance(hour);
    checkBooks(show.show);
    expect([show.show.waitlist.size, show.show.offers.size]).toEqual([0, 0]);
  });
});
