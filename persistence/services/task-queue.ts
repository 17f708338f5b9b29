/**
 * The queue of durable tasks in the log's own file. One owner at a time works on it
 * (`task-tables.ts`): a task that was leased when that one died is waiting again as soon as the
 * next one starts, and of a lane only the first is ever given away (`task-lanes.ts`).
 */
import type { Database, Statement } from 'better-sqlite3';
import { type Millis, millis } from '../../engine/ids.ts';
import { TaskLanes } from './task-lanes.ts';
import { MOST_ATTEMPTS, takeOver } from './task-tables.ts';
import type { LeasedTask, NewTask } from './tasks.ts';

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

/** Who stands behind another waits too, as far as anybody else is concerned. */
const stateShown = "CASE state WHEN 'behind' THEN 'waiting' ELSE state END";
const columns = `seq, id, kind, lane, body, ${stateShown} AS state, attempts, due_ms, created_ms, error`;

export class TaskQueue {
  readonly #db: Database;
  readonly #chance: () => number;
  /** A later owner has a larger one; what this one says then counts for nothing. */
  readonly #owner: number;
  readonly #lanes: TaskLanes;
  readonly #isOwner: Statement;
  readonly #isDone: Statement;
  readonly #insert: Statement;
  readonly #due: Statement;
  readonly #lease: Statement;
  readonly #nextDue: Statement;
  readonly #leased: Statement<[number, string, number], string>;
  readonly #remove: Statement;
  readonly #noteDone: Statement;
  readonly #again: Statement;

  /** @param chance 0 up to 1, for pauses that are not all the same. */
  constructor(db: Database, chance: () => number) {
    this.#db = db;
    this.#chance = chance;
    this.#owner = takeOver(db);
    this.#lanes = new TaskLanes(db);
    this.#isOwner = db.prepare('SELECT 1 FROM tasks_owner WHERE number = ?').pluck();
    this.#isDone = db
      .prepare('SELECT 1 FROM tasks_done WHERE id = ? UNION ALL SELECT 1 FROM tasks WHERE id = ?')
      .pluck();
    this.#insert = db.prepare(
      `INSERT INTO tasks (id, kind, lane, body, state, attempts, due_ms, created_ms)
       VALUES (?, ?, ?, ?, ?, 0, ?, ?)`,
    );
    this.#due = db.prepare(
      `SELECT ${columns} FROM tasks WHERE tasks.state = 'waiting' AND kind = ? AND due_ms <= ?
       ORDER BY due_ms, seq LIMIT ?`,
    );
    this.#lease = db.prepare("UPDATE tasks SET state = 'leased' WHERE seq = ?");
    this.#nextDue = db
      .prepare("SELECT min(due_ms) FROM tasks WHERE state = 'waiting' AND kind = ?")
      .pluck();
    this.#leased = db
      .prepare<[number, string, number], string>(
        `SELECT lane FROM tasks JOIN tasks_owner ON tasks_owner.number = ?
         WHERE id = ? AND state = 'leased' AND attempts = ?`,
      )
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
      if (this.#isDone.get(id, id) !== undefined) continue;
      const state = this.#lanes.isTaken(lane) ? 'behind' : 'waiting';
      this.#insert.run(id, kind, lane, JSON.stringify(body), state, dueMs, nowMs);
    }
  }

  /** Gives what is due of a kind, at most so many, to be answered by `done`, `later` … */
  lease(kind: string, count: number, nowMs: Millis): readonly LeasedTask[] {
    // Looking is cheap; only who will find something takes the right to write from the log.
    if (this.nextDueMs(kind) > nowMs) return [];
    const lease = this.#db.transaction(() => {
      if (this.#isOwner.get(this.#owner) === undefined) return [];
      const rows = this.#due.all(kind, nowMs, count) as RawTask[];
      for (const { seq } of rows) this.#lease.run(seq);
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

  /** As the other answers, false where somebody else has the task now: it counts for nothing. */
  done(task: LeasedTask, nowMs: Millis): boolean {
    return this.#answer(task, () => {
      this.#noteDone.run(task.id, nowMs);
      this.#remove.run(task.id);
    });
  }

  /** Not a failure: it is looked at again at that time. */
  later(task: LeasedTask, dueMs: Millis): boolean {
    return this.#answer(task, () => {
      this.#again.run('waiting', task.attempt - 1, dueMs, null, task.id);
    });
  }

  /** Tried again after a pause that grows, or set aside. True where it is dead now. */
  failed(task: LeasedTask, error: string, nowMs: Millis): boolean {
    const { id, attempt } = task;
    const isDead = attempt >= MOST_ATTEMPTS;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    const dueMs = nowMs + Math.round(pauseMs * (0.5 + this.#chance()));
    const counts = this.#answer(task, () => {
      this.#again.run(isDead ? 'dead' : 'waiting', attempt, dueMs, error.slice(0, 500), id);
    });
    return counts && isDead;
  }

  /** Can never be done. */
  hopeless(task: LeasedTask, reason: string, nowMs: Millis): boolean {
    return this.#answer(task, () => {
      this.#again.run('dead', task.attempt, nowMs, reason.slice(0, 500), task.id);
    });
  }

  /** Of a try that is this owner's and the latest; then the next of its lane has its turn. */
  #answer({ id, attempt }: LeasedTask, act: () => void): boolean {
    const answer = this.#db.transaction(() => {
      const lane = this.#leased.get(this.#owner, id, attempt - 1);
      if (lane === undefined) return false;
      act();
      this.#lanes.settle(lane);
      return true;
    });
    return answer.immediate();
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
         WHERE seq > ? AND (? IS NULL OR ${stateShown} = ?) AND (? IS NULL OR kind = ?)
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
    const retry = this.#db.transaction(() => {
      const rows = this.#db
        .prepare<[string], { seq: number; lane: string }>(
          `SELECT seq, lane FROM tasks WHERE state = 'dead' AND ${by} = ?`,
        )
        .all(value);
      const back = this.#db.prepare(
        'UPDATE tasks SET state = ?, attempts = 0, due_ms = ? WHERE seq = ?',
      );
      for (const { seq, lane } of rows) back.run(lane === '' ? 'waiting' : 'behind', nowMs, seq);
      for (const lane of new Set(rows.map((row) => row.lane))) this.#lanes.settle(lane);
      return rows.length;
    });
    return retry.immediate();
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
