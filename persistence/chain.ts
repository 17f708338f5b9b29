/**
 * Checks frames that were read against the chain. Every store reads through this, so that a
 * frame which was changed, dropped or moved is named and never silently skipped [D4].
 */
import { frameHash } from '../engine/shard/frame-hash.ts';
import { type Frame, LogFault } from '../engine/shard/log-store.ts';
import { sameBytes } from './bytes.ts';
import { sha256 } from './hasher.ts';

/**
 * `frames` are those from `from` on; `previous` is the chain value before the first of them and
 * `count` how many there must be.
 * @throws LogFault `log_gap` or `log_damaged`, naming partition and LSN.
 */
export function checkChain(
  partition: number,
  from: number,
  previous: Uint8Array,
  frames: readonly Frame[],
  count: number,
): void {
  let lsn = from;
  let hash = previous;
  for (const frame of frames) {
    if (frame.lsn !== lsn) throw missingFrame(partition, lsn);
    if (!sameBytes(frameHash(sha256, hash, frame), frame.hash)) {
      throw new LogFault(
        'log_damaged',
        `partition ${partition}, LSN ${lsn}: the frame does not match its chain value; it or the ` +
          'frame before it was changed after it was written',
      );
    }
    lsn += 1;
    hash = frame.hash;
  }
  if (frames.length < count) throw missingFrame(partition, lsn);
}

export const missingFrame = (partition: number, lsn: number): LogFault =>
  new LogFault('log_gap', `partition ${partition}, LSN ${lsn}: the frame is missing from the log`);

/** For a read that begins among the frames that were truncated. */
export const truncatedFrame = (partition: number, lsn: number, floor: number): LogFault =>
  new LogFault(
    'log_gap',
    `partition ${partition}, LSN ${lsn}: the log begins at LSN ${floor + 1}; earlier frames were ` +
      'dropped, load the snapshot first',
  );

/** For a truncation that no snapshot makes up for. */
export const uncoveredTruncation = (partition: number, before: number): LogFault =>
  new LogFault(
    'log_gap',
    `partition ${partition}: the frames below LSN ${before} cannot be dropped, no snapshot ` +
      'covers them',
  );

/** For a snapshot that tells of something else than the log does. */
export const strangeSnapshot = (partition: number, lsn: number): LogFault =>
  new LogFault(
    'snapshot_damaged',
    `partition ${partition}: the snapshot of LSN ${lsn} does not belong to this log, whose frame ` +
      'of that number is missing or has another chain value or time',
  );
