/**
 * The hash chain. Each frame's hash covers the one before it, so a frame that was changed,
 * dropped or moved breaks every later one: the chain is the log's checksum, its tamper evidence
 * and, quoted in a receipt, a person's proof of their place in it [F1, F2, D4].
 *
 *   header, 32 bytes, little endian:
 *   ┌────────────┬────────────┬───────────┬───────────┬─────────────┐
 *   │ partition  │ body bytes │ LSN       │ epoch     │ time        │
 *   │ u32        │ u32        │ f64       │ f64       │ f64         │
 *   └────────────┴────────────┴───────────┴───────────┴─────────────┘
 */
import type { Frame, Hasher } from './log-store.ts';

export type UnhashedFrame = Omit<Frame, 'hash'>;

const header = new Uint8Array(32);
const view = new DataView(header.buffer);

/** The chain value of a frame that follows the one whose hash is `previous`. */
export function frameHash(hasher: Hasher, previous: Uint8Array, frame: UnhashedFrame): Uint8Array {
  view.setUint32(0, frame.partition, true);
  view.setUint32(4, frame.body.byteLength, true);
  view.setFloat64(8, frame.lsn, true);
  view.setFloat64(16, frame.epoch, true);
  view.setFloat64(24, frame.timeMs, true);
  return hasher(previous, header, frame.body);
}
