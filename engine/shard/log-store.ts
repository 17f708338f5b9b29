/**
 * Where frames are kept. A shard appends frames and lets nothing out before the answer is
 * `durable`; recovery and readers read them back. Memory, SQLite and (later) PostgreSQL implement
 * this, and one contract suite proves each of them.
 *
 *   open ──▶ epoch e ──▶ append (e) … append (e) ──▶ close
 *              │
 *              └─ a later open of the same partition takes e + 1: appends of e are now *fenced*
 */
import type { Epoch, Lsn, Millis, PartitionId } from '../ids.ts';

/** The chain value before a partition's first frame: 32 zero bytes. */
export const GENESIS_HASH: Uint8Array = new Uint8Array(32);

/**
 * One append's worth of a partition's decisions.
 * `hash` = SHA-256(previous hash ‖ header ‖ body), see `frame-hash.ts`.
 */
export interface Frame {
  readonly partition: PartitionId;
  readonly lsn: Lsn;
  readonly epoch: Epoch;
  /** Decision time of all that is in the frame. */
  readonly timeMs: Millis;
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
}

export interface OpenedPartition {
  readonly partition: PartitionId;
  readonly epoch: Epoch;
  /** 0 where the partition has no frame yet. */
  readonly lastLsn: Lsn;
  readonly lastHash: Uint8Array;
  readonly lastTimeMs: Millis;
}

/**
 * What became of an append. `unknown` is not a guess: the frames may or may not be there, and
 * the shard must say nothing of them until it has recovered from the log.
 */
export type AppendOutcome =
  | { readonly type: 'durable' }
  | { readonly type: 'fenced'; readonly reason: string }
  | { readonly type: 'unknown'; readonly reason: string };

export interface Snapshot {
  readonly partition: PartitionId;
  /** The snapshot holds everything up to and including this frame. */
  readonly lsn: Lsn;
  /** That frame's chain value. */
  readonly hash: Uint8Array;
  readonly timeMs: Millis;
  readonly body: Uint8Array;
}

export type LogFaultCode =
  | 'log_gap'
  | 'log_damaged'
  | 'log_behind_mark'
  | 'snapshot_damaged'
  | 'log_latched'
  | 'log_locked'
  | 'log_newer_version'
  | 'log_io';

/** A log that cannot be trusted or used, with the place where it went wrong in its message. */
export class LogFault extends Error {
  override readonly name = 'LogFault';
  readonly code: LogFaultCode;
  constructor(code: LogFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface LogStore {
  /** Takes ownership of the partitions, each with an epoch above all before it. */
  open(partitions: readonly PartitionId[]): Promise<readonly OpenedPartition[]>;

  /**
   * Appends frames of one or more partitions, all or none of them. Within a partition each
   * frame's LSN must be the last one's plus one and its hash chained to it.
   */
  append(frames: readonly Frame[]): Promise<AppendOutcome>;

  /**
   * Frames of a partition from `from` on, in order, at most `limit` of them, each one's chain
   * checked. @throws LogFault `log_gap` or `log_damaged`, naming the frame.
   */
  read(partition: PartitionId, from: Lsn, limit: number): Promise<readonly Frame[]>;

  /** Keeps a snapshot; the newest two of a partition stay. */
  saveSnapshot(snapshot: Snapshot): Promise<void>;

  /**
   * The newest snapshot but `skip` newer ones (none by default), its own checksum checked;
   * undefined where there is no such one. @throws LogFault `snapshot_damaged`.
   */
  loadSnapshot(partition: PartitionId, skip?: number): Promise<Snapshot | undefined>;

  /** Drops frames below `before`; refused unless a snapshot covers them. */
  truncate(partition: PartitionId, before: Lsn): Promise<void>;

  close(): Promise<void>;
}

/** SHA-256 of the parts one after the other, 32 bytes. */
export type Hasher = (...parts: readonly Uint8Array[]) => Uint8Array;
