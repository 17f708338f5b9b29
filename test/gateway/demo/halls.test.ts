/** The demo’s halls are halls that could be built, numbered and drawn. */
import { describe, expect, it } from 'vitest';
import { checkLayout } from '../../../engine/show/seats/check-layout.ts';
import {
  expandSeats,
  type Layout,
  type Seat,
  seatCount,
} from '../../../engine/show/seats/layout.ts';
import { demoHalls } from '../../../gateway/demo/cinemas.ts';
import { hallPlans } from '../../../gateway/demo/hall-plans.ts';
import { demoLayouts } from '../../../gateway/demo/halls.ts';
import { groupBy } from './group-by.ts';

const layouts = demoLayouts();
const each = layouts.map((layout) => [layout.id, layout] as const);

describe.each(each)('[S1] the hall %s', (id, layout: Layout) => {
  const seats = expandSeats(layout);

  it('is a sound layout of 60 to 600 seats, as many as its id says', () => {
    expect(checkLayout(layout)).toBeUndefined();
    expect(seatCount(layout)).toBe(Number(id.split('-').at(-1)));
    expect(seats.length).toBeGreaterThanOrEqual(60);
    expect(seats.length).toBeLessThanOrEqual(600);
  });

  it('has no two seats of one name, nor any row I or O', () => {
    const names = seats.map((seat) => `${seat.row}${seat.number}`);
    expect(new Set(names).size).toBe(seats.length);
    expect(seats.filter(({ row }) => /[IO]/.test(row))).toEqual([]);
    expect(Math.min(...seats.map((seat) => seat.number))).toBe(1);
  });

  it('has no two seats closer than 0.8 widths', () => {
    expect(closest(seats)).toBeGreaterThanOrEqual(0.8);
  });

  it('keeps every seat between its walls and behind the screen', () => {
    for (const seat of seats) {
      expect(seat.x).toBeGreaterThanOrEqual(0.5);
      expect(seat.x).toBeLessThanOrEqual(layout.width - 0.5);
      expect(seat.y).toBeGreaterThanOrEqual(2);
      expect(seat.y).toBeLessThanOrEqual(layout.depth - 0.5);
    }
  });

  it('is the same on both sides of its best point, which has seats near', () => {
    expect(layout.best.x).toBeCloseTo(layout.width / 2);
    const nearest = Math.min(
      ...seats.map((seat) => Math.hypot(seat.x - layout.best.x, seat.y - layout.best.y)),
    );
    expect(nearest).toBeLessThan(1.5);
    const left = Math.min(...seats.map((seat) => seat.x));
    const right = layout.width - Math.max(...seats.map((seat) => seat.x));
    expect(Math.abs(left - right)).toBeLessThan(1.1);
  });

  it('uses all its tiers, and gives every wheelchair place a companion beside it', () => {
    expect(new Set(seats.map((seat) => seat.tier)).size).toBe(layout.tiers.length);
    const places = seats.filter((seat) => seat.wheelchair);
    expect(places.length).toBeGreaterThanOrEqual(2);
    for (const place of places) {
      const beside = seats.filter(
        (seat) => seat.run === place.run && Math.abs(seat.index - place.index) === 1,
      );
      expect(beside.some((seat) => seat.companion)).toBe(true);
    }
  });

  it('numbers every run in steps of one, or of two on odd and even sides', () => {
    for (const run of layout.runs) expect([1, -1, 2, -2]).toContain(run.step);
  });
});

describe('the demo’s halls', () => {
  it('are nine shapes, from one block to four with a balcony', () => {
    expect(layouts).toHaveLength(9);
    expect(new Set(layouts.map(({ id }) => id)).size).toBe(9);
    expect(seatCount(layouts[0] ?? { runs: [] })).toBe(60);
    expect(seatCount(layouts.at(-1) ?? { runs: [] })).toBe(600);
    for (const id of ['l-palace-320', 'l-atlas-600']) {
      const sections = layouts.find((layout) => layout.id === id)?.runs.map((run) => run.section);
      expect(new Set(sections)).toEqual(new Set(['Stalls', 'Balcony']));
    }
    expect(layouts.some((layout) => layout.runs.some((run) => run.step === -2))).toBe(true);
  });

  it('number odd and even sides outwards from the middle aisle', () => {
    const harbour = layouts.find((layout) => layout.id === 'l-harbour-220');
    const row = expandSeats(harbour ?? fail('harbour')).filter((seat) => seat.row === 'A');
    expect(row.map((seat) => seat.number)).toEqual([11, 9, 7, 5, 3, 1, 2, 4, 6, 8, 10, 12]);
  });

  it('stand three in each of five cinemas in twelve cities, of different shapes and sizes', () => {
    expect(demoHalls).toHaveLength(180);
    expect(demoHalls.map(({ number }) => number)).toEqual([...demoHalls.keys()]);
    expect(new Set(demoHalls.map(({ hall }) => hall.id)).size).toBe(180);
    const cinemas = groupBy(demoHalls, ({ cinema }) => cinema.id);
    expect(cinemas.size).toBe(60);
    for (const halls of cinemas.values()) {
      expect(new Set(halls.map(({ plan }) => plan.slug)).size).toBe(3);
    }
    const cities = groupBy(demoHalls, ({ cinema }) => cinema.city);
    expect(cities.size).toBe(12);
    for (const halls of cities.values()) {
      expect(new Set(halls.map(({ cinema }) => cinema.name)).size).toBe(5);
      expect(new Set(halls.map(({ plan }) => plan.slug)).size).toBe(hallPlans.length);
    }
  });
});

function closest(seats: readonly Seat[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [index, one] of seats.entries()) {
    for (const other of seats.slice(index + 1)) {
      least = Math.min(least, Math.hypot(one.x - other.x, one.y - other.y));
    }
  }
  return least;
}

function fail(what: string): never {
  throw new Error(`missing: ${what}`);
}
