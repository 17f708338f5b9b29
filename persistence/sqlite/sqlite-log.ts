/**
 * The log in one SQLite file, the default. Nothing is acknowledged before its commit is synced;
 * the first write that fails closes the log for writing, since a disk that refused a large frame
 * may take the next small one and leave a hole [D4].
 *
 *   append ─▶ admit in memory ─▶ BEGIN … INSERT … COMMIT (synced) ─▶ mark ─▶ durable
 *                │ fenced            │ any error: roll back, latch ─▶ unknown, now and later
 */
import type { Database } from 'better-sqlite3';
import { epoch, type Lsn, millis, type PartitionId, lsn as toLsn } from '../../engine/ids.ts';
import {
  type AppendOutcome,
  type Frame,
  LogFault,
  type LogStore,
  type OpenedPartition,
  type Snapshot,
} from '../../engine/shard/log-store.ts';
import { invariant } from '../../engine/unreachable.ts';
import { sameBytes, wholeBytes } from '../bytes.ts';
import {
  checkChain,
  missingFrame,
  strangeSnapshot,
  truncatedFrame,
  uncoveredTruncation,
} from '../chain.ts';
import { sha256 } from '../hasher.ts';
import type { Heads } from '../heads.ts';
import type { SyncLog } from '../sync-log.ts';
import { asLogFault, checkpointPages, pageBytes, reasonOf } from './connection.ts';
import type { FrameTable } from './frame-table.ts';
import type { MarkFile } from './high-water-mark.ts';
import { idsPerPartition } from './migrations.ts';
import { firstUnreadable } from './name-damage.ts';
import type { OwnerLock } from './owner-lock.ts';
import { epochChecksum, floorChecksum, metaChecksum } from './row-checksums.ts';
import type { Statements } from './statements.ts';

/** Frames dropped in one transaction, so that a truncation never makes one huge WAL. */
const framesPerTruncation = 1_000;

const untilReopened = 'nothing is written until the log is reopened';

export interface SqliteLogParts {
  readonly db: Database;
  readonly statements: Statements;
  readonly table: FrameTable;
  readonly heads: Heads;
  readonly mark: MarkFile;
  readonly lock: OwnerLock;
}

export class SqliteLog implements LogStore, SyncLog {
  readonly #db: Database;
  readonly #statements: Statements;
  readonly #table: FrameTable;
  readonly #heads: Heads;
  readonly #mark: MarkFile;
  readonly #lock: OwnerLock;
  readonly #transaction: (write: () => unknown) => unknown;
  /** Why nothing is written any more. */
  #latched: string | undefined;
  #closed = false;
  /** About how many pages the WAL has since it was last folded into the database. */
  #pagesInWal = 0;

  constructor(parts: SqliteLogParts) {
    this.#db = parts.db;
    this.#statements = parts.statements;
    this.#table = parts.table;
    this.#heads = parts.heads;
    this.#mark = parts.mark;
    this.#lock = parts.lock;
    this.#transaction = parts.db.transaction((write: () => unknown) => write()).immediate;
  }

  /** The latest frame's time in any partition: a clock must not start before it [T1]. */
  get latestTimeMs(): number {
    return this.#heads.latestTimeMs;
  }

