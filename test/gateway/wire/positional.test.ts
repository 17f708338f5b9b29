/** Proves that a message keeps its meaning through both shapes, and that odd input is harmless. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdId, millis, requestId, showId } from '../../../engine/ids.ts';
import type { DownMessage, Up, UpMessage } from '../../../gateway/wire/message-types.ts';
import { down, up } from '../../../gateway/wire/messages.ts';
import {
  byCode,
  fromBase64Url,
  fromJson,
  fromTuple,
  toBase64Url,
  toJson,
  toTuple,
} from '../../../gateway/wire/positional.ts';

const released: DownMessage = {
  type: 'released',
  requestId: requestId('r1'),
  show: showId('s1'),
  hold: holdId(7),
  seq: 9,
  timeMs: millis(1234),
  lsn: 3,
  hash: Uint8Array.of(0, 255, 62, 63),
};
const movies: UpMessage = {
  type: 'movies',
  requestId: requestId('r2'),
  city: 'pune',
  language: null,
  genre: 'drama',
  date: null,
  text: null,
};

describe('positional arrays', () => {
  it('puts the code first and the fields in the order of the table', () => {
    expect(toTuple(down, released)).toEqual([40, 'r1', 's1', 7, 9, 1234, 3, released.hash]);
    expect(toTuple(up, movies)).toEqual([3, 'r2', 'pune', null, 'drama', null, null]);
  });

  it('comes back as the same message', () => {
    expect(fromTuple(down, toTuple(down, released))).toEqual(released);
    expect(fromTuple(up, toTuple(up, movies))).toEqual(movies);
  });

  it('takes missing trailing nullable fields as null', () => {
    expect(fromTuple(up, [3, 'r2', 'pune', null, 'drama'])).toEqual(movies);
  });

  it('knows no message for a strange code', () => {
    for (const code of [0, -1, 1.5, 32, 1e9, '3', null, undefined, [3], Number.NaN]) {
      expect(fromTuple(up, [code, 'r2'])).toBeUndefined();
    }
    expect(fromTuple(up, [])).toBeUndefined();
  });

  it('leaves surplus elements and missing fields visible to a validator', () => {
    expect(fromTuple(up, [2, 'r', 1, 2])).toEqual({ type: 'cities', requestId: 'r', surplus: 2 });
    expect(fromTuple(up, [2])).toEqual({ type: 'cities', requestId: null });
  });

  it('has one code a message, the same in both lookups', () => {
    for (const table of [up, down]) {
      for (const [type, shape] of Object.entries(table)) {
        expect(byCode(table)[shape.code]?.type).toBe(type);
      }
    }
    expect(byCode(up)).toBe(byCode(up));
  });
});

describe('JSON objects', () => {
  it('names the fields and writes bytes as base64url', () => {
    const text = toJson(down, released);
    expect(JSON.parse(text)).toMatchObject({ type: 'released', hold: 7, hash: 'AP8-Pw' });
    expect(fromJson(down, text)).toEqual(released);
  });

  it('reads what a person would write, without the nulls', () => {
    const text = '{"type":"movies","requestId":"r2","city":"pune","genre":"drama"}';
    expect(fromJson(up, text)).toEqual(movies);
  });

  it('is undefined for anything but an object of a known type', () => {
    for (const text of ['', '{', '[]', 'null', '3', '{"type":"toString"}', '{"type":3}', '{}']) {
      expect(fromJson(up, text)).toBeUndefined();
    }
  });

  it('leaves surplus fields visible and never takes a prototype from the wire', () => {
    const message = fromJson(up, '{"type":"cities","requestId":"r","__proto__":{"admin":true}}');
    expect(message).toEqual({ type: 'cities', requestId: 'r', surplus: 1 });
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(fromJson(up, '{"type":"ping"}')).toEqual({ type: 'ping', requestId: null });
  });

  it('leaves text that is not base64url as text', () => {
    const text = toJson(down, released).replace('AP8-Pw', 'not base64!');
    expect(fromJson(down, text)).toMatchObject({ hash: 'not base64!' });
  });
});

describe('both shapes', () => {
  it('agree on any hold', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 32 }),
        fc.array(fc.nat(99_999), { minLength: 1, maxLength: 10 }),
        (id, seats) => {
          const hold: Up<'hold'> = {
            type: 'hold',
            requestId: requestId(id),
            show: showId('s'),
            seats,
          };
          expect(fromTuple(up, toTuple(up, hold))).toEqual(hold);
          expect(fromJson(up, toJson(up, hold))).toEqual(hold);
        },
      ),
    );
  });

  it('base64url brings any bytes back, as Node writes them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
    expect(fromBase64Url('a')).toBeUndefined();
    expect(fromBase64Url('a+b/')).toBeUndefined();
  });
});
