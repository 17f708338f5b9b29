/**
 * The three requests of the hold scenario as ready-made frames. A frame is copied into the
 * outgoing bytes and its request id patched in place; ids have a fixed width and rise, so a frame
 * never changes its length, except for the number of the hold at its end.
 *
 *   ┌──────────────┬──────┬──────┬────────────────────────┬──────┬────────────────┐
 *   │ frame header │ 0x9n │ code │ 0xa8, request id       │ show │ [seat] or hold │
 *   │ 6 bytes      │      │      │ lane 2 + count 6 chars │      │                │
 *   └──────────────┴──────┴──────┴────────────────────────┴──────┴────────────────┘
 */
import { shortText, uintBytes, writeUint } from './messagepack.ts';
import type { RawClient } from './raw-client.ts';
import { clientFrame, SHORT_HEADER_BYTES } from './websocket-frames.ts';

export const CODE_HOLD = 8;
export const CODE_RELEASE = 11;
export const CODE_BOOK = 14;

const REQUEST_ID_CHARS = 8;
const ID_AT = SHORT_HEADER_BYTES + 3;
const alphabet = Buffer.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_');
const digitOf = new Uint8Array(128);
alphabet.forEach((character, digit) => {
  digitOf[character] = digit;
});

/** Lanes that a request id can tell apart. */
export const MAX_LANES = 64 * 64;

function requestPayload(code: number, show: string, tail: Uint8Array): Uint8Array {
  const id = shortText('0'.repeat(REQUEST_ID_CHARS));
  return Uint8Array.from([0x94, code, ...id, ...shortText(show), ...tail]);
}

/** The frame that holds one seat of a show. */
export function holdFrame(show: string, seat: number): Uint8Array {
  const tail = new Uint8Array(1 + uintBytes(seat));
  tail[0] = 0x91;
  writeUint(tail, 1, seat);
  return clientFrame(requestPayload(CODE_HOLD, show, tail));
}

/** The frame that releases or books a hold of a show, but for the hold's number at its end. */
export function frameOfHold(
  code: typeof CODE_RELEASE | typeof CODE_BOOK,
  show: string,
): Uint8Array {
  return clientFrame(requestPayload(code, show, new Uint8Array(0)));
}

/** Sends a whole frame under a request id made of its lane and count. */
export function sendRequest(
  client: RawClient,
  frame: Uint8Array,
  lane: number,
  count: number,
): void {
  const at = client.reserve(frame.length);
  const out = client.outgoing;
  for (let index = 0; index < frame.length; index++) out[at + index] = frame[index] ?? 0;
  writeRequestId(out, at + ID_AT, lane, count);
}

/** The same for a frame that ends with a hold's number. */
export function sendRequestOfHold(
  client: RawClient,
  frame: Uint8Array,
  lane: number,
  count: number,
  hold: number,
): void {
  const numberBytes = uintBytes(hold);
  const at = client.reserve(frame.length + numberBytes);
  const out = client.outgoing;
  for (let index = 0; index < frame.length; index++) out[at + index] = frame[index] ?? 0;
  out[at + 1] = (frame[1] ?? 0) + numberBytes;
  writeRequestId(out, at + ID_AT, lane, count);
  writeUint(out, at + frame.length, hold);
}

function writeRequestId(out: Uint8Array, at: number, lane: number, count: number): void {
  out[at] = alphabet[lane >>> 6] ?? 0;
  out[at + 1] = alphabet[lane & 63] ?? 0;
  let rest = count;
  for (let index = at + REQUEST_ID_CHARS - 1; index > at + 1; index--) {
    out[index] = alphabet[rest & 63] ?? 0;
    rest >>>= 6;
  }
}

/** The lane in a request id whose characters begin at `at`. */
export function laneOf(bytes: Uint8Array, at: number): number {
  return (digitOf[bytes[at] ?? 0] ?? 0) * 64 + (digitOf[bytes[at + 1] ?? 0] ?? 0);
}

/** The count in it, modulo 2^30. */
export function countOf(bytes: Uint8Array, at: number): number {
  let count = 0;
  for (let index = at + 3; index < at + REQUEST_ID_CHARS; index++) {
    count = count * 64 + (digitOf[bytes[index] ?? 0] ?? 0);
  }
  return count;
}
