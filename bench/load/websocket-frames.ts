/**
 * The least of RFC 6455 that a load generator needs. uWebSockets has no client and general
 * client libraries cost several times what the server spends on a message, so the load would
 * measure itself. Frames to the server are made once with a masking key of zero (a key like any
 * other to a server, and the one with which masked and plain bytes are the same), then only
 * patched in place; frames from the server are found in whatever pieces TCP delivers.
 *
 *   byte 0: FIN, 3 reserved bits, opcode      byte 1: MASK, length 0 … 125, or 126 or 127
 *   then 2 or 8 bytes of length, then the key (4 bytes, client to server only), then the payload
 */
export const OPCODE_TEXT = 0x1;
export const OPCODE_BINARY = 0x2;
export const OPCODE_CLOSE = 0x8;
export const OPCODE_PING = 0x9;
export const OPCODE_PONG = 0xa;

/** Longer messages than this are taken for a broken stream. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** Where the payload of a client's frame with up to 125 bytes begins. */
export const SHORT_HEADER_BYTES = 6;
const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;

/** One final client frame: header, zero key, payload. */
export function clientFrame(payload: Uint8Array, opcode: number = OPCODE_BINARY): Uint8Array {
  const length = payload.length;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + lengthBytes + 4 + length);
  frame[0] = FINAL | opcode;
  if (lengthBytes === 0) {
    frame[1] = MASKED | length;
  } else if (lengthBytes === 2) {
    frame[1] = MASKED | 126;
    new DataView(frame.buffer).setUint16(2, length);
  } else {
    frame[1] = MASKED | 127;
    new DataView(frame.buffer).setBigUint64(2, BigInt(length));
  }
  frame.set(payload, 2 + lengthBytes + 4);
  return frame;
}

/** The stream from the server is not what RFC 6455 or this client allows. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/**
 * Takes one whole server frame: its payload is `bytes[from … until)`, valid only during the call.
 */
export type FrameHandler = (opcode: number, bytes: Uint8Array, from: number, until: number) => void;

/** Finds server frames in a stream that arrives in pieces of any size. */
export class FrameParser {
  readonly #onFrame: FrameHandler;
  #carry: Uint8Array = new Uint8Array(1024);
  #carried = 0;

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame;
  }

  /**
   * Hands on every frame that `bytes[from … until)` completes and keeps a copy of what is left,
   * so the caller may reuse the buffer. @throws FrameError
   */
  push(bytes: Uint8Array, from: number, until: number): void {
    if (this.#carried === 0) {
      this.#keep(bytes, this.#parse(bytes, from, until), until);
      return;
    }
    const total = this.#carried + until - from;
    this.#reserve(total);
    this.#carry.set(bytes.subarray(from, until), this.#carried);
    const used = this.#parse(this.#carry, 0, total);
    this.#carry.copyWithin(0, used, total);
    this.#carried = total - used;
  }

  #keep(bytes: Uint8Array, from: number, until: number): void {
    if (from === until) return;
    this.#reserve(until - from);
    this.#carry.set(bytes.subarray(from, until));
    this.#carried = until - from;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#carry.length) return;
    const grown = new Uint8Array(Math.max(bytes, this.#carry.length * 2));
    grown.set(this.#carry.subarray(0, this.#carried));
    this.#carry = grown;
  }

  /** Returns where the first frame begins that is not complete yet. */
  #parse(bytes: Uint8Array, from: number, until: number): number {
    let at = from;
    while (until - at >= 2) {
      const first = bytes[at] ?? 0;
      let length = bytes[at + 1] ?? 0;
      let payload = at + 2;
      if ((first & (FINAL | RESERVED)) !== FINAL) throw new FrameError('fragmented or reserved');
      if (length >= MASKED) throw new FrameError('masked by the server');
      if (length === 126) {
        if (until - at < 4) break;
        length = (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
        payload = at + 4;
      } else if (length === 127) {
        if (until - at < 10) break;
        length = longLength(bytes, at + 2);
        payload = at + 10;
      }
      if (payload + length > until) break;
      this.#onFrame(first & 0x0f, bytes, payload, payload + length);
      at = payload + length;
    }
    return at;
  }
}

function longLength(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let index = at; index < at + 8; index++) length = length * 256 + (bytes[index] ?? 0);
  if (length > MAX_FRAME_BYTES) throw new FrameError(`a frame of ${length} bytes`);
  return length;
}
