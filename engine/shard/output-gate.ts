/**
 * The output gate: the only way out of a shard. Batches leave in the order they were decided,
 * each once its own frames and those of every batch before it are durable [D1].
 *
 *   decide ─▶ batch 1 ─▶ batch 2 ─▶ batch 3        a batch without frames (refusals only)
 *               │ durable   │ under way  │ none     still waits for those before it
 *               ▼
 *            release
 *
 * When an append fails, nothing behind the gate may be told: those who asked hear that the
 * outcome is unknown, and the shard stops [D4].
 */
import type { AppendOutcome } from './log-store.ts';
import type { Egress, Output } from './outputs.ts';

interface Batch<Origin, Staged> {
  readonly outputs: readonly Output<Origin>[];
  staged: Staged | undefined;
  durable: boolean;
  readonly whenDurable: (() => void) | undefined;
}

export interface GateEvents {
  /** An append is done: there is room for the next. */
  settled(): void;
  /** An append failed; the gate lets nothing out any more but failures. */
  failed(reason: string): void;
}

export class OutputGate<Origin, Staged> {
  readonly #egress: Egress<Origin, Staged>;
  readonly #events: GateEvents;
  #batches: Batch<Origin, Staged>[] = [];
  #inFlight = 0;
  #broken = false;

  constructor(egress: Egress<Origin, Staged>, events: GateEvents) {
    this.#egress = egress;
    this.#events = events;
  }

  /** Appends whose outcome is not known yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** True once an append has failed; nothing leaves any more but failures. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Keeps a batch's outputs until `append` is durable; without frames, until those before are.
   * `whenDurable` runs just before the outputs leave.
   */
  keep(
    outputs: readonly Output<Origin>[],
    append: Promise<AppendOutcome> | undefined,
    whenDurable?: () => void,
  ): void {
    if (append === undefined && this.#batches.length === 0) {
      this.#egress.release(this.#egress.stage(outputs));
      return;
    }
    const durable = append === undefined;
    const batch: Batch<Origin, Staged> = { outputs, staged: undefined, durable, whenDurable };
    this.#batches.push(batch);
    if (append !== undefined) {
      this.#inFlight++;
      append.then(
        (outcome) => this.#settled(batch, outcome),
        (error: unknown) => this.#settled(batch, { type: 'unknown', reason: String(error) }),
      );
    }
    // Encoding overlaps with the disk: the append is under way already.
    batch.staged = this.#egress.stage(outputs);
  }

  #settled(batch: Batch<Origin, Staged>, outcome: AppendOutcome): void {
    this.#inFlight--;
    if (this.#broken) return;
    if (outcome.type !== 'durable') {
      this.#break(outcome.reason);
      return;
    }
    batch.durable = true;
    let released = 0;
    for (const next of this.#batches) {
      if (!next.durable) break;
      next.whenDurable?.();
      this.#egress.release(next.staged as Staged);
      released++;
    }
    if (released > 0) this.#batches = this.#batches.slice(released);
    this.#events.settled();
  }

  #break(reason: string): void {
    this.#broken = true;
    const failures: Output<Origin>[] = [];
    for (const batch of this.#batches) {
      for (const output of batch.outputs) {
        if (!('to' in output)) continue;
        const { to, requestId } = output;
        failures.push({ type: 'failed', to, requestId, reason: 'logUnavailable' });
      }
    }
    this.#batches = [];
    this.#egress.release(this.#egress.stage(failures));
    this.#events.failed(reason);
  }
}
