/**
 * Runs seeds in a thread of its own, where the machine's clocks, timers and chance have been
 * replaced by the simulated ones before anything else is looked at.
 */
import { parentPort } from 'node:worker_threads';
import { replaceGlobals } from './globals.ts';
import type { Violation } from './oracle.ts';
import type { RunResult } from './world.ts';

export interface Job {
  readonly seed: number;
  readonly minutes: number;
  readonly only?: readonly number[] | undefined;
  /** Runs it a second time and compares the traces. */
  readonly twice: boolean;
  /** Tells what happens on stderr. */
  readonly story?: boolean | undefined;
}

const port = parentPort;
replaceGlobals();
const { runSeed } = await import('./world.ts');

async function run(job: Job): Promise<RunResult> {
  const { seed, minutes, twice, story } = job;
  const only = job.only === undefined ? undefined : new Set(job.only);
  const say = story === true ? (text: string) => process.stderr.write(`${text}\n`) : undefined;
  const first = await runSeed({ seed, minutes, only, say });
  if (!twice || first.violations.length > 0) return first;
  const second = await runSeed({ seed, minutes, only });
  if (second.traceHash === first.traceHash) return first;
  const text = `the trace is ${first.traceHash} the first time and ${second.traceHash} the second`;
  const violation: Violation = { code: 'not-repeatable', text, atMs: 0 };
  return { ...first, violations: [violation] };
}

port?.on('message', (job: Job) => {
  run(job).then(
    (result) => port.postMessage(result),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      port.postMessage({ seed: job.seed, failed: text });
    },
  );
});
