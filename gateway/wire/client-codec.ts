/**
 * What a client sends and reads, in both subprotocols: MessagePack for programs, JSON for people.
 * Runs in a browser under a strict content security policy: msgpackr builds code from text only
 * for its own record extension, which is off here.
 */
import { Packr, Unpackr } from 'msgpackr';
import type { DownMessage, UpMessage } from './message-types.ts';
import { down, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK, up } from './messages.ts';
import { fromJson, fromTuple, toJson, toTuple } from './positional.ts';

export interface ClientCodec {
  /** What the WebSocket handshake asks for. */
  readonly subprotocol: string;
  encode(message: UpMessage): Uint8Array<ArrayBuffer> | string;
  /** The message in a frame, or `undefined` where it is none that this version knows. */
  decode(frame: unknown): DownMessage | undefined;
}

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });

export const msgpackClientCodec: ClientCodec = {
  subprotocol: SUBPROTOCOL_MSGPACK,
  encode: (message) => Uint8Array.from(packr.pack(toTuple(up, message))),
  decode(frame) {
    if (!(frame instanceof ArrayBuffer || ArrayBuffer.isView(frame))) return undefined;
    try {
      const tuple: unknown = unpackr.unpack(asBytes(frame));
      return Array.isArray(tuple) ? fromTuple(down, tuple) : undefined;
    } catch {
      return undefined;
    }
  },
};

export const jsonClientCodec: ClientCodec = {
  subprotocol: SUBPROTOCOL_JSON,
  encode: (message) => toJson(up, message),
  decode: (frame) => (typeof frame === 'string' ? fromJson(down, frame) : undefined),
};

function asBytes(frame: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (frame instanceof ArrayBuffer) return new Uint8Array(frame);
  return new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength);
}
