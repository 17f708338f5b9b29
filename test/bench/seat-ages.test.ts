/** How old seats are on the screens that a run looks at, on made-up moments. */
import { describe, expect, it } from 'vitest';
import { Latencies, mergeLatencies } from '../../bench/load/latencies.ts';
import { SeatAges } from '../../bench/load/seat-ages.ts';

/** Milliseconds, rising. */
function agesIn(ages: SeatAges): readonly number[] {
  const latencies = new Latencies();
  ages.record(latencies);
  const all = mergeLatencies([latencies.encode()]);
  return Array.from({ length: all.totalCount }, (_, index) => {
    return Math.round(all.getValueAtPercentile((100 * (index + 1)) / all.totalCount) / 1_000);
  });
}

describe('the age of a seat on screen', () => {
  it('counts every decision of a change from the moment it was asked for', () => {
    const ages = new SeatAges();
    const screen = ages.screen();
    screen.opened(3);
    ages.decided(4, 100);
    ages.decided(5, 140);
    expect(screen.shown(3, 5, 150)).toBe(true);
    expect(agesIn(ages)).toEqual([10, 50]);
  });

  it('knows a change that came before its acknowledgement', () => {
    const ages = new SeatAges();
    const screen = ages.screen();
    screen.opened(0);
    screen.shown(0, 1, 30);
    ages.decided(1, 10);
    expect(agesIn(ages)).toEqual([20]);
  });

  it('tells a gap, and does not count again what was on the map already', () => {
    const ages = new SeatAges();
    const screen = ages.screen();
    screen.opened(2);
    for (let seq = 1; seq <= 6; seq++) ages.decided(seq, 0);
    expect(screen.shown(0, 2, 10)).toBe(true);
    expect(screen.shown(1, 3, 20)).toBe(true);
    expect(screen.shown(4, 6, 30)).toBe(false);
    expect(agesIn(ages)).toHaveLength(1 + 2);
  });

  it('waits for a screen that has yet to show what was decided', () => {
    const ages = new SeatAges();
    const screen = ages.screen();
    expect(ages.isBehind(screen)).toBe(true);
    screen.opened(0);
    expect(ages.isBehind(screen)).toBe(false);
    ages.decided(1, 0);
    expect(ages.isBehind(screen)).toBe(true);
    screen.shown(0, 1, 5);
    expect(ages.isBehind(screen)).toBe(false);
  });
});
