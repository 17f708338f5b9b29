#!/usr/bin/env node
/**
 * `npm run capacity`: the seed's traffic turned into cores, memory, disk and network, from what
 * one of everything costs, with the working shown; and the paper checked by doing a day at 1:N.
 * With `--json` exactly one object goes to standard output; everything else to standard error.
 *
 * Exit codes: 0 done, 1 it failed, 2 wrong use.
 */
import { writeFileSync } from 'node:fs';
import { machine as machineHere } from '../report/facts.ts';
import { type Progress, startProgress } from '../report/progress.ts';
import { checkPaper, warningsOf } from './check.ts';
import { measureCosts, USUAL_EFFORT } from './measure.ts';
import { type CapacityOptions, parseOptions } from './options.ts';
import { paperOf, valuesOf } from './paper.ts';
import { renderChecks, renderPaper } from './render.ts';
import { costsWith, readCosts, shippedCosts, type UnitCosts, UnusableCosts } from './unit-costs.ts';

async function costsFor(options: CapacityOptions, progress: Progress): Promise<UnitCosts> {
  const costs = options.costs === undefined ? shippedCosts() : readCosts(options.costs);
  if (!options.measure) return costs;
  const { node, cores } = machineHere();
  const source = `measured on this machine: ${cores} cores, Node ${node.replace('v', '')}`;
  return costsWith(costs, await measureCosts(USUAL_EFFORT, progress), source);
}

async function capacity(options: CapacityOptions): Promise<void> {
  const progress = startProgress();
  try {
    const { traffic, machine, check, save, json } = options;
    const units = await costsFor(options, progress);
    if (save !== undefined) writeFileSync(save, `${JSON.stringify(units, null, 2)}\n`);
    const costs = valuesOf(units);
    const sections = paperOf(traffic, costs, machine);
    const checks = check === 0 ? [] : await checkPaper(traffic, costs, check, progress);
    progress.stop();
    const warnings = warningsOf(checks);
    for (const warning of warnings) process.stderr.write(`! ${warning}\n`);
    const here = machineHere();
    const report = { traffic, machine, costs: units, sections, checks, warnings, here };
    process.stdout.write(
      json
        ? `${JSON.stringify(report)}\n`
        : `${renderPaper(traffic, units, sections)}\n${renderChecks(checks)}`,
    );
  } finally {
    progress.stop();
  }
}

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2));
  if (parsed.type === 'shown') return 0;
  if (parsed.type === 'refused') {
    process.stderr.write(`${parsed.reason}\nnpm run capacity -- --help tells what there is.\n`);
    return 2;
  }
  // An exit that is asked for comes past the handlers that remove temporary folders.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  try {
    await capacity(parsed.options);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UnusableCosts ? 2 : 1;
  }
}

process.exitCode = await main();
