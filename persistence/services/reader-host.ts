/**
 * Runs the readers of the log: each in short transactions of its own together with its cursors,
 * so that what it makes of an entry counts exactly once, whatever dies when. Readers that stand at
 * the same place share the reading; one that is behind, or fails, keeps up with itself and holds
 * up nobody.
 */
import type { Database } from 'better-sqlite3';
import type { LogReader } from './log-reader.ts';
import { type Cursors, LogTail, noCursors, type Slice } from './log-tail.ts';

/** How often it is looked whether anything is new. */
const LOOK_EVERY_MS = 15;
/** Between slices while catching up: the log's writer has the right of way. */
const PAUSE_MS = 1;
/** Cursors alone, with nothing to go with them, are written this often at most. */
const CURSORS_EVERY_MS = 1_000;
const AFTER_FAILURE_MS = [100, 1_000, 5_000] as const;

export interface ReaderHostEvents {
  /** A reader, or the reading itself, failed; it is tried again. */
  failed(reader: string, error: unknown): void;
}

export interface ReaderState {
  readonly name: string;
  /** Frames that it has not read yet are this old; 0 where it has read all. */
  readonly behindMs: number;
}

interface Follower {
  readonly reader: LogReader;
  cursors: Cursors;
  /** Those that are in the database. */
  saved: Cursors;
  savedAtMs: number;
  /** Of the latest frame that it has read. */
  timeMs: number;
  isBehind: boolean;
  failures: number;
  notBeforeMs: number;
}

export class ReaderHost {
  readonly #db: Database;
  readonly #tail: LogTail;
  readonly #events: ReaderHostEvents;
  readonly #followers: Follower[];
  readonly #waiting: (() => void)[] = [];
  #committed: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** Makes the tables of readers that are new, or mean something else than they did. */
  constructor(db: Database, readers: readonly LogReader[], events: ReaderHostEvents) {
    this.#db = db;
    this.#events = events;
    makeTables(db);
    this.#tail = new LogTail(db);
    this.#followers = readers.map((reader) => {
      const cursors = beginReader(db, reader);
      return {
        reader,
        cursors,
        saved: cursors,
        savedAtMs: 0,
        timeMs: 0,
        isBehind: true,
        failures: 0,
        notBeforeMs: 0,
      };
    });
  }

  start(): void {
    this.#look();
  }

  /** Called whenever a reader's entries are there to stay. */
  onCommitted(act: () => void): void {
    this.#committed = act;
  }

  /** Resolves once all that is durable by now has been read. */
  caughtUp(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  states(nowMs: number): readonly ReaderState[] {
    return this.#followers.map(({ reader, isBehind, timeMs }) => {
      return { name: reader.name, behindMs: isBehind ? Math.max(0, nowMs - timeMs) : 0 };
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const follower of this.#followers) {
      if (follower.cursors !== follower.saved) this.#save(follower, [], follower.cursors);
    }
  }

  #look(): void {
    if (this.#stopped) return;
    let isBehind = false;
    try {
      const moved = this.#tail.moved;
      const asked = this.#waiting.length > 0;
      for (const group of this.#groups(moved || asked)) {
        if (this.#advance(group)) isBehind = true;
      }
    } catch (error) {
      this.#events.failed('the log', error);
    }
    const [next] = this.#waiting;
    if (next !== undefined && this.#followers.every((each) => !each.isBehind)) {
      this.#waiting.shift();
      next();
    }
    this.#timer = setTimeout(() => this.#look(), isBehind ? PAUSE_MS : LOOK_EVERY_MS);
  }

  /** Followers that have something to read, those at the same place together. */
  #groups(moved: boolean): readonly (readonly Follower[])[] {
    const nowMs = performance.now();
    const groups = new Map<string, Follower[]>();
    for (const follower of this.#followers) {
      if (moved) follower.isBehind = true;
      if (!follower.isBehind || follower.notBeforeMs > nowMs) continue;
      const key = follower.cursors.join();
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [follower]);
      else group.push(follower);
    }
    return [...groups.values()];
  }

  /** True where more is there to be read. */
  #advance(group: readonly Follower[]): boolean {
    const [first] = group;
    if (first === undefined) return false;
    const slice = this.#tail.read(first.cursors);
    for (const follower of group) this.#give(follower, slice);
    return slice.isFull;
  }

  #give(follower: Follower, slice: Slice): void {
    const nowMs = performance.now();
    try {
      const isDue = nowMs - follower.savedAtMs >= CURSORS_EVERY_MS;
      if (slice.entries.length > 0 || (slice.frames > 0 && isDue)) {
        this.#save(follower, slice.entries, slice.cursors);
        follower.savedAtMs = nowMs;
      }
      follower.cursors = slice.cursors;
      follower.timeMs = Math.max(follower.timeMs, slice.timeMs);
      follower.isBehind = slice.isFull;
      follower.failures = 0;
      if (slice.entries.length === 0) return;
      follower.reader.onCommitted?.();
      this.#committed();
    } catch (error) {
      const pause = AFTER_FAILURE_MS[Math.min(follower.failures, AFTER_FAILURE_MS.length - 1)];
      follower.failures++;
      follower.notBeforeMs = nowMs + (pause ?? 0);
      this.#events.failed(follower.reader.name, error);
    }
  }

  #save(follower: Follower, entries: Slice['entries'], cursors: Cursors): void {
    const { reader, saved } = follower;
    const put = this.#db.prepare(
      'INSERT OR REPLACE INTO reader_cursors (reader, partition, lsn) VALUES (?, ?, ?)',
    );
    const save = this.#db.transaction(() => {
      reader.take(entries, this.#db);
      cursors.forEach((lsn, partition) => {
        if (lsn !== saved[partition]) put.run(reader.name, partition, lsn);
      });
    });
    save.immediate();
    follower.saved = cursors;
  }
}

function makeTables(db: Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS readers (
      reader TEXT PRIMARY KEY,
      version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reader_cursors (
      reader TEXT NOT NULL,
      partition INTEGER NOT NULL,
      lsn INTEGER NOT NULL,
      PRIMARY KEY (reader, partition)
    ) STRICT, WITHOUT ROWID;
  `);
}

/** Where a reader goes on; one that is new, or of another version, begins anew. */
function beginReader(db: Database, reader: LogReader): Cursors {
  const { name, version } = reader;
  const known = db
    .prepare<[string], { version: number }>('SELECT version FROM readers WHERE reader = ?')
    .get(name);
  if (known?.version === version) {
    const cursors = [...noCursors];
    const rows = db
      .prepare<[string], { partition: number; lsn: number }>(
        'SELECT partition, lsn FROM reader_cursors WHERE reader = ?',
      )
      .all(name);
    for (const { partition, lsn } of rows) cursors[partition] = lsn;
    return cursors;
  }
  const begin = db.transaction(() => {
    reader.reset(db);
    db.prepare('DELETE FROM reader_cursors WHERE reader = ?').run(name);
    db.prepare('INSERT OR REPLACE INTO readers (reader, version) VALUES (?, ?)').run(name, version);
  });
  begin.immediate();
  return noCursors;
}
