/**
 * Checksums of the rows that no chain covers: settings, epochs and floors. A flipped bit in one of
 * them would be read as something else without a word: a session secret that makes every session
 * invalid, an owner that is none [D4].
 */
import { sha256 } from '../hasher.ts';

const text = new TextEncoder();

export function metaChecksum(key: string, value: Uint8Array): Uint8Array {
  return sha256(text.encode(`meta ${key}\0`), value);
}

export function epochChecksum(partition: number, epoch: number): Uint8Array {
  return sha256(text.encode(`epoch ${partition} ${epoch}`));
}

export function floorChecksum(
  partition: number,
  lsn: number,
  hash: Uint8Array,
  timeMs: number,
): Uint8Array {
  return sha256(text.encode(`floor ${partition} ${lsn} ${timeMs}\0`), hash);
}
