/** Workers that run seeds, several at once, and hand back the results in the order they come. */
import { Worker } from 'node:worker_threads';
import type { Job } from './worker.ts';
import type { RunResult } from './world.ts';

type Answer = RunResult | { readonly seed: number; readonly failed: string };

/** This program's own worker. */
const ownWorker = new URL('./worker.js', import.meta.url);

export class Crew {
  readonly #workers: Worker[];

  /** @param program The worker to run, another copy's for a canary. */
  constructor(jobs: number, program: URL = ownWorker) {
    this.#workers = Array.from({ length: jobs }, () => new Worker(program));
  }

  /**
   * Runs jobs until there are no more, or until `take` says that it has seen enough.
   * @throws Error where the simulator itself fails.
   */
  async run(jobs: Iterator<Job>, take: (result: RunResult) => boolean): Promise<void> {
    let enough = false;
    await Promise.all(
      this.#workers.map(async (worker) => {
        for (let job = jobs.next(); !enough && job.done !== true; job = jobs.next()) {
          if (take(await runOn(worker, job.value))) enough = true;
        }
      }),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function runOn(worker: Worker, job: Job): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      worker.off('message', hear);
      worker.off('error', fail);
    };
    const hear = (answer: Answer) => {
      stop();
      if ('failed' in answer) reject(new Error(`seed ${answer.seed}: ${answer.failed}`));
      else resolve(answer);
    };
    const fail = (error: Error) => {
      stop();
      reject(error);
    };
    worker.on('message', hear);
    worker.on('error', fail);
    worker.postMessage(job);
  });
}

export function* jobsFor(seeds: Iterable<number>, minutes: number, twice: boolean): Generator<Job> {
  for (const seed of seeds) yield { seed, minutes, twice };
}

export function* range(from: number, count: number): Generator<number> {
  for (let seed = from; seed < from + count; seed++) yield seed;
}
