/**
 * The tables of the queue of tasks, and taking them over from whoever had them before: one owner
 * at a time works on them, and what an earlier one still says counts for nothing.
 *
 *   tasks        what is to be done, and what is dead; `behind`: not the first of its lane
 *   tasks_done   ids of what was done, so that nothing is added twice
 *   tasks_owner  how often the queue was opened; the last to do so owns it
 */
import type { Database } from 'better-sqlite3';

/** After so many failures a task is set aside [N1]. */
export const MOST_ATTEMPTS = 20;

/**
 * Makes the tables and gives this owner's number. What was under way when the process ended was a
 * try as well: a task that ends the process each time must not be tried for ever.
 */
export function takeOver(db: Database): number {
  return db
    .transaction(() => {
      db.exec(tables);
      db.exec(`
      UPDATE tasks SET
        attempts = attempts + 1,
        state = CASE WHEN attempts + 1 >= ${MOST_ATTEMPTS} THEN 'dead' ELSE 'waiting' END,
        error = 'the server ended while this was being done'
      WHERE state = 'leased';
      ${settleAllLanes}
      UPDATE tasks_owner SET number = number + 1;
    `);
      return db.prepare<[], number>('SELECT number FROM tasks_owner').pluck().get() ?? 0;
    })
    .immediate();
}

const tables = `
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
  DROP INDEX IF EXISTS tasks_lane;
  CREATE INDEX IF NOT EXISTS tasks_live ON tasks (lane, seq) WHERE lane <> '' AND state <> 'dead';
  CREATE INDEX IF NOT EXISTS tasks_first ON tasks (lane)
    WHERE lane <> '' AND state IN ('waiting', 'leased');
  CREATE TABLE IF NOT EXISTS tasks_done (
    id TEXT PRIMARY KEY,
    done_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tasks_owner (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO tasks_owner (one, number) VALUES (1, 0);
`;

const hasEarlier = `EXISTS (
  SELECT 1 FROM tasks AS other
  WHERE other.lane = tasks.lane AND other.lane <> '' AND other.state <> 'dead'
    AND other.seq < tasks.seq
)`;

/** Nothing is leased here; files of earlier releases do not know who is behind whom. */
const settleAllLanes = `
  UPDATE tasks SET state = 'behind' WHERE state = 'waiting' AND lane <> '' AND ${hasEarlier};
  UPDATE tasks SET state = 'waiting' WHERE state = 'behind' AND NOT ${hasEarlier};
`;
