/** A shard's thread: a single-thread Piscina pool that runs one task for as long as it lives. */
import { setFlagsFromString } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { ShardThreadSettings } from './shard-protocol.ts';

/**
 * Room for what a few turns at full load allocate: three semi-spaces of 32 MiB. They begin at
 * that size, too: in V8's usual first one, of 1 MiB, all that is under way counts as old.
 */
const NURSERY_MB = 96;

export interface ShardTask {
  /** Resolves when the task has ended, rejects when its thread has died. */
  readonly done: Promise<void>;
  /** Lets the task end by itself. */
  close(): Promise<void>;
  /** Ends the thread at once. */
  destroy(): Promise<void>;
}

export type StartShardTask = (
  settings: ShardThreadSettings,
  transferList: readonly MessagePort[],
) => ShardTask;

export const startShardTask: StartShardTask = (settings, transferList) => {
  setFlagsFromString(`--min-semi-space-size=${NURSERY_MB / 3}`);
  const pool = new Piscina({
    filename: new URL('./shard-thread.js', import.meta.url).href,
    name: 'runShard',
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'disabled',
    // What a batch leaves behind should die young; in a small nursery it is copied first.
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB },
  });
  return {
    done: pool.run(settings, { transferList: [...transferList] }),
    close: () => pool.close({ force: false }),
    destroy: () => pool.destroy(),
  };
};
