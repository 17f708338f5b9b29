/** Random steps of whoever works on the queue of tasks, done by the queue and by its model. */
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { millis } from '../../../engine/ids.ts';
import { DONE_KEPT_MS, TaskQueue } from '../../../persistence/services/task-queue.ts';
import { MOST_ATTEMPTS } from '../../../persistence/services/task-tables.ts';
import { QueueModel, type Try } from './queue-model.ts';

const kinds = ['mail', 'sms'] as const;
const lanes = ['', 'mail:ann', 'mail:bob', 'sms:ann'] as const;
const ids = Array.from({ length: 14 }, (_, index) => `task-${index}`);
const outcomes = ['done', 'failed', 'failed', 'failed', 'later', 'hopeless'] as const;
const LONGEST_PAUSE_MS = 15 * 60_000;

export const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      tasks: fc.array(
        fc.record({
          id: fc.constantFrom(...ids),
          kind: fc.constantFrom(...kinds),
          lane: fc.constantFrom(...lanes),
          inMs: fc.constantFrom(0, 0, 500, 3_000),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('lease' as const),
      kind: fc.constantFrom(...kinds),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      /** Which of the tries that were ever begun, or of those under way. */
      which: fc.nat(),
      isOpen: fc.boolean(),
      outcome: fc.constantFrom(...outcomes),
      chance: fc.constantFrom(0, 0.5, 0.999_999),
    }),
  },
  /** One task fails again and again, as with a mail server that is down for a day. */
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('failOn' as const), id: fc.constantFrom(...ids) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 700, 2_000, LONGEST_PAUSE_MS * 1.5),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'crash' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('retry' as const, 'drop' as const),
      /** Of the dead, where there are any; else of all that ever were. */
      which: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('retryAll' as const),
      kind: fc.constantFrom(...kinds),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'prune' as const }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export class Bench {
  readonly #file: string;
  readonly #model = new QueueModel();
  readonly #tries: Try[] = [];
  readonly #queues: TaskQueue[] = [];
  readonly #connections: Database.Database[] = [];
  #nowMs = millis(1_900_000_000_000);
  #chance = 0;
  /** What was met, so that a test can see that it had something to look at. */
  readonly met = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
    this.#open();
  }

  close(): void {
    for (const db of this.#connections) db.close();
  }

  take(step: Step): void {
    switch (step.type) {
      case 'add':
        for (const { id, kind, lane, inMs } of step.tasks) this.#add(id, kind, lane, inMs);
        break;
      case 'lease':
        this.#lease(step.kind, step.count);
        break;
      case 'answer': {
        const isOpen = (one: Try) => this.#model.answered(one) !== undefined;
        const known = step.isOpen ? this.#tries.filter(isOpen) : this.#tries;
        const chosen = known[step.which % Math.max(1, known.length)];
        this.#chance = step.chance;
        if (chosen !== undefined) this.#answer(chosen, step.outcome);
        break;
      }
      case 'failOn':
        this.#failOn(step.id);
        break;
      case 'wait':
        this.#nowMs = millis(this.#nowMs + step.ms);
        break;
      case 'crash':
        this.#model.reopen();
        this.#open();
        break;
      case 'retry':
        this.#retry('id', this.#pick(step.which));
        break;
      case 'retryAll':
        this.#retry('kind', step.kind);
        break;
      case 'drop':
        this.#drop(this.#pick(step.which));
        break;
      case 'prune':
        this.#prune();
        break;
    }
    this.#compare();
  }

  get #queue(): TaskQueue {
    const queue = this.#queues.at(-1);
    if (queue === undefined) throw new Error('no queue is open');
    return queue;
  }

  /** As after a crash: the connection before this one is still there, with its old leases. */
  #open(): void {
    const db = new Database(this.#file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = OFF');
    this.#connections.push(db);
    this.#queues.push(new TaskQueue(db, () => this.#chance));
  }

  #add(id: string, kind: string, lane: string, inMs: number): void {
    const dueMs = millis(this.#nowMs + inMs);
    const isNew = this.#model.add(id, kind, lane, dueMs, this.#nowMs);
    this.#queue.add([{ id, kind, lane, body: { id, kind }, dueMs }], this.#nowMs);
    if (!isNew) this.#meet('added again');
  }

  #lease(kind: string, count: number): void {
    const expected = this.#model.lease(kind, count, this.#nowMs);
    const leased = this.#queue.lease(kind, count, this.#nowMs);
    expect(leased).toEqual(
      expected.map(({ id, attempts, createdMs }) => {
        return {
          id,
          kind,
          attempt: attempts + 1,
          createdMs,
          body: expect.objectContaining({ id }),
        };
      }),
    );
    for (const task of leased) this.#tries.push({ task, owner: this.#model.owner });
    // Whoever the file was taken from gets nothing more of it.
    const [former] = this.#queues.slice(-2, -1);
    if (former !== undefined) expect(former.lease(kind, count, this.#nowMs)).toEqual([]);
    if (leased.length > 0) this.#meet('leased');
  }

  #answer(of: Try, outcome: (typeof outcomes)[number]): void {
    const { task } = of;
    const queue = this.#queues[of.owner - 1];
    const known = this.#model.answered(of);
    const nowMs = this.#nowMs;
    if (known === undefined) this.#meet('answered for nothing');
    else this.#meet(outcome);
    if (outcome === 'done') {
      queue?.done(task, nowMs);
      if (known !== undefined) this.#model.remove(known, nowMs);
      return;
    }
    if (outcome === 'later') {
      const dueMs = millis(nowMs + 5_000);
      queue?.later(task, dueMs);
      if (known !== undefined) Object.assign(known, { state: 'waiting', dueMs });
      return;
    }
    if (outcome === 'hopeless') {
      queue?.hopeless(task, 'no such address', nowMs);
      if (known !== undefined) Object.assign(known, { state: 'dead', attempts: task.attempt });
      return;
    }
    const isDead = queue?.failed(task, 'the server is down', nowMs);
    if (known === undefined) return expect(isDead).toBe(false);
    const { attempt } = task;
    expect(isDead).toBe(attempt >= MOST_ATTEMPTS);
    if (isDead === true) this.#meet('died');
    Object.assign(known, { state: isDead === true ? 'dead' : 'waiting', attempts: attempt });
    // Twice as long each time, half of it more or less, never beyond the longest.
    const pauseMs = Math.min(1_000 * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    known.dueMs = nowMs + Math.round(pauseMs * (0.5 + this.#chance));
    expect(known.dueMs - nowMs).toBeGreaterThanOrEqual(pauseMs / 2);
    expect(known.dueMs - nowMs).toBeLessThanOrEqual(pauseMs * 1.5);
  }

  #failOn(id: string): void {
    for (let tries = 0; tries <= MOST_ATTEMPTS; tries++) {
      const task = this.#model.find(id);
      if (task?.state !== 'waiting') return;
      this.#nowMs = millis(Math.max(this.#nowMs, task.dueMs));
      this.#lease(task.kind, ids.length);
      const latest = this.#tries.findLast((one) => one.task.id === id);
      if (latest === undefined || this.#model.answered(latest) === undefined) return;
      this.#answer(latest, 'failed');
    }
  }

  #pick(which: number): string {
    const dead = this.#model.tasks.filter(({ state }) => state === 'dead').map(({ id }) => id);
    const known = dead.length > 0 ? dead : ids;
    return known[which % known.length] ?? '';
  }

  #retry(by: 'id' | 'kind', value: string): void {
    const what = by === 'id' ? { id: value } : { kind: value };
    const count = this.#model.retry(by, value, this.#nowMs);
    expect(this.#queue.retry(what, this.#nowMs)).toBe(count);
    if (count > 0) this.#meet('put back');
  }

  #drop(id: string): void {
    const task = this.#model.find(id);
    const isDead = task?.state === 'dead';
    if (isDead) this.#model.remove(task, this.#nowMs);
    expect(this.#queue.drop(id, this.#nowMs)).toBe(isDead);
    if (isDead) this.#meet('dropped');
  }

  #prune(): void {
    this.#nowMs = millis(this.#nowMs + DONE_KEPT_MS / 2);
    this.#queue.prune(this.#nowMs);
    const { done } = this.#model;
    for (const [id, doneMs] of done) if (doneMs < this.#nowMs - DONE_KEPT_MS) done.delete(id);
  }

  #compare(): void {
    const { tasks } = this.#model;
    const found = this.#queue.list({ limit: 1_000 });
    const rows = found.map(({ seq: _, body: __, error: ___, ...row }) => row);
    expect(rows.filter(({ state }) => state !== 'dead')).toEqual(
      tasks.filter(({ state }) => state !== 'dead'),
    );
    // When a dead task would have been due is nobody's concern.
    const dead = tasks.filter(({ state }) => state === 'dead');
    expect(rows.filter(({ state }) => state === 'dead')).toEqual(
      dead.map((task) => ({ ...task, dueMs: expect.any(Number) })),
    );
    for (const kind of kinds) this.#compareKind(kind);
  }

  #compareKind(kind: string): void {
    const own = this.#model.tasks.filter((task) => task.kind === kind);
    const live = own.filter(({ state }) => state !== 'dead');
    const state = this.#queue.states().find((each) => each.kind === kind);
    const oldestMs = live.length === 0 ? undefined : Math.min(...live.map((t) => t.createdMs));
    const expected = { kind, waiting: live.length, dead: own.length - live.length, oldestMs };
    expect(state).toEqual(own.length === 0 ? undefined : expected);
    for (const wanted of ['waiting', 'leased', 'dead'] as const) {
      const listed = this.#queue.list({ state: wanted, kind, limit: 1_000 });
      const ids = own.filter((task) => task.state === wanted).map(({ id }) => id);
      expect(listed.map(({ id }) => id)).toEqual(ids);
    }
  }

  #meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }
}
