/**
 * Frames that no good client sends, by kind: what a broken encoder, another protocol's client or
 * somebody with bad intentions would send. Each comes with what it must be answered.
 */
import { Packr } from 'msgpackr';
import type { WireErrorReason } from '../../gateway/wire/errors.ts';
import { up } from '../../gateway/wire/messages.ts';

export interface SpoiltFrame {
  /** What is wrong with it, for the test's report. */
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The answer's reason; one of several where the place of the fault decides. */
  readonly reasons: readonly WireErrorReason[];
  /** The id that the answer must carry; null where it cannot be read. */
  readonly requestId: string | null;
}

const packr = new Packr({ useRecords: false });

export const pack = (value: unknown): Buffer => Buffer.from(packr.pack(value));

/** An array of parts that are MessagePack already. */
export const packArray = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(0x90 | parts.length), ...parts]);

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const HOLD = up.hold.code;
const MOVIES = up.movies.code;

/** A hold of one seat whose parts are given, or as they should be. */
function holdOf(
  show: string,
  parts: { code?: Buffer; requestId?: Buffer; show?: Buffer; seats?: Buffer } = {},
): Buffer {
  return packArray(
    parts.code ?? pack(HOLD),
    parts.requestId ?? pack('r'),
    parts.show ?? pack(show),
    parts.seats ?? pack([1]),
  );
}

/** Cut off at every length there is. */
export function truncated(show: string): readonly SpoiltFrame[] {
  const whole = holdOf(show);
  // Array head, code, and the id's two bytes: from there on the id can be read.
  const idEnd = 4;
  return Array.from({ length: whole.length }, (_, length) => ({
    what: `cut off after ${length} bytes`,
    bytes: whole.subarray(0, length),
    reasons: length < 2 ? ['malformed'] : ['invalidField'],
    requestId: length < idEnd ? null : 'r',
  }));
}

/** More bytes than the message has fields for, for a shard's message and for a gateway's own. */
export function trailing(show: string): readonly SpoiltFrame[] {
  const extras = ['00', 'c0', '93 01 02 03', 'c1', 'a0 a0 a0'];
  return [holdOf(show), pack([up.ping.code, 'r']), pack([up.watch.code, 'r', show])].flatMap(
    (whole) =>
      extras.map((extra) => ({
        what: `${extra} after a whole message`,
        bytes: Buffer.concat([whole, bytesOf(extra)]),
        reasons: ['malformed'],
        requestId: 'r',
      })),
  );
}

/** Values that a field never has, each put in every place of a message. */
function everywhere(show: string, kind: string, values: readonly Buffer[]): readonly SpoiltFrame[] {
  return values.flatMap((value): SpoiltFrame[] => {
    const what = `${kind} ${value.subarray(0, 8).toString('hex')}`;
    const inside = Buffer.concat([Buffer.of(0x91), value]);
    const invalid = ['invalidField'] as const;
    return [
      { what: `${what} alone`, bytes: value, reasons: ['malformed'], requestId: null },
      {
        what: `${what} for the code`,
        bytes: holdOf(show, { code: value }),
        reasons: ['malformed'],
        requestId: null,
      },
      {
        what: `${what} for the id`,
        bytes: holdOf(show, { requestId: value }),
        reasons: invalid,
        requestId: null,
      },
      {
        what: `${what} for the show`,
        bytes: holdOf(show, { show: value }),
        reasons: invalid,
        requestId: 'r',
      },
      {
        what: `${what} among the seats`,
        bytes: holdOf(show, { seats: inside }),
        reasons: invalid,
        requestId: 'r',
      },
      {
        what: `${what} for a filter`,
        bytes: packArray(pack(MOVIES), pack('r'), pack('pune'), value),
        reasons: invalid,
        requestId: 'r',
      },
    ];
  });
}

/** Extension types, from the empty one to a date. */
export function extensions(show: string): readonly SpoiltFrame[] {
  const values = [
    'd4 01 00',
    'd5 01 00 00',
    'd6 ff 65 00 00 00',
    'd7 72 00 00 00 00 00 00 00 00',
    'c7 00 05',
    'c8 00 01 05 00',
    'c9 00 00 00 01 05 00',
  ];
  return everywhere(show, 'extension', values.map(bytesOf));
}

/** The one byte that MessagePack never uses. */
export function neverUsed(show: string): readonly SpoiltFrame[] {
  return everywhere(show, 'unused byte', [Buffer.of(0xc1)]);
}

/** Maps where arrays belong, as a client of the other subprotocol would send. */
export function maps(show: string): readonly SpoiltFrame[] {
  const values = [
    pack({}),
    pack({ type: 'hold', requestId: 'r', show, seats: [1] }),
    pack({ 0: HOLD, 1: 'r', 2: show, 3: [1] }),
    bytesOf('de 00 01 01 01'),
    bytesOf('df 00 00 00 01 01 01'),
  ];
  return everywhere(show, 'map', values);
}

