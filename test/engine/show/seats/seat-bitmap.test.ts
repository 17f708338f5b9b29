/** Compares the bitmap and its counts with a plain array of states [S2]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCKED,
  BOOKED,
  FREE,
  HELD,
  SeatBitmap,
  type SeatState,
} from '../../../../engine/show/seats/seat-bitmap.ts';

const state = fc.constantFrom<SeatState>(FREE, HELD, BOOKED, BLOCKED);
const scenario = fc.integer({ min: 1, max: 70 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    changes: fc.array(fc.tuple(fc.nat(size - 1), state), { maxLength: 200, size: 'max' }),
  }),
);

function expectSame(bitmap: SeatBitmap, model: readonly SeatState[]): void {
  const count = (wanted: SeatState) => model.filter((found) => found === wanted).length;
  expect(model.map((_, seat) => bitmap.get(seat))).toEqual(model);
  expect(bitmap.free).toBe(count(FREE));
  expect(bitmap.held).toBe(count(HELD));
  expect(bitmap.booked).toBe(count(BOOKED));
  expect(bitmap.blocked).toBe(count(BLOCKED));
  expect(bitmap.free + bitmap.held + bitmap.booked + bitmap.blocked).toBe(bitmap.size);
}

describe('SeatBitmap', () => {
  it('[S2] keeps every state and all four counts, after every change', () => {
    fc.assert(
      fc.property(scenario, ({ size, changes }) => {
        const bitmap = new SeatBitmap(size);
        const model = new Array<SeatState>(size).fill(FREE);
        expectSame(bitmap, model);
        for (const [seat, changed] of changes) {
          bitmap.set(seat, changed);
          model[seat] = changed;
          expectSame(bitmap, model);
        }
      }),
    );
  });

  it('[D3] is the same again from its bytes, counts included', () => {
    fc.assert(
      fc.property(scenario, ({ size, changes }) => {
        const bitmap = new SeatBitmap(size);
        for (const [seat, changed] of changes) bitmap.set(seat, changed);
        const bytes = bitmap.toBytes();
        expect(bytes.length).toBe(Math.ceil(size / 4));
        const model = Array.from({ length: size }, (_, seat) => bitmap.get(seat));
        const again = new SeatBitmap(size, bytes);
        expectSame(again, model);
        expect(again.toBytes()).toEqual(bytes);
      }),
    );
  });

  it('puts seat 0 in the lowest bits of byte 0', () => {
    const bitmap = new SeatBitmap(6);
    bitmap.set(0, HELD);
    bitmap.set(3, BLOCKED);
    bitmap.set(5, BOOKED);
    expect(bitmap.toBytes()).toEqual(Uint8Array.of(0b11_00_00_01, 0b00_00_10_00));
  });

  it('shares no memory with the bytes it gives or was given', () => {
    const given = Uint8Array.of(0b01);
    const bitmap = new SeatBitmap(1, given);
    given[0] = 0;
    bitmap.toBytes()[0] = 0;
    expect(bitmap.get(0)).toBe(HELD);
  });

  it('stops on a seat that is not there, rather than corrupt a count', () => {
    const bitmap = new SeatBitmap(5);
    for (const seat of [-1, 5, 1.5, Number.NaN, 2 ** 32]) {
      expect(() => bitmap.get(seat)).toThrow('is one of 5');
      expect(() => bitmap.set(seat, HELD)).toThrow('is one of 5');
    }
    expectSame(bitmap, [FREE, FREE, FREE, FREE, FREE]);
  });

  it('[D4] stops on bytes that are not those of its seats', () => {
    expect(() => new SeatBitmap(5, new Uint8Array(1))).toThrow('5 seats take 2 bytes, not 1');
    expect(() => new SeatBitmap(5, Uint8Array.of(0, 0b0100))).toThrow('after the last seat');
    expect(() => new SeatBitmap(1.5)).toThrow('a whole number of seats');
  });
});
