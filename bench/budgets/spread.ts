/** Budgets that were measured several times: each part's median and how far the runs differ. */
import { median } from '../report/median.ts';
import { type BudgetResult, isMet, type PartResult } from './goals.ts';

export interface SpreadPart extends PartResult {
  /** In the order of the runs; the value is their median. */
  readonly runs: readonly number[];
  readonly least: number;
  readonly most: number;
}

export interface SpreadBudget extends BudgetResult {
  readonly parts: readonly SpreadPart[];
}

/** The same budgets of every run as one each, met where the medians meet the goals. */
export function combineBudgets(
  runs: readonly (readonly BudgetResult[])[],
): readonly SpreadBudget[] {
  return (runs[0] ?? []).map((first, index) => {
    const parts = first.parts.map((part, at): SpreadPart => {
      const values = runs.flatMap((run) => run[index]?.parts[at]?.value ?? []);
      const value = median(values);
      const spread = { least: Math.min(...values), most: Math.max(...values) };
      return { ...part, value, runs: values, ...spread, met: isMet(part, value) };
    });
    const value = parts[0]?.value ?? Number.NaN;
    return { ...first, value, parts, met: parts.every(({ met }) => met) };
  });
}
