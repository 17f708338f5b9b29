/**
 * Reads the rows of a log's file, without the log's own reading code, and without disturbing a
 * server that has it open: nothing is written, and no read lasts longer than a batch of rows.
 */
import { createHash } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { limits } from '../../engine/limits.ts';
import { LogFault } from '../../engine/shard/log-store.ts';
import { type FoundMarks, readMarks } from '../sqlite/high-water-mark.ts';
import { applicationId, idsPerPartition, newestVersion } from '../sqlite/migrations.ts';
import { framesOf } from '../sqlite/recent-commits.ts';
import type { CommitRow } from '../sqlite/statements.ts';
import type { Auditor, LogRow } from './auditor.ts';
import type { ChainEnd } from './chain.ts';

const ROWS_PER_READ = 4_096;

/** A file that cannot be audited at all, with what to do about it. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

interface Span {
  readonly partition: number;
  readonly floor: ChainEnd;
  readonly last: number;
}

/** What of a snapshot can be checked without reading what is in it. */
interface SnapshotHead {
  readonly partition: number;
  readonly lsn: number;
  readonly hash: Buffer;
  readonly isWhole: boolean;
}

type FrameTuple = [id: number, epoch: number, timeMs: number, hash: Buffer, body: Buffer];

export class LogFile {
  /** Frames there were when the file was opened. */
  readonly frames: number;
  readonly partitions: number;
  readonly marks: FoundMarks | undefined;
  /** What could not be looked at, in sentences. */
  readonly warnings: readonly string[];
  readonly #database: Database.Database;
  /** By partition: frames that have no row of their own yet. */
  readonly #recent: ReadonlyMap<number, readonly LogRow[]>;
  readonly #spans: readonly Span[];
  readonly #snapshots: readonly SnapshotHead[];

  /** @throws UnusableFile for a file that is missing, strange, too new or locked. */
  constructor(path: string) {
    checkPath(path);
    // The marks first: the log only grows, so that it is never behind marks that were read before.
    this.marks = usable(path, () => readMarks(`${path}-mark`));
    this.#database = usable(path, () => open(path));
    try {
      // Before the rows: what is settled meanwhile is then met there.
      this.#recent = usable(path, () => recentOf(this.#database));
      this.#spans = usable(path, () => spansOf(this.#database, this.#recent));
      this.#snapshots = usable(path, () => snapshotsOf(this.#database));
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.warnings = warningsOf(path, this.marks);
    const sizes = this.#spans.map(({ floor, last }) => last - floor.lsn);
    this.frames = sizes.reduce((sum, size) => sum + size, 0);
    this.partitions = sizes.filter((size) => size > 0).length;
  }

  /**
   * Gives every frame to an auditor, partition by partition, and then says of marks and snapshots
   * beside the log whether they belong to it. Yields after each batch the frames read so far.
   * @throws Error of SQLite where the file is damaged.
   */
  *audit(auditor: Auditor): Generator<number> {
    let read = 0;
    for (const { partition, floor } of this.#spans) {
      if (floor.lsn > 0) auditor.beginAt(partition, floor);
      const heads = this.#snapshots.filter((head) => head.partition === partition);
      const mark = this.marks?.marks.get(partition);
      const watched = new Map<number, Uint8Array | undefined>();
      for (const { lsn } of heads) watched.set(lsn, lsn === floor.lsn ? floor.hash : undefined);
      if (mark !== undefined)
        watched.set(mark.lsn, mark.lsn === floor.lsn ? floor.hash : undefined);
      for (const rows of this.#batches(partition, floor.lsn)) {
        for (const row of rows) {
          if (watched.has(row.lsn)) watched.set(row.lsn, row.hash);
          auditor.frame(row);
        }
        read += rows.length;
        yield read;
      }
      for (const head of heads) checkSnapshot(auditor, head, watched.get(head.lsn));
      if (mark !== undefined && mark.lsn >= floor.lsn) {
        checkMark(auditor, partition, mark, watched.get(mark.lsn));
      }
    }
  }

  close(): void {
    this.#database.close();
  }

  *#batches(partition: number, after: number): Generator<readonly LogRow[]> {
    const select = this.#database
      .prepare<[number, number], FrameTuple>(
        `SELECT id, epoch, time_ms, hash, body FROM frames
         WHERE id > ? AND id < ? ORDER BY id LIMIT ${ROWS_PER_READ}`,
      )
      .raw();
    const first = partition * idsPerPartition;
    let last = first + after;
    for (;;) {
      const tuples = select.all(last, first + idsPerPartition) as unknown as FrameTuple[];
      last = tuples.at(-1)?.[0] ?? last;
      const rows = tuples.map(([id, epoch, timeMs, hash, body]) => {
        return { partition, lsn: id - first, epoch, timeMs, hash, body };
      });
      if (rows.length > 0) yield rows;
      if (tuples.length < ROWS_PER_READ) break;
    }
    const recent = this.#recent.get(partition) ?? [];
    const rows = recent.filter(({ lsn }) => lsn > last - first);
    if (rows.length > 0) yield rows;
  }
}

function warningsOf(path: string, marks: FoundMarks | undefined): readonly string[] {
  if (marks === undefined) {
    return [`There is no ${path}-mark, so nothing says whether the log ends too early.`];
  }
  if (marks.damaged.length === 0) return [];
  const which = marks.damaged.join(', ');
  return [`${path}-mark is damaged: whether partitions ${which} end too early is not known.`];
}

