/** Has tasks done by their workers, so many of each at once, as soon as they are due. */
import { type Millis, millis } from '../../engine/ids.ts';
import type { Clock } from '../../engine/shard/host.ts';
import type { TaskQueue } from './task-queue.ts';
import type { LeasedTask, TaskOutcome, TaskWorker } from './tasks.ts';

/** How long one may take before it is told to stop, and counts as failed. */
const LONGEST_MS = 30_000;
/** Whoever was told to stop and goes on for longer than this is waited for no more. */
const DEAF_AFTER_MS = 1_000;
/** A clock that was set back must not make anybody wait for long. */
const LOOK_EVERY_MS = 1_000;
const LOOK_AT_LEAST_EVERY_MS = 5;
const PRUNE_EVERY_MS = 24 * 60 * 60_000;

export interface TaskRunnerEvents {
  failed(task: LeasedTask, error: string, isDead: boolean): void;
  /** The queue itself cannot be read or written; it is tried again. */
  broken(error: unknown): void;
}

/** Why a worker was told to stop, where that was no fault of its task. */
const stopping = new Error('stopping');

export class TaskRunner {
  readonly #queue: TaskQueue;
  readonly #workers: readonly TaskWorker[];
  readonly #clock: Clock;
  readonly #events: TaskRunnerEvents;
  readonly #running = new Map<TaskWorker, number>();
  readonly #aborts = new Set<AbortController>();
  /** What became of tasks and could not be written yet; until then they stay leased. */
  #unwritten: (() => void)[] = [];
  #pruneAtMs = 0;
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

  /**
   * Starts nothing more; resolves once what is under way has ended. After a while it is told to,
   * and what does not end then waits again, as if it had not been begun.
   */
  async stop(withinMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#aborts.size > 0) {
      const late = setTimeout(() => {
        for (const abort of this.#aborts) abort.abort(stopping);
      }, withinMs);
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
      clearTimeout(late);
    }
    this.#writeRest();
  }

  #look(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const nowMs = this.#clock.now();
    let nextMs: number = nowMs + LOOK_EVERY_MS;
    try {
      if (this.#writeRest()) nextMs = this.#lease(nowMs, nextMs);
      if (nowMs >= this.#pruneAtMs) {
        this.#queue.prune(nowMs);
        this.#pruneAtMs = nowMs + PRUNE_EVERY_MS;
      }
    } catch (error) {
      this.#events.broken(error);
    }
    const pause = Math.max(LOOK_AT_LEAST_EVERY_MS, nextMs - nowMs);
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  /** Begins what is due; gives when to look again. */
  #lease(nowMs: Millis, latestMs: number): number {
    let nextMs = latestMs;
    for (const worker of this.#workers) {
      for (const kind of worker.kinds) {
        const left = worker.atOnce - (this.#running.get(worker) ?? 0);
        if (left <= 0) break;
        for (const task of this.#queue.lease(kind, left, nowMs)) this.#run(worker, task);
        const due = this.#queue.nextDueMs(kind);
        if (due > nowMs) nextMs = Math.min(nextMs, due);
      }
    }
    return nextMs;
  }

  #run(worker: TaskWorker, task: LeasedTask): void {
    const abort = new AbortController();
    this.#aborts.add(abort);
    this.#running.set(worker, (this.#running.get(worker) ?? 0) + 1);
    const late = setTimeout(() => abort.abort(new Error('it took too long')), LONGEST_MS);
    const run = async (): Promise<TaskOutcome> => worker.run(task, abort.signal);
    Promise.race([run(), deaf(abort.signal)])
      .then(
        (outcome) => this.#write(() => this.#ended(task, outcome)),
        (error: unknown) => this.#write(() => this.#failed(task, error, abort.signal)),
      )
      .finally(() => {
        clearTimeout(late);
        this.#aborts.delete(abort);
        this.#running.set(worker, (this.#running.get(worker) ?? 1) - 1);
        if (this.#aborts.size === 0) this.#whenIdle?.();
        this.wake();
      });
  }

  #ended(task: LeasedTask, outcome: TaskOutcome): void {
    const nowMs = this.#clock.now();
    if (outcome.type === 'done') {
      this.#queue.done(task, nowMs);
    } else if (outcome.type === 'later') {
      this.#queue.later(task, outcome.dueMs);
    } else if (this.#queue.hopeless(task, outcome.reason, nowMs)) {
      this.#events.failed(task, outcome.reason, true);
    }
  }

  #failed(task: LeasedTask, error: unknown, signal: AbortSignal): void {
    const nowMs = this.#clock.now();
    if (signal.reason === stopping) {
      this.#queue.later(task, millis(nowMs));
      return;
    }
    const isDead = this.#queue.failed(task, textOf(error), nowMs);
    this.#events.failed(task, textOf(error), isDead);
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#unwritten.push(write);
      this.#events.broken(error);
    }
  }

  /** Writes what could not be written before; false where it still cannot. */
  #writeRest(): boolean {
    const rest = this.#unwritten;
    this.#unwritten = [];
    for (const write of rest) this.#write(write);
    return this.#unwritten.length === 0;
  }
}

/** Fails a while after the signal, for those that do not listen to it. */
function deaf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      setTimeout(() => reject(signal.reason), DEAF_AFTER_MS);
    });
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
