/** Whether a server held: what is wrong with a report, in sentences. */
import type { FuzzReport } from './fuzz-run.ts';

const MOST_P99_RATIO = 3;
/** Below this a ratio says more about the machine's timer than about the server. */
const UNNOTICED_MS = 10;
const MOST_MEMORY_RATIO = 1.2;

export interface Bounds {
  readonly memoryRatio?: number;
  readonly p99Ratio?: number;
}

export function verdictOf(
  report: FuzzReport,
  { memoryRatio = MOST_MEMORY_RATIO, p99Ratio = MOST_P99_RATIO }: Bounds = {},
): readonly string[] {
  const failures: string[] = [];
  if (report.crashes > 0) failures.push(`The server ended: ${report.log.slice(-2_000)}`);
  if (report.faults > 0) failures.push(`It met ${report.faults} bugs: ${report.log.slice(-2_000)}`);
  for (const { what, protocol, hex } of report.findings) {
    failures.push(
      `${protocol}, seed ${report.seed}: ${what}: ${hex}\n` +
        `  again, and shortened: node dist/test/fuzz/replay.js --protocol ${protocol} ${hex}`,
    );
  }
  for (const finding of report.auditFindings) failures.push(`The log is not sound: ${finding}`);
  if (report.p99Ratio > p99Ratio && report.p99DuringMs > UNNOTICED_MS) {
    const times = report.p99Ratio.toFixed(1);
    failures.push(`A good client's p99 rose ${times}-fold; ${p99Ratio} is the most.`);
  }
  if (report.memoryRatio > memoryRatio) {
    const times = report.memoryRatio.toFixed(2);
    failures.push(`Memory rose ${times}-fold; ${memoryRatio} is the most.`);
  }
  return failures;
}
