/**
 * A simulated disk with a log on it. A write takes a while; until it is over it is *under way*,
 * and a death in between leaves it done, undone or, where the power went, torn. Once over it is
 * durable, and whoever listens is told so: from then on, and not before, it may be spoken of.
 */
import type { Frame, Snapshot } from '../../engine/shard/log-store.ts';
import { GENESIS_HASH } from '../../engine/shard/log-store.ts';
import type { Kernel } from './kernel.ts';
import type { Random } from './random.ts';

export interface StoredFrame extends Frame {
  /** Frames of one transaction; one whose last write was cut off is not complete. */
  readonly group: { complete: boolean };
}

export interface StoredPartition {
  epoch: number;
  floor: { lsn: number; hash: Uint8Array; timeMs: number };
  frames: StoredFrame[];
  /** Oldest first, at most two. */
  snapshots: { snapshot: Snapshot; readonly checksum: Uint8Array }[];
}

export interface Write {
  readonly bytes: number;
  /** Frames that it makes durable. */
  readonly frames: readonly StoredFrame[];
  apply(): void;
  undo(): void;
}

interface UnderWay {
  readonly write: Write;
  readonly doneUs: number;
}

export interface Mark {
  readonly lsn: number;
  readonly hash: Uint8Array;
}

/** Something broken on the disk, and how the operator's good copy mends it. */
export interface Damage {
  readonly what: string;
  readonly partition: number;
  readonly lsn: number;
  mend(): void;
}

export class SimDisk {
  readonly partitions = new Map<number, StoredPartition>();
  readonly meta = new Map<string, Uint8Array>();
  /** The high-water mark as written, and as it would be found after a power cut. */
  marks = new Map<number, Mark>();
  syncedMarks = new Map<number, Mark>();
  /** Not mended yet. */
  damages: Damage[] = [];
  full = false;
  /** Writes to come that fail. */
  failures = 0;
  /** Writes take so many times as long. */
  slowness = 1;
  /** When a write last failed. */
  failedUs = Number.NEGATIVE_INFINITY;
  /** Told of each frame once it is durable, in the order of the log. */
  onDurable: (frame: Frame) => void = () => undefined;
  /** Told of a frame that somebody writes whose epoch is over. */
  onUnfenced: (text: string) => void = () => undefined;
  /** Told once, when the next write begins, how long it will take. */
  whenWriting: ((durationUs: number) => void) | undefined;
  readonly #kernel: Kernel;
  readonly #chance: Random;
  #underWay: UnderWay[] = [];
  /** A write that failed, whose data may be found by the next to open the log. */
  #doubtful: Write | undefined;

  constructor(kernel: Kernel, chance: Random) {
    this.#kernel = kernel;
    this.#chance = chance;
  }

  partition(id: number): StoredPartition {
    let stored = this.partitions.get(id);
    if (stored === undefined) {
      const floor = { lsn: 0, hash: GENESIS_HASH, timeMs: 0 };
      stored = { epoch: 0, floor, frames: [], snapshots: [] };
      this.partitions.set(id, stored);
    }
    return stored;
  }

  /** One durable transaction; the running thread waits for it. @throws Error as a disk does. */
  write(write: Write): void {
    const chance = this.#chance;
    const durationUs = (60 + chance.below(200) + write.bytes / 200) * this.slowness;
    const tell = this.whenWriting;
    this.whenWriting = undefined;
    tell?.(durationUs);
    if (this.full || this.failures > 0) this.failedUs = this.#kernel.nowUs;
    if (this.full) {
      this.#kernel.spend(80);
      throw new Error('database or disk is full (SQLITE_FULL)');
    }
    if (this.failures > 0) {
      this.failures--;
      this.#kernel.spend(durationUs);
      // A sync that failed says nothing of what the disk has: only the next reader finds out.
      if (chance.chance(0.5)) this.#doubtful = write;
      throw new Error('disk I/O error (SQLITE_IOERR_FSYNC)');
    }
    for (const { partition, lsn, epoch } of write.frames) {
      const { epoch: now } = this.partition(partition);
      if (epoch === now) continue;
      this.onUnfenced(
        `partition ${partition}, LSN ${lsn}: written by epoch ${epoch} in epoch ${now}`,
      );
    }
    write.apply();
    this.#kernel.spend(durationUs);
    const doneUs = this.#kernel.nowUs;
    this.#underWay.push({ write, doneUs });
    this.#kernel.at(undefined, doneUs, () => this.#settle(doneUs));
  }

  /** The log is about to be opened: what a failed write left is there for good from here on. */
  settleDoubt(): void {
    const doubtful = this.#doubtful;
    this.#doubtful = undefined;
    if (doubtful === undefined) return;
    doubtful.apply();
    this.#finish(doubtful);
  }

  /** Whoever wrote has died. What was under way may be there or not; after a power cut, torn. */
  died(power: boolean): void {
    const nowUs = this.#kernel.nowUs;
    this.#settle(nowUs);
    const [cut, ...never] = this.#underWay;
    this.#underWay = [];
    for (const { write } of never.reverse()) write.undo();
    if (power) this.marks = new Map(this.syncedMarks);
    if (cut === undefined) return;
    const { write } = cut;
    const fate = this.#chance.below(power ? 3 : 2);
    if (fate === 0) this.#finish(write);
    else write.undo();
    if (fate === 2) this.#tear(write);
  }

  /** Everything on it is as the operator's good copy has it. */
  mend(): void {
    for (const damage of this.damages.reverse()) damage.mend();
    this.damages = [];
  }

  #settle(upToUs: number): void {
    while (this.#underWay[0] !== undefined && this.#underWay[0].doneUs <= upToUs) {
      const { write } = this.#underWay[0];
      this.#underWay.shift();
      this.#finish(write);
    }
  }

  #finish(write: Write): void {
    for (const frame of write.frames) {
      this.marks.set(frame.partition, { lsn: frame.lsn, hash: frame.hash });
      this.#kernel.trace.bytes(frame.hash);
      this.onDurable(frame);
    }
  }

  /** Some of the frames got to the disk, the last of them in part. */
  #tear(write: Write): void {
    const written = this.#chance.below(write.frames.length + 1);
    for (const [index, frame] of write.frames.slice(0, written).entries()) {
      const cut = index === written - 1 ? this.#chance.below(frame.body.length) : undefined;
      const group = { complete: false };
      this.partition(frame.partition).frames.push({
        ...frame,
        body: frame.body.slice(0, cut),
        group,
      });
    }
  }
}
