#!/usr/bin/env node
/**
 * `npm run bench`: measures the server as its users meet it. With `--json` exactly one object goes
 * to standard output, so that scripts can read it; everything else is said on standard error.
 *
 * Exit codes: 0 measured and sound, 1 a fault was found or the run failed, 2 wrong options. A
 * budget that is missed is a figure, not a fault.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MeasuredBudgets, measureBudgets, measureRest } from './budgets/measure.ts';
import { withResults } from './budgets/results-page.ts';
import { combineBudgets } from './budgets/spread.ts';
import { Children } from './load/children.ts';
import { type BudgetsAsked, parseOptions, type ScenarioAsked } from './options.ts';
import { type Progress, startProgress } from './report/progress.ts';
import type { RunReport } from './report/run-report.ts';
import { combineFigures } from './report/spread.ts';
import { renderBudgets, renderReports } from './report/text.ts';
import { scenarios } from './scenarios/all.ts';
import { isSound } from './sweep/verdict.ts';

interface Outcome {
  /** What `--json` prints. */
  readonly json: unknown;
  readonly text: string;
  readonly reports: readonly RunReport[];
}

async function runScenario(
  children: Children,
  { name, options, runs }: ScenarioAsked,
  progress: Progress,
): Promise<Outcome> {
  const reports: RunReport[] = [];
  for (let run = 1; run <= runs; run++) {
    reports.push(await scenarios[name].run(children, options, progress));
  }
  const [only] = reports;
  const json = runs === 1 ? only : { scenario: name, figures: combineFigures(reports), reports };
  return { json, text: renderReports(reports), reports };
}

async function runBudgets(
  children: Children,
  { type, only, seed, runs }: BudgetsAsked,
  progress: Progress,
): Promise<Outcome> {
  const measured: MeasuredBudgets[] = [];
  for (let run = 1; run <= runs; run++) {
    measured.push(await measureBudgets(children, only, { seed, short: false }, progress));
  }
  const budgets = combineBudgets(measured.map((each) => each.budgets));
  const reports = measured.flatMap((each) => each.reports);
  if (type === 'budgets') {
    return { json: { budgets, reports }, text: renderBudgets(budgets), reports };
  }
  const rest = await measureRest(children, seed, progress);
  const date = new Date().toISOString().slice(0, 10);
  const page = fileURLToPath(new URL('../../bench/RESULTS.md', import.meta.url));
  const results = { budgets, runs, reports, ...rest, seed, date };
  writeFileSync(page, withResults(readFileSync(page, 'utf8'), results));
  const all = [...reports, ...Object.values(rest)];
  const text = `${renderBudgets(budgets)}\nwritten into ${page}\n`;
  return { json: { budgets, reports: all }, text, reports: all };
}

async function measure(children: Children, asked: ScenarioAsked | BudgetsAsked): Promise<Outcome> {
  const progress = startProgress();
  try {
    if (asked.type === 'scenario') return await runScenario(children, asked, progress);
    return await runBudgets(children, asked, progress);
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
    const { json, text, reports } = await measure(children, parsed);
    for (const { scenario, warnings } of reports) {
      for (const warning of warnings) process.stderr.write(`! ${scenario}: ${warning}\n`);
    }
    process.stdout.write(parsed.json ? `${JSON.stringify(json)}\n` : text);
    return reports.every(({ verdict }) => isSound(verdict)) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    children.killAll();
  }
}

process.exitCode = await main();
