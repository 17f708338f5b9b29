/** The load's own WebSocket: frames as RFC 6455 has them, found again in pieces of any size. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientFrame,
  FrameError,
  FrameParser,
  OPCODE_BINARY,
  OPCODE_PONG,
} from '../../bench/load/websocket-frames.ts';

interface Message {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** A server's frame, written here from the RFC and not with the code under test. */
function serverFrame({ opcode, payload }: Message): Uint8Array {
  const { length } = payload;
  const head = [0x80 | opcode];
  if (length < 126) head.push(length);
  else if (length < 65_536) head.push(126, length >> 8, length & 255);
  else
    head.push(
      127,
      0,
      0,
      0,
      0,
      length >>> 24,
      (length >> 16) & 255,
      (length >> 8) & 255,
      length & 255,
    );
  return Uint8Array.from([...head, ...payload]);
}

function parse(pieces: readonly Uint8Array[]): Message[] {
  const messages: Message[] = [];
  const parser = new FrameParser((opcode, bytes, from, until) => {
    messages.push({ opcode, payload: bytes.slice(from, until) });
  });
  // One buffer for all input, as the client has it: what the parser keeps must be a copy.
  const buffer = new Uint8Array(200_000);
  for (const piece of pieces) {
    buffer.fill(0xff);
    buffer.set(piece, 3);
    parser.push(buffer, 3, 3 + piece.length);
  }
  return messages;
}

/** As text, which is compared much faster than element by element. */
function brief({ opcode, payload }: Message): string {
  return `${opcode} ${Buffer.from(payload).toString('base64')}`;
}

/** Cuts bytes into pieces at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 200 }) },
  { weight: 1, arbitrary: fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000) },
);
const messages: fc.Arbitrary<Message> = fc
  .record({ opcode: fc.constantFrom(1, 2, 9), length: lengths, fill: fc.nat(255) })
  .map(({ opcode, length, fill }) => ({
    opcode,
    payload: Uint8Array.from({ length }, (_, index) => fill + index),
  }));

describe('FrameParser', () => {
  it('finds the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(messages, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sent, places) => {
          const stream = Buffer.concat(sent.map(serverFrame));
          expect(parse(cut(stream, places)).map(brief)).toEqual(sent.map(brief));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('finds frames that arrive byte by byte', () => {
    const sent = [0, 5, 126, 300].map((length) => ({
      opcode: OPCODE_BINARY,
      payload: new Uint8Array(length).fill(length),
    }));
    const stream = Buffer.concat(sent.map(serverFrame));
    const bytes = Array.from(stream, (byte) => Uint8Array.of(byte));
    expect(parse(bytes).map(brief)).toEqual(sent.map(brief));
  });

  it.each([
    ['a fragment', [0x02, 0x00]],
    ['a compressed frame', [0xc2, 0x00]],
    ['a masked frame', [0x82, 0x80, 0, 0, 0, 0]],
    ['a frame of 2^40 bytes', [0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]],
  ])('refuses %s', (_, bytes) => {
    expect(() => parse([Uint8Array.from(bytes)])).toThrow(FrameError);
  });
});

describe('clientFrame', () => {
  it.each([
    [0, 6],
    [125, 6],
    [126, 8],
    [65_535, 8],
    [65_536, 14],
  ])('gives %i bytes a header of %i, masked with zero', (length, header) => {
    const payload = Uint8Array.from({ length }, (_, index) => index);
    const frame = clientFrame(payload, OPCODE_PONG);
    expect(frame.length).toBe(header + length);
    expect(frame[0]).toBe(0x8a);
    expect((frame[1] ?? 0) & 0x80).toBe(0x80);
    expect(frame.subarray(header - 4, header)).toEqual(new Uint8Array(4));
    expect(frame.subarray(header)).toEqual(payload);
  });

  it('is the frame a server would send but for the mask', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const masked = clientFrame(message.payload, message.opcode);
        const headerBytes = masked.length - message.payload.length;
        const plain = Buffer.concat([
          masked.subarray(0, headerBytes - 4),
          masked.subarray(headerBytes),
        ]);
        plain[1] = (plain[1] ?? 0) & 0x7f;
        expect(parse([plain]).map(brief)).toEqual([brief(message)]);
      }),
      { numRuns: 50 },
    );
  });
});
