/**
 * Follows the durable log of a running server, through a connection of its own that only reads.
 * What another connection can see has been synced before: SQLite writes the WAL, syncs it, and
 * only then lets readers know of it, so nothing is read here that a crash could take back [D1].
 *
 * A frame lies in `commits` at first and a second later in `frames`; both are looked at in one
 * read transaction, each partition from where its reader stands, so that none is missed between.
 * Each must fit the chain: what follows from a frame is mailed and paid, so that one that was
 * changed is named and given to nobody [D4].
 */
import type { Database, Statement } from 'better-sqlite3';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { epoch, lsn, millis, type PartitionId, partitionId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import { decodeDecision, type Tuple } from '../../engine/shard/decision-codec.ts';
import { type Frame, GENESIS_HASH } from '../../engine/shard/log-store.ts';
import { checkChain, missingFrame } from '../chain.ts';
import { codec } from '../codec.ts';
import { idsPerPartition } from '../sqlite/migrations.ts';
import { framesOf } from '../sqlite/recent-commits.ts';
import type { CommitRow } from '../sqlite/statements.ts';
import type { DurableEntry } from './log-reader.ts';
import { findDecisions } from './scan-frame.ts';

/** By partition: the last LSN that was read. */
export type Cursors = readonly number[];

export interface Slice {
  readonly entries: readonly DurableEntry[];
  readonly cursors: Cursors;
  /** Frames read, those with nothing of interest among them. */
  readonly frames: number;
  /** More is there already. */
  readonly isFull: boolean;
  /** Time of the first and the latest frame in it; 0 for none. */
  readonly fromMs: number;
  readonly timeMs: number;
  /** Frames that were dropped from the log before they were read. */
  readonly missed: readonly MissedFrames[];
}

export interface MissedFrames {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

const PARTITIONS = limits.partitions + 1;
const CATALOG = limits.partitions;
const CATALOG_VERSION = 1;

/** The most that a slice has, or a frame more: a reader's transaction, and this one, stay short. */
export interface SliceSize {
  readonly frames: number;
  readonly entries: number;
  readonly bytes: number;
}

const usualSize: SliceSize = { frames: 512, entries: 1_000, bytes: 1024 * 1024 };

/** Events that mean nothing to anybody but those at the map: seatsHeld … waitJoined, blocking. */
const uninteresting = new Set([5, 6, 7, 8, 9, 15, 16]);
const CODES = 128;
const isWanted = Array.from({ length: CODES }, (_, code) => !uninteresting.has(code));

interface FrameRow {
  readonly id: number;
  readonly epoch: number;
  readonly time_ms: number;
  readonly hash: Uint8Array;
  readonly body: Uint8Array;
}

export const noCursors: Cursors = Array.from({ length: PARTITIONS }, () => 0);

export class LogTail {
  readonly #db: Database;
  readonly #size: SliceSize;
  readonly #frames: Statement<[number, number, number], FrameRow>;
  readonly #commits: Statement<[number], CommitRow>;
  readonly #checksum: Statement<[number], number>;
  readonly #floors: Statement<[], { partition: number; lsn: number; hash: Uint8Array }>;
  readonly #hash: Statement<[number], Uint8Array>;
  readonly #last: Statement<[number, number], number | null>;
  /** Chain values of the frames that were read last, by partition. */
  readonly #links = new Map<number, Link>();
  #seenVersion = -1;
  /** The commit that was read last, and where a reader that read it stands. */
  #lastCommit: LastCommit | undefined;

  constructor(db: Database, size = usualSize) {
    this.#db = db;
    this.#size = size;
    this.#frames = db.prepare(
      'SELECT id, epoch, time_ms, hash, body FROM frames WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
    );
    this.#commits = db.prepare('SELECT id, checksum, frames FROM commits WHERE id > ? ORDER BY id');
    this.#checksum = db
      .prepare<[number], number>('SELECT checksum FROM commits WHERE id = ?')
      .pluck();
    this.#floors = db.prepare('SELECT partition, lsn, hash FROM floors');
    this.#hash = db.prepare<[number], Uint8Array>('SELECT hash FROM frames WHERE id = ?').pluck();
    this.#last = db
      .prepare<[number, number], number | null>(
        'SELECT max(id) FROM frames WHERE id > ? AND id < ?',
      )
      .pluck();
  }

  /** Whether anything was written by others since this was asked last; costs next to nothing. */
  get moved(): boolean {
    const version = Number(this.#db.pragma('data_version', { simple: true }));
    if (version === this.#seenVersion) return false;
    this.#seenVersion = version;
    return true;
  }

  /** What follows these cursors. @throws LogFault, Error where the log cannot be read. */
  read(from: Cursors): Slice {
    return this.#db.transaction(() => this.#read(from))();
  }

  /** By partition: the last LSN that is in the log. */
  ends(): Cursors {
    const find = this.#db.transaction(() => {
      const ends = noCursors.map((_, partition) => {
        const first = partition * idsPerPartition;
        const last = this.#last.get(first, first + idsPerPartition) ?? null;
        return last === null ? 0 : last - first;
      });
      const raise = (partition: number, lsn: number) => {
        ends[partition] = Math.max(ends[partition] ?? 0, lsn);
      };
      for (const floor of this.#floors.all()) raise(floor.partition, floor.lsn);
      for (const row of this.#commits.iterate(0)) {
        for (const frame of framesOf(row)) raise(frame.partition, frame.lsn);
      }
      return ends;
    });
    return find();
  }

  #read(from: Cursors): Slice {
    const cursors = [...from];
    const missed: MissedFrames[] = [];
    // What was truncated is in nobody's reach; readers go on behind it.
    for (const { partition, lsn, hash } of this.#floors.all()) {
      const known = cursors[partition] ?? 0;
      if (known > lsn) continue;
      if (known < lsn) missed.push({ partition, from: known + 1, to: lsn });
      cursors[partition] = lsn;
      this.#links.set(partition, { lsn, hash });
    }
    const slice = new SliceMaker(cursors, this.#size, (partition, lsn) =>
      this.#link(partition, lsn),
    );
    this.#fill(slice, cursors, from);
    for (const [partition, link] of slice.links) this.#links.set(partition, link);
    return { ...slice.done(), missed };
  }

  #fill(slice: SliceMaker, cursors: Cursors, from: Cursors): void {
    for (let partition = 0; partition < PARTITIONS && !slice.isFull; partition++) {
      const first = partition * idsPerPartition;
      const after = first + (cursors[partition] ?? 0);
      const left = this.#size.frames - slice.frames;
      for (const row of this.#frames.iterate(after, first + idsPerPartition, left)) {
        slice.add({
          partition: partitionId(partition),
          lsn: lsn(row.id - first),
          epoch: epoch(row.epoch),
          timeMs: millis(row.time_ms),
          hash: row.hash,
          body: row.body,
        });
        if (slice.isFull) break;
      }
    }
    if (slice.isFull) return;
    let last: Pick<CommitRow, 'id' | 'checksum'> | undefined = this.#commitBefore(from);
    for (const row of this.#commits.iterate(last?.id ?? 0)) {
      for (const frame of framesOf(row)) {
        slice.add(frame);
        if (slice.isFull) return;
      }
      last = row;
    }
    this.#lastCommit =
      last === undefined ? undefined : { id: last.id, checksum: last.checksum, cursors };
  }

  /** The commit that whoever stands there has read: of those kept, only later ones are new. */
  #commitBefore(from: Cursors): LastCommit | undefined {
    const last = this.#lastCommit;
    if (last === undefined || last.cursors.some((lsn, at) => lsn !== from[at])) return undefined;
    // Ids begin anew with the log's thread, so that another commit may have this one's by now.
    return this.#checksum.get(last.id) === last.checksum ? last : undefined;
  }

  /** The chain value of a frame that has a row of its own, or was read last, or of the first. */
  #link(partition: number, lsn: number): Uint8Array | undefined {
    if (lsn === 0) return GENESIS_HASH;
    const known = this.#links.get(partition);
    return known?.lsn === lsn ? known.hash : this.#hash.get(partition * idsPerPartition + lsn);
  }
}

