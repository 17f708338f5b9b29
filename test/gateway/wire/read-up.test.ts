/** Proves that every message reads back as it was sent, and that anything else is a known fault. */
import * as fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { Writer } from '../../../engine/msgpack/writer.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { wireErrors } from '../../../gateway/wire/errors.ts';
import { up } from '../../../gateway/wire/messages.ts';
import { peekCode, peekPartition } from '../../../gateway/wire/peek.ts';
import { fromJson, toJson, toTuple } from '../../../gateway/wire/positional.ts';
import { readFrequent, readUp } from '../../../gateway/wire/read-up.ts';
import { Reader } from '../../../gateway/wire/reader.ts';
import { upMessage } from './up-messages.ts';

const packr = new Packr({ useRecords: false });
const pack = (tuple: readonly unknown[]) => new Uint8Array(packr.pack(tuple));

function read(bytes: Uint8Array) {
  const reader = new Reader();
  reader.open(bytes);
  return readUp(reader);
}

function write(tuple: readonly unknown[]): Uint8Array {
  const writer = new Writer(16);
  writer.value(tuple);
  return writer.take();
}

describe('a message that comes in crowds', () => {
  const frequent = new Set(['hold', 'release']);

  it('reads the short way as it reads the long way', () => {
    fc.assert(
      fc.property(upMessage, (message) => {
        const reader = new Reader();
        reader.open(write(toTuple(up, message)));
        const expected = frequent.has(message.type) ? message : undefined;
        expect(readFrequent(reader)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('with anything wrong with it goes the long way, which says the same as ever', () => {
    const crowds = upMessage.filter(({ type }) => frequent.has(type));
    fc.assert(
      fc.property(crowds, fc.nat(), fc.nat(255), fc.boolean(), (message, at, byte, cut) => {
        const whole = write(toTuple(up, message));
        const bytes = cut ? whole.slice(0, at % whole.length) : whole.with(at % whole.length, byte);
        const reader = new Reader();
        reader.open(bytes);
        const read = readFrequent(reader) ?? readUp(reader);
        const other = new Reader();
        other.open(bytes);
        expect(read).toEqual(readUp(other));
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives a show’s id as one text, and never one that is not allowed', () => {
    const read = (show: string) => {
      const reader = new Reader();
      reader.open(write([8, 'id', show, [1]]));
      return readFrequent(reader)?.show;
    };
    for (const show of ['metro-1', 'metro-2', 'metro-1']) expect(read(show)).toBe(show);
    for (const show of ['Metro-1', 'metro 1', '', 'x'.repeat(25), 'é']) {
      expect(read(show)).toBeUndefined();
      expect(read(show)).toBeUndefined();
    }
  });
});

describe('any message of a client', () => {
  it('reads back the same, by whichever encoder and subprotocol it came', () => {
    fc.assert(
      fc.property(upMessage, (message) => {
        const tuple = toTuple(up, message);
        expect(read(pack(tuple))).toEqual(message);
        expect(read(write(tuple))).toEqual(message);
        const json = fromJson(up, toJson(up, message));
        if (json === undefined) throw new Error('no message');
        expect(read(write(toTuple(up, json)))).toEqual(message);
      }),
      { numRuns: 1_000 },
    );
  });

  it('may leave its trailing nulls out', () => {
    fc.assert(
      fc.property(upMessage, (message) => {
        const tuple = toTuple(up, message);
        while (tuple.at(-1) === null) tuple.pop();
        expect(read(pack(tuple))).toEqual(message);
      }),
    );
  });

  it('is routed by its first bytes to the partition of its show', () => {
    fc.assert(
      fc.property(upMessage, (message) => {
        const bytes = pack(toTuple(up, message));
        const reader = new Reader();
        reader.open(bytes);
        expect(peekCode(reader)).toBe(up[message.type].code);
        if ('show' in message) {
          expect(peekPartition(reader, bytes)).toBe(partitionOf(message.show));
        }
      }),
    );
  });

  it('has its request id first, and its show second where it has one', () => {
    for (const shape of Object.values(up)) {
      const fields = Object.keys(shape.fields);
      expect(fields[0]).toBe('requestId');
      if (fields.includes('show')) expect(fields[1]).toBe('show');
    }
  });
});

/** A good frame with a few bytes changed, taken out, put in or repeated. */
const spoilt = fc
  .tuple(
    upMessage,
    fc.array(fc.tuple(fc.nat(3), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
  )
  .map(([message, changes]) => {
    let bytes = [...pack(toTuple(up, message))];
    for (const [kind, place, byte] of changes) {
      const at = place % (bytes.length + 1);
      if (kind === 0) bytes[at] = byte;
      else if (kind === 1) bytes.splice(at, 1);
      else if (kind === 2) bytes.splice(at, 0, byte);
      else bytes = [...bytes.slice(0, at), ...bytes.slice(at >> 1)];
    }
    return Uint8Array.from(bytes.slice(0, 2_048));
  });

/** Either a message that is as good as any, or a fault with a reason and a sentence. */
function expectSane(bytes: Uint8Array): void {
  const found = read(bytes);
  if (found.type !== 'fault') {
    expect(read(pack(toTuple(up, found)))).toEqual(found);
    return;
  }
  expect(['malformed', 'unknownMessage', 'invalidField']).toContain(found.reason);
  expect(wireErrors[found.reason].code).toBeGreaterThan(500);
  expect(found.text.length).toBeGreaterThan(5);
  if (found.requestId !== null) expect(found.requestId).toMatch(/^[\x21-\x7e]{1,32}$/);
}

describe('anything else', () => {
  it('is a fault, where a good frame was spoilt, or a good message still', () => {
    fc.assert(fc.property(spoilt, expectSane), { numRuns: 3_000 });
  });

  it('is a fault, where the bytes are any', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectSane), { numRuns: 2_000 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(20), (rest, code) => {
        expectSane(Uint8Array.of(0x94, code, 0xa1, 0x72, ...rest));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused at its head, however much it claims to be', () => {
    const claims = ['dcffff', 'ddffffffff', '9408a172a178ddffffffff', '9408a172a178dcffff', '9fdc'];
    for (const hex of claims) {
      const frame = Uint8Array.from([...Buffer.from(hex, 'hex'), ...new Array(2_000).fill(0x91)]);
      expect(read(frame).type, hex).toBe('fault');
    }
  });
});