/** Arrays in arrays, a hundred deep, and the same with maps. */
export function nested(show: string): readonly SpoiltFrame[] {
  const deep = (depth: number, head: string) =>
    Buffer.concat([Buffer.from(head.repeat(depth), 'hex'), Buffer.of(0x01)]);
  return [
    ...[deep(100, '91'), deep(1_000, '91'), deep(100, 'dc0001')].map((bytes) => ({
      what: `an array nested ${bytes.length} bytes deep`,
      bytes,
      reasons: ['malformed'] as const,
      requestId: null,
    })),
    ...[deep(100, '91'), deep(100, '8101'), deep(1_500, '91')].map((seats) => ({
      what: `seats nested ${seats.length} bytes deep`,
      bytes: holdOf(show, { seats }),
      reasons: ['invalidField'] as const,
      requestId: 'r',
    })),
  ];
}

/** Arrays that are too long, and arrays that only say that they are. */
export function hugeArrays(show: string): readonly SpoiltFrame[] {
  const many = (length: number) => Array.from({ length }, (_, index) => index);
  const claims = ['dd ff ff ff ff', 'dd 7f ff ff ff 01', 'dc ff ff', 'dc 04 00 01', 'dc 00 41 01'];
  const references = Array.from({ length: 101 }, (_, index) => `K${index}`);
  return [
    ...[65, 128, 400].map((length) => ({
      what: `${length} seats`,
      bytes: holdOf(show, { seats: pack(many(length)) }),
      reasons: ['invalidField'] as const,
      requestId: 'r',
    })),
    ...claims.map((claim) => ({
      what: `seats that begin with ${claim}`,
      bytes: holdOf(show, { seats: bytesOf(claim) }),
      reasons: ['invalidField'] as const,
      requestId: 'r',
    })),
    ...claims.map((claim) => ({
      what: `a message that begins with ${claim}`,
      bytes: Buffer.concat([bytesOf(claim), pack(HOLD), pack('r')]),
      reasons: ['malformed'] as const,
      requestId: null,
    })),
    {
      what: '101 bookings',
      bytes: pack([up.cancel.code, 'r', show, references]),
      reasons: ['invalidField'],
      requestId: 'r',
    },
    {
      what: '17 elements',
      bytes: pack([HOLD, 'r', show, [1], ...many(13)]),
      reasons: ['malformed'],
      requestId: null,
    },
  ];
}

/** Texts that are no UTF-8: stray bytes, overlong forms, surrogates, cut-off characters. */
export function badUtf8(show: string): readonly SpoiltFrame[] {
  const texts = ['ff', 'c0 80', 'e0 80 80', 'ed a0 80', 'e2 82', 'f5 80 80 80', '61 80 62'];
  return texts.flatMap((hex): SpoiltFrame[] => {
    const content = bytesOf(hex);
    const text = Buffer.concat([Buffer.of(0xa0 | content.length), content]);
    const reasons = ['invalidField'] as const;
    const filter = packArray(pack(MOVIES), pack('r'), pack('pune'), pack(null), text);
    return [
      { what: `id ${hex}`, bytes: holdOf(show, { requestId: text }), reasons, requestId: null },
      { what: `show ${hex}`, bytes: holdOf(show, { show: text }), reasons, requestId: 'r' },
      { what: `genre ${hex}`, bytes: filter, reasons, requestId: 'r' },
    ];
  });
}

/** Seat numbers below zero or between two seats, in each of MessagePack's widths. */
export function negativeSeats(show: string): readonly SpoiltFrame[] {
  const seats = [
    'ff',
    'e0',
    'd0 ff',
    'd1 ff ff',
    'd2 ff ff ff ff',
    'd3 ff ff ff ff ff ff ff ff',
    'cb bf f0 00 00 00 00 00 00',
    'cb 3f f8 00 00 00 00 00 00',
    'cb 7f f8 00 00 00 00 00 00',
    'cb 7f f0 00 00 00 00 00 00',
    'ca bf 80 00 00',
    'cf ff ff ff ff ff ff ff ff',
  ];
  return seats.map((hex) => ({
    what: `seat ${hex}`,
    bytes: holdOf(show, { seats: packArray(bytesOf(hex)) }),
    reasons: ['invalidField'],
    requestId: 'r',
  }));
}

/** Codes that no message of a client has, those of the server's messages among them. */
export function unknownCodes(): readonly SpoiltFrame[] {
  const codes = [0, 29, 31, 32, 39, 64, 127, 128, 255, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER];
  return codes.map((code) => ({
    what: `code ${code}`,
    bytes: pack([code, 'r', 'x']),
    reasons: ['unknownMessage'],
    requestId: null,
  }));
}
