/**
 * A log in a real SQLite file that a test writes as it goes on, and the second connection to it
 * that the services have. It remembers what each partition was told, to compare readers with.
 */
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import {
  bookingRef,
  type Epoch,
  holdId,
  lsn,
  millis,
  minor,
  type PartitionId,
  partitionId,
  seq,
  showId,
  userId,
} from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import { frameHash } from '../../../engine/shard/frame-hash.ts';
import { type Frame, GENESIS_HASH } from '../../../engine/shard/log-store.ts';
import { FrameBody } from '../../../engine/shard/partition-entry.ts';
import type { ShowEvent } from '../../../engine/show/events.ts';
import { codec } from '../../../persistence/codec.ts';
import { sha256 } from '../../../persistence/hasher.ts';
import { openServicesDb } from '../../../persistence/services/open-services-db.ts';
import { openSqliteLog } from '../../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../../persistence/sqlite/sqlite-log.ts';

export const partitions = [0, 3, 7].map(partitionId);
export const catalogPartition = partitionId(limits.partitions);

/** Of what a frame is made: decisions of so many shows, by event. */
export type FrameContent = readonly { readonly show: string; readonly event: 'held' | 'booked' }[];

const START_MS = 1_900_000_000_000;

export class WrittenLog {
  readonly file: string;
  log: SqliteLog;
  /** What readers must be given: `partition.lsn show.seq`, by partition. */
  readonly told = new Map<number, string[]>();
  readonly #ends = new Map<number, { lsn: number; hash: Uint8Array }>();
  readonly #seqs = new Map<string, number>();
  #owners: ReadonlyMap<number, Epoch>;

  constructor(folder: string, name: string) {
    this.file = join(folder, `${name}.db`);
    this.log = openSqliteLog({ file: this.file });
    this.#owners = this.#own();
  }

  openServices(): Database {
    return openServicesDb(this.file);
  }

  /** Appends a frame a content, all in one commit. */
  append(partition: PartitionId, contents: readonly FrameContent[]): void {
    const frames = contents.map((content) => {
      const body = new FrameBody();
      const at = this.#next(partition);
      for (const { show, event } of content) {
        const name = `${show}-${partition}`;
        const number = (this.#seqs.get(name) ?? 0) + 1;
        this.#seqs.set(name, number);
        const frame = { timeMs: millis(START_MS + at), lsn: lsn(at), hash: GENESIS_HASH };
        const events = [eventOf(event, number)];
        const decided = {
          show: showId(name),
          seq: seq(number),
          requestId: undefined,
          events,
          frame,
        };
        body.addDecision({ ...decided, user: userId('ann') });
        if (event === 'booked') this.#tell(partition, `${partition}.${at} ${name}.${number}`);
      }
      if (body.isEmpty) body.add({ type: 'epochOpened', floorMs: millis(START_MS) });
      return this.#frame(partition, body.take());
    });
    this.write(frames);
  }

  appendCatalog(events: readonly CatalogEvent[]): void {
    const frame = this.#frame(catalogPartition, codec.encode([1, ...events]));
    for (const { type } of events) this.#tell(catalogPartition, `64.${frame.lsn} ${type}`);
    this.write([frame]);
  }

  /** A frame an event. */
  appendCatalogs(events: readonly CatalogEvent[]): void {
    for (const event of events) this.appendCatalog([event]);
  }

  /** Appends these bytes in frames of this log's own chain; their times are kept. */
  appendBodies(rows: readonly { partition: number; body: Uint8Array; timeMs: number }[]): void {
    this.write(
      rows.map(({ partition, body, timeMs }) => {
        return this.#frame(partitionId(partition), body, timeMs);
      }),
    );
  }

  write(frames: readonly Frame[]): void {
    if (frames.length === 0) return;
    const outcome = this.log.appendSync(frames);
    if (outcome.type !== 'durable') throw new Error(outcome.reason);
  }

  /** The log's owner goes and comes: what lay in commits is read anew, everything is as it was. */
  reopen(): void {
    this.log.closeSync();
    this.log = openSqliteLog({ file: this.file });
    this.#owners = this.#own();
  }

  get all(): readonly string[] {
    return [...this.told.values()].flat();
  }

  #own(): ReadonlyMap<number, Epoch> {
    const opened = this.log.openSync(
      Array.from({ length: limits.partitions + 1 }, (_, p) => partitionId(p)),
    );
    return new Map(opened.map(({ partition, epoch }) => [partition, epoch]));
  }

  #tell(partition: PartitionId, what: string): void {
    const told = this.told.get(partition);
    if (told === undefined) this.told.set(partition, [what]);
    else told.push(what);
  }

  #next(partition: PartitionId): number {
    return (this.#ends.get(partition)?.lsn ?? 0) + 1;
  }

  #frame(partition: PartitionId, body: Uint8Array, atMs?: number): Frame {
    const at = this.#next(partition);
    const owner = this.#owners.get(partition);
    if (owner === undefined) throw new Error('nobody owns this partition');
    const timeMs = millis(atMs ?? START_MS + at);
    const unhashed = { partition, lsn: lsn(at), epoch: owner, timeMs, body };
    const previous = this.#ends.get(partition)?.hash ?? GENESIS_HASH;
    const hash = frameHash(sha256, previous, unhashed);
    this.#ends.set(partition, { lsn: at, hash });
    return { ...unhashed, hash };
  }
}

/** One that readers want to know of, and one that concerns nobody but those at the map. */
function eventOf(event: 'held' | 'booked', number: number): ShowEvent {
  const seats = [number % 400];
  const prices = [minor(1_000)];
  if (event === 'booked') {
    const booking = bookingRef(`B${number}`);
    return { type: 'seatsBooked', booking, user: userId('ann'), seats, prices };
  }
  const deadlineMs = millis(START_MS + 2 ** 20);
  return { type: 'seatsHeld', hold: holdId(number), seats, prices, deadlineMs };
}
