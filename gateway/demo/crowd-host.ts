/** Runs the demo's crowd in a thread of its own, so that simulated people never slow real ones. */
import { Worker } from 'node:worker_threads';

export interface CrowdSettings {
  /** The server's WebSocket address. */
  readonly url: string;
  readonly people: number;
  readonly seed: number;
}

export interface CrowdHost {
  stop(): Promise<void>;
}

export function hostCrowd(settings: CrowdSettings): CrowdHost {
  const worker = new Worker(new URL('./crowd-thread.js', import.meta.url), {
    workerData: settings,
    name: 'usher-crowd',
  });
  // A crowd that fails is a pity, never a reason to stop serving people.
  worker.on('error', () => undefined);
  return {
    stop: async () => {
      await worker.terminate();
    },
  };
}
