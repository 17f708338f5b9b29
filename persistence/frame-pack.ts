/**
 * Many frames in one buffer, so that a batch crosses to another thread as a single transfer
 * instead of two clones a frame, and lies in the file as one row of `commits`. For the file's sake
 * the layout changes only with the schema.
 *
 *   each frame, little endian, padded to a multiple of 8 bytes:
 *   ┌───────────┬────────────┬─────┬───────┬──────┬─────────────┬──────┐
 *   │ partition │ body bytes │ LSN │ epoch │ time │ chain value │ body │
 *   │ u32       │ u32        │ f64 │ f64   │ f64  │ 32          │      │
 *   └───────────┴────────────┴─────┴───────┴──────┴─────────────┴──────┘
 */
import { epoch, lsn, millis, partitionId } from '../engine/ids.ts';
import type { Frame } from '../engine/shard/log-store.ts';

const hashAt = 32;
const bodyAt = 64;

const packedBytes = (bodyBytes: number): number => (bodyAt + bodyBytes + 7) & ~7;

/** A new buffer; the frames stay as they are and their owner's. */
export function packFrames(frames: readonly Frame[]): ArrayBuffer {
  let size = 0;
  for (const frame of frames) size += packedBytes(frame.body.byteLength);
  const buffer = new ArrayBuffer(size);
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  let at = 0;
  for (const frame of frames) {
    if (frame.hash.byteLength !== 32) throw new RangeError('a chain value has 32 bytes');
    view.setUint32(at, frame.partition, true);
    view.setUint32(at + 4, frame.body.byteLength, true);
    view.setFloat64(at + 8, frame.lsn, true);
    view.setFloat64(at + 16, frame.epoch, true);
    view.setFloat64(at + 24, frame.timeMs, true);
    bytes.set(frame.hash, at + hashAt);
    bytes.set(frame.body, at + bodyAt);
    at += packedBytes(frame.body.byteLength);
  }
  return buffer;
}

/** Frames whose bodies and chain values are views into `buffer`. */
export function unpackFrames(buffer: ArrayBuffer): Frame[] {
  const view = new DataView(buffer);
  const frames: Frame[] = [];
  let at = 0;
  while (at < buffer.byteLength) {
    const bodyBytes = view.getUint32(at + 4, true);
    frames.push({
      partition: partitionId(view.getUint32(at, true)),
      lsn: lsn(view.getFloat64(at + 8, true)),
      epoch: epoch(view.getFloat64(at + 16, true)),
      timeMs: millis(view.getFloat64(at + 24, true)),
      hash: new Uint8Array(buffer, at + hashAt, 32),
      body: new Uint8Array(buffer, at + bodyAt, bodyBytes),
    });
    at += packedBytes(bodyBytes);
  }
  return frames;
}
