/**
 * A process that does nothing but recover a log, with the threads that a server has for it, so
 * that its time and its memory are those of a restart and of nothing else.
 */
import { once } from 'node:events';
import { totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { LogHost } from '../../gateway/workers/log-host.ts';
import type {
  RecoverAsked,
  RecoveredProcess,
  RecoveredShows,
  RecoverTold,
} from './recover-messages.ts';

/** As the server gives its shards. */
const NURSERY_MB = 96;
/** What a state takes is to be measured also where it is more than Node would give it. */
const MOST_OF_MEMORY = 0.7;

async function recover(file: string): Promise<RecoveredProcess> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const host = await LogHost.open(
    { file, acceptLoss: false },
    { warning: () => undefined, lost: () => undefined },
  );
  const openMs = performance.now() - startedMs;
  const log = host.connect();
  setFlagsFromString(`--min-semi-space-size=${NURSERY_MB / 3}`);
  const worker = new Worker(new URL('./recover-thread.js', import.meta.url), {
    workerData: { log },
    transferList: [log],
    resourceLimits: {
      maxYoungGenerationSizeMb: NURSERY_MB,
      maxOldGenerationSizeMb: (totalmem() / 2 ** 20) * MOST_OF_MEMORY,
    },
  });
  await once(worker, 'message');
  const { user, system } = process.cpuUsage(cpu);
  const { rss: rssBytes } = process.memoryUsage();
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  worker.postMessage('tell');
  const [told] = (await once(worker, 'message')) as [RecoveredShows];
  await once(worker, 'exit');
  await host.close();
  return { ...told, openMs, cpuMs: (user + system) / 1000, rssBytes, peakRssBytes };
}

process.once('message', ({ file }: RecoverAsked) => {
  const tell = (told: RecoverTold) => process.send?.(told, () => process.disconnect());
  recover(file).then(
    (recovered) => tell({ type: 'recovered', ...recovered }),
    (error: unknown) => tell({ type: 'failed', text: String(error) }),
  );
});
