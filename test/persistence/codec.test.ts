/** The codec round-trips what has a plain form and refuses all else, both ways. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codec } from '../../persistence/codec.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Object.is(value, -0)),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(fc.string({ maxLength: 10 }), tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('codec', () => {
  it('[D3] gives back what it was given, and the same bytes each time', () => {
    fc.assert(
      fc.property(plain, (value) => {
        fc.pre(!hasProtoKey(value));
        const bytes = codec.encode(value);
        expect(codec.decode(bytes)).toEqual(value);
        expect(codec.encode(value)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves the bytes that it reads as they were', () => {
    const bytes = codec.encode({ a: [1.5, 'x'.repeat(100), Uint8Array.of(1)] });
    codec.decode(bytes);
    expect(bytes).toEqual(Uint8Array.from(bytes));
  });

  it('gives a buffer of exactly the bytes, which a later call leaves alone', () => {
    const bytes = codec.encode([1, 2, 'three']);
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
    const before = [...bytes];
    codec.encode(['something', 'else']);
    expect([...bytes]).toEqual(before);
  });

  it.each([
    ['undefined', undefined],
    ['a property that is undefined', { a: undefined }],
    ['a Date', new Date(0)],
    ['an Error', new Error('x')],
  ])('[D2] refuses to write %s, which could not be read back', (_, value) => {
    expect(() => codec.encode([1, value])).toThrow(TypeError);
  });

  it.each([
    ['a timestamp extension', [0xd6, 0xff, 0, 0, 0, 1]],
    ['a record definition', [0xd4, 0x72, 0x40, 0x90]],
    ['an extension of 8-bit size', [0xc7, 0x01, 0x65, 0x90]],
    ['an extension inside an array', [0x92, 0x01, 0xd4, 0x00, 0x00]],
    ['the unused header', [0xc1]],
    ['a string that is cut off', [0xa5, 0x61]],
    ['an array that is cut off', [0x93, 0x01]],
    ['a huge array', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['bytes left over', [0x01, 0x02]],
    ['nothing', []],
  ])('[D4] refuses to read %s', (_, bytes) => {
    expect(() => codec.decode(Uint8Array.from(bytes))).toThrow(TypeError);
  });
});

/** The decoder renames this one key, as it must. */
function hasProtoKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return Object.entries(value).some(([key, inner]) => key === '__proto__' || hasProtoKey(inner));
}
