/**
 * `npm run fuzz`: attacks a real server of its own and says whether it held. With `--json` exactly
 * one object goes to standard output.
 *
 * Exit codes: 0 it held, 1 it did not or the run failed, 2 wrong options.
 */
import { parseCommand } from '../support/command-line.ts';
import { startBar } from '../support/progress-bar.ts';
import { type FuzzReport, runFuzz } from './fuzz-run.ts';
import { verdictOf } from './verdict.ts';

async function main(): Promise<number> {
  const parsed = parseCommand('fuzz', 'Attacks a server with messages that are not right', [
    { name: 'messages', text: 'Fuzzed messages', usual: 100_000, least: 100, most: 1_000_000_000 },
    { name: 'seed', text: 'Which messages', usual: 1, least: 0, most: 1_000_000 },
    { name: 'rate', text: 'Messages a second', usual: 4_000, least: 10, most: 1_000_000 },
    { name: 'idle', text: 'Idle connections beside them', usual: 2_000, least: 0, most: 9_000 },
    { name: 'calm', text: 'Seconds of calm before and after', usual: 10, least: 1, most: 600 },
  ]);
  if (parsed.type === 'end') return parsed.code;
  const { messages = 0, seed = 0, rate = 0, idle = 0, calm = 0 } = parsed.numbers;
  const bar = startBar(messages, 'messages');
  try {
    const options = { messages, seed, rate, idle, calmSeconds: calm };
    const report = await runFuzz({ ...options, onProgress: (sent) => bar.at(sent) });
    bar.stop();
    const failures = verdictOf(report);
    const { log: _log, ...told } = report;
    const text = parsed.json
      ? `${JSON.stringify({ ...told, failures })}\n`
      : render(report, failures);
    process.stdout.write(text);
    return failures.length === 0 ? 0 : 1;
  } catch (error) {
    bar.stop();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function render(report: FuzzReport, failures: readonly string[]): string {
  const ms = (value: number) => value.toFixed(1);
  const lines = [
    `${report.messages} messages on ${report.connections} connections, ${report.abusedLines} ` +
      `abused lines, ${report.seconds} s, seed ${report.seed}`,
    ...Object.entries(report.answers).map(([name, count]) => `  ${name}: ${count}`),
    `a good client's p99: ${ms(report.p99BeforeMs)} ms before, ${ms(report.p99DuringMs)} ms during`,
    `memory: ${ms(report.memoryBeforeMib)} MiB before, ${ms(report.memoryAfterMib)} MiB after`,
    ...(failures.length === 0 ? ['It held.'] : failures),
  ];
  return `${lines.join('\n')}\n`;
}

process.exitCode = await main();
