/**
 * How events and snapshots become bytes: plain MessagePack that any language's library reads, so
 * that a log can be audited without this program. Extension types are refused both ways: what is
 * read runs no decoder but the plain ones, and what could not be read back is never written.
 */
import { Packr } from 'msgpackr';

const packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  moreTypes: false,
  mapsAsObjects: true,
  int64AsType: 'number',
  copyBuffers: true,
});

export interface Codec {
  /**
   * MessagePack of null, booleans, numbers, strings, byte arrays, arrays and plain objects, in
   * a buffer of exactly its size that belongs to the caller, so it can be transferred.
   * @throws TypeError for what has no plain form: `undefined`, a Date, an Error … (A Set or a
   * class instance is written as an array or object, and comes back as one.)
   */
  encode(value: unknown): Uint8Array;
  /** @throws TypeError for extension types, cut-off bytes and bytes left over. */
  decode(bytes: Uint8Array): unknown;
}

export const codec: Codec = {
  encode(value) {
    const bytes = new Uint8Array(packr.pack(value));
    assertPlain(bytes);
    return bytes;
  },
  decode(bytes) {
    assertPlain(bytes);
    // A view of its own: the library leaves a property behind on the array that it reads.
    return packr.unpack(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  },
};

/** Walks the headers once, without recursion and without building anything. */
function assertPlain(bytes: Uint8Array): void {
  let at = 0;
  let values = 1;
  while (values > 0) {
    const head = bytes[at];
    if (head === undefined) throw new TypeError('MessagePack ends too early');
    values -= 1;
    at += 1;
    if (head < 0x80 || head >= 0xe0) continue;
    if (head < 0x90) values += 2 * (head & 0x0f);
    else if (head < 0xa0) values += head & 0x0f;
    else if (head < 0xc0) at += head & 0x1f;
    else {
      const shape = shapes[head - 0xc0];
      if (shape === undefined) {
        throw new TypeError(`byte ${at - 1} (0x${head.toString(16)}) is no plain MessagePack`);
      }
      const count = shape.sizeBytes === 0 ? 0 : readSize(bytes, at, shape.sizeBytes);
      at += shape.sizeBytes + shape.fixedBytes + shape.bytesEach * count;
      values += shape.valuesEach * count;
    }
  }
  if (at !== bytes.byteLength) {
    throw new TypeError(`MessagePack of ${at} bytes in ${bytes.byteLength}`);
  }
}

function readSize(bytes: Uint8Array, at: number, sizeBytes: number): number {
  let size = 0;
  for (let index = 0; index < sizeBytes; index += 1) size = size * 256 + (bytes[at + index] ?? 0);
  return size;
}

interface Shape {
  readonly sizeBytes: number;
  readonly fixedBytes: number;
  readonly bytesEach: number;
  readonly valuesEach: number;
}

const fixed = (fixedBytes: number): Shape => ({
  sizeBytes: 0,
  fixedBytes,
  bytesEach: 0,
  valuesEach: 0,
});
const sized = (sizeBytes: number, bytesEach: number, valuesEach: number): Shape => ({
  sizeBytes,
  fixedBytes: 0,
  bytesEach,
  valuesEach,
});

/** What follows each header from 0xc0 to 0xdf; the gaps are extensions and the unused 0xc1. */
const shapes: readonly (Shape | undefined)[] = [
  ...[fixed(0), undefined, fixed(0), fixed(0)], // nil, unused, false, true
  ...[sized(1, 1, 0), sized(2, 1, 0), sized(4, 1, 0)], // bin
  ...[undefined, undefined, undefined], // ext
  ...[fixed(4), fixed(8)], // float
  ...[fixed(1), fixed(2), fixed(4), fixed(8)], // unsigned
  ...[fixed(1), fixed(2), fixed(4), fixed(8)], // signed
  ...[undefined, undefined, undefined, undefined, undefined], // fixext
  ...[sized(1, 1, 0), sized(2, 1, 0), sized(4, 1, 0)], // str
  ...[sized(2, 0, 1), sized(4, 0, 1)], // array
  ...[sized(2, 0, 2), sized(4, 0, 2)], // map
];
