/** SHA-256 for the log's chain. The engine may not import `node:crypto`, so it is handed this. */
import { createHash } from 'node:crypto';
import type { Hasher } from '../engine/shard/log-store.ts';

/** SHA-256 of the parts one after the other, as 32 bytes of their own. */
export const sha256: Hasher = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
