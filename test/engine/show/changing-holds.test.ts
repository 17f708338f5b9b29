/** Changing which seats a hold has: all or nothing, and never for time [H5]. */
import { describe, expect, it } from 'vitest';
import { first, minute, onSale, second } from '../../support/show-harness.ts';

const ttl = 5 * minute;
const grace = 5 * second;

describe('changing', () => {
  it('[H5] swaps, adds and drops seats in one decision', () => {
    const show = onSale([6]);
    const hold = show.hold('ann', [0, 1]);
    show.change('ann', hold, [1, 2, 3]);
    expect(show.map).toBe('.hhh..');
    expect(show.said).toEqual([`holdChanged #${hold} 1,2,3`]);
    show.change('ann', hold, [5]);
    expect(show.map).toBe('.....h');
  });

  it('[H5] is all or nothing', () => {
    const show = onSale([6]);
    const hold = show.hold('ann', [0, 1]);
    show.hold('bob', [3]);
    expect(show.refusal('ann', { type: 'change', hold, seats: [1, 2, 3] })).toMatchObject({
      reason: 'seatsTaken',
      seats: [3],
    });
    expect(show.map).toBe('hh.h..');
  });

  it('[H5] never moves the deadline, and is told with it', () => {
    const show = onSale([6]);
    const { hold, deadlineMs } = first(
      show.ask('ann', { type: 'hold', seats: [0, 1] }),
      'seatsHeld',
    );
    show.advance(4 * minute);
    const changed = first(show.ask('ann', { type: 'change', hold, seats: [2] }), 'holdChanged');
    expect(changed.deadlineMs).toBe(deadlineMs);
    show.advance(minute + grace - 1);
    expect(show.map).toBe('..h...');
    show.advance(1);
    expect(show.map).toBe('......');
  });

  it('[H5] keeps its turn among the deadlines', () => {
    const show = onSale([4]);
    const older = show.hold('ann', [0]);
    show.advance(second);
    show.hold('bob', [1]);
    show.change('ann', older, [2]);
    show.advance(ttl + grace - second);
    expect(show.map).toBe('.h..');
  });

  it('[H5] is refused where it would change nothing, or leave nothing', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1]);
    expect(show.refusal('ann', { type: 'change', hold, seats: [1, 0] })).toMatchObject({
      reason: 'invalidSeats',
      problem: 'unchanged',
    });
    expect(show.refusal('ann', { type: 'change', hold, seats: [] })).toMatchObject({
      reason: 'invalidSeats',
      problem: 'none',
    });
  });

  it('[H5] [W3] what it drops serves the line in the same decision', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1, 2]);
    show.hold('bob', [3]);
    show.wait('cid', 2);
    show.change('ann', hold, [0, 1]);
    expect(show.said).toEqual([`holdChanged #${hold} 0,1`]);
    show.change('ann', hold, [0]);
    expect(show.said).toEqual([`holdChanged #${hold} 0`, 'offerMade cid 2']);
  });

  it('[H5] [W2] takes no other seat while anyone waits, not even one for one', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1]);
    show.hold('bob', [2]);
    show.wait('cid', 2);
    expect(show.refusal('ann', { type: 'change', hold, seats: [0, 3] })).toMatchObject({
      reason: 'waitInLine',
      ahead: 1,
    });
    expect(show.map).toBe('hhh.');
  });

  it('[H5] [W4] takes none of the seats that are promised to an offer', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0, 1]);
    const other = show.hold('bob', [2, 3]);
    show.wait('cid', 2);
    show.release('bob', other);
    expect(show.offers).toBe('cid 2');
    expect(show.refusal('ann', { type: 'change', hold, seats: [0, 1, 2] })).toMatchObject({
      reason: 'waitInLine',
      ahead: 0,
    });
    // One for one leaves as many free as were promised.
    show.change('ann', hold, [0, 2]);
    show.hold('cid', [1, 3]);
    expect(show.map).toBe('hhhh');
  });

  it('[R3] who waits and would add seats is told of the parties before its own place', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0]);
    show.hold('bob', [1, 2, 3]);
    show.wait('cid', 1);
    show.wait('ann', 1);
    show.wait('dan', 1);
    const refused = show.refusal('ann', { type: 'change', hold, seats: [0, 1] });
    expect(refused).toMatchObject({ reason: 'waitInLine', ahead: 1 });
  });
});
