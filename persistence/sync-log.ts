/**
 * The log as the thread that owns the file sees it: every call is done when it returns, so that
 * thread can take the appends of all shards into one transaction and answer them in order.
 */
import type { Lsn, PartitionId } from '../engine/ids.ts';
import type { AppendOutcome, Frame, OpenedPartition, Snapshot } from '../engine/shard/log-store.ts';

/** The calls mean what those of `LogStore` mean, and throw the same faults. */
export interface SyncLog {
  openSync(partitions: readonly PartitionId[]): readonly OpenedPartition[];

  /**
   * All batches in one transaction, an outcome each. A batch that is fenced or out of order is
   * refused alone; a later batch may follow frames of an earlier one.
   */
  appendGroup(batches: readonly (readonly Frame[])[]): AppendOutcome[];

  readSync(partition: PartitionId, from: Lsn, limit: number): readonly Frame[];
  saveSnapshotSync(snapshot: Snapshot): void;
  loadSnapshotSync(partition: PartitionId, skip?: number): Snapshot | undefined;
  truncateSync(partition: PartitionId, before: Lsn): void;

  /** A setting or secret kept with the log. */
  getMeta(key: string): Uint8Array | undefined;
  /** Durable on return. */
  setMeta(key: string, value: Uint8Array): void;

  closeSync(): void;
}
