/**
 * `npm run faults`: makes every one of the first so many writes, syncs and truncations of a log
 * fail, one log each, and flips so many bits of a log's files. With `--json` exactly one object
 * goes to standard output.
 *
 * Exit codes: 0 nothing was lost or passed over in silence, 1 something was or the run failed,
 * 2 wrong options.
 */
import { Random, seedOf } from '../../../gateway/demo/random.ts';
import { DamageFixture } from '../../persistence/damage-fixture.ts';
import { flipped } from '../../persistence/flip-positions.ts';
import { parseCommand } from '../../support/command-line.ts';
import { faultsAt } from '../../support/faults/fault-list.ts';
import { runWriteFaults } from '../../support/faults/run-write-faults.ts';
import { startBar } from '../../support/progress-bar.ts';

const MAX_TOLD = 20;

async function main(): Promise<number> {
  const parsed = parseCommand('faults', 'Fails writes and flips bits, and looks for what is lost', [
    {
      name: 'writes',
      text: 'Calls to fail, from the first',
      usual: 2_000,
      least: 0,
      most: 100_000,
    },
    { name: 'flips', text: 'Bits to flip', usual: 2_000, least: 0, most: 1_000_000 },
    { name: 'seed', text: 'Which bits', usual: 1, least: 0, most: 1_000_000 },
  ]);
  if (parsed.type === 'end') return parsed.code;
  const { writes = 0, flips = 0, seed = 0 } = parsed.numbers;
  try {
    const report = { writes: await failWrites(writes), flips: flipBits(flips, seed) };
    const findings = [...report.writes.findings, ...report.flips.findings];
    process.stdout.write(parsed.json ? `${JSON.stringify(report)}\n` : render(report));
    return findings.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function failWrites(count: number) {
  const bar = startBar(count, 'failing calls');
  const calls = Array.from({ length: count }, (_, index) => index + 1);
  const reports = count === 0 ? [] : await runWriteFaults(faultsAt(calls), (done) => bar.at(done));
  bar.stop();
  const hits: Record<string, number> = {};
  for (const { hit } of reports) hits[hit] = (hits[hit] ?? 0) + 1;
  const findings = reports.flatMap(({ at, problems }) => problems.map((what) => `${at}: ${what}`));
  const acknowledged = reports.reduce((sum, report) => sum + report.acknowledged, 0);
  return { count, hits, acknowledged, findings };
}

function flipBits(count: number, seed: number) {
  const fixture = new DamageFixture(120);
  const random = new Random(seedOf('faults', seed));
  const bar = startBar(count, 'flipped bits');
  const outcomes = { named: 0, whole: 0, silent: 0 };
  const findings: string[] = [];
  for (let done = 1; done <= count; done++) {
    const part = random.chance(0.5) ? '' : '-wal';
    const base = part === '' ? fixture.closed : fixture.crashed;
    const at = random.between(0, base[part].length - 1);
    const outcome = fixture.examine({ ...base, [part]: flipped(base[part], at, random) });
    outcomes[outcome.type]++;
    if (outcome.type === 'silent') findings.push(`byte ${at} of ${part || 'db'}: ${outcome.what}`);
    bar.at(done);
  }
  bar.stop();
  fixture.remove();
  return { count, ...outcomes, findings };
}

interface Report {
  readonly writes: Awaited<ReturnType<typeof failWrites>>;
  readonly flips: ReturnType<typeof flipBits>;
}

function render({ writes, flips }: Report): string {
  const hits = Object.entries(writes.hits).map(([hit, count]) => `${count} at ${hit}`);
  const lines = [
    `${writes.count} failing calls (${hits.join(', ')}), ${writes.acknowledged} frames acknowledged`,
    `  findings ${writes.findings.length}`,
    ...writes.findings.slice(0, MAX_TOLD).map((finding) => `  ${finding}`),
    `${flips.count} flipped bits: ${flips.named} named, ${flips.whole} harmless`,
    `  passed over in silence ${flips.silent}`,
    ...flips.findings.slice(0, MAX_TOLD).map((finding) => `  ${finding}`),
  ];
  return `${lines.join('\n')}\n`;
}

process.exitCode = await main();
