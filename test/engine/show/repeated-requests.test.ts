/** A request sent twice, and how long it is remembered [H7]. */
import { describe, expect, it } from 'vitest';
import { millis } from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import { decided, first, hour, onSale, start } from '../../support/show-harness.ts';

describe('sending a request twice', () => {
  it('[H7] is decided once and answered the same', () => {
    const show = onSale([4]);
    const made = decided(show.ask('ann', { type: 'hold', seats: [0] }, 'once'));
    const again = show.ask('ann', { type: 'hold', seats: [0] }, 'once');
    const decision = { seq: made.seq, lsn: made.frame.lsn };
    expect(again).toEqual({ type: 'repeated', decision });
    expect(show.map).toBe('h...');
  });

  it('[H7] also after what it did is over', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0]);
    const book = { type: 'book', hold } as const;
    const made = decided(show.ask('ann', book, 'pay'));
    show.cancelShow();
    expect(show.ask('ann', book, 'pay')).toMatchObject({
      type: 'repeated',
      decision: { seq: made.seq, lsn: made.frame.lsn },
    });
  });

  it('[H7] a request id is its user’s own', () => {
    const show = onSale([4]);
    decided(show.ask('ann', { type: 'hold', seats: [0] }, 'same'));
    decided(show.ask('bob', { type: 'hold', seats: [1] }, 'same'));
    expect(show.map).toBe('hh..');
  });

  it('[H7] [R4] a refused request was not decided, and is looked at anew', () => {
    const show = onSale([2]);
    const hold = show.hold('ann', [0]);
    const wish = { type: 'hold', seats: [0] } as const;
    expect(show.ask('bob', wish, 'again').type).toBe('rejected');
    show.release('ann', hold);
    expect(show.ask('bob', wish, 'again').type).toBe('decided');
  });

  it('[H7] as many accepted requests of a user in a show are remembered as the limit says', () => {
    const show = onSale([4]);
    const hold = show.hold('ann', [0]);
    const { rememberedRequests: most } = limits;
    for (let request = 0; request <= most; request++) {
      const seats = [1 + (request % 2)];
      decided(show.ask('ann', { type: 'change', hold, seats }, `r${request}`));
    }
    const again = (request: number) =>
      show.ask('ann', { type: 'hold', seats: [1, 2, 3] }, `r${request}`).type;
    expect([again(most), again(1)]).toEqual(['repeated', 'repeated']);
    expect(again(0)).toBe('rejected');
  });

  it('[H7] what a user asked is remembered while anything of theirs is left', () => {
    const show = onSale([4], { startsAtMs: millis(start + 24 * hour) });
    const wish = { type: 'hold', seats: [0] } as const;
    show.book('ann', first(show.ask('ann', wish, 'once'), 'seatsHeld').hold);
    for (let hours = 0; hours < 4; hours++) {
      show.advance(hour);
      for (let turn = 0; turn < 5; turn++) show.release('bob', show.hold('bob', [1]));
    }
    expect(show.ask('ann', wish, 'once').type).toBe('repeated');
  });

  it('who has nothing and has asked nothing for an hour is forgotten', () => {
    const show = onSale([4]);
    show.release('ann', show.hold('ann', [0]));
    show.advance(hour + 1);
    for (let turn = 0; turn < 3; turn++) show.hold(`u${turn}`, [turn]);
    expect([...show.show.users.keys()].toSorted()).toEqual(['u0', 'u1', 'u2']);
  });
});
