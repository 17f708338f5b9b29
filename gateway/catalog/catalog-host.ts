/**
 * The catalogue actor in the server: it owns the catalogue's partition of the log, decides what
 * is added to it, and tells only what is durable. Its frames hold batches of catalogue events.
 */
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { lsn, partitionId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import { frameHash } from '../../engine/shard/frame-hash.ts';
import type { Clock } from '../../engine/shard/host.ts';
import {
  type Frame,
  LogFault,
  type LogStore,
  type OpenedPartition,
} from '../../engine/shard/log-store.ts';
import { laterOf } from '../../engine/shard/recover.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';

export const CATALOG_PARTITION = partitionId(limits.partitions);
const CATALOG_VERSION = 1;
const EVENTS_PER_FRAME = 500;
const FRAMES_PER_READ = 64;

type CatalogEnd = Pick<OpenedPartition, 'epoch' | 'lastLsn' | 'lastHash' | 'lastTimeMs'>;

export class CatalogHost {
  readonly catalog: Catalog;
  readonly #log: LogStore;
  readonly #clock: Clock;
  #end: CatalogEnd;

  private constructor(catalog: Catalog, log: LogStore, clock: Clock, opened: OpenedPartition) {
    this.catalog = catalog;
    this.#log = log;
    this.#clock = clock;
    this.#end = opened;
  }

  /** Recovers the catalogue from its log. @throws LogFault */
  static async open(catalog: Catalog, log: LogStore, clock: Clock): Promise<CatalogHost> {
    const [opened] = await log.open([CATALOG_PARTITION]);
    if (opened === undefined) throw new LogFault('log_io', 'the catalogue cannot be opened');
    let next = 1;
    while (next <= opened.lastLsn) {
      const frames = await log.read(CATALOG_PARTITION, lsn(next), FRAMES_PER_READ);
      for (const frame of frames) {
        for (const event of decodeFrame(frame)) catalog.evolve(event);
      }
      next += frames.length;
    }
    return new CatalogHost(catalog, log, clock, opened);
  }

  /** Makes decided events durable, then applies them. @throws LogFault where they cannot be. */
  async record(events: readonly CatalogEvent[]): Promise<void> {
    const frames: Frame[] = [];
    let end = this.#end;
    for (let from = 0; from < events.length; from += EVENTS_PER_FRAME) {
      const frame = this.#frame(events.slice(from, from + EVENTS_PER_FRAME), end);
      const { epoch, lsn: lastLsn, hash: lastHash, timeMs: lastTimeMs } = frame;
      end = { epoch, lastLsn, lastHash, lastTimeMs };
      frames.push(frame);
    }
    if (frames.length === 0) return;
    // One append, so that what was decided together is there as a whole or not at all [C4].
    const outcome = await this.#log.append(frames);
    if (outcome.type !== 'durable') {
      throw new LogFault('log_io', `the catalogue cannot be written: ${outcome.reason}`);
    }
    this.#end = end;
    for (const event of events) this.catalog.evolve(event);
  }

  #frame(events: readonly CatalogEvent[], end: CatalogEnd): Frame {
    const now = this.#clock.now();
    const unhashed = {
      partition: CATALOG_PARTITION,
      lsn: lsn(end.lastLsn + 1),
      epoch: end.epoch,
      timeMs: laterOf(now, end.lastTimeMs),
      body: codec.encode([CATALOG_VERSION, ...events]),
    };
    return { ...unhashed, hash: frameHash(sha256, end.lastHash, unhashed) };
  }
}

function decodeFrame(frame: Frame): readonly CatalogEvent[] {
  const [version, ...events] = codec.decode(frame.body) as [number, ...CatalogEvent[]];
  if (version !== CATALOG_VERSION) {
    throw new Error(`catalogue version ${version} is not known to this version`);
  }
  return events;
}
