/** A shard's thread as the server starts it, as far as "recovered": then it says what that took. */
import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { connectLog } from '../../persistence/thread/log-client.ts';
import { DrivenShard } from './driven-shard.ts';
import type { RecoveredShows, RecoverThreadSettings } from './recover-messages.ts';

const { log } = workerData as RecoverThreadSettings;
const startedMs = performance.now();
const driven = await DrivenShard.open({ log: connectLog(log) });
const recoverMs = performance.now() - startedMs;
const heapBytes = used();
parentPort?.postMessage({ ready: true });
parentPort?.once('message', () => {
  // Only now, so that the process's memory was looked at as it is without anybody's help.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const told: RecoveredShows = { recoverMs, heapBytes, liveBytes: used() };
  // What was recovered must be alive until it has been weighed.
  if (!driven.shard.busy) parentPort?.postMessage(told);
  log.close();
  parentPort?.close();
});

function used(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
