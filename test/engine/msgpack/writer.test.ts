/** Proves that what the engine writes is plain MessagePack, which any library reads back. */
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { Writer } from '../../../engine/msgpack/writer.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number' });

const number = fc.oneof(
  fc.nat(300),
  fc.nat(70_000),
  fc.maxSafeNat(),
  fc.integer({ min: -1_000_000, max: -1 }),
  fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0)),
);
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constant('–20 %'),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    text,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
      tie('value'),
      { noNullPrototype: true, maxKeys: 20 },
    ),
  ),
}));

describe('a value that was written', () => {
  it('is read back the same by another library', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(64), (value, capacity) => {
        const writer = new Writer(capacity + 1);
        writer.value(value);
        expect(plain(packr.unpack(writer.take()))).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps its wide length where it is long', () => {
    const long = Array.from({ length: 70_000 }, (_, index) => index);
    const map = Object.fromEntries(long.slice(0, 66_000).map((index) => [`k${index}`, index]));
    for (const value of [long, map, 'x'.repeat(70_000), new Uint8Array(70_000).fill(7)]) {
      const writer = new Writer(8);
      writer.value(value);
      expect(plain(packr.unpack(writer.take()))).toEqual(value);
    }
  });

  it('follows the one before it, and the next begins anew', () => {
    const writer = new Writer(8);
    writer.value('first');
    writer.value([1, 2, 3]);
    expect(packr.unpackMultiple(writer.take())).toEqual(['first', [1, 2, 3]]);
    writer.value(null);
    expect(writer.take()).toEqual(Uint8Array.of(0xc0));
  });
});

/** The library gives `Buffer`s in Node; bytes are bytes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
