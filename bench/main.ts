/**
 * `npm run bench`: measures the server as its users meet it. With `--json` exactly one object goes
 * to standard output, so that scripts can read it; everything else is said on standard error.
 *
 * Exit codes: 0 measured and sound, 1 a fault was found or the run failed, 2 wrong options.
 */
import { unreachable } from '../engine/unreachable.ts';
import { Children } from './load/children.ts';
import { auditScenario, renderAudit } from './micro/audit.ts';
import { engineScenario, renderEngine } from './micro/engine.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { startProgress } from './report/progress.ts';
import { echoScenario, renderEcho } from './scenarios/echo.ts';
import { holdScenario, isSound, renderHold } from './scenarios/hold.ts';

interface Outcome {
  readonly report: { readonly warnings: readonly string[] };
  readonly table: string;
  readonly sound: boolean;
}

async function measure(children: Children, options: BenchOptions): Promise<Outcome> {
  const progress = startProgress();
  try {
    switch (options.scenario) {
      case 'hold': {
        const report = await holdScenario(children, options, progress);
        return { report, table: renderHold(report), sound: isSound(report) };
      }
      case 'echo': {
        const report = await echoScenario(children, options, progress);
        return { report, table: renderEcho(report), sound: true };
      }
      case 'engine': {
        const report = await engineScenario(options, progress);
        return { report, table: renderEngine(report), sound: report.refused === 0 };
      }
      case 'audit': {
        const report = await auditScenario(options, progress);
        return { report, table: renderAudit(report), sound: report.findings === 0 };
      }
      default:
        return unreachable(options.scenario);
    }
  } finally {
    progress.stop();
  }
}

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.type === 'shown') return 0;
  if (parsed.type === 'refused') {
    process.stderr.write(`${parsed.reason}\nnpm run bench -- --help tells what there is.\n`);
    return 2;
  }
  const children = new Children();
  children.stopOnSignals();
  try {
    const { report, table, sound } = await measure(children, parsed.options);
    for (const warning of report.warnings) process.stderr.write(`! ${warning}\n`);
    process.stdout.write(parsed.options.json ? `${JSON.stringify(report)}\n` : table);
    return sound ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    children.killAll();
  }
}

process.exitCode = await main();
