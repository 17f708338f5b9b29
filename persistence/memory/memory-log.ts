/**
 * A log in memory: for tests, simulation and an engine that may forget. What a disk would keep
 * is in a `MemoryDisk` of its own, so a test can close the log, open it again over the same disk,
 * or damage the disk in between.
 */
import { epoch, type Lsn, lsn, millis, type PartitionId } from '../../engine/ids.ts';
import {
  type AppendOutcome,
  type Frame,
  GENESIS_HASH,
  LogFault,
  type LogStore,
  type OpenedPartition,
  type Snapshot,
} from '../../engine/shard/log-store.ts';
import { copyBytes, sameBytes } from '../bytes.ts';
import {
  checkChain,
  missingFrame,
  strangeSnapshot,
  truncatedFrame,
  uncoveredTruncation,
} from '../chain.ts';
import { sha256 } from '../hasher.ts';
import { Heads } from '../heads.ts';

export interface MemoryPartition {
  epoch: number;
  /** The last frame that was truncated: its LSN, chain value and time. */
  floor: { readonly lsn: number; readonly hash: Uint8Array; readonly timeMs: number };
  frames: Frame[];
  /** Oldest first, at most two, each with the checksum of its body. */
  snapshots: { readonly snapshot: Snapshot; readonly checksum: Uint8Array }[];
}

export type MemoryDisk = Map<number, MemoryPartition>;

/** A log over a new, empty disk, or over one that an earlier log left. */
export function openMemoryLog(disk: MemoryDisk = new Map()): LogStore {
  return new MemoryLog(disk);
}

class MemoryLog implements LogStore {
  readonly #disk: MemoryDisk;
  readonly #heads = new Heads();
  #closed = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    for (const [partition, kept] of disk) {
      const last = kept.frames.at(-1) ?? kept.floor;
      this.#heads.set(partition, {
        epoch: epoch(kept.epoch),
        lsn: lsn(last.lsn),
        hash: last.hash,
        timeMs: millis(last.timeMs),
      });
    }
  }

  async open(partitions: readonly PartitionId[]): Promise<readonly OpenedPartition[]> {
    this.#assertOpen();
    for (const partition of partitions) this.#heads.get(partition);
    return partitions.map((partition) => {
      const head = this.#heads.get(partition);
      const next = epoch(head.epoch + 1);
      this.#kept(partition).epoch = next;
      this.#heads.set(partition, { ...head, epoch: next });
      return this.#heads.opened(partition);
    });
  }

  async append(frames: readonly Frame[]): Promise<AppendOutcome> {
    if (this.#closed) return { type: 'unknown', reason: 'the log is closed' };
    const staged = this.#heads.stage();
    const kept = frames.map((frame) => ({
      ...frame,
      hash: copyBytes(frame.hash),
      body: copyBytes(frame.body),
    }));
    const reason = staged.admit(kept);
    if (reason !== undefined) return { type: 'fenced', reason };
    for (const frame of kept) this.#kept(frame.partition).frames.push(frame);
    staged.commit();
    return { type: 'durable' };
  }

  async read(partition: PartitionId, from: Lsn, limit: number): Promise<readonly Frame[]> {
    this.#assertOpen();
    const { floor, frames } = this.#kept(partition);
    if (from <= floor.lsn) throw truncatedFrame(partition, from, floor.lsn);
    const count = Math.max(0, Math.min(limit, this.#heads.get(partition).lsn - from + 1));
    if (count === 0) return [];
    const previous = this.#hashAt(partition, from - 1);
    if (previous === undefined) throw missingFrame(partition, from - 1);
    const start = indexOf(frames, from);
    if (start === undefined) throw missingFrame(partition, from);
    const found = frames.slice(start, start + count);
    checkChain(partition, from, previous, found, count);
    return found;
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#assertOpen();
    this.#assertBelongs(snapshot);
    const kept = this.#kept(snapshot.partition);
    const body = copyBytes(snapshot.body);
    const own = { ...snapshot, hash: copyBytes(snapshot.hash), body };
    kept.snapshots = [
      ...kept.snapshots.filter((other) => other.snapshot.lsn !== snapshot.lsn),
      { snapshot: own, checksum: sha256(body) },
    ]
      .sort((left, right) => left.snapshot.lsn - right.snapshot.lsn)
      .slice(-2);
  }

  async loadSnapshot(partition: PartitionId, skip = 0): Promise<Snapshot | undefined> {
    this.#assertOpen();
    const newest = this.#kept(partition).snapshots.at(-1 - skip);
    if (newest === undefined) return undefined;
    const { snapshot, checksum } = newest;
    if (!sameBytes(sha256(snapshot.body), checksum)) {
      throw new LogFault(
        'snapshot_damaged',
        `partition ${partition}: the snapshot of LSN ${snapshot.lsn} does not match its checksum`,
      );
    }
    this.#assertBelongs(snapshot);
    return { ...snapshot, body: copyBytes(snapshot.body) };
  }

  async truncate(partition: PartitionId, before: Lsn): Promise<void> {
    this.#assertOpen();
    const kept = this.#kept(partition);
    if (before - 1 <= kept.floor.lsn) return;
    const newest = kept.snapshots.at(-1);
    const last = kept.frames[indexOf(kept.frames, before - 1) ?? -1];
    if (newest === undefined || newest.snapshot.lsn < before - 1 || last === undefined) {
      throw uncoveredTruncation(partition, before);
    }
    kept.floor = { lsn: last.lsn, hash: last.hash, timeMs: last.timeMs };
    kept.frames = kept.frames.filter((frame) => frame.lsn >= before);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #kept(partition: number): MemoryPartition {
    this.#heads.get(partition);
    let kept = this.#disk.get(partition);
    if (kept === undefined) {
      const floor = { lsn: 0, hash: GENESIS_HASH, timeMs: 0 };
      kept = { epoch: 0, floor, frames: [], snapshots: [] };
      this.#disk.set(partition, kept);
    }
    return kept;
  }

  #hashAt(partition: number, at: number): Uint8Array | undefined {
    const { floor, frames } = this.#kept(partition);
    return at === floor.lsn ? floor.hash : frames[indexOf(frames, at) ?? -1]?.hash;
  }

  /** A snapshot below the floor can no longer be compared; one above it must fit the chain. */
  #assertBelongs({ partition, lsn, hash, timeMs }: Snapshot): void {
    const { floor, frames } = this.#kept(partition);
    if (lsn < floor.lsn) return;
    const known = lsn === floor.lsn ? floor : frames[indexOf(frames, lsn) ?? -1];
    if (known === undefined || !sameBytes(known.hash, hash) || known.timeMs !== timeMs) {
      throw strangeSnapshot(partition, lsn);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogFault('log_io', 'the log is closed');
  }
}

/** Without gaps the place is known; a search is only for a disk that a test has damaged. */
function indexOf(frames: readonly Frame[], wanted: number): number | undefined {
  const guess = wanted - (frames[0]?.lsn ?? 0);
  if (frames[guess]?.lsn === wanted) return guess;
  const index = frames.findIndex((frame) => frame.lsn === wanted);
  return index === -1 ? undefined : index;
}
