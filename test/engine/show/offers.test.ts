/** Serving the line: whatever frees seats makes offers, and what an offer is good for [W3, W4]. */
import { describe, expect, it } from 'vitest';
import {
  decided,
  first,
  fullHouse,
  hour,
  minute,
  onSale,
  second,
} from '../../support/show-harness.ts';

const offerTtl = 2 * minute;
const grace = 5 * second;
const holdTtl = 5 * minute;

describe('serving the line', () => {
  it('[W3] release serves it in the same decision', () => {
    const show = fullHouse(4, 3);
    show.wait('ann', 2);
    show.wait('bob', 2);
    show.zoe();
    expect(show.said).toEqual(['holdReleased #3', 'offerMade ann 2']);
    expect([show.line, show.show.earmarked, show.show.seats.free]).toEqual(['bob 2', 2, 3]);
  });

  it('[W3] expiry serves it in the same decision', () => {
    const show = fullHouse(4, 2);
    show.wait('ann', 3);
    show.advance(holdTtl + grace);
    expect(show.said).toEqual(['holdExpired #3 zoe', 'holdExpired #4 yan', 'offerMade ann 3']);
  });

  it('[W3] cancellation serves it in the same decision', () => {
    const show = onSale([4]);
    const booking = show.buy('zoe', [0, 1]);
    show.hold('yan', [2, 3]);
    show.wait('ann', 2);
    show.cancel('zoe', booking);
    expect(show.said).toEqual(['bookingsCancelled S-004 refund 2000', 'offerMade ann 2']);
  });

  it('[W3] a declined offer serves it in the same decision', () => {
    const show = fullHouse(4, 2);
    show.wait('ann', 2);
    show.wait('bob', 2);
    show.zoe();
    show.leave('ann');
    expect(show.said).toEqual(['offerEnded ann declined', 'offerMade bob 2']);
  });

  it('[W3] a lapsed offer serves it in the same decision', () => {
    const show = fullHouse(4, 2);
    show.wait('ann', 2);
    show.wait('bob', 1);
    show.wait('cid', 1);
    show.zoe();
    show.advance(offerTtl + grace);
    expect(show.said).toEqual(['offerEnded ann offerLapsed', 'offerMade bob 1', 'offerMade cid 1']);
  });

  it('[W3] a head that leaves lets the next be served in the same decision', () => {
    const show = fullHouse(4, 1);
    show.wait('ann', 2);
    show.wait('bob', 1);
    show.zoe();
    show.leave('ann');
    expect(show.said).toEqual(['waitEnded ann left', 'offerMade bob 1']);
  });

  it('[W3] [W7] a head whose hour is over lets the next be served in the same decision', () => {
    const show = onSale([4], { holdTtlMs: 2 * hour });
    show.buy('zoe', [0, 1]);
    show.hold('yan', [2]);
    show.wait('ann', 2);
    show.advance(second);
    show.wait('bob', 1);
    show.advance(hour - second);
    expect(show.said).toEqual(['waitEnded ann waitTimeout', 'offerMade bob 1']);
  });

  it('[W3] earmarks what it offers: the next in line gets the rest or waits', () => {
    const show = fullHouse(6, 5);
    show.wait('ann', 2);
    show.wait('bob', 2);
    show.wait('cid', 2);
    show.zoe();
    expect([show.offers, show.line]).toEqual(['ann 2, bob 2', 'cid 2']);
    expect([show.show.earmarked, show.show.seats.free]).toEqual([4, 5]);
  });
});

describe('an offer', () => {
  it('[W4] lasts two minutes and the grace, to the millisecond', () => {
    const show = fullHouse(2, 1);
    show.wait('ann', 1);
    show.zoe();
    expect(show.show.offers.first()?.untilMs).toBe(show.nowMs + offerTtl);
    show.advance(offerTtl + grace - 1);
    expect([show.offers, show.said]).toEqual(['ann 1', []]);
    show.advance(1);
    expect([show.offers, show.said]).toEqual(['', ['offerEnded ann offerLapsed']]);
    expect(show.refusal('ann', { type: 'leave' }).reason).toBe('notWaiting');
  });

  it('[W4] can be used within the grace, for an ordinary hold', () => {
    const show = fullHouse(2, 1);
    show.wait('ann', 1);
    show.zoe();
    show.advance(offerTtl + grace - 1);
    const held = first(show.ask('ann', { type: 'hold', seats: [0] }), 'seatsHeld');
    expect(held.deadlineMs).toBe(show.nowMs + holdTtl);
    expect(show.said.slice(1)).toEqual(['offerEnded ann taken']);
    expect([show.offers, show.show.earmarked]).toEqual(['', 0]);
    show.book('ann', held.hold);
  });

  it('[W4] lets its owner choose any free seats, also while others wait', () => {
    const show = fullHouse(6, 4);
    show.wait('ann', 2);
    show.wait('bob', 5);
    show.zoe();
    show.hold('ann', [3, 1]);
    expect([show.map, show.line]).toEqual(['.h.hhh', 'bob 5']);
  });

  it('[W4] what it does not use is freed to the next, in the same decision', () => {
    const show = fullHouse(6, 4);
    show.wait('ann', 4);
    show.wait('bob', 2);
    show.wait('cid', 2);
    show.zoe();
    const made = decided(show.ask('ann', { type: 'hold', seats: [0, 1] }));
    expect(made.events.map(({ type }) => type)).toEqual(['seatsHeld', 'offerEnded', 'offerMade']);
    expect([show.offers, show.line]).toEqual(['bob 2', 'cid 2']);
  });

  it('[W4] is for its party at the most', () => {
    const show = fullHouse(6, 4);
    show.wait('ann', 2);
    show.zoe();
    expect(show.refusal('ann', { type: 'hold', seats: [0, 1, 2] }).reason).toBe('overSeatLimit');
    show.hold('ann', [0, 1]);
    expect(show.refusal('ann', { type: 'hold', seats: [0] }).reason).toBe('seatsTaken');
    show.hold('ann', [2, 3]);
  });

  it('[W4] can be used for the best seats too', () => {
    const show = fullHouse(6, 4);
    show.wait('ann', 3);
    show.wait('bob', 3);
    show.zoe();
    expect(show.holdBest('ann', 2)).toHaveLength(2);
    expect(show.offers).toBe('');
    expect(show.line).toBe('bob 3');
  });

  it('[W4] several can be open at once, and never promise more than is free', () => {
    const show = fullHouse(6, 5);
    for (const user of ['ann', 'bob', 'cid']) show.wait(user, 2);
    show.zoe();
    expect([show.offers, show.line]).toEqual(['ann 2, bob 2', 'cid 2']);
    // One seat is free beyond what is promised, yet it is the line's.
    expect(show.refusal('dan', { type: 'hold', seats: [0] }).reason).toBe('waitInLine');
    show.yan();
    expect(show.offers).toBe('ann 2, bob 2, cid 2');
    expect(show.refusal('dan', { type: 'hold', seats: [0] })).toMatchObject({ ahead: 0 });
  });

  it('[W4] offers lapse oldest first, each on its own', () => {
    const show = fullHouse(4, 2);
    show.wait('ann', 2);
    show.wait('bob', 2);
    show.zoe();
    show.advance(second);
    show.yan();
    show.advance(offerTtl + grace - second);
    expect(show.said).toEqual(['offerEnded ann offerLapsed']);
    show.advance(second);
    expect(show.said).toEqual(['offerEnded bob offerLapsed']);
  });
});
