/**
 * Runs the readers of the log: each in short transactions of its own together with its cursors,
 * so that what it makes of an entry counts exactly once, whatever dies when. Readers that stand at
 * the same place share the reading; one that is behind, or fails, keeps up with itself and holds
 * up nobody.
 */
import type { Database } from 'better-sqlite3';
import { LogFault } from '../../engine/shard/log-store.ts';
import type { LogReader } from './log-reader.ts';
import { type Cursors, LogTail, type Slice } from './log-tail.ts';
import { beginReader, makeReaderTables, saveCursors } from './reader-cursors.ts';

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
  /** Time of the first frame that it has not read, as far as that is known. */
  unreadMs: number | undefined;
  isBehind: boolean;
  failures: number;
  /** By the process's clock, as `notBeforeMs`; of the first of these failures. */
  failingSinceMs: number;
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
    makeReaderTables(db);
    this.#tail = new LogTail(db);
    const ends = this.#tail.ends();
    this.#followers = readers.map((reader) => {
      const cursors = beginReader(db, reader, ends, (fault) => events.failed(reader.name, fault));
      return {
        reader,
        cursors,
        saved: cursors,
        savedAtMs: 0,
        unreadMs: undefined,
        isBehind: true,
        failures: 0,
        failingSinceMs: 0,
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

  /** Resolves once all that is durable by now has been read, or nothing more will be. */
  caughtUp(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  states(nowMs: number): readonly ReaderState[] {
    return this.#followers.map(({ reader, isBehind, unreadMs, failures, failingSinceMs }) => {
      const waitedMs = unreadMs === undefined ? 0 : nowMs - unreadMs;
      const failingMs = failures === 0 ? 0 : performance.now() - failingSinceMs;
      return { name: reader.name, behindMs: isBehind ? Math.max(0, waitedMs, failingMs) : 0 };
    });
  }

  /** Its readers' places are noted, where that can be; else a few entries are looked at again. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const follower of this.#followers) {
      if (follower.cursors === follower.saved) continue;
      try {
        this.#save(follower, [], follower.cursors);
      } catch (error) {
        this.#events.failed(follower.reader.name, error);
      }
    }
    for (const tell of this.#waiting.splice(0)) tell();
  }

  #look(): void {
    if (this.#stopped) return;
    let isBehind = false;
    let pauseMs: number = LOOK_EVERY_MS;
    const waiting = this.#waiting.splice(0);
    try {
      const moved = this.#tail.moved;
      for (const group of this.#groups(moved || waiting.length > 0)) {
        if (this.#advance(group)) isBehind = true;
      }
      if (isBehind) pauseMs = PAUSE_MS;
    } catch (error) {
      this.#events.failed('the log', error);
      isBehind = true;
      pauseMs = AFTER_FAILURE_MS[1];
    }
    if (!isBehind && this.#followers.every((each) => !each.isBehind)) {
      for (const tell of waiting) tell();
    } else {
      this.#waiting.unshift(...waiting);
    }
    this.#timer = setTimeout(() => this.#look(), pauseMs);
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
    let slice: Slice;
    try {
      slice = this.#tail.read(first.cursors);
    } catch (error) {
      // Those elsewhere in the log may have no damage before them.
      for (const follower of group) this.#failed(follower, error);
      return false;
    }
    for (const follower of group) this.#give(follower, slice);
    return slice.isFull;
  }

  #give(follower: Follower, slice: Slice): void {
    const nowMs = performance.now();
    if (slice.frames > 0) follower.unreadMs = slice.fromMs;
    try {
      const isDue = nowMs - follower.savedAtMs >= CURSORS_EVERY_MS;
      const isMoved = slice.frames > 0 || slice.missed.length > 0;
      if (slice.entries.length > 0 || (isMoved && isDue)) {
        this.#save(follower, slice.entries, slice.cursors);
        follower.savedAtMs = nowMs;
      }
    } catch (error) {
      this.#failed(follower, error);
      return;
    }
    if (slice.frames > 0 || slice.missed.length > 0) follower.cursors = slice.cursors;
    follower.unreadMs = slice.isFull ? slice.timeMs : undefined;
    follower.isBehind = slice.isFull;
    follower.failures = 0;
    for (const { partition, from, to } of slice.missed) {
      const what = `partition ${partition}: frames ${from} to ${to} were dropped before they were read`;
      this.#events.failed(follower.reader.name, new LogFault('log_gap', what));
    }
    if (slice.entries.length === 0) return;
    follower.reader.onCommitted?.();
    this.#committed();
  }

  #failed(follower: Follower, error: unknown): void {
    const nowMs = performance.now();
    const pause = AFTER_FAILURE_MS[Math.min(follower.failures, AFTER_FAILURE_MS.length - 1)];
    if (follower.failures === 0) follower.failingSinceMs = nowMs;
    follower.failures++;
    follower.notBeforeMs = nowMs + (pause ?? 0);
    this.#events.failed(follower.reader.name, error);
  }

  #save(follower: Follower, entries: Slice['entries'], cursors: Cursors): void {
    const { reader, saved } = follower;
    const save = this.#db.transaction(() => {
      if (entries.length > 0) reader.take(entries, this.#db);
      saveCursors(this.#db, reader.name, cursors, saved);
    });
    save.immediate();
    follower.saved = cursors;
  }
}
