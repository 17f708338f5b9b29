/** Proves that the engine reads back what it wrote, and that its bytes are plain MessagePack. */
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { ValueReader } from '../../../engine/msgpack/value-reader.ts';
import { Writer } from '../../../engine/msgpack/writer.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number' });

function written(...values: readonly unknown[]): Uint8Array {
  const writer = new Writer(8);
  for (const value of values) writer.value(value);
  return writer.take();
}

function read(bytes: Uint8Array, from = 0): unknown {
  const reader = new ValueReader();
  reader.open(bytes, from);
  return reader.value();
}

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
  it('reads back the same', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(read(written(value))).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads the same to any MessagePack library', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = written(value);
        expect(read(bytes)).toEqual(normal(packr.unpack(bytes)));
      }),
    );
  });

  it('ends where the next begins', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (first, second) => {
        const reader = new ValueReader();
        reader.open(written(0, first, second), 1);
        expect([reader.value(), reader.value()]).toEqual([first, second]);
      }),
    );
  });

  it('long arrays, maps, texts and binaries keep their wide lengths', () => {
    const long = Array.from({ length: 70_000 }, (_, index) => index);
    const map = Object.fromEntries(long.slice(0, 66_000).map((index) => [`k${index}`, index]));
    for (const value of [long, map, 'x'.repeat(70_000), new Uint8Array(70_000).fill(7)]) {
      expect(read(written(value))).toEqual(value);
    }
  });
});

describe('bytes that are cut off', () => {
  it('are refused at every place', () => {
    const bytes = written([1, 300, 70_000, 2 ** 40, 'a text', 'é'.repeat(30), { a: 0.5 }]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => read(bytes.slice(0, length))).toThrow(RangeError);
    }
  });
});

/** msgpackr gives `Buffer`s in Node; bytes are bytes. */
function normal(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, normal(field)]));
}