  openSync(partitions: readonly PartitionId[]): readonly OpenedPartition[] {
    this.#assertWritable();
    const taken = partitions.map((partition) => {
      const head = this.#heads.get(partition);
      return { partition, head: { ...head, epoch: epoch(head.epoch + 1) } };
    });
    this.#write('the partitions cannot be opened', () => {
      for (const { partition, head } of taken) {
        const checksum = epochChecksum(partition, head.epoch);
        this.#statements.setEpoch.run(partition, head.epoch, checksum);
      }
    });
    for (const { partition, head } of taken) this.#heads.set(partition, head);
    return partitions.map((partition) => this.#heads.opened(partition));
  }

  appendSync(frames: readonly Frame[]): AppendOutcome {
    const [outcome] = this.appendGroup([frames]);
    invariant(outcome !== undefined, 'one batch has one outcome');
    return outcome;
  }

  appendGroup(batches: readonly (readonly Frame[])[]): AppendOutcome[] {
    const shut = this.#closed ? 'the log is closed' : this.#latched;
    if (shut !== undefined) return batches.map(() => ({ type: 'unknown', reason: shut }));
    const staged = this.#heads.stage();
    const refusals = batches.map((frames) => staged.admit(frames));
    const admitted = batches.filter((_, index) => refusals[index] === undefined).flat();
    try {
      if (admitted.length > 0) this.#append(admitted);
    } catch (error) {
      const unknown = error instanceof LogFault ? error.message : reasonOf(error);
      return refusals.map((reason) => outcomeOf(reason, unknown));
    }
    this.#advanceMark(staged.commit());
    this.#foldWhereDue();
    return refusals.map((reason) => outcomeOf(reason, undefined));
  }

  readSync(partition: PartitionId, from: Lsn, limit: number): readonly Frame[] {
    return this.#read(() => {
      const floor = this.#table.floor(partition);
      if (from <= floor.lsn) throw truncatedFrame(partition, from, floor.lsn);
      const count = Math.max(0, Math.min(limit, this.#heads.get(partition).lsn - from + 1));
      if (count === 0) return [];
      const previous = this.#table.at(partition, from - 1);
      if (previous === undefined) throw missingFrame(partition, from - 1);
      const frames = this.#framesOf(partition, from, count);
      checkChain(partition, from, previous.hash, frames, count);
      return frames;
    });
  }

  saveSnapshotSync(snapshot: Snapshot): void {
    this.#assertWritable();
    const { partition, lsn, hash, timeMs, body } = snapshot;
    this.#read(() => this.#assertBelongs(partition, lsn, hash, timeMs));
    this.#write('the snapshot cannot be written', () => {
      this.#statements.insertSnapshot.run(partition, lsn, hash, timeMs, sha256(body), body);
      this.#statements.dropOldSnapshots.run(partition, partition);
    });
    this.#grewBy(2, body.byteLength);
    this.#foldWhereDue();
  }

  loadSnapshotSync(partition: PartitionId, skip = 0): Snapshot | undefined {
    return this.#read(() => {
      const row = this.#snapshotRow(partition, skip);
      if (row === undefined) return undefined;
      const [body, hash] = [wholeBytes(row.body), wholeBytes(row.hash)];
      if (!sameBytes(sha256(body), row.checksum)) {
        throw new LogFault(
          'snapshot_damaged',
          `partition ${partition}: the snapshot of LSN ${row.lsn} does not match its checksum`,
        );
      }
      this.#assertBelongs(partition, row.lsn, hash, row.time_ms);
      return { partition, lsn: toLsn(row.lsn), hash, timeMs: millis(row.time_ms), body };
    });
  }

  truncateSync(partition: PartitionId, before: Lsn): void {
    this.#assertWritable();
    const covered = this.#read(() => this.#statements.newestSnapshotLsn.get(partition)) ?? 0;
    let floor = this.#table.floor(partition).lsn;
    if (before - 1 > floor && covered < before - 1) throw uncoveredTruncation(partition, before);
    if (floor < before - 1) this.#settle();
    while (floor < before - 1) {
      const upTo = Math.min(before - 1, floor + framesPerTruncation);
      const first = partition * idsPerPartition;
      const last = this.#table.at(partition, upTo);
      if (last === undefined) throw missingFrame(partition, upTo);
      this.#write('the frames cannot be dropped', () => {
        const { hash, timeMs } = last;
        const checksum = floorChecksum(partition, upTo, hash, timeMs);
        this.#statements.setFloor.run(partition, upTo, hash, timeMs, checksum);
        this.#statements.deleteFrames.run(first, first + upTo);
      });
      floor = upTo;
    }
  }

  getMeta(key: string): Uint8Array | undefined {
    return this.#read(() => {
      const row = this.#statements.meta.get(key);
      if (row === undefined) return undefined;
      if (row.checksum !== null && sameBytes(row.checksum, metaChecksum(key, row.value))) {
        return wholeBytes(row.value);
      }
      throw new LogFault('log_damaged', `the setting "${key}" was changed after it was written`);
    });
  }

  setMeta(key: string, value: Uint8Array): void {
    this.#assertWritable();
    this.#write(
      'the setting cannot be written',
      () => void this.#statements.setMeta.run(key, value, metaChecksum(key, value)),
    );
  }

  /**
   * Gives every frame a row of its own, for whoever reads the file beside the server. @throws
   * LogFault as any write.
   */
  settleSync(): void {
    this.#assertWritable();
    this.#settle();
    this.#foldWhereDue();
  }

  /** Folds the WAL into the file and gives up the lock; a latched log is not called clean. */
  closeSync(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#latched === undefined) {
        this.#settle();
        this.#db.pragma('wal_checkpoint(TRUNCATE)');
        this.#mark.sync();
      }
    } catch (error) {
      throw asLogFault(error, 'the log cannot be closed cleanly');
    } finally {
      this.#mark.close();
      this.#db.close();
      this.#lock.release();
    }
  }

  async open(partitions: readonly PartitionId[]): Promise<readonly OpenedPartition[]> {
    return this.openSync(partitions);
  }

  async append(frames: readonly Frame[]): Promise<AppendOutcome> {
    return this.appendSync(frames);
  }

  async read(partition: PartitionId, from: Lsn, limit: number): Promise<readonly Frame[]> {
    return this.readSync(partition, from, limit);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.saveSnapshotSync(snapshot);
  }

  async loadSnapshot(partition: PartitionId, skip = 0): Promise<Snapshot | undefined> {
    return this.loadSnapshotSync(partition, skip);
  }

  async truncate(partition: PartitionId, before: Lsn): Promise<void> {
    this.truncateSync(partition, before);
  }

  async close(): Promise<void> {
    this.closeSync();
  }

  /** Whatever keeps it from being read, a snapshot can be done without. */
  #snapshotRow(partition: number, skip: number) {
    try {
      return this.#statements.newestSnapshot.get(partition, skip);
    } catch (error) {
      const fault = asLogFault(error, `partition ${partition}: a snapshot cannot be read`);
      if (fault.code !== 'log_damaged') throw fault;
      throw new LogFault('snapshot_damaged', fault.message, { cause: error });
    }
  }

  /** SQLite names no row that it cannot read; this does [D4]. */
  #framesOf(partition: number, from: number, count: number): readonly Frame[] {
    try {
      return this.#table.from(partition, from, count);
    } catch (error) {
      const at = firstUnreadable(this.#statements, partition, from, count);
      throw asLogFault(error, `partition ${partition}, LSN ${at}: the frame cannot be read`);
    }
  }

  /** One transaction: a row for all of it, or rows for all that was not settled yet. */
  #append(frames: readonly Frame[]): void {
    const { recent } = this.#table;
    if (recent.isFullWith(frames)) return this.#settle(frames);
    const packed = this.#write('the frames cannot be written', () => recent.write(frames));
    recent.keep(packed);
    this.#grewBy(1, packed.byteLength);
  }

  /** Gives every frame that lies with its commit a row of its own, and `frames` too. */
  #settle(frames: readonly Frame[] = []): void {
    const { recent } = this.#table;
    if (recent.isEmpty && frames.length === 0) return;
    const { bytes, places } = recent;
    this.#write('the frames cannot be written', () => recent.settle(frames));
    recent.clear();
    this.#grewBy(places + frames.length, bytes);
  }

  /**
   * One durable transaction; where it fails, the last one. Only a transaction that never began,
   * because another tool holds the write lock, leaves the log as sound as it was.
   */
  #write<T>(what: string, write: () => T): T {
    let began = false;
    try {
      return this.#transaction(() => {
        began = true;
        return write();
      }) as T;
    } catch (error) {
      const fault = asLogFault(error, what);
      if (!began && fault.code === 'log_locked') throw fault;
      this.#latched = `${what}: ${reasonOf(error)}; ${untilReopened}`;
      invariant(!this.#db.inTransaction, 'a failed write is rolled back');
      throw new LogFault('log_io', this.#latched, { cause: error });
    }
  }

  /** The frames are durable whatever becomes of the mark, but without it the log is unguarded. */
  #advanceMark(moved: ReadonlyMap<number, { readonly lsn: number; readonly hash: Uint8Array }>) {
    try {
      this.#mark.write(moved);
    } catch (error) {
      this.#latched = `the high-water mark cannot be written: ${reasonOf(error)}; ${untilReopened}`;
    }
  }

  /** Counts about how many pages went into the WAL: those that are begun, one a place. */
  #grewBy(places: number, bytes: number): void {
    this.#pagesInWal += places + Math.ceil(bytes / pageBytes);
  }

  /**
   * Folds the WAL into the database now and then. What was committed is safe in the WAL even where
   * that fails, but a disk that refuses one write is not asked for another [D4].
   */
  #foldWhereDue(): void {
    if (this.#pagesInWal < checkpointPages || this.#latched !== undefined) return;
    this.#pagesInWal = 0;
    try {
      this.#db.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      this.#latched = `the -wal cannot be folded into the database: ${reasonOf(error)}; ${untilReopened}`;
    }
  }

  #read<T>(read: () => T): T {
    if (this.#closed) throw new LogFault('log_io', 'the log is closed');
    try {
      return read();
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw asLogFault(error, 'the log cannot be read');
    }
  }

  /** A snapshot below the floor can no longer be compared; one above it must fit the chain. */
  #assertBelongs(partition: PartitionId, lsn: number, hash: Uint8Array, timeMs: number): void {
    if (lsn < this.#table.floor(partition).lsn) return;
    const known = this.#table.at(partition, lsn);
    if (known === undefined || !sameBytes(known.hash, hash) || known.timeMs !== timeMs) {
      throw strangeSnapshot(partition, lsn);
    }
  }

  #assertWritable(): void {
    if (this.#closed) throw new LogFault('log_io', 'the log is closed');
    if (this.#latched !== undefined) throw new LogFault('log_latched', this.#latched);
  }
}

function outcomeOf(refused: string | undefined, unknown: string | undefined): AppendOutcome {
  if (refused !== undefined) return { type: 'fenced', reason: refused };
  return unknown === undefined ? { type: 'durable' } : { type: 'unknown', reason: unknown };
}
