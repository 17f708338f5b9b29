/**
 * The queue of durable tasks in the log's own file. One thread at a time works on it, so a task
 * that was leased when that thread died is waiting again as soon as the next one starts.
 *
 *   tasks       what is to be done, and what is dead
 *   tasks_done  ids of what was done, so that nothing is added twice
 */
import type { Database, Statement } from 'better-sqlite3';
import { type Millis, millis } from '../../engine/ids.ts';
import type { LeasedTask, NewTask } from './tasks.ts';

/** After so many failures a task is set aside [N1]. */
export const MOST_ATTEMPTS = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** Ids of what was done are kept for so long; readers make no tasks of what is older. */
export const DONE_KEPT_MS = 90 * 24 * 60 * 60_000;

export interface TaskRow {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly lane: string;
  readonly body: unknown;
  readonly state: 'waiting' | 'leased' | 'dead';
  readonly attempts: number;
  readonly dueMs: Millis;
  readonly createdMs: Millis;
  /** Of the last failure. */
  readonly error: string | undefined;
}

export interface KindState {
  readonly kind: string;
  readonly waiting: number;
  readonly dead: number;
  /** When the oldest that waits was made. */
  readonly oldestMs: number | undefined;
}

interface RawTask {
  readonly seq: number;
  readonly id: string;
  readonly kind: string;
  readonly lane: string;
  readonly body: string;
  readonly state: TaskRow['state'];
  readonly attempts: number;
  readonly due_ms: number;
  readonly created_ms: number;
  readonly error: string | null;
}

const columns = 'seq, id, kind, lane, body, state, attempts, due_ms, created_ms, error';

export class TaskQueue {
  readonly #db: Database;
  readonly #chance: () => number;
  readonly #isDone: Statement;
  readonly #insert: Statement;
  readonly #due: Statement;
  readonly #lease: Statement;
  readonly #nextDue: Statement;
  readonly #remove: Statement;
  readonly #noteDone: Statement;
  readonly #again: Statement;

