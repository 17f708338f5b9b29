/** Proves that what is written reads back the same by any library, from one growing buffer. */
import * as fc from 'fast-check';
import { Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { Writer } from '../../../engine/msgpack/writer.ts';
import { Reader } from '../../../gateway/wire/reader.ts';

const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });

function written(write: (writer: Writer) => void, capacity = 1): Uint8Array {
  const writer = new Writer(capacity);
  write(writer);
  return writer.take();
}

const text = fc.string({ unit: 'grapheme', maxLength: 100 });

/** Everything that the wire carries: no extension types, and −0 is 0. */
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeNat(),
    fc.maxSafeInteger().map((value) => value + 0),
    fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value)),
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 20 },
    ),
  ),
})).value;

/** Bytes as plain arrays of their own class, whatever the library made of them. */
function normal(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, normal(each)]));
}

describe('any plain value', () => {
  it('reads back the same by msgpackr', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const bytes = written((writer) => writer.value(value));
        expect(normal(unpackr.unpack(bytes))).toEqual(normal(value));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads back at the lengths where the encoding changes', () => {
    for (const length of [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536]) {
      const values = [
        'x'.repeat(length),
        'ä'.repeat(length),
        new Uint8Array(length).fill(7),
        new Array(length).fill(1),
        Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, index])),
      ];
      for (const value of values) {
        expect(normal(unpackr.unpack(written((writer) => writer.value(value))))).toEqual(value);
      }
    }
    for (const bits of [7, 8, 16, 32, 53]) {
      for (const value of [2 ** bits - 2, 2 ** bits - 1]) {
        expect(unpackr.unpack(written((writer) => writer.uint(value)))).toBe(value);
      }
    }
  });

  it('leaves out what is undefined in an object, and has nil for it in an array', () => {
    const bytes = written((writer) => writer.value({ a: undefined, b: [undefined, 1] }));
    expect(unpackr.unpack(bytes)).toEqual({ b: [null, 1] });
  });
});

describe('unsigned integers', () => {
  it('are as short as can be, and the reader takes them', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { maxLength: 40 }), (values) => {
        const bytes = written((writer) => writer.uints(values));
        const reader = new Reader();
        reader.open(bytes);
        const found = Array.from({ length: reader.array(40) }, () => reader.uint());
        expect(found).toEqual(values);
        expect([reader.fault, reader.atEnd]).toEqual([undefined, true]);
      }),
    );
    const sizes = [0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000, 2 ** 32 - 1, 2 ** 32].map(
      (value) => written((writer) => writer.uint(value)).length,
    );
    expect(sizes).toEqual([1, 1, 2, 2, 3, 3, 5, 5, 9]);
  });
});

describe('one writer for many messages', () => {
  it('keeps each where it is, and starts anew when they are taken', () => {
    const writer = new Writer(1);
    writer.text('first');
    const from = writer.offset;
    writer.text('second');
    expect(unpackr.unpack(Uint8Array.from(writer.since(from)))).toBe('second');
    writer.rewind(from);
    writer.text('other');
    const first = writer.take();
    expect(writer.offset).toBe(0);
    writer.text('third');
    const second = writer.take();
    expect(unpackr.unpackMultiple(first)).toEqual(['first', 'other']);
    expect(unpackr.unpackMultiple(second)).toEqual(['third']);
    expect(first.buffer.byteLength).toBe(first.byteLength);
  });

  it('patches a number that was left open, also after it has grown', () => {
    const writer = new Writer(4);
    writer.rawUint32(0);
    const at = writer.offset - 4;
    writer.raw(new Uint8Array(10_000).fill(1));
    writer.patchUint32(at, 0xfedc_ba98);
    const bytes = writer.take();
    expect(new DataView(bytes.buffer).getUint32(0, true)).toBe(0xfedc_ba98);
    expect(bytes.length).toBe(10_004);
    expect(bytes.subarray(4).every((byte) => byte === 1)).toBe(true);
  });
});
