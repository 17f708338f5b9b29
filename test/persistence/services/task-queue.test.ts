/** The queue of tasks against a plain array, on a real file that changes hands in the middle. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { millis } from '../../../engine/ids.ts';
import { TaskQueue } from '../../../persistence/services/task-queue.ts';
import { memoryFolder } from '../../support/memory-folder.ts';
import { Bench, step } from './queue-steps.ts';

const folder = memoryFolder('queue');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function openBench(): Bench {
  files++;
  return new Bench(join(folder, `${files}.db`));
}

describe('the queue of tasks', () => {
  it('[N1] does what an array of tasks does, whoever crashes, fails or answers late', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const bench = openBench();
        try {
          for (const each of steps) bench.take(each);
        } finally {
          bench.close();
        }
        for (const [what, count] of bench.met) met.set(what, (met.get(what) ?? 0) + count);
      }),
      { numRuns: 60 },
    );
    for (const what of ['added again', 'leased', 'done', 'failed', 'later', 'hopeless']) {
      expect(met.get(what) ?? 0, what).toBeGreaterThan(10);
    }
    for (const what of ['answered for nothing', 'died', 'put back', 'dropped']) {
      expect(met.get(what) ?? 0, what).toBeGreaterThan(0);
    }
  });

  it('[N2] is not slowed by a long lane whose first task pauses and whose many are dead', () => {
    const db = new Database(join(folder, 'long-lane.db'));
    const queue = new TaskQueue(db, () => 0);
    const nowMs = millis(1_900_000_000_000);
    const made = (id: string, lane: string) => ({ id, kind: 'k', lane, body: {}, dueMs: nowMs });
    const many = Array.from({ length: 4_000 }, (_, index) => made(`many-${index}`, 'lane'));
    db.transaction(() => queue.add(many, nowMs))();
    db.exec("UPDATE tasks SET state = 'dead' WHERE seq <= 2000");
    const again = new TaskQueue(db, () => 0);
    const [first] = again.lease('k', 10, nowMs);
    expect(first?.id).toBe('many-2000');
    if (first !== undefined) again.failed(first, 'down', nowMs);
    again.add([made('other', '')], nowMs);
    const sinceMs = performance.now();
    for (let look = 0; look < 20; look++) again.nextDueMs('k');
    expect(again.lease('k', 10, nowMs).map(({ id }) => id)).toEqual(['other']);
    expect(performance.now() - sinceMs).toBeLessThan(50);
    db.close();
  });

  it('[N1] takes over the tables of an earlier release, lanes in their order', () => {
    const db = new Database(join(folder, 'earlier.db'));
    db.exec(`
      CREATE TABLE tasks (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        lane TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
        due_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL, error TEXT
      ) STRICT;
      CREATE INDEX tasks_due ON tasks (kind, state, due_ms);
      CREATE INDEX tasks_lane ON tasks (lane, seq);
      INSERT INTO tasks (id, kind, lane, body, state, attempts, due_ms, created_ms) VALUES
        ('dead', 'k', 'lane', '{}', 'dead', 20, 1, 1),
        ('one', 'k', 'lane', '{}', 'waiting', 3, 1, 1),
        ('two', 'k', 'lane', '{}', 'waiting', 0, 1, 1), ('free', 'k', '', '{}', 'leased', 0, 1, 1);
    `);
    const queue = new TaskQueue(db, () => 0);
    const nowMs = millis(2);
    const first = queue.lease('k', 9, nowMs);
    expect(first.map(({ id, attempt }) => [id, attempt])).toEqual([
      ['one', 4],
      ['free', 2],
    ]);
    for (const task of first) expect(queue.done(task, nowMs)).toBe(true);
    expect(queue.lease('k', 9, nowMs).map(({ id }) => id)).toEqual(['two']);
    db.close();
  });
});
