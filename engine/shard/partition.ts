/**
 * A partition: the shows that share one log, and the end of that log. It is the unit of order, of
 * snapshots, of placement and, one day, of failover; which thread hosts it does not matter.
 */
import {
  type Epoch,
  epoch,
  type LayoutId,
  type Lsn,
  lsn,
  type Millis,
  millis,
  type PartitionId,
  type ShowId,
} from '../ids.ts';
import type { Accepted, Decision, FrameRef } from '../show/events.ts';
import { evolve, extendDeadlines } from '../show/evolve.ts';
import { type CompiledLayout, compileLayout } from '../show/seats/compiled-layout.ts';
import type { Layout } from '../show/seats/layout.ts';
import { newShow, type Show, type UserDirectory } from '../show/show.ts';
import { invariant } from '../unreachable.ts';
import { frameHash } from './frame-hash.ts';
import type { Codec } from './host.ts';
import { type Frame, GENESIS_HASH, type Hasher, type OpenedPartition } from './log-store.ts';
import { decodeEntries, FrameBody, type PartitionEntry } from './partition-entry.ts';

export class Partition {
  readonly id: PartitionId;
  readonly shows = new Map<ShowId, Show>();
  readonly layouts = new Map<LayoutId, CompiledLayout>();
  readonly #directory: UserDirectory;
  #epoch: Epoch = epoch(0);
  #lastLsn: Lsn = lsn(0);
  #lastHash: Uint8Array = GENESIS_HASH;
  #lastTimeMs: Millis = millis(0);
  #bytesSinceSnapshot = 0;
  readonly #body = new FrameBody();
  #frame: FrameRef | undefined;

  constructor(id: PartitionId, directory: UserDirectory) {
    this.id = id;
    this.#directory = directory;
  }

  get lastLsn(): Lsn {
    return this.#lastLsn;
  }

  get lastHash(): Uint8Array {
    return this.#lastHash;
  }

  get lastTimeMs(): Millis {
    return this.#lastTimeMs;
  }

  get bytesSinceSnapshot(): number {
    return this.#bytesSinceSnapshot;
  }

  /** The frame now being filled; what is decided next goes into it. */
  frameAt(timeMs: Millis): FrameRef {
    if (this.#frame === undefined || this.#frame.timeMs !== timeMs) {
      // Its number is known already, its hash once it is sealed.
      this.#frame = { timeMs, lsn: lsn(this.#lastLsn + 1), hash: this.#lastHash };
    }
    return this.#frame;
  }

  /** Applies a decision and puts it into the frame now being filled. */
  decide(decision: Decision): Accepted | undefined {
    const made = this.#applyDecision(decision);
    this.#body.addDecision(decision);
    return made;
  }

  /** Applies an entry of its own and puts it into the frame now being filled. */
  record(entry: PartitionEntry): void {
    this.#apply(entry);
    this.#body.add(entry);
  }

  /** Closes the frame now being filled; undefined where nothing was decided. */
  seal(hasher: Hasher): Frame | undefined {
    const ref = this.#frame;
    this.#frame = undefined;
    if (ref === undefined || this.#body.isEmpty) return undefined;
    const body = this.#body.take();
    const unhashed = {
      partition: this.id,
      lsn: ref.lsn,
      epoch: this.#epoch,
      timeMs: ref.timeMs,
      body,
    };
    ref.hash = frameHash(hasher, this.#lastHash, unhashed);
    this.#advance({ ...unhashed, hash: ref.hash });
    return { ...unhashed, hash: ref.hash };
  }

  /** Applies a frame read back from the log; it must be the next one. */
  replay(frame: Frame, codec: Codec): void {
    invariant(frame.lsn === this.#lastLsn + 1, `partition ${this.id}: frame ${frame.lsn} is next`);
    const { timeMs, lsn: frameLsn, hash } = frame;
    const ref: FrameRef = { timeMs, lsn: frameLsn, hash };
    for (const entry of decodeEntries(codec.decode(frame.body), ref)) {
      if (entry.type === 'decision') this.#applyDecision(entry.decision);
      else this.#apply(entry);
    }
    this.#advance(frame);
  }

  /** Where a snapshot leaves off. */
  resumeAt(at: { lsn: Lsn; hash: Uint8Array; timeMs: Millis }): void {
    this.#lastLsn = at.lsn;
    this.#lastHash = at.hash;
    this.#lastTimeMs = at.timeMs;
  }

  /** Takes over the partition as its new owner, after everything was replayed. */
  own(opened: OpenedPartition): void {
    invariant(opened.lastLsn === this.#lastLsn, `partition ${this.id} is replayed to its end`);
    this.#epoch = opened.epoch;
  }

  snapshotTaken(): void {
    this.#bytesSinceSnapshot = 0;
  }

  defineLayout(layout: Layout): CompiledLayout {
    const compiled = compileLayout(layout);
    this.layouts.set(layout.id, compiled);
    return compiled;
  }

  #advance(frame: Frame): void {
    this.#lastLsn = frame.lsn;
    this.#lastHash = frame.hash;
    this.#lastTimeMs = frame.timeMs;
    this.#bytesSinceSnapshot += frame.body.byteLength;
  }

  #apply(entry: PartitionEntry): void {
    if (entry.type === 'layoutDefined') {
      this.defineLayout(entry.layout);
      return;
    }
    for (const show of this.shows.values()) extendDeadlines(show, entry.floorMs);
  }

  #applyDecision(decision: Decision): Accepted | undefined {
    const first = decision.events[0];
    let show = this.shows.get(decision.show);
    if (show === undefined && first?.type === 'showScheduled') {
      const layout = this.layouts.get(first.layout);
      invariant(layout !== undefined, `layout ${first.layout} is defined before its shows`);
      show = newShow(decision.show, layout, first.terms, this.#directory);
      this.shows.set(show.id, show);
    }
    invariant(show !== undefined, 'a show is scheduled before it decides anything');
    return evolve(show, decision);
  }
}
