/**
 * The order within a lane: its first task waits or is being done, and all others stand behind it,
 * out of sight of whoever looks for what is due. So a lane whose first task cannot be done for
 * days costs nothing, however long it is.
 */
import type { Database, Statement } from 'better-sqlite3';

export class TaskLanes {
  readonly #firsts: Statement<[string], { seq: number; state: string }>;
  readonly #earliest: Statement<[string], number | null>;
  readonly #setState: Statement<[string, number]>;

  constructor(db: Database) {
    this.#firsts = db.prepare(
      `SELECT seq, state FROM tasks
       WHERE lane = ? AND lane <> '' AND state IN ('waiting', 'leased')`,
    );
    this.#earliest = db
      .prepare<[string], number | null>(
        "SELECT min(seq) FROM tasks WHERE lane = ? AND lane <> '' AND state <> 'dead'",
      )
      .pluck();
    this.#setState = db.prepare('UPDATE tasks SET state = ? WHERE seq = ?');
  }

  /** Whether a task that is added now has one before it. */
  isTaken(lane: string): boolean {
    return lane !== '' && this.#firsts.get(lane) !== undefined;
  }

  /** Puts the right one first, after the lane has changed. Nobody overtakes one being done. */
  settle(lane: string): void {
    if (lane === '') return;
    const firsts = this.#firsts.all(lane);
    const leased = firsts.find(({ state }) => state === 'leased');
    const first = leased?.seq ?? this.#earliest.get(lane) ?? undefined;
    for (const { seq } of firsts) if (seq !== first) this.#setState.run('behind', seq);
    if (first !== undefined && leased === undefined) this.#setState.run('waiting', first);
  }
}
