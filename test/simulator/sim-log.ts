/**
 * The log on the simulated disk: the same store that SQLite is, in few lines, so that the log
 * thread, its clients and recovery run over it as they ship. What may follow, what the chain says
 * and what is refused are the shipped code's (`heads.ts`, `chain.ts`).
 */
import { epoch, type Lsn, lsn, millis, type PartitionId, partitionId } from '../../engine/ids.ts';
import {
  type AppendOutcome,
  type Frame,
  LogFault,
  type LogStore,
  type OpenedPartition,
  type Snapshot,
} from '../../engine/shard/log-store.ts';
import { copyBytes, sameBytes } from '../../persistence/bytes.ts';
import {
  checkChain,
  missingFrame,
  strangeSnapshot,
  truncatedFrame,
  uncoveredTruncation,
} from '../../persistence/chain.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { Heads } from '../../persistence/heads.ts';
import type { SyncLog } from '../../persistence/sync-log.ts';
import type { SimDisk, StoredFrame } from './disk.ts';

export class SimLog implements SyncLog, LogStore {
  readonly #disk: SimDisk;
  readonly #heads = new Heads();
  #latched: string | undefined;
  #closed = false;

  /** Reads what is on the disk and proves its ends. @throws LogFault, naming the frame. */
  constructor(disk: SimDisk) {
    this.#disk = disk;
    disk.settleDoubt();
    for (const [id, stored] of disk.partitions) {
      stored.frames = dropTornTail(stored.frames);
      const end = this.#checkEnd(id);
      this.#heads.set(id, {
        epoch: epoch(stored.epoch),
        lsn: lsn(end.lsn),
        hash: end.hash,
        timeMs: millis(end.timeMs),
      });
    }
    for (const [id, mark] of disk.marks) this.#compareWithMark(id, mark.lsn, mark.hash);
    disk.syncedMarks = new Map(disk.marks);
  }

  get latestTimeMs(): number {
    return this.#heads.latestTimeMs;
  }

  get latched(): boolean {
    return this.#latched !== undefined;
  }

  openSync(partitions: readonly PartitionId[]): readonly OpenedPartition[] {
    this.#assertWritable();
    const taken = partitions.map((id) => {
      const head = this.#heads.get(id);
      return { id, stored: this.#disk.partition(id), before: head, after: epoch(head.epoch + 1) };
    });
    this.#write('the partitions cannot be opened', {
      bytes: 16 * taken.length,
      frames: [],
      apply: () => {
        for (const { stored, after } of taken) stored.epoch = after;
      },
      undo: () => {
        for (const { stored, before } of taken) stored.epoch = before.epoch;
      },
    });
    for (const { id, before, after } of taken) this.#heads.set(id, { ...before, epoch: after });
    return partitions.map((id) => this.#heads.opened(id));
  }

  appendGroup(batches: readonly (readonly Frame[])[]): AppendOutcome[] {
    const shut = this.#closed ? 'the log is closed' : this.#latched;
    if (shut !== undefined) return batches.map(() => ({ type: 'unknown', reason: shut }));
    const staged = this.#heads.stage();
    const refusals = batches.map((frames) => staged.admit(frames));
    const group = { complete: true };
    const admitted = batches
      .filter((_, index) => refusals[index] === undefined)
      .flat()
      .map((frame) => keep(frame, group));
    let failed: string | undefined;
    try {
      if (admitted.length > 0) this.#insert(admitted);
      staged.commit();
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    return refusals.map((refused): AppendOutcome => {
      if (refused !== undefined) return { type: 'fenced', reason: refused };
      return failed === undefined ? { type: 'durable' } : { type: 'unknown', reason: failed };
    });
  }

  readSync(id: PartitionId, from: Lsn, limit: number): readonly Frame[] {
    this.#assertOpen();
    const { floor, frames } = this.#disk.partition(id);
    if (from <= floor.lsn) throw truncatedFrame(id, from, floor.lsn);
    const count = Math.max(0, Math.min(limit, this.#heads.get(id).lsn - from + 1));
    if (count === 0) return [];
    const previous = this.#hashAt(id, from - 1);
    if (previous === undefined) throw missingFrame(id, from - 1);
    const start = frames.findIndex((frame) => frame.lsn === from);
    if (start === -1) throw missingFrame(id, from);
    const found = frames.slice(start, start + count);
    checkChain(id, from, previous, found, count);
    return found.map(({ group: _, ...frame }) => frame);
  }

  saveSnapshotSync(given: Snapshot): void {
    this.#assertWritable();
    this.#assertBelongs(given);
    const stored = this.#disk.partition(given.partition);
    const before = stored.snapshots;
    const snapshot = { ...given, hash: copyBytes(given.hash), body: copyBytes(given.body) };
    const others = before.filter((each) => each.snapshot.lsn !== snapshot.lsn);
    const after = [...others, { snapshot, checksum: sha256(snapshot.body) }]
      .sort((left, right) => left.snapshot.lsn - right.snapshot.lsn)
      .slice(-2);
    this.#write('the snapshot cannot be written', {
      bytes: snapshot.body.length,
      frames: [],
      apply: () => {
        stored.snapshots = after;
      },
      undo: () => {
        stored.snapshots = before;
      },
    });
  }

  loadSnapshotSync(id: PartitionId, skip = 0): Snapshot | undefined {
    this.#assertOpen();
    const newest = this.#disk.partition(id).snapshots.at(-1 - skip);
    if (newest === undefined) return undefined;
    const { snapshot, checksum } = newest;
    if (!sameBytes(sha256(snapshot.body), checksum)) {
      const text = `partition ${id}: the snapshot of LSN ${snapshot.lsn} does not match its checksum`;
      throw new LogFault('snapshot_damaged', text);
    }
    this.#assertBelongs(snapshot);
    return { ...snapshot, body: copyBytes(snapshot.body) };
  }

  truncateSync(id: PartitionId, before: Lsn): void {
    this.#assertWritable();
    const stored = this.#disk.partition(id);
    const { floor, frames, snapshots } = stored;
    if (before - 1 <= floor.lsn) return;
    const covered = snapshots.at(-1)?.snapshot.lsn ?? 0;
    const last = frames.find((frame) => frame.lsn === before - 1);
    if (covered < before - 1 || last === undefined) throw uncoveredTruncation(id, before);
    this.#write('the frames cannot be dropped', {
      bytes: 64,
      frames: [],
      apply: () => {
        stored.floor = { lsn: last.lsn, hash: last.hash, timeMs: last.timeMs };
        stored.frames = frames.filter((frame) => frame.lsn >= before);
      },
      undo: () => Object.assign(stored, { floor, frames }),
    });
  }

  getMeta(key: string): Uint8Array | undefined {
    return this.#disk.meta.get(key);
  }

  setMeta(key: string, value: Uint8Array): void {
    this.#assertWritable();
    this.#disk.meta.set(key, copyBytes(value));
  }

  closeSync(): void {
    this.#closed = true;
  }

  async open(partitions: readonly PartitionId[]): Promise<readonly OpenedPartition[]> {
    return this.openSync(partitions);
  }

  async append(frames: readonly Frame[]): Promise<AppendOutcome> {
    return this.appendGroup([frames])[0] ?? { type: 'unknown', reason: 'no outcome was given' };
  }

  async read(id: PartitionId, from: Lsn, limit: number): Promise<readonly Frame[]> {
    return this.readSync(id, from, limit);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.saveSnapshotSync(snapshot);
  }

  async loadSnapshot(id: PartitionId, skip = 0): Promise<Snapshot | undefined> {
    return this.loadSnapshotSync(id, skip);
  }

  async truncate(id: PartitionId, before: Lsn): Promise<void> {
    this.truncateSync(id, before);
  }

  async close(): Promise<void> {
    this.closeSync();
  }

  #insert(frames: readonly StoredFrame[]): void {
    const touched = new Set(frames.map((frame) => this.#disk.partition(frame.partition)));
    const lengths = new Map([...touched].map((stored) => [stored, stored.frames.length]));
    this.#write('the frames cannot be written', {
      bytes: frames.reduce((sum, { body }) => sum + body.length, 0),
      frames,
      apply: () => {
        for (const frame of frames) this.#disk.partition(frame.partition).frames.push(frame);
      },
      undo: () => {
        for (const [stored, length] of lengths) stored.frames.length = length;
      },
    });
  }

  /** The first write that fails is the last one, as with SQLite. */
  #write(what: string, write: Parameters<SimDisk['write']>[0]): void {
    try {
      this.#disk.write(write);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#latched = `${what}: ${reason}; nothing is written until the log is reopened`;
      throw new LogFault('log_io', this.#latched, { cause: error });
    }
  }

  #checkEnd(id: number): { lsn: number; hash: Uint8Array; timeMs: number } {
    const { floor, frames } = this.#disk.partition(id);
    const tail = frames.at(-1);
    if (tail === undefined) return floor;
    if (frames[0]?.lsn !== floor.lsn + 1) throw missingFrame(id, floor.lsn + 1);
    const before = frames.at(-2) ?? floor;
    if (before.lsn !== tail.lsn - 1) throw missingFrame(id, tail.lsn - 1);
    checkChain(id, tail.lsn, before.hash, [tail], 1);
    return tail;
  }

  #compareWithMark(id: number, marked: number, hash: Uint8Array): void {
    const head = this.#heads.get(id);
    if (marked > head.lsn) {
      const text = `partition ${id}: the log ends at LSN ${head.lsn}, but LSN ${marked} was acknowledged`;
      throw new LogFault('log_behind_mark', text);
    }
    const known = this.#hashAt(id, marked);
    if (known === undefined) throw missingFrame(id, marked);
    if (!sameBytes(known, hash)) {
      const text = `partition ${id}, LSN ${marked}: not the frame that was acknowledged`;
      throw new LogFault('log_damaged', text);
    }
  }

  #hashAt(id: number, at: number): Uint8Array | undefined {
    return this.#frameAt(id, at)?.hash;
  }

  #frameAt(id: number, at: number): { hash: Uint8Array; timeMs: number } | undefined {
    const { floor, frames } = this.#disk.partition(id);
    if (at === floor.lsn) return floor;
    const guess = frames[at - floor.lsn - 1];
    return guess?.lsn === at ? guess : frames.find((frame) => frame.lsn === at);
  }

  #assertBelongs({ partition, lsn: at, hash, timeMs }: Snapshot): void {
    if (at < this.#disk.partition(partition).floor.lsn) return;
    const known = this.#frameAt(partition, at);
    if (known === undefined || !sameBytes(known.hash, hash) || known.timeMs !== timeMs) {
      throw strangeSnapshot(partition, at);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogFault('log_io', 'the log is closed');
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (this.#latched !== undefined) throw new LogFault('log_latched', this.#latched);
  }
}

/** A transaction that was cut off never was; it can only be the last one. */
function dropTornTail(frames: StoredFrame[]): StoredFrame[] {
  return frames.filter((frame) => frame.group.complete);
}

function keep(frame: Frame, group: { complete: boolean }): StoredFrame {
  const { partition, body, hash } = frame;
  return {
    ...frame,
    partition: partitionId(partition),
    body: copyBytes(body),
    hash: copyBytes(hash),
    group,
  };
}
