/**
 * MessagePack and JSON as a stranger may write them: integers in any width, texts in any form,
 * and raw bytes in between.
 */
import type { Random } from '../../gateway/demo/random.ts';
import { Raw } from './junk.ts';

/** One value as MessagePack; the same value has many encodings, and any of them may come. */
export function toMessagePack(value: unknown, random: Random): Buffer {
  const parts: Buffer[] = [];
  write(value, random, parts);
  return Buffer.concat(parts);
}

function write(value: unknown, random: Random, parts: Buffer[]): void {
  if (value instanceof Raw) parts.push(value.bytes);
  else if (value === null || value === undefined) parts.push(Buffer.of(0xc0));
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xc3 : 0xc2));
  else if (typeof value === 'number') parts.push(number(value, random));
  else if (typeof value === 'string') parts.push(text(value, random));
  else if (Array.isArray(value)) {
    parts.push(head(value.length, 0x90, 0xdc, random));
    for (const each of value) write(each, random, parts);
  } else if (value instanceof Map) {
    parts.push(head(value.size, 0x80, 0xde, random));
    for (const [key, each] of value) {
      write(key, random, parts);
      write(each, random, parts);
    }
  } else throw new Error(`no MessagePack for ${String(value)}`);
}

function number(value: number, random: Random): Buffer {
  const whole = Number.isSafeInteger(value);
  if (whole && value >= 0 && value < 0x80 && !random.chance(0.1)) return Buffer.of(value);
  const bytes = Buffer.alloc(9);
  if (!whole || random.chance(0.1)) {
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (value >= 0 && value < 2 ** 32 && !random.chance(0.1)) {
    bytes[0] = 0xce;
    bytes.writeUInt32BE(value, 1);
    return bytes.subarray(0, 5);
  }
  bytes[0] = value < 0 ? 0xd3 : 0xcf;
  bytes.writeBigInt64BE(BigInt(value), 1);
  return bytes;
}

function text(value: string, random: Random): Buffer {
  const bytes = Buffer.from(value);
  const { length } = bytes;
  if (random.chance(0.02)) return Buffer.concat([Buffer.of(0xc5, length >> 8, length), bytes]);
  if (length < 32 && !random.chance(0.1)) return Buffer.concat([Buffer.of(0xa0 | length), bytes]);
  return Buffer.concat([Buffer.of(0xda, length >> 8, length), bytes]);
}

function head(length: number, fix: number, wide: number, random: Random): Buffer {
  if (length < 16 && !random.chance(0.1)) return Buffer.of(fix | length);
  return Buffer.of(wide, length >> 8, length);
}

/** A value as JSON; what JSON has no word for becomes what a careless program writes. */
export function toJsonText(value: unknown, random: Random): string {
  if (value instanceof Raw) return random.pick(['NaN', '{"a":', ']', '"\\x"', "'a'"]) ?? '';
  if (typeof value === 'number' && !Number.isFinite(value))
    return random.pick(['1e999', 'null']) ?? '';
  if (value instanceof Map) {
    const fields = [...value].map(
      ([key, each]) => `${JSON.stringify(key)}:${toJsonText(each, random)}`,
    );
    return `{${fields.join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((each) => toJsonText(each, random)).join(',')}]`;
  return JSON.stringify(value) ?? 'null';
}
