/** Proves the page's small parts that need no browser: words, amounts, addresses, walking. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandSeats } from '../../engine/show/seats/layout.ts';
import { demoLayouts } from '../../gateway/demo/halls.ts';
import { isoDay, listed, minutesAndSeconds, money, nextDays } from '../../gateway/web/format.ts';
import { hrefOf, parseRoute, type Route } from '../../gateway/web/router.ts';
import { SeatWalk, seatRows } from '../../gateway/web/seat-map/seat-rows.ts';

describe('amounts', () => {
  it('[M1] are read in the currency’s own minor unit, and never pass through a fraction', () => {
    expect(money(32_000, 'INR')).toBe('₹320.00');
    expect(money(1_800, 'JPY')).toBe('¥1,800');
    expect(money(12_345, 'KWD')).toMatch(/12\.345$/);
    expect(money(7, 'EUR')).toBe('€0.07');
    // As a binary fraction this would lose its last digit.
    expect(money(9_007_199_254_740_991, 'USD')).toBe('$90,071,992,547,409.91');
  });
});

describe('times', () => {
  it('count down to 0:00 and show it only at the end', () => {
    expect([300_000, 299_001, 60_000, 59_999, 1, 0].map(minutesAndSeconds)).toEqual([
      '5:00',
      '5:00',
      '1:00',
      '1:00',
      '0:01',
      '0:00',
    ]);
  });

  it('a week has seven days in every city, also when clocks change', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney']) {
      for (const start of ['2026-03-06', '2026-03-27', '2026-10-02', '2026-10-23']) {
        for (let hour = 0; hour < 24; hour += 5) {
          const nowMs = Date.parse(`${start}T00:00:00Z`) + hour * 3_600_000;
          const days = nextDays(nowMs, zone, 7).map((day) => day.iso);
          expect(days[0]).toBe(isoDay(nowMs, zone));
          const steps = days.map((day) => Date.parse(`${day}T12:00:00Z`) / 86_400_000);
          for (const [at, step] of steps.entries()) expect(step - (steps[0] ?? 0)).toBe(at);
        }
      }
    }
  });
});

describe('lists', () => {
  it('read as a sentence does', () => {
    expect([['1'], ['1', '2'], ['1', '2', '3']].map(listed)).toEqual([
      '1',
      '1 and 2',
      '1, 2 and 3',
    ]);
  });
});

describe('addresses', () => {
  const text = fc.string({ maxLength: 12 });
  const name = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
  const filters = fc.record({ language: text, genre: text, date: text, text });
  const routes: fc.Arbitrary<Route> = fc.oneof(
    fc.constant<Route>({ view: 'cities' }),
    fc.constant<Route>({ view: 'mine' }),
    name.map((show): Route => ({ view: 'show', show })),
    fc.tuple(name, filters).map(([city, f]): Route => ({ view: 'movies', city, filters: f })),
    fc
      .tuple(name, name, text)
      .map(([city, movie, date]): Route => ({ view: 'shows', city, movie, date })),
  );

  it('lead back to the place they were made from', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(parseRoute(hrefOf(route))).toEqual(route);
      }),
    );
  });

  it('that mean nothing lead to the cities', () => {
    for (const hash of ['', '#', '#/nowhere', '#/show', '#/city/', '#/city/%E0%A4%A']) {
      expect(parseRoute(hash)).toEqual({ view: 'cities' });
    }
  });
});

describe('walking over a hall with the arrow keys', () => {
  it.each(demoLayouts().map((layout) => [layout.id, layout] as const))(
    'reaches every seat of %s, and both ends of every row',
    (_, layout) => {
      const seats = expandSeats(layout);
      const rows = seatRows(layout, seats);
      const walk = new SeatWalk(rows);
      const [first] = rows[0]?.seats ?? [];
      if (!first) throw new Error('no seats');
      const reached = new Set([first.index]);
      const open = [first];
      for (let seat = open.pop(); seat; seat = open.pop()) {
        for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
          const next = walk.next(seat, key, false);
          if (!next || reached.has(next.index)) continue;
          reached.add(next.index);
          open.push(next);
        }
        const left = walk.next(seat, 'Home', false);
        const right = walk.next(seat, 'End', false);
        expect(left?.x).toBeLessThanOrEqual(seat.x);
        expect(right?.x).toBeGreaterThanOrEqual(seat.x);
      }
      expect(reached.size).toBe(seats.length);
      expect(walk.next(first, 'a', false)).toBeUndefined();
    },
  );
});
