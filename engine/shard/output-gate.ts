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
import type { RequestId } from '../ids.ts';
import type { AppendOutcome } from './log-store.ts';
import type { Egress, Output } from './outputs.ts';

/** What waits for a batch to be durable, and for its turn to leave. */
export interface Later<Origin> {
  /** Runs first. */
  readonly run?: () => void;
  /** Gives the outputs that leave instead of those that were kept; must not fail. */
  readonly fill?: () => Promise<readonly Output<Origin>[]>;
}

/** Whom to tell, and of which request, where it comes to nothing. */
type Kept<Origin> = Output<Origin> | { readonly to: Origin; readonly requestId: RequestId };

interface Batch<Origin, Staged> {
  readonly outputs: readonly Kept<Origin>[];
  staged: Staged | undefined;
  /** Nothing keeps it any more but the batches before it. */
  ready: boolean;
  later: Later<Origin> | undefined;
}

export interface GateEvents {
  /** One of those in flight is done: there is room for the next. */
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

  /** Appends whose outcome is not known yet, and batches that are being filled. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** True once an append has failed; nothing leaves any more but failures. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Keeps a batch's outputs until `append` is durable; without frames, until those before are. */
  keep(
    outputs: readonly Output<Origin>[],
    append: Promise<AppendOutcome> | undefined,
    run?: () => void,
  ): void {
    if (append === undefined && this.#batches.length === 0) {
      run?.();
      this.#egress.release(this.#egress.stage(outputs));
      return;
    }
    const later = run === undefined ? undefined : { run };
    const batch = this.#add(outputs, append, later);
    // Encoding overlaps with the disk: the append is under way already.
    batch.staged = this.#egress.stage(outputs);
  }

  /** The same for outputs of which some are known only once the batch is durable. */
  keepUnfilled(
    outputs: readonly Kept<Origin>[],
    append: Promise<AppendOutcome> | undefined,
    later: Later<Origin>,
  ): void {
    this.#add(outputs, append, later);
    this.#release();
  }

  #add(
    outputs: readonly Kept<Origin>[],
    append: Promise<AppendOutcome> | undefined,
    later: Later<Origin> | undefined,
  ): Batch<Origin, Staged> {
    const ready = append === undefined;
    const batch: Batch<Origin, Staged> = { outputs, staged: undefined, ready, later };
    this.#batches.push(batch);
    if (append !== undefined) {
      this.#inFlight++;
      append.then(
        (outcome) => this.#settled(batch, outcome),
        (error: unknown) => this.#settled(batch, { type: 'unknown', reason: String(error) }),
      );
    }
    return batch;
  }

  #settled(batch: Batch<Origin, Staged>, outcome: AppendOutcome): void {
    this.#inFlight--;
    if (this.#broken) return;
    if (outcome.type !== 'durable') {
      this.#break(outcome.reason);
      return;
    }
    batch.ready = true;
    this.#release();
    this.#events.settled();
  }

  /** Lets out, in order, what nothing keeps any more. */
  #release(): void {
    let released = 0;
    for (const next of this.#batches) {
      if (!next.ready) break;
      const { later } = next;
      next.later = undefined;
      later?.run?.();
      if (later?.fill !== undefined) {
        this.#fill(next, later.fill);
        break;
      }
      this.#egress.release(next.staged as Staged);
      released++;
    }
    if (released > 0) this.#batches = this.#batches.slice(released);
  }

  #fill(batch: Batch<Origin, Staged>, fill: NonNullable<Later<Origin>['fill']>): void {
    batch.ready = false;
    this.#inFlight++;
    void fill().then((outputs) => {
      this.#inFlight--;
      if (this.#broken) return;
      batch.staged = this.#egress.stage(outputs);
      batch.ready = true;
      this.#release();
      this.#events.settled();
    });
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
