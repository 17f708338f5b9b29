/**
 * Follows the durable log of a running server, through a connection of its own that only reads.
 * What another connection can see has been synced before: SQLite writes the WAL, syncs it, and
 * only then lets readers know of it, so nothing is read here that a crash could take back [D1].
 *
 * A frame lies in `commits` at first and a second later in `frames`; both are looked at in one
 * read transaction, each partition from where its reader stands, so that none is missed between.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { lsn, millis, partitionId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import { decodeDecision, type Tuple } from '../../engine/shard/decision-codec.ts';
import type { Frame } from '../../engine/shard/log-store.ts';
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
  /** Time of the latest frame in it; 0 for none. */
  readonly timeMs: number;
}

const PARTITIONS = limits.partitions + 1;
const CATALOG = limits.partitions;
const CATALOG_VERSION = 1;
/** So that a reader's transaction, and this one, stay short. */
const FRAMES_PER_SLICE = 512;
const BYTES_PER_SLICE = 1024 * 1024;

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
  readonly #frames: Statement<[number, number, number], FrameRow>;
  readonly #commits: Statement<[], CommitRow>;
  readonly #floors: Statement<[], { partition: number; lsn: number }>;
  #seenVersion = -1;

  constructor(db: Database) {
    this.#db = db;
    this.#frames = db.prepare(
      'SELECT id, epoch, time_ms, hash, body FROM frames WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
    );
    this.#commits = db.prepare('SELECT id, checksum, frames FROM commits ORDER BY id');
    this.#floors = db.prepare('SELECT partition, lsn FROM floors');
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

  #read(from: Cursors): Slice {
    const cursors = [...from];
    // What was truncated is in nobody's reach; readers go on behind it.
    for (const floor of this.#floors.all()) {
      cursors[floor.partition] = Math.max(cursors[floor.partition] ?? 0, floor.lsn);
    }
    const slice = new SliceMaker(cursors);
    for (let partition = 0; partition < PARTITIONS && !slice.isFull; partition++) {
      const first = partition * idsPerPartition;
      const after = first + (cursors[partition] ?? 0);
      const left = FRAMES_PER_SLICE - slice.frames;
      for (const row of this.#frames.iterate(after, first + idsPerPartition, left)) {
        slice.add(partition, row.id - first, row.time_ms, row);
        if (slice.isFull) break;
      }
    }
    if (slice.isFull) return slice.done();
    for (const row of this.#commits.iterate()) {
      for (const frame of framesOf(row)) {
        slice.add(frame.partition, frame.lsn, frame.timeMs, frame);
      }
    }
    return slice.done();
  }
}

class SliceMaker {
  readonly #cursors: number[];
  readonly #entries: DurableEntry[] = [];
  #bytes = 0;
  #timeMs = 0;
  frames = 0;

  constructor(cursors: number[]) {
    this.#cursors = cursors;
  }

  get isFull(): boolean {
    return this.frames >= FRAMES_PER_SLICE || this.#bytes >= BYTES_PER_SLICE;
  }

  add(
    partition: number,
    number: number,
    timeMs: number,
    { body, hash }: Pick<Frame, 'body' | 'hash'>,
  ): void {
    const known = this.#cursors[partition] ?? 0;
    // Settled meanwhile, or read before; or its turn comes with a later slice.
    if (number !== known + 1) {
      if (number > known + 1) throw new Error(`partition ${partition}: ${known + 1} is missing`);
      return;
    }
    this.#cursors[partition] = number;
    this.frames++;
    this.#bytes += body.length;
    this.#timeMs = Math.max(this.#timeMs, timeMs);
    const place = { partition: partitionId(partition), lsn: lsn(number), timeMs: millis(timeMs) };
    if (partition === CATALOG) {
      for (const event of catalogEvents(body)) {
        this.#entries.push({ ...place, type: 'catalog', event });
      }
      return;
    }
    for (const bytes of findDecisions(body, isWanted)) {
      const frame = { timeMs: place.timeMs, lsn: place.lsn, hash };
      const decision = decodeDecision(codec.decode(bytes) as Tuple, frame);
      this.#entries.push({ ...place, type: 'decision', decision });
    }
  }

  done(): Slice {
    return {
      entries: this.#entries,
      cursors: this.#cursors,
      frames: this.frames,
      isFull: this.isFull,
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
