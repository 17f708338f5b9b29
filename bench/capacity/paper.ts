/** The whole paper: the seed corrected, the load at three peaks, disk, a blockbuster, a machine. */
import type { Costs } from './batching.ts';
import {
  blockbusterSection,
  diskSection,
  loadSection,
  type Needs,
  needsSection,
  seedSection,
} from './formulas.ts';
import { type MachineSize, machineSection } from './machine-limits.ts';
import { type Section, Sheet } from './sheet.ts';
import type { Traffic } from './traffic.ts';
import { costNames, type UnitCosts } from './unit-costs.ts';

export function valuesOf(units: UnitCosts): Costs {
  return Object.fromEntries(costNames.map((name) => [name, units[name].value])) as Costs;
}

export function paperOf(traffic: Traffic, costs: Costs, machine: MachineSize): readonly Section[] {
  const sheet = new Sheet();
  seedSection(sheet, traffic);
  const { busy, blockbuster } = traffic;
  const peaks = [
    ['the mean', 'The mean second', 1],
    ['the busiest hour', 'The busiest hour', busy],
    ['a blockbuster', 'The minute a blockbuster opens', busy * blockbuster],
  ] as const;
  const loads = peaks.map(([name, title, factor]): readonly [string, Needs] => {
    const load = loadSection(sheet, title, traffic, factor);
    return [name, needsSection(sheet, traffic, load, costs)];
  });
  const left = diskSection(sheet, traffic, costs);
  blockbusterSection(sheet, traffic, costs);
  machineSection(sheet, machine, loads, left, costs);
  return sheet.sections;
}
