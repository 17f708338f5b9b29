/** Any message that a client may send, every field within its limits, for property tests. */
import * as fc from 'fast-check';
import type { Kind } from '../../../gateway/wire/kinds.ts';
import type { UpMessage } from '../../../gateway/wire/message-types.ts';
import { up } from '../../../gateway/wire/messages.ts';

const characters = (set: string, most: number) =>
  fc
    .array(fc.constantFrom(...set), { minLength: 1, maxLength: most })
    .map((chosen) => chosen.join(''));

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789-';
const printable = Array.from({ length: 0x7e - 0x20 }, (_, index) =>
  String.fromCharCode(0x21 + index),
).join('');

/** A text of at most this many bytes in UTF-8. */
const textOf = (least: number, most: number) =>
  fc
    .string({ unit: 'grapheme', minLength: least, maxLength: most })
    .filter((text) => Buffer.byteLength(text) <= most);

const number = fc.oneof(
  fc.nat(200),
  fc.nat(70_000),
  fc.nat(2 ** 31 - 1),
  fc.integer({ min: 2 ** 31, max: Number.MAX_SAFE_INTEGER }),
);
const reference = characters(lower.toUpperCase(), 48);

const values: Partial<Record<Kind, fc.Arbitrary<unknown>>> = {
  requestId: characters(printable, 32),
  showId: characters(lower, 24),
  slug: characters(lower, 48),
  date: fc.constantFrom('2030-01-02', '1999-12-31', '0000-00-00'),
  text: textOf(0, 128),
  token: textOf(1, 256),
  holdId: number,
  bookingRef: reference,
  partySize: fc.integer({ min: 1, max: 64 }),
  tier: fc.integer({ min: 0, max: 15 }),
  flag: fc.boolean(),
  seatList: fc.array(number, { maxLength: 64 }),
  bookingList: fc.array(reference, { maxLength: 100 }),
};

/** Throws for a kind that it has no values for: a new kind wants its values here. */
function anyOf(kind: Kind): fc.Arbitrary<unknown> {
  const nullable = kind.endsWith('?');
  const value = values[(nullable ? kind.slice(0, -1) : kind) as Kind];
  if (value === undefined) throw new Error(`no values for the kind ${kind}`);
  return nullable ? fc.option(value, { nil: null }) : value;
}

export const upMessage: fc.Arbitrary<UpMessage> = fc.oneof(
  ...Object.entries(up).map(([type, shape]) => {
    const fields = Object.entries(shape.fields as Record<string, Kind>);
    return fc.record({
      type: fc.constant(type),
      ...Object.fromEntries(fields.map(([field, kind]) => [field, anyOf(kind)])),
    }) as unknown as fc.Arbitrary<UpMessage>;
  }),
);
