/** Frames that fit the chain, for logs to be filled with. */
import { type Epoch, lsn, millis, type PartitionId } from '../../engine/ids.ts';
import { frameHash } from '../../engine/shard/frame-hash.ts';
import { type Frame, GENESIS_HASH } from '../../engine/shard/log-store.ts';
import { sha256 } from '../../persistence/hasher.ts';

/** `count` frames that follow on `lastLsn` and `lastHash`. */
export function chain(
  partition: PartitionId,
  owner: Epoch,
  count: number,
  after: { readonly lastLsn: number; readonly lastHash: Uint8Array } = {
    lastLsn: 0,
    lastHash: GENESIS_HASH,
  },
  bodyBytes = 40,
): Frame[] {
  const frames: Frame[] = [];
  let previous = after.lastHash;
  for (let index = 1; index <= count; index += 1) {
    const at = after.lastLsn + index;
    const body = new Uint8Array(bodyBytes).fill(at % 251);
    const timeMs = millis(1_900_000_000_000 + at);
    const unhashed = { partition, lsn: lsn(at), epoch: owner, timeMs, body };
    previous = frameHash(sha256, previous, unhashed);
    frames.push({ ...unhashed, hash: previous });
  }
  return frames;
}

export const endOf = (frames: readonly Frame[]) => {
  const last = frames.at(-1);
  if (last === undefined) throw new Error('no frames');
  return { lastLsn: last.lsn, lastHash: last.hash };
};
