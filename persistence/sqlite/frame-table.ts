/**
 * All frames of the log, whether they lie in rows of their own or still with the commit that they
 * came in. A partition's rows end where its recent frames begin.
 */
import { epoch, lsn, millis, partitionId } from '../../engine/ids.ts';
import { type Frame, GENESIS_HASH, LogFault } from '../../engine/shard/log-store.ts';
import { sameBytes, wholeBytes } from '../bytes.ts';
import { idsPerPartition } from './migrations.ts';
import { RecentCommits } from './recent-commits.ts';
import { floorChecksum } from './row-checksums.ts';
import type { FrameRow, Statements } from './statements.ts';

/** The last frame that was truncated; LSN 0 and the genesis value where none was. */
export interface Floor {
  readonly lsn: number;
  readonly hash: Uint8Array;
  readonly timeMs: number;
}

export class FrameTable {
  readonly recent: RecentCommits;
  readonly #statements: Statements;

  /** @throws LogFault `log_damaged` */
  constructor(statements: Statements) {
    this.#statements = statements;
    this.recent = new RecentCommits(statements);
  }

  /** @throws LogFault `log_damaged` where the note of it was changed. */
  floor(partition: number): Floor {
    const row = this.#statements.floor.get(partition);
    if (row === undefined) return { lsn: 0, hash: GENESIS_HASH, timeMs: 0 };
    const { lsn: at, hash, time_ms: timeMs, checksum } = row;
    if (!isChecked(checksum, floorChecksum(partition, at, hash, timeMs))) {
      throw damagedRow(partition, `the note that frames up to LSN ${at} were dropped`);
    }
    return { lsn: at, hash: wholeBytes(hash), timeMs };
  }

  /** Chain value and time of a frame that is kept, or of the last one truncated. */
  at(partition: number, lsn: number): Floor | undefined {
    const floor = this.floor(partition);
    if (lsn === floor.lsn) return floor;
    const recent = this.recent.at(partition, lsn);
    if (recent !== undefined) return recent;
    const row = this.#statements.hashAndTime.get(partition * idsPerPartition + lsn);
    return row && { lsn, hash: wholeBytes(row.hash), timeMs: row.time_ms };
  }

  /** At most `count` frames from `from` on; fewer where some are missing. */
  from(partition: number, from: number, count: number): readonly Frame[] {
    const id = partition * idsPerPartition + from;
    const rows = this.#statements.framesFrom.all(id, id + count, count).map(frameOf);
    const recent = this.recent.of(partition).filter((frame) => {
      return frame.lsn >= from && frame.lsn < from + count;
    });
    return [...rows, ...recent.map(ownFrame)];
  }

  /** The first frame that is kept. */
  firstLsn(partition: number): number | undefined {
    const from = partition * idsPerPartition;
    const id = this.#statements.firstId.get(from, from + idsPerPartition);
    return id === undefined ? this.recent.of(partition)[0]?.lsn : id - from;
  }

  /** The last frames that have rows of their own, one or two, and all that have none. */
  tail(partition: number): readonly Frame[] {
    const from = partition * idsPerPartition;
    const rows = this.#statements.lastFrames.all(from, from + idsPerPartition).map(frameOf);
    return [...rows.reverse(), ...this.recent.of(partition)];
  }
}

export function frameOf(row: FrameRow): Frame {
  const partition = Math.floor(row.id / idsPerPartition);
  return {
    partition: partitionId(partition),
    lsn: lsn(row.id - partition * idsPerPartition),
    epoch: epoch(row.epoch),
    timeMs: millis(row.time_ms),
    body: wholeBytes(row.body),
    hash: wholeBytes(row.hash),
  };
}

/** A recent frame is a view into its whole commit. */
const ownFrame = (frame: Frame): Frame => ({
  ...frame,
  body: wholeBytes(frame.body),
  hash: wholeBytes(frame.hash),
});

export const isChecked = (found: Uint8Array | null, expected: Uint8Array): boolean =>
  found !== null && sameBytes(found, expected);

export const damagedRow = (partition: number, what: string): LogFault =>
  new LogFault('log_damaged', `partition ${partition}: ${what} was changed after it was written`);
