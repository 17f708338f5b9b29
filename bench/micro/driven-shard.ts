/**
 * A shard whose turns run when the bench says so: the shipped mailbox, decisions, frames, chain
 * and gate, without a thread, a socket or an event loop between two of them.
 *
 *   ask … ask ─▶ mailbox ─▶ settle(): turn, turn … ─▶ counts of what was answered
 */
import {
  type Millis,
  millis,
  type PartitionId,
  partitionId,
  requestId,
  type ShowId,
  showId,
} from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import type { LogStore } from '../../engine/shard/log-store.ts';
import type { Egress, Output } from '../../engine/shard/outputs.ts';
import type { ShardRequest } from '../../engine/shard/requests.ts';
import { Shard } from '../../engine/shard/shard.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import type { ShowTerms } from '../../engine/show/terms.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';

export const ALL_PARTITIONS = Array.from({ length: limits.partitions }, (_, index) =>
  partitionId(index),
);

/** Counts answers; the bench asks nothing whose answer it does not know beforehand. */
export class CountingEgress implements Egress<undefined, undefined> {
  readonly counts = { accepted: 0, refused: 0, pushed: 0, other: 0 };
  /** The last refusal's reason: what to tell where there should have been none. */
  lastRefusal: string | undefined;
  /** Where somebody wants to see the answers themselves. */
  onOutput: ((output: Output<undefined>) => void) | undefined;

  stage(outputs: readonly Output<undefined>[]): undefined {
    for (const output of outputs) {
      if (output.type === 'accepted') this.counts.accepted++;
      else if (output.type === 'push') this.counts.pushed++;
      else if (output.type === 'rejected') {
        this.counts.refused++;
        this.lastRefusal = output.rejection.reason;
      } else if (output.type === 'failed') {
        this.counts.refused++;
        this.lastRefusal = output.reason;
      } else this.counts.other++;
      this.onOutput?.(output);
    }
    return undefined;
  }

  release(): void {}
}

export interface DrivenShardOptions {
  readonly log: LogStore;
  /** Milliseconds since 1970; the usual one runs with the machine's clock. */
  readonly now?: () => Millis;
  readonly snapshotAfterBytes?: number;
  /** All of them. */
  readonly partitions?: readonly PartitionId[];
}

const wallMs = Date.now();
const startedMs = performance.now();
export const runningClock = (): Millis =>
  millis(Math.floor(wallMs + performance.now() - startedMs));

export class DrivenShard {
  readonly egress: CountingEgress;
  readonly shard: Shard<undefined, undefined>;
  readonly now: () => Millis;
  readonly #turns: (() => void)[];
  #failure: () => string | undefined;

  private constructor(
    shard: Shard<undefined, undefined>,
    egress: CountingEgress,
    turns: (() => void)[],
    now: () => Millis,
    failure: () => string | undefined,
  ) {
    this.shard = shard;
    this.egress = egress;
    this.#turns = turns;
    this.now = now;
    this.#failure = failure;
  }

  /** Recovers from the log as the server's thread does. @throws LogFault */
  static async open(options: DrivenShardOptions): Promise<DrivenShard> {
    const { log, now = runningClock, snapshotAfterBytes, partitions = ALL_PARTITIONS } = options;
    const turns: (() => void)[] = [];
    const egress = new CountingEgress();
    let failure: string | undefined;
    const shard = await Shard.open(partitions, {
      log,
      host: { codec, hasher: sha256, clock: { now }, soon: (turn) => void turns.push(turn) },
      egress,
      ...(snapshotAfterBytes === undefined ? {} : { snapshotAfterBytes }),
      onFailure: (reason) => {
        failure = reason;
      },
    });
    return new DrivenShard(shard, egress, turns, now, () => failure);
  }

  ask(request: ShardRequest): void {
    this.shard.submit(undefined, request);
  }

  /** Schedules shows of one hall and opens their sale. */
  async schedule(ids: readonly string[], definition: Layout, terms: ShowTerms): Promise<void> {
    for (const id of ids) {
      const show = showId(id);
      const asked = { requestId: requestId(id), show, layout: definition.id, terms, definition };
      this.ask({ type: 'schedule', ...asked });
    }
    await this.settle();
    this.shard.pulse();
    await this.settle();
  }

  /** Runs turns until everything that was asked is decided, logged and answered. */
  async settle(): Promise<void> {
    const turns = this.#turns;
    while (turns.length > 0 || this.shard.busy) {
      for (const turn of turns.splice(0)) turn();
      await undefined;
      const failure = this.#failure();
      if (failure !== undefined) throw new Error(`the shard stopped: ${failure}`);
    }
  }
}

/** Ids of so many shows, all of the same length so that none costs more than another. */
export function showIds(count: number): readonly ShowId[] {
  return Array.from({ length: count }, (_, index) =>
    showId(`show-${String(index).padStart(5, '0')}`),
  );
}