interface LastCommit {
  readonly id: number;
  readonly checksum: number;
  readonly cursors: Cursors;
}

type LinkOf = (partition: number, lsn: number) => Uint8Array | undefined;

interface Link {
  readonly lsn: number;
  readonly hash: Uint8Array;
}

class SliceMaker {
  readonly #size: SliceSize;
  readonly #cursors: number[];
  readonly #linkOf: LinkOf;
  readonly #links = new Map<number, Link>();
  readonly #entries: DurableEntry[] = [];
  #bytes = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #timeMs = 0;
  frames = 0;

  constructor(cursors: number[], size: SliceSize, linkOf: LinkOf) {
    this.#cursors = cursors;
    this.#size = size;
    this.#linkOf = linkOf;
  }

  get isFull(): boolean {
    const { frames, entries, bytes } = this.#size;
    return this.frames >= frames || this.#entries.length >= entries || this.#bytes >= bytes;
  }

  /** Chain values of the last frames, as bytes of their own: theirs are a part of a commit's. */
  get links(): readonly (readonly [number, Link])[] {
    return [...this.#links].map(([partition, { lsn, hash }]) => {
      return [partition, { lsn, hash: Uint8Array.from(hash) }] as const;
    });
  }

  add(frame: Frame): void {
    const { partition, timeMs, body, hash } = frame;
    const known = this.#cursors[partition] ?? 0;
    const isNext = frame.lsn > known;
    if (isNext) {
      if (frame.lsn > known + 1) throw missingFrame(partition, known + 1);
      const previous = this.#links.get(partition)?.hash ?? this.#linkOf(partition, known);
      if (previous === undefined) throw missingFrame(partition, known);
      checkChain(partition, frame.lsn, previous, [frame], 1);
    }
    // What was read before it was settled is what the next one is chained to.
    if (frame.lsn >= known) this.#links.set(partition, { lsn: frame.lsn, hash });
    if (!isNext) return;
    this.#cursors[partition] = frame.lsn;
    this.frames++;
    this.#bytes += body.length;
    this.#fromMs = Math.min(this.#fromMs, timeMs);
    this.#timeMs = Math.max(this.#timeMs, timeMs);
    this.#take(frame, partition);
  }

  #take({ lsn, timeMs, body, hash }: Frame, partition: PartitionId): void {
    const place = { partition, lsn, timeMs };
    if (partition === CATALOG) {
      for (const event of catalogEvents(body)) {
        this.#entries.push({ ...place, type: 'catalog', event });
      }
      return;
    }
    for (const bytes of findDecisions(body, isWanted)) {
      const decision = decodeDecision(codec.decode(bytes) as Tuple, { timeMs, lsn, hash });
      this.#entries.push({ ...place, type: 'decision', decision });
    }
  }

  done(): Omit<Slice, 'missed'> {
    // One clock serves all partitions: what somebody did first is told first [N1].
    this.#entries.sort((a, b) => a.timeMs - b.timeMs);
    return {
      entries: this.#entries,
      cursors: this.#cursors,
      frames: this.frames,
      isFull: this.isFull,
      fromMs: this.frames === 0 ? 0 : this.#fromMs,
      timeMs: this.#timeMs,
    };
  }
}

function catalogEvents(body: Uint8Array): readonly CatalogEvent[] {
  const [version, ...events] = codec.decode(body) as [number, ...CatalogEvent[]];
  if (version !== CATALOG_VERSION) {
    throw new Error(`catalogue version ${version} is not known to this version`);
  }
  return events;
}
