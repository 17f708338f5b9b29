/** Has tasks done by their workers, so many of each at once, as soon as they are due. */
import type { Clock } from '../../engine/shard/host.ts';
import type { TaskQueue } from './task-queue.ts';
import type { LeasedTask, TaskOutcome, TaskWorker } from './tasks.ts';

/** How long one may take before it is told to stop, and counts as failed. */
const LONGEST_MS = 30_000;
/** A clock that was set back must not make anybody wait for long. */
const LOOK_EVERY_MS = 1_000;
const LOOK_AT_LEAST_EVERY_MS = 5;

export interface TaskRunnerEvents {
  failed(task: LeasedTask, error: string, isDead: boolean): void;
}

export class TaskRunner {
  readonly #queue: TaskQueue;
  readonly #workers: readonly TaskWorker[];
  readonly #clock: Clock;
  readonly #events: TaskRunnerEvents;
  readonly #running = new Map<TaskWorker, number>();
  readonly #aborts = new Set<AbortController>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #stopped = false;
  #whenIdle: (() => void) | undefined;

  constructor(
    queue: TaskQueue,
    workers: readonly TaskWorker[],
    clock: Clock,
    events: TaskRunnerEvents,
  ) {
    this.#queue = queue;
    this.#workers = workers;
    this.#clock = clock;
    this.#events = events;
  }

  /** Tasks were added, or are due for another reason. */
  wake(): void {
    if (this.#stopped || this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#look();
    });
  }

  /** Starts nothing more; resolves once what is under way has ended, told to after a while. */
  async stop(withinMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#count === 0) return;
    const late = setTimeout(() => {
      for (const abort of this.#aborts) abort.abort(new Error('stopping'));
    }, withinMs);
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
    clearTimeout(late);
  }

  get #count(): number {
    return this.#aborts.size;
  }

  #look(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const nowMs = this.#clock.now();
    let nextMs = nowMs + LOOK_EVERY_MS;
    for (const worker of this.#workers) {
      for (const kind of worker.kinds) {
        const left = worker.atOnce - (this.#running.get(worker) ?? 0);
        if (left <= 0) break;
        for (const task of this.#queue.lease(kind, left, nowMs)) this.#run(worker, task);
        const due = this.#queue.nextDueMs(kind);
        if (due > nowMs) nextMs = Math.min(nextMs, due);
      }
    }
    const pause = Math.max(LOOK_AT_LEAST_EVERY_MS, nextMs - nowMs);
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  #run(worker: TaskWorker, task: LeasedTask): void {
    const abort = new AbortController();
    this.#aborts.add(abort);
    this.#running.set(worker, (this.#running.get(worker) ?? 0) + 1);
    const late = setTimeout(() => abort.abort(new Error('it took too long')), LONGEST_MS);
    const run = async (): Promise<TaskOutcome> => worker.run(task, abort.signal);
    run()
      .then(
        (outcome) => this.#ended(task, outcome),
        (error: unknown) => this.#failed(task, textOf(error)),
      )
      .catch((error: unknown) => this.#events.failed(task, textOf(error), false))
      .finally(() => {
        clearTimeout(late);
        this.#aborts.delete(abort);
        this.#running.set(worker, (this.#running.get(worker) ?? 1) - 1);
        if (this.#count === 0) this.#whenIdle?.();
        this.wake();
      });
  }

  #ended(task: LeasedTask, outcome: TaskOutcome): void {
    const nowMs = this.#clock.now();
    if (outcome.type === 'done') return this.#queue.done(task, nowMs);
    if (outcome.type === 'later') return this.#queue.later(task, outcome.dueMs);
    this.#queue.hopeless(task, outcome.reason, nowMs);
    this.#events.failed(task, outcome.reason, true);
  }

  #failed(task: LeasedTask, error: string): void {
    const isDead = this.#queue.failed(task, error, this.#clock.now());
    this.#events.failed(task, error, isDead);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
