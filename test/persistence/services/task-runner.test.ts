/** Workers that succeed, throw, hang and are stopped: nothing is lost, nothing done twice. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Millis, millis } from '../../../engine/ids.ts';
import { TaskQueue } from '../../../persistence/services/task-queue.ts';
import { TaskRunner } from '../../../persistence/services/task-runner.ts';
import type { LeasedTask, TaskOutcome, TaskWorker } from '../../../persistence/services/tasks.ts';
import { memoryFolder } from '../../support/memory-folder.ts';

const folder = memoryFolder('runner');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.useFakeTimers({ now: 1_900_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const clock = { now: (): Millis => millis(Date.now()) };
const second = 1_000;
let files = 0;

type Run = TaskWorker['run'];

/** A queue on a file of its own, and a runner that is begun anew as after a crash. */
class Desk {
  readonly file: string;
  db: Database.Database;
  queue: TaskQueue;
  runner: TaskRunner;
  readonly failures: string[] = [];
  readonly broken: string[] = [];
  readonly #workers: readonly TaskWorker[];

  constructor(run: Run, atOnce = 2) {
    files++;
    this.file = join(folder, `${files}.db`);
    this.#workers = [{ kinds: ['mail', 'sms'], atOnce, run }];
    [this.db, this.queue, this.runner] = this.#open();
  }

  crash(): void {
    [this.db, this.queue, this.runner] = this.#open();
    this.runner.wake();
  }

  add(...ids: readonly string[]): void {
    const now = clock.now();
    this.queue.add(
      ids.map((id) => ({ id, kind: 'mail', lane: '', body: id, dueMs: now })),
      now,
    );
    this.runner.wake();
  }

  get left(): readonly string[] {
    return this.queue.list({ limit: 1_000 }).map(({ id, state }) => `${id} ${state}`);
  }

  #open(): [Database.Database, TaskQueue, TaskRunner] {
    const db = new Database(this.file, { timeout: 0 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = OFF');
    const queue = new TaskQueue(db, () => 0.5);
    const runner = new TaskRunner(queue, this.#workers, clock, {
      failed: ({ id, attempt }, why, isDead) => {
        this.failures.push(`${id} ${attempt} ${why}${isDead ? ' †' : ''}`);
      },
      broken: (error) => void this.broken.push(String(error)),
    });
    return [db, queue, runner];
  }
}

const done: TaskOutcome = { type: 'done' };
const never = () => new Promise<never>(() => {});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the runner of tasks', () => {
  it('[N1] tries what throws again, after pauses that grow, and sets it aside at last', async () => {
    const tries: number[] = [];
    const desk = new Desk(() => {
      tries.push(Date.now());
      throw new Error('down');
    });
    desk.add('a');
    await pass(24 * 3_600 * second);
    expect(tries).toHaveLength(20);
    const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    for (const [index, pauseMs] of pauses.entries()) {
      const dueMs = Math.min(second * 2 ** index, 900 * second);
      expect(pauseMs).toBeGreaterThanOrEqual(dueMs);
      expect(pauseMs).toBeLessThan(dueMs + 50);
    }
    expect(desk.left).toEqual(['a dead']);
    expect(desk.failures.at(-1)).toBe('a 20 down †');
    desk.queue.retry({ id: 'a' }, clock.now());
    desk.runner.wake();
    await pass(10);
    expect(tries).toHaveLength(21);
  });

  it('[N1] does never so many at once as it should not, and all of them', async () => {
    let atOnce = 0;
    let most = 0;
    const ran: string[] = [];
    const desk = new Desk(async ({ id }) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 30));
      atOnce--;
      ran.push(id);
      return done;
    }, 3);
    const ids = Array.from({ length: 20 }, (_, index) => `task-${index}`);
    desk.add(...ids);
    await pass(7 * 30 + 50);
    expect(ran.toSorted()).toEqual(ids.toSorted());
    expect(most).toBe(3);
    expect(desk.left).toEqual([]);
  });

  it('[N1] tells who hangs to stop after 30 s, and tries again', async () => {
    const signals: AbortSignal[] = [];
    const desk = new Desk(async (task, signal) => {
      signals.push(signal);
      if (task.attempt > 1) return done;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    desk.add('a');
    await pass(30 * second - 100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await pass(100);
    expect(desk.failures).toEqual(['a 1 it took too long']);
    await pass(2 * second);
    expect(desk.left).toEqual([]);
  });

  it('[N2] waits no more for who does not listen; others have its place, its word is void', async () => {
    const late: (() => void)[] = [];
    const ran: string[] = [];
    const desk = new Desk(async ({ id, attempt }) => {
      ran.push(`${id} ${attempt}`);
      if (id === 'deaf') return new Promise((resolve) => late.push(() => resolve(done)));
      return done;
    }, 1);
    desk.add('deaf');
    await pass(10);
    desk.add('other');
    await pass(31 * second + 10);
    expect(desk.failures).toEqual(['deaf 1 it took too long']);
    expect(ran).toEqual(['deaf 1', 'other 1']);
    late[0]?.();
    await pass(10);
    expect(desk.left).toEqual(['deaf waiting']);
    await pass(2 * second);
    late[1]?.();
    await pass(10);
    expect(desk.left).toEqual([]);
  });

  it('stops once what runs has ended, and begins nothing more', async () => {
    const ran: string[] = [];
    const desk = new Desk(async ({ id }) => {
      ran.push(id);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return done;
    }, 1);
    desk.add('a', 'b');
    await pass(10);
    let isStopped = false;
    const stopped = desk.runner.stop(2 * second).then(() => {
      isStopped = true;
    });
    await pass(400);
    expect(isStopped).toBe(false);
    await pass(200);
    await stopped;
    desk.runner.wake();
    await pass(5 * second);
    expect(ran).toEqual(['a']);
    expect(desk.left).toEqual(['b waiting']);
  });

  it('[N1] gives back unharmed what does not end before the stop, though it be deaf', async () => {
    const desk = new Desk(({ id }, signal) => {
      if (id === 'deaf') return never();
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
      });
    });
    desk.add('deaf', 'willing');
    await pass(10);
    const stopped = desk.runner.stop(2 * second);
    await pass(3 * second);
    await stopped;
    const rows = desk.queue.list({ limit: 9 });
    expect(rows.map(({ id, state, attempts }) => [id, state, attempts])).toEqual([
      ['deaf', 'waiting', 0],
      ['willing', 'waiting', 0],
    ]);
    expect(desk.failures).toEqual([]);
  });

  it('[N1] writes what came of a task once the file can be written again', async () => {
    let runs = 0;
    let finish = () => {};
    const desk = new Desk(() => {
      runs++;
      return new Promise((resolve) => {
        finish = () => resolve(done);
      });
    });
    desk.add('a');
    await pass(10);
    const tool = new Database(desk.file);
    tool.exec('BEGIN IMMEDIATE');
    finish();
    await pass(3 * second);
    expect(desk.broken.length).toBeGreaterThan(0);
    expect(desk.left).toEqual(['a leased']);
    tool.exec('ROLLBACK');
    tool.close();
    await pass(2 * second);
    expect(desk.left).toEqual([]);
    expect(runs).toBe(1);
  });

  it('[N1] goes on although the queue could not be read for a while', async () => {
    const ran: string[] = [];
    const desk = new Desk(async ({ id }) => {
      ran.push(id);
      return done;
    });
    desk.add('a');
    const tool = new Database(desk.file);
    tool.exec('BEGIN IMMEDIATE');
    await pass(3 * second);
    expect(ran).toEqual([]);
    tool.exec('ROLLBACK');
    tool.close();
    await pass(2 * second);
    expect(ran).toEqual(['a']);
  });
});

