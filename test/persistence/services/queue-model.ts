/**
 * The queue of tasks as a plain array, written from the rules and not from the code: what each
 * step must answer, and what must be in the queue after it.
 */
import type { TaskRow } from '../../../persistence/services/task-queue.ts';
import { MOST_ATTEMPTS } from '../../../persistence/services/task-tables.ts';
import type { LeasedTask } from '../../../persistence/services/tasks.ts';

export interface ModelTask {
  readonly id: string;
  readonly kind: string;
  readonly lane: string;
  readonly createdMs: number;
  state: TaskRow['state'];
  attempts: number;
  dueMs: number;
}

/** A try that a worker has begun; `owner` counts the times that the queue was opened. */
export interface Try {
  readonly task: LeasedTask;
  readonly owner: number;
}

export class QueueModel {
  tasks: ModelTask[] = [];
  readonly done = new Map<string, number>();
  owner = 1;

  add(id: string, kind: string, lane: string, dueMs: number, nowMs: number): boolean {
    if (this.done.has(id) || this.find(id) !== undefined) return false;
    const rest = { createdMs: nowMs, state: 'waiting', attempts: 0, dueMs } as const;
    this.tasks.push({ id, kind, lane, ...rest });
    return true;
  }

  find(id: string): ModelTask | undefined {
    return this.tasks.find((task) => task.id === id);
  }

  /**
   * What is due, the longest due first and then as added; of a lane only its first, and one at a
   * time [N1].
   */
  lease(kind: string, count: number, nowMs: number): readonly ModelTask[] {
    const isNext = (task: ModelTask) => {
      if (task.lane === '') return true;
      const live = this.tasks.filter(({ lane, state }) => lane === task.lane && state !== 'dead');
      return live[0] === task && live.every(({ state }) => state !== 'leased');
    };
    const due = this.tasks
      .filter((task) => task.state === 'waiting' && task.kind === kind && task.dueMs <= nowMs)
      .filter(isNext)
      .sort((a, b) => a.dueMs - b.dueMs)
      .slice(0, count);
    for (const task of due) task.state = 'leased';
    return due;
  }

  /** The task that an answer is for; undefined where the answer counts for nothing. */
  answered({ task, owner }: Try): ModelTask | undefined {
    const known = this.find(task.id);
    if (owner !== this.owner || known?.state !== 'leased') return undefined;
    return known.attempts === task.attempt - 1 ? known : undefined;
  }

  remove(task: ModelTask, nowMs: number): void {
    this.tasks = this.tasks.filter((other) => other !== task);
    this.done.set(task.id, nowMs);
  }

  /** The process died: whoever had a task is gone, and that was one of its tries. */
  reopen(): void {
    this.owner++;
    for (const task of this.tasks) {
      if (task.state !== 'leased') continue;
      task.attempts++;
      task.state = task.attempts >= MOST_ATTEMPTS ? 'dead' : 'waiting';
    }
  }

  retry(by: 'id' | 'kind', value: string, nowMs: number): number {
    const found = this.tasks.filter((task) => task.state === 'dead' && task[by] === value);
    for (const task of found) Object.assign(task, { state: 'waiting', attempts: 0, dueMs: nowMs });
    return found.length;
  }
}
