/** Which partition a show belongs to: FNV-1a over its id's characters, fixed for ever. */
import { type PartitionId, partitionId } from '../ids.ts';
import { limits } from '../limits.ts';

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function partitionOf(show: string): PartitionId {
  let hash = OFFSET;
  for (let index = 0; index < show.length; index++) {
    hash = Math.imul(hash ^ show.charCodeAt(index), PRIME);
  }
  return partitionId((hash >>> 0) % limits.partitions);
}

/** The same, from the id's bytes (its characters are ASCII), without making a text of them. */
export function partitionOfBytes(bytes: Uint8Array, from: number, until: number): PartitionId {
  let hash = OFFSET;
  for (let index = from; index < until; index++) {
    hash = Math.imul(hash ^ (bytes[index] ?? 0), PRIME);
  }
  return partitionId((hash >>> 0) % limits.partitions);
}
