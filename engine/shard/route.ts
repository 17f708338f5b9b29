/** Which partition a show belongs to: FNV-1a over its id's characters, fixed for ever. */
import { FNV_OFFSET, FNV_PRIME, fnv1a } from '../collections/fnv1a.ts';
import { type PartitionId, partitionId } from '../ids.ts';
import { limits } from '../limits.ts';

export function partitionOf(show: string): PartitionId {
  return partitionId(fnv1a(show) % limits.partitions);
}

/** The same, from the id's bytes (its characters are ASCII), without making a text of them. */
export function partitionOfBytes(bytes: Uint8Array, from: number, until: number): PartitionId {
  let hash = FNV_OFFSET;
  for (let index = from; index < until; index++) {
    hash = Math.imul(hash ^ (bytes[index] ?? 0), FNV_PRIME);
  }
  return partitionId((hash >>> 0) % limits.partitions);
}
