/** Cancelling a show with very many people in it: one decision, and everybody is in it [S3, B2]. */
import { describe, expect, it } from 'vitest';
import { onSale, type TestShow } from '../../support/show-harness.ts';

/** Every seat booked one by one, by users of up to ten, and as many holds and waits besides. */
function largeShow(users: number): TestShow {
  const show = onSale([users * 6 + 2 * users], { seatsPerUser: 10 });
  show.audited = false;
  for (let user = 0; user < users; user++) {
    for (let each = 0; each < 6; each++) show.buy(`u${user}`, [user * 6 + each]);
  }
  for (let user = 0; user < users; user++) {
    const first = users * 6 + user * 2;
    show.hold(`h${user}`, [first, first + 1]);
  }
  for (let user = 0; user < users; user++) show.wait(`w${user}`, 1 + (user % 5));
  return show;
}

describe('cancelling a large show', () => {
  it('[S3] [B2] is one decision, in which every refund and hold is named once, and money adds up', () => {
    const users = 2_000;
    const show = largeShow(users);
    const before = show.decisions.length;
    show.cancelShow();
    expect(show.decisions.length).toBe(before + 1);
    const events = show.decisions.at(-1)?.events ?? [];
    const refunds = events.flatMap((event) => (event.type === 'bookingsCancelled' ? [event] : []));
    expect(refunds).toHaveLength(users);
    expect(new Set(refunds.map(({ user }) => user)).size).toBe(users);
    const refs = refunds.flatMap(({ bookings }) => bookings);
    expect(new Set(refs).size).toBe(users * 6);
    const owed = refunds.reduce((sum, { refund }) => sum + refund, 0);
    expect(owed).toBe(users * 6 * 1_000);
    expect(events[0]).toEqual({ type: 'showCancelled', refund: owed });
    const released = events.filter((event) => event.type === 'holdReleased');
    expect(new Set(released.map(({ user }) => user)).size).toBe(users);
    expect(events.filter((event) => event.type === 'waitEnded')).toHaveLength(users);
    expect(show.show.seats.free).toBe(show.show.layout.count);
    expect([show.show.holds.size, show.show.waitlist.size]).toEqual([0, 0]);
    expect(Buffer.compare(show.replay(), show.bytes)).toBe(0);
  });

  it('[S3] costs as much a booking in a large show as in a small one', () => {
    // Counted in looks at bookings rather than in milliseconds: linear, whatever the machine.
    const looks = [200, 800].map((users) => {
      const show = largeShow(users);
      let looked = 0;
      const { bookings } = show.show;
      const isCancelled = bookings.isCancelled.bind(bookings);
      const find = bookings.find.bind(bookings);
      bookings.isCancelled = (index) => {
        looked++;
        return isCancelled(index);
      };
      bookings.find = (ref) => {
        looked++;
        return find(ref);
      };
      show.cancelShow();
      return looked / (users * 6);
    });
    expect(looks[1]).toBeLessThanOrEqual(looks[0] ?? 0);
    expect(looks[1]).toBeLessThanOrEqual(4);
  });
});