function checkSnapshot(auditor: Auditor, head: SnapshotHead, known: Uint8Array | undefined): void {
  const { partition, lsn, hash, isWhole } = head;
  if (!isWhole) {
    const sentence = `The snapshot of LSN ${lsn} does not match its own checksum.`;
    auditor.tell('snapshot-differs', { partition, lsn }, sentence);
  }
  if (known !== undefined && hash.equals(known)) return;
  const sentence = `The snapshot of LSN ${lsn} does not belong to this log.`;
  auditor.tell('snapshot-differs', { partition, lsn }, sentence);
}

function checkMark(
  auditor: Auditor,
  partition: number,
  mark: { readonly lsn: number; readonly hash: Uint8Array },
  known: Uint8Array | undefined,
): void {
  const { lsn } = auditor.endOf(partition);
  if (mark.lsn === 0) return;
  if (mark.lsn > lsn) {
    const sentence = `The log ends at LSN ${lsn}, but LSN ${mark.lsn} was acknowledged.`;
    auditor.tell('log-behind-mark', { partition, lsn }, sentence);
  } else if (known === undefined || !Buffer.from(mark.hash).equals(known)) {
    const sentence = `LSN ${mark.lsn} was acknowledged with another chain value than it has now.`;
    auditor.tell('mark-differs', { partition, lsn: mark.lsn }, sentence);
  }
}

function checkPath(path: string): void {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UnusableFile(`There is no file ${path}.`);
    throw new UnusableFile(`${path} cannot be read: ${reasonOf(error)}`);
  }
  if (stat.isDirectory()) throw new UnusableFile(`${path} is a folder; name the file in it.`);
}

function open(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    const id = database.pragma('application_id', { simple: true });
    const version = Number(database.pragma('user_version', { simple: true }));
    if (id !== applicationId) {
      throw new UnusableFile(`${path} is a database of another program, not an Usher log.`);
    }
    if (version > newestVersion) {
      const known = `its schema is ${version}, this release knows up to ${newestVersion}`;
      throw new UnusableFile(
        `${path} was written by a later release: ${known}. Audit it with that release.`,
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function recentOf(database: Database.Database): ReadonlyMap<number, readonly LogRow[]> {
  const recent = new Map<number, LogRow[]>();
  const table = "SELECT count(*) FROM sqlite_schema WHERE name = 'commits'";
  if (database.prepare(table).pluck().get() === 0) return recent;
  const commits = database.prepare<[], CommitRow>('SELECT * FROM commits ORDER BY id').all();
  for (const frame of commits.flatMap(framesOf)) {
    const known = recent.get(frame.partition);
    if (known === undefined) recent.set(frame.partition, [frame]);
    else known.push(frame);
  }
  return recent;
}

function spansOf(
  database: Database.Database,
  recent: ReadonlyMap<number, readonly LogRow[]>,
): readonly Span[] {
  const floors = new Map<number, ChainEnd>();
  const rows = database.prepare('SELECT partition, lsn, hash, time_ms FROM floors').raw().all();
  for (const row of rows as [number, number, Buffer, number][]) {
    floors.set(row[0], { lsn: row[1], hash: row[2], timeMs: row[3] });
  }
  const lastId = database
    .prepare<[number, number], number | null>('SELECT max(id) FROM frames WHERE id >= ? AND id < ?')
    .pluck();
  const spans: Span[] = [];
  for (let partition = 0; partition <= limits.partitions; partition++) {
    const first = partition * idsPerPartition;
    const floor = floors.get(partition) ?? { lsn: 0, hash: new Uint8Array(32), timeMs: 0 };
    const last = lastId.get(first, first + idsPerPartition) ?? null;
    const settled = last === null ? floor.lsn : last - first;
    const end = recent.get(partition)?.at(-1)?.lsn ?? 0;
    spans.push({ partition, floor, last: Math.max(settled, end) });
  }
  return spans;
}

function snapshotsOf(database: Database.Database): readonly SnapshotHead[] {
  const rows = database
    .prepare('SELECT partition, lsn, hash, checksum, body FROM snapshots ORDER BY partition, lsn')
    .raw()
    .iterate() as IterableIterator<[number, number, Buffer, Buffer, Buffer]>;
  return Array.from(rows, ([partition, lsn, hash, checksum, body]) => {
    const isWhole = createHash('sha256').update(body).digest().equals(checksum);
    return { partition, lsn, hash, isWhole };
  });
}

/** What SQLite or the system objects to, as a sentence that says what to do. */
function usable<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof UnusableFile || error instanceof LogFault) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'SQLITE_NOTADB') {
      throw new UnusableFile(`${path} is no SQLite database, so it is no Usher log.`);
    }
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
      throw new UnusableFile(`${path} is locked by another program; try again when that is done.`);
    }
    if (/^SQLITE_(CANTOPEN|READONLY)/.test(code)) {
      if (!mayBeRead(path)) {
        throw new UnusableFile(
          `${path} may not be read: run this as the user that the server runs as.`,
        );
      }
      const why = 'to read a log that was not closed, its folder must be writable';
      throw new UnusableFile(`${path} cannot be opened (${code}): ${why}; audit a copy elsewhere.`);
    }
    if (/^SQLITE_CORRUPT|^log_damaged/.test(code)) throw error;
    throw new UnusableFile(`${path} cannot be read: ${reasonOf(error)}`);
  }
}

function mayBeRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