describe('what is done of many tasks', () => {
  const fate = fc.record({
    ms: fc.integer({ min: 0, max: 4_000 }),
    /** Tries that fail before one does not. */
    failures: fc.integer({ min: 0, max: 3 }),
    lane: fc.constantFrom('', 'mail:ann', 'mail:bob'),
  });
  const crashes = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 4 });

  it('[N1] each is done; twice only where the process ended while it was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 12 }), crashes, runFates),
      { numRuns: 12 },
    );
  });

  interface Fate {
    readonly ms: number;
    readonly failures: number;
    readonly lane: string;
  }

  async function runFates(fates: readonly Fate[], crashesAtMs: readonly number[]): Promise<void> {
    let process = 0;
    const begun: string[] = [];
    const finished: string[] = [];
    const cutOff = new Set<string>();
    const underWay = new Set<string>();
    const failed = new Map<string, number>();
    const run = async ({ id }: LeasedTask): Promise<TaskOutcome> => {
      const own = process;
      const { ms, failures } = fates[Number(id)] ?? { ms: 0, failures: 0 };
      begun.push(id);
      underWay.add(id);
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (own !== process) return never();
      underWay.delete(id);
      const failedBefore = failed.get(id) ?? 0;
      failed.set(id, failedBefore + 1);
      if (failedBefore < failures) throw new Error('not yet');
      finished.push(id);
      return done;
    };
    const desk = new Desk(run);
    const dueMs = clock.now();
    const tasks = fates.map(({ lane }, id) => ({
      id: `${id}`,
      kind: 'mail',
      lane,
      body: 0,
      dueMs,
    }));
    desk.queue.add(tasks, dueMs);
    desk.runner.wake();
    let atMs = 0;
    for (const crashAtMs of crashesAtMs.toSorted((a, b) => a - b)) {
      await pass(crashAtMs - atMs);
      atMs = crashAtMs;
      process++;
      for (const id of underWay) cutOff.add(id);
      underWay.clear();
      desk.crash();
    }
    await pass(300 * second);
    expect(desk.left).toEqual([]);
    expect(finished.toSorted()).toEqual(fates.map((_, id) => `${id}`).toSorted());
    for (const [id, { failures }] of fates.entries()) {
      const tries = begun.filter((each) => each === `${id}`).length;
      const again = cutOff.has(`${id}`) ? crashesAtMs.length : 0;
      expect(tries).toBeGreaterThan(failures);
      expect(tries).toBeLessThanOrEqual(failures + 1 + again);
    }
    for (const lane of ['mail:ann', 'mail:bob']) {
      const inLane = finished.filter((id) => fates[Number(id)]?.lane === lane);
      expect(inLane).toEqual(inLane.toSorted((a, b) => Number(a) - Number(b)));
    }
    await desk.runner.stop(0);
  }
});
