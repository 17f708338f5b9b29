/**
 * A log in memory for measuring the engine and nothing else: it answers at once, does not check
 * again what the shard has just chained, and keeps only the first frames, which are enough for
 * the auditor, so that a long run does not become a test of the heap.
 */
import { epoch, lsn, millis, type PartitionId } from '../../engine/ids.ts';
import {
  type AppendOutcome,
  type Frame,
  GENESIS_HASH,
  type LogStore,
  type OpenedPartition,
  type Snapshot,
} from '../../engine/shard/log-store.ts';

const DURABLE: AppendOutcome = { type: 'durable' };
const KEPT_BYTES = 32 * 2 ** 20;

export class FrameShelf implements LogStore {
  /** Every frame up to the first that did not fit, in the order appended. */
  readonly frames: Frame[] = [];
  readonly counts = { frames: 0, bytes: 0, snapshots: 0, snapshotBytes: 0 };
  readonly #keptBytes: number;

  constructor(keptBytes = KEPT_BYTES) {
    this.#keptBytes = keptBytes;
  }

  async open(partitions: readonly PartitionId[]): Promise<readonly OpenedPartition[]> {
    return partitions.map((partition) => ({
      partition,
      epoch: epoch(1),
      lastLsn: lsn(0),
      lastHash: GENESIS_HASH,
      lastTimeMs: millis(0),
    }));
  }

  async append(frames: readonly Frame[]): Promise<AppendOutcome> {
    for (const frame of frames) {
      // One that does not fit ends the keeping: what is kept must be without gaps.
      if (this.counts.bytes + frame.body.byteLength <= this.#keptBytes) this.frames.push(frame);
      this.counts.frames++;
      this.counts.bytes += frame.body.byteLength;
    }
    return DURABLE;
  }

  async read(): Promise<readonly Frame[]> {
    return [];
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.counts.snapshots++;
    this.counts.snapshotBytes += snapshot.body.byteLength;
  }

  async loadSnapshot(): Promise<Snapshot | undefined> {
    return undefined;
  }

  async truncate(): Promise<void> {}

  async close(): Promise<void> {}
}
