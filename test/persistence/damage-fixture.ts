/**
 * A log with something of every kind in it (small frames and frames over several pages, snapshots
 * and the space of dropped ones, settings), copies of its files to be damaged, and the one
 * question that matters of a damaged copy: does it say what it said, or say what is wrong?
 */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lsn, type PartitionId, partitionId } from '../../engine/ids.ts';
import { type Frame, GENESIS_HASH, LogFault } from '../../engine/shard/log-store.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { chain, endOf } from '../support/log-frames.ts';
import { memoryFolder } from '../support/memory-folder.ts';

/** What became of a damaged copy. */
export type Outcome =
  /** Everything reads as it was. */
  | { readonly type: 'whole' }
  /** Said what is wrong, at the start or when that part was read. */
  | { readonly type: 'named'; readonly when: 'open' | 'read'; readonly said: readonly string[] }
  /** Reads as something else and does not say so: the one thing that must not be. */
  | { readonly type: 'silent'; readonly what: string };

export const parts = ['', '-wal', '-mark'] as const;
export type Part = (typeof parts)[number];
export type Files = Readonly<Record<Part, Buffer>>;

const P0 = partitionId(0);
const P3 = partitionId(3);
const P64 = partitionId(64);
const partitions = [P0, P3, P64];
const settings = ['session-secret', 'ticket-key'] as const;

export class DamageFixture {
  readonly folder = memoryFolder('damage');
  /** The files as a crash would leave them, with everything still in the `-wal`. */
  readonly crashed: Files;
  /** The files as a clean end leaves them. */
  readonly closed: Files;
  readonly #truth: ReadonlyMap<PartitionId, readonly Frame[]>;
  readonly #snapshots: ReadonlyMap<PartitionId, number>;
  #copies = 0;

  constructor(framesEach: number) {
    const file = join(this.folder, 'truth.db');
    const log = openSqliteLog({ file });
    const truth = new Map<PartitionId, Frame[]>(partitions.map((each) => [each, []]));
    const snapshots = new Map<PartitionId, number>();
    for (const name of settings) log.setMeta(name, new Uint8Array(32).fill(name.length));
    log.openSync(partitions);
    for (let round = 0; round < framesEach; round++) {
      for (const partition of partitions) {
        const frames = truth.get(partition) ?? [];
        // Now and then one that needs pages of its own.
        grow(log, frames, partition, round % 29 === 28 ? 20_000 : 60 + (round % 7) * 40);
        if (round % 40 !== 39) continue;
        saveSnapshot(log, frames, round % 80 === 79 ? 30_000 : 900);
        snapshots.set(partition, frames.length);
      }
    }
    this.#truth = truth;
    this.#snapshots = snapshots;
    this.crashed = read(file);
    log.closeSync();
    this.closed = read(file);
  }

  /** What becomes of these files; `accept` is told of warnings. */
  examine(files: Files): Outcome {
    this.#copies++;
    const file = join(this.folder, `copy-${this.#copies}.db`);
    for (const part of parts) {
      if (files[part].length > 0) writeFileSync(`${file}${part}`, files[part]);
    }
    const warnings: string[] = [];
    try {
      const first = this.#look(file, warnings, true);
      if (first.type !== 'whole') return first;
      // Damage that shows only once more is written over it.
      const second = this.#look(file, warnings, false);
      if (second.type === 'whole') return warnings.length === 0 ? second : warned(warnings);
      return { type: 'silent', what: `at first all was well, then ${JSON.stringify(second)}` };
    } finally {
      for (const part of [...parts, '-shm', '-lock', '-lock-journal']) {
        rmSync(`${file}${part}`, { force: true });
      }
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #look(file: string, warnings: string[], write: boolean): Outcome {
    let log: SqliteLog;
    try {
      log = openSqliteLog({ file, onWarning: (text) => void warnings.push(text) });
    } catch (error) {
      return this.#named(error, 'open');
    }
    try {
      const said: string[] = [];
      for (const [partition, frames] of this.#truth) {
        const outcome = this.#readPartition(log, partition, frames);
        if (outcome.type === 'silent') return outcome;
        if (outcome.type === 'named') said.push(...outcome.said);
      }
      for (const name of settings) {
        const outcome = this.#readSetting(log, name);
        if (outcome.type === 'silent') return outcome;
        if (outcome.type === 'named') said.push(...outcome.said);
      }
      if (said.length > 0) return { type: 'named', when: 'read', said };
      if (write) this.#writeOn(log);
      return { type: 'whole' };
    } catch (error) {
      return this.#named(error, 'read');
    } finally {
      close(log);
    }
  }

  #readPartition(log: SqliteLog, partition: PartitionId, frames: readonly Frame[]): Outcome {
    try {
      const found = log.readSync(partition, lsn(1), frames.length + 1_000).slice(0, frames.length);
      if (!sameFrames(found, frames)) {
        return { type: 'silent', what: `partition ${partition}: ${found.length} other frames` };
      }
      const snapshot = log.loadSnapshotSync(partition);
      const at = this.#snapshots.get(partition) ?? 0;
      const frame = frames[at - 1];
      // An older one is as good: the frames after it are all there.
      if (snapshot === undefined || snapshot.lsn < at) return { type: 'whole' };
      if (snapshot.timeMs === frame?.timeMs && same(snapshot.hash, frame.hash)) {
        return { type: 'whole' };
      }
      if (snapshot.lsn > at) return { type: 'whole' };
      return { type: 'silent', what: `partition ${partition}: another snapshot` };
    } catch (error) {
      return this.#named(error, 'read');
    }
  }

