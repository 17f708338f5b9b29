/**
 * `npm run crash`: kills the real server under load as often as asked, and says what was lost.
 * With `--json` exactly one object goes to standard output.
 *
 * Exit codes: 0 nothing was lost, 1 something was or the run failed, 2 wrong options.
 */
import { parseCommand } from '../../support/command-line.ts';
import { startBar } from '../../support/progress-bar.ts';
import { runCrashLoop } from './crash-loop.ts';
import type { CrashTally } from './tally.ts';

const MAX_TOLD = 20;

async function main(): Promise<number> {
  const parsed = parseCommand('crash', 'Kills the server under load and looks for what it lost', [
    { name: 'cycles', text: 'Kills', usual: 200, least: 1, most: 100_000 },
    { name: 'seed', text: 'Which moments', usual: 1, least: 0, most: 1_000_000 },
  ]);
  if (parsed.type === 'end') return parsed.code;
  const { cycles = 0, seed = 0 } = parsed.numbers;
  const startedMs = performance.now();
  const bar = startBar(cycles, 'kills');
  try {
    const tally = await runCrashLoop({ cycles, seed, onCycle: (done) => bar.at(done) });
    bar.stop();
    const report = reportOf(tally, cycles, Math.round((performance.now() - startedMs) / 1000));
    process.stdout.write(parsed.json ? `${JSON.stringify(report)}\n` : render(tally, report));
    return tally.sound ? 0 : 1;
  } catch (error) {
    bar.stop();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

type Report = ReturnType<typeof reportOf>;

function reportOf(tally: CrashTally, cycles: number, seconds: number) {
  const { kills, acknowledged, acknowledgedByType, rejections, doubts, audits } = tally;
  return {
    cycles,
    seconds,
    kills,
    acknowledged,
    acknowledgedByType,
    rejections,
    doubts,
    audits,
    lost: tally.lost.length,
    soldTwice: tally.soldTwice.length,
    overtakings: tally.overtakings.length,
    otherFaults: tally.others.length,
    findings: [...tally.lost, ...tally.soldTwice, ...tally.overtakings, ...tally.others].slice(
      0,
      MAX_TOLD,
    ),
  };
}

function render(tally: CrashTally, report: Report): string {
  const { load, start, stop } = report.kills;
  const lines = [
    `${report.cycles} kills in ${report.seconds} s: ${load} under load, ${start} at start, ` +
      `${stop} while stopping`,
    `${report.acknowledged} actions acknowledged, ${report.rejections} refused, ` +
      `${report.audits} audits of the whole log`,
    `acknowledged actions lost ${report.lost}`,
    `seats sold twice          ${report.soldTwice}`,
    `overtakings               ${report.overtakings}`,
    `other faults              ${report.otherFaults}`,
    ...report.findings.map((finding) => `  ${finding}`),
    tally.sound ? 'Everything that was acknowledged is there.' : 'Something is wrong.',
  ];
  return `${lines.join('\n')}\n`;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();
