/**
 * Values that no client should send: what a field is given instead of what it should be. Each is
 * drawn from one seed, so that a run can be repeated.
 */
import type { Random } from '../../gateway/demo/random.ts';

/** Bytes that stand in a message as they are, instead of an encoded value. */
export class Raw {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

const numbers = [
  -1,
  -0,
  0.5,
  1e300,
  -1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  127,
  128,
  255,
  256,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
];

const texts = [
  '',
  ' ',
  '\u0000',
  'ä',
  '\u{1F3AC}',
  '\uD800',
  '\u202E',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  "'; DROP TABLE frames; --",
  '__proto__',
  'constructor',
  'toString',
  'null',
  '%00',
  'x'.repeat(33),
  'x'.repeat(300),
  '9'.repeat(40),
];

/** MessagePack that is wrong in itself, or that promises far more than it holds. */
const bombs = [
  'dd ffffffff',
  'dc ffff',
  'df ffffffff',
  'de ffff',
  'db ffffffff',
  'da ffff',
  'd9 ff',
  'c6 ffffffff',
  'c4 ff',
  'c1',
  'd4 00 00',
  'd6 ff 00000000',
  'd7 ff 0000000000000000',
  'd8 01 00000000000000000000000000000000',
  'c7 ff 01',
  'c9 ffffffff 01',
  'cf ffffffffffffffff',
  'd3 8000000000000000',
  'd3 ffffffffffffffff',
  'cb 7ff8000000000000',
  'ca 7f800000',
  'a2 c0 80',
  'a1 ff',
  'a3 ed a0 80',
  'a4 f8 88 80 80',
].map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** Any value, up to `depth` deep. */
export function junk(random: Random, depth = 3): unknown {
  const kind = random.between(0, depth > 0 ? 9 : 6);
  if (kind <= 1) return random.pick(numbers);
  if (kind <= 3) return random.pick(texts);
  if (kind === 4) return random.pick([true, false, null]);
  if (kind === 5) return new Raw(random.pick(bombs) ?? Buffer.alloc(0));
  if (kind === 6) return random.between(0, 2 ** 31);
  const length = random.between(0, random.chance(0.1) ? 200 : 5);
  if (kind === 7) return Array.from({ length }, () => junk(random, depth - 1));
  if (kind === 8) return nested(random.between(1, 400));
  const keys = Array.from({ length: Math.min(length, 20) }, () => random.pick(texts) ?? '');
  return new Map(keys.map((key) => [key, junk(random, depth - 1)]));
}

/** Arrays in arrays in arrays. */
function nested(levels: number): unknown {
  let value: unknown = 7;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

/** Bytes changed, cut, doubled or put in anywhere, as by a broken line or a bad mind. */
export function spoilt(random: Random, bytes: Buffer): Buffer {
  const at = random.between(0, Math.max(0, bytes.length - 1));
  switch (random.between(0, 5)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.between(0, 7));
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return bytes.subarray(at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes]);
    case 4: {
      const more = Buffer.from(
        Array.from({ length: random.between(1, 8) }, () => random.between(0, 255)),
      );
      return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
    }
    default:
      return Buffer.concat([bytes, random.pick(bombs) ?? bytes]);
  }
}
