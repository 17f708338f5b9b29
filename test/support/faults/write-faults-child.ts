/**
 * The process that the shim is preloaded into: for each fault, a line of JSON on standard input,
 * it fills a log whose calls fail so, and answers with what came of it as a line of JSON.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Fault, ShimControl } from './fault-shim.ts';
import { FaultRun } from './write-faults.ts';

const [, , folder = ''] = process.argv;
const control = new ShimControl(process.env.USHER_FAULTS ?? '');

for await (const line of createInterface({ input: process.stdin })) {
  const fault = JSON.parse(line) as Fault;
  const run = new FaultRun(join(folder, 'log.db'), () => control.failed);
  control.arm(fault);
  const hit = run.fill();
  const calls = control.counted;
  control.disarm();
  process.stdout.write(`${JSON.stringify({ ...run.verify(fault.at, hit), calls })}\n`);
}
