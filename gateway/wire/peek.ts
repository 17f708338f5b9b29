/**
 * Looks at the head of a frame, `[code, requestId, show, …]`, just far enough to know where it
 * goes. No text is made and nothing is copied: the shard reads the frame in full.
 */
import type { PartitionId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import { partitionOfBytes } from '../../engine/shard/route.ts';
import type { Reader } from './reader.ts';

/** The message's code, or −1 where the frame does not begin like a message. */
export function peekCode(reader: Reader): number {
  const length = reader.array(16);
  const code = reader.uint();
  return reader.fault === undefined && length > 0 ? code : -1;
}

/**
 * The partition of the show that is the third element, after `peekCode`; −1 where there is none:
 * then the frame is read in full to say what is wrong with it.
 */
export function peekPartition(reader: Reader, bytes: Uint8Array): PartitionId | -1 {
  reader.skip(reader.textLength());
  const length = reader.textLength();
  const from = reader.offset;
  reader.skip(length);
  if (reader.fault !== undefined || length === 0 || length > limits.showIdChars) return -1;
  return partitionOfBytes(bytes, from, from + length);
}
