/** Has a process of its own go through faults, one log each, and gives what came of each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { built } from '../built.ts';
import { type Fault, FaultShim } from './fault-shim.ts';
import type { FaultOutcome } from './write-faults.ts';

export type FaultReport = FaultOutcome & {
  /** Writes, syncs and truncations of the whole run. */
  readonly calls: number;
};

/** @throws Error where the process ends before its time, with what it said. */
export async function runWriteFaults(
  faults: readonly Fault[],
  onDone: (done: number) => void = () => undefined,
): Promise<readonly FaultReport[]> {
  const shim = new FaultShim();
  const child = spawn(
    process.execPath,
    [built('test/support/faults/write-faults-child.js'), shim.folder],
    {
      env: { ...process.env, ...shim.env(join(shim.folder, 'log.db')) },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  try {
    child.stdin.end(faults.map((fault) => `${JSON.stringify(fault)}\n`).join(''));
    const reports: FaultReport[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      reports.push(JSON.parse(line) as FaultReport);
      onDone(reports.length);
    }
    if (reports.length === faults.length) return reports;
    throw new Error(`ended after ${reports.length} of ${faults.length} faults:\n${said}`);
  } finally {
    child.kill('SIGKILL');
    await ended;
    shim.remove();
  }
}
