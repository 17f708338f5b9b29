/**
 * Where each partition's log ends, and the one place that says whether an append may follow.
 * All is checked in memory before the disk is touched, so a batch that is fenced or out of order
 * is refused alone and never spoils the others of its group commit.
 *
 *   heads ──stage()──▶ staged: admit(batch) … admit(batch) ──write──▶ commit()
 *                                  │ refused: its reason              │ failed: forget the stage
 */
import { type Epoch, epoch, type Lsn, lsn, type Millis, millis } from '../engine/ids.ts';
import { limits } from '../engine/limits.ts';
import { frameHash } from '../engine/shard/frame-hash.ts';
import { type Frame, GENESIS_HASH, type OpenedPartition } from '../engine/shard/log-store.ts';
import { sameBytes } from './bytes.ts';
import { sha256 } from './hasher.ts';

/** Shows' partitions and the catalogue's. */
export const partitionCount = limits.partitions + 1;

/** The end of one partition; `epoch` 0 means that nobody has opened it yet. */
export interface Head {
  readonly epoch: Epoch;
  readonly lsn: Lsn;
  readonly hash: Uint8Array;
  readonly timeMs: Millis;
}

const nothing: Head = { epoch: epoch(0), lsn: lsn(0), hash: GENESIS_HASH, timeMs: millis(0) };

export class Heads {
  readonly #heads: Head[] = Array.from({ length: partitionCount }, () => nothing);

  get latestTimeMs(): number {
    return this.#heads.reduce((latest, head) => Math.max(latest, head.timeMs), 0);
  }

  /** @throws RangeError for a partition outside 0 … 64. */
  get(partition: number): Head {
    const head = this.#heads[partition];
    if (head === undefined) throw new RangeError(`there is no partition ${partition}`);
    return head;
  }

  set(partition: number, head: Head): void {
    this.#heads[partition] = head;
  }

  /** `OpenedPartition` as the store interface tells of it. */
  opened(partition: OpenedPartition['partition']): OpenedPartition {
    const head = this.get(partition);
    return {
      partition,
      epoch: head.epoch,
      lastLsn: head.lsn,
      lastHash: head.hash,
      lastTimeMs: head.timeMs,
    };
  }

  stage(): StagedHeads {
    return new StagedHeads(this);
  }
}

/** The heads as they will be once what was admitted is durable. */
export class StagedHeads {
  readonly #heads: Heads;
  readonly #staged = new Map<number, Head>();

  constructor(heads: Heads) {
    this.#heads = heads;
  }

  /** Admits all of a batch or none of it; a refusal is told in a sentence. */
  admit(frames: readonly Frame[]): string | undefined {
    const batch = new Map<number, Head>();
    for (const frame of frames) {
      if (!(frame.partition in slots)) return `there is no partition ${frame.partition}`;
      const head =
        batch.get(frame.partition) ??
        this.#staged.get(frame.partition) ??
        this.#heads.get(frame.partition);
      const refusal = refuse(head, frame);
      if (refusal !== undefined) return `partition ${frame.partition}: ${refusal}`;
      const { lsn, hash, timeMs } = frame;
      batch.set(frame.partition, { epoch: head.epoch, lsn, hash, timeMs });
    }
    for (const [partition, head] of batch) this.#staged.set(partition, head);
    return undefined;
  }

  /** Call when what was admitted is durable; gives the partitions that moved. */
  commit(): ReadonlyMap<number, Head> {
    for (const [partition, head] of this.#staged) this.#heads.set(partition, head);
    return this.#staged;
  }
}

/** Partitions there are, as keys: refuses fractions and negative numbers too. */
const slots: Readonly<Record<number, true>> = Object.fromEntries(
  Array.from({ length: partitionCount }, (_, partition) => [partition, true as const]),
);

function refuse(head: Head, frame: Frame): string | undefined {
  if (frame.epoch !== head.epoch || frame.epoch === 0) {
    return `epoch ${frame.epoch} does not own it, epoch ${head.epoch} does`;
  }
  if (frame.lsn !== head.lsn + 1) {
    return `LSN ${frame.lsn} is out of order, the log ends at ${head.lsn}`;
  }
  if (!Number.isSafeInteger(frame.timeMs)) return `LSN ${frame.lsn} has no whole time`;
  if (!sameBytes(frameHash(sha256, head.hash, frame), frame.hash)) {
    return `LSN ${frame.lsn} is not chained to LSN ${head.lsn}`;
  }
  return undefined;
}