  #readSetting(log: SqliteLog, name: string): Outcome {
    try {
      const value = log.getMeta(name);
      if (value !== undefined && same(value, new Uint8Array(32).fill(name.length))) {
        return { type: 'whole' };
      }
      return { type: 'silent', what: `the setting ${name} is ${value}` };
    } catch (error) {
      return this.#named(error, 'read');
    }
  }

  #writeOn(log: SqliteLog): void {
    for (const opened of log.openSync(partitions)) {
      const frames = chain(opened.partition, opened.epoch, 20, opened, 1_500);
      const outcome = log.appendSync(frames);
      if (outcome.type !== 'durable') throw new LogFault('log_io', outcome.reason);
      saveSnapshot(log, frames, 12_000);
    }
  }

  #named(error: unknown, when: 'open' | 'read'): Outcome {
    if (error instanceof LogFault) return { type: 'named', when, said: [error.message] };
    return { type: 'silent', what: `no fault but ${String(error)}` };
  }
}

function warned(said: readonly string[]): Outcome {
  return { type: 'named', when: 'open', said };
}

function grow(log: SqliteLog, frames: Frame[], partition: PartitionId, bytes: number): void {
  const end = frames.length === 0 ? { lastLsn: 0, lastHash: GENESIS_HASH } : endOf(frames);
  const [next] = chain(partition, 1 as Frame['epoch'], 1, end, bytes);
  if (next === undefined) throw new Error('no frame');
  const outcome = log.appendSync([next]);
  if (outcome.type !== 'durable') throw new Error(outcome.reason);
  frames.push(next);
}

function saveSnapshot(log: SqliteLog, frames: readonly Frame[], bytes: number): void {
  const last = frames.at(-1);
  if (last === undefined) throw new Error('no frame');
  const { partition, hash, timeMs } = last;
  const body = new Uint8Array(bytes).fill(last.lsn);
  log.saveSnapshotSync({ partition, lsn: last.lsn, hash, timeMs, body });
}

function read(file: string): Files {
  const of = (part: Part) => {
    const path = `${file}${part}`;
    if (!existsSync(path)) return Buffer.alloc(0);
    copyFileSync(path, `${path}-copied`);
    return readFileSync(`${path}-copied`);
  };
  return { '': of(''), '-wal': of('-wal'), '-mark': of('-mark') };
}

function close(log: SqliteLog): void {
  try {
    log.closeSync();
  } catch {
    // What cannot be closed cleanly has been found damaged already.
  }
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function sameFrames(found: readonly Frame[], truth: readonly Frame[]): boolean {
  return (
    found.length === truth.length &&
    truth.every((frame, index) => {
      const other = found[index];
      return (
        other !== undefined &&
        other.lsn === frame.lsn &&
        other.epoch === frame.epoch &&
        other.timeMs === frame.timeMs &&
        same(other.hash, frame.hash) &&
        same(other.body, frame.body)
      );
    })
  );
}
