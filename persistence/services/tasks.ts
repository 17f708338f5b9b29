/**
 * Durable tasks: what must be done outside, at least once, however long that takes. They lie in
 * the log's own file, are put in by readers in the same transaction as their cursors, and are done
 * by workers that lease them.
 *
 *   waiting ─lease─▶ leased ─done─▶ (gone)
 *      ▲               │ failed: a growing pause, with chance in it
 *      └───────────────┤
 *                      └ too often ─▶ dead ─retry by an operator─▶ waiting
 */
import type { Millis } from '../../engine/ids.ts';

export interface NewTask {
  /** Unique for ever; a task that was there before is not added again. */
  readonly id: string;
  /** Which worker does it, e.g. `mail`. */
  readonly kind: string;
  /** Tasks of one lane are done one after the other, in the order they came; empty for none. */
  readonly lane: string;
  /** Plain JSON. */
  readonly body: unknown;
  readonly dueMs: Millis;
}

export interface LeasedTask {
  readonly id: string;
  readonly kind: string;
  readonly body: unknown;
  /** 1 at the first time. */
  readonly attempt: number;
  readonly createdMs: Millis;
}

/** What a worker makes of a task. A worker that throws has failed it, to be tried again. */
export type TaskOutcome =
  | { readonly type: 'done' }
  /** Not before then, and it does not count as a failure. */
  | { readonly type: 'later'; readonly dueMs: Millis }
  /** Can never be done; set aside as dead, with the reason. */
  | { readonly type: 'hopeless'; readonly reason: string };

export interface TaskWorker {
  readonly kinds: readonly string[];
  /** How many it does at once. */
  readonly atOnce: number;
  run(task: LeasedTask, signal: AbortSignal): Promise<TaskOutcome>;
}