  /** @param chance 0 up to 1, for pauses that are not all the same. */
  constructor(db: Database, chance: () => number) {
    this.#db = db;
    this.#chance = chance;
    makeTables(db);
    this.#isDone = db.prepare('SELECT 1 FROM tasks_done WHERE id = ?').pluck();
    this.#insert = db.prepare(
      `INSERT INTO tasks (id, kind, lane, body, state, attempts, due_ms, created_ms)
       VALUES (?, ?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#due = db.prepare(
      `SELECT ${columns} FROM tasks AS task
       WHERE state = 'waiting' AND kind = ? AND due_ms <= ?
         AND (lane = '' OR NOT EXISTS (
           SELECT 1 FROM tasks AS other
           WHERE other.lane = task.lane AND other.seq < task.seq AND other.state <> 'dead'
         ))
       ORDER BY due_ms, seq LIMIT ?`,
    );
    this.#lease = db.prepare("UPDATE tasks SET state = 'leased' WHERE seq = ?");
    this.#nextDue = db
      .prepare("SELECT min(due_ms) FROM tasks WHERE state = 'waiting' AND kind = ?")
      .pluck();
    this.#remove = db.prepare('DELETE FROM tasks WHERE id = ?');
    this.#noteDone = db.prepare('INSERT OR IGNORE INTO tasks_done (id, done_ms) VALUES (?, ?)');
    this.#again = db.prepare(
      'UPDATE tasks SET state = ?, attempts = ?, due_ms = ?, error = ? WHERE id = ?',
    );
  }

  /** Adds those that were never there, also within a transaction that is under way. */
  add(tasks: readonly NewTask[], nowMs: Millis): void {
    for (const { id, kind, lane, body, dueMs } of tasks) {
      if (this.#isDone.get(id) !== undefined) continue;
      this.#insert.run(id, kind, lane, JSON.stringify(body), dueMs, nowMs);
    }
  }

  /** Gives what is due of a kind, at most so many, to be answered by `done`, `later` … */
  lease(kind: string, count: number, nowMs: Millis): readonly LeasedTask[] {
    const lease = this.#db.transaction(() => {
      const lanes = new Set<string>();
      const rows: RawTask[] = [];
      for (const row of this.#due.all(kind, nowMs, count) as RawTask[]) {
        if (row.lane !== '' && lanes.has(row.lane)) continue;
        lanes.add(row.lane);
        this.#lease.run(row.seq);
        rows.push(row);
      }
      return rows;
    });
    return lease.immediate().map((row) => ({
      id: row.id,
      kind: row.kind,
      body: JSON.parse(row.body) as unknown,
      attempt: row.attempts + 1,
      createdMs: millis(row.created_ms),
    }));
  }

  /** When the next task of a kind is due; infinity where there is none. */
  nextDueMs(kind: string): number {
    const due = this.#nextDue.get(kind) as number | null;
    return due ?? Number.POSITIVE_INFINITY;
  }

  done({ id }: LeasedTask, nowMs: Millis): void {
    const finish = this.#db.transaction(() => {
      this.#noteDone.run(id, nowMs);
      this.#remove.run(id);
    });
    finish.immediate();
  }

  /** Not a failure: it is looked at again at that time. */
  later({ id, attempt }: LeasedTask, dueMs: Millis): void {
    this.#again.run('waiting', attempt - 1, dueMs, null, id);
  }

  /** Tried again after a pause that grows, or set aside. True where it is dead now. */
  failed({ id, attempt }: LeasedTask, error: string, nowMs: Millis): boolean {
    const isDead = attempt >= MOST_ATTEMPTS;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    const dueMs = nowMs + Math.round(pauseMs * (0.5 + this.#chance()));
    this.#again.run(isDead ? 'dead' : 'waiting', attempt, dueMs, error.slice(0, 500), id);
    return isDead;
  }

  /** Can never be done. */
  hopeless({ id, attempt }: LeasedTask, reason: string, nowMs: Millis): void {
    this.#again.run('dead', attempt, nowMs, reason.slice(0, 500), id);
  }

  /** Tasks after this one, oldest first. */
  list(options: {
    readonly state?: TaskRow['state'] | undefined;
    readonly kind?: string | undefined;
    readonly after?: number;
    readonly limit: number;
  }): readonly TaskRow[] {
    const { state, kind, after = 0, limit } = options;
    const rows = this.#db
      .prepare(
        `SELECT ${columns} FROM tasks
         WHERE seq > ? AND (? IS NULL OR state = ?) AND (? IS NULL OR kind = ?)
         ORDER BY seq LIMIT ?`,
      )
      .all(after, state ?? null, state ?? null, kind ?? null, kind ?? null, limit) as RawTask[];
    return rows.map(({ body, due_ms: dueMs, created_ms: createdMs, error, ...row }) => ({
      ...row,
      body: JSON.parse(body) as unknown,
      dueMs: millis(dueMs),
      createdMs: millis(createdMs),
      error: error ?? undefined,
    }));
  }

  /** Dead tasks wait again, as if they were new; how many. All of a kind where no id is given. */
  retry(what: { readonly id: string } | { readonly kind: string }, nowMs: Millis): number {
    const by = 'id' in what ? 'id' : 'kind';
    const value = 'id' in what ? what.id : what.kind;
    return this.#db
      .prepare(
        `UPDATE tasks SET state = 'waiting', attempts = 0, due_ms = ?
         WHERE state = 'dead' AND ${by} = ?`,
      )
      .run(nowMs, value).changes;
  }

  /** Gives a dead task up for good; false where there is no such one. */
  drop(id: string, nowMs: Millis): boolean {
    const drop = this.#db.transaction(() => {
      const { changes } = this.#db
        .prepare("DELETE FROM tasks WHERE id = ? AND state = 'dead'")
        .run(id);
      if (changes > 0) this.#noteDone.run(id, nowMs);
      return changes > 0;
    });
    return drop.immediate();
  }

  states(): readonly KindState[] {
    const rows = this.#db
      .prepare(
        `SELECT kind, sum(state <> 'dead') AS waiting, sum(state = 'dead') AS dead,
                min(CASE WHEN state <> 'dead' THEN created_ms END) AS oldest
         FROM tasks GROUP BY kind ORDER BY kind`,
      )
      .all() as { kind: string; waiting: number; dead: number; oldest: number | null }[];
    return rows.map(({ oldest, ...row }) => ({ ...row, oldestMs: oldest ?? undefined }));
  }

  /** Forgets what was done long ago. */
  prune(nowMs: Millis): void {
    this.#db.prepare('DELETE FROM tasks_done WHERE done_ms < ?').run(nowMs - DONE_KEPT_MS);
  }
}

function makeTables(db: Database): void {
  const make = db.transaction(() => {
    db.exec(`
      CREATE TABLE IF NOT EXISTS tasks (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        lane TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        due_ms INTEGER NOT NULL,
        created_ms INTEGER NOT NULL,
        error TEXT
      ) STRICT;
      CREATE INDEX IF NOT EXISTS tasks_due ON tasks (kind, state, due_ms);
      CREATE INDEX IF NOT EXISTS tasks_lane ON tasks (lane, seq);
      CREATE TABLE IF NOT EXISTS tasks_done (
        id TEXT PRIMARY KEY,
        done_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
    db.exec("UPDATE tasks SET state = 'waiting' WHERE state = 'leased'");
  });
  make.immediate();
}
