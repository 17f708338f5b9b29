/** Measures budgets: makes the runs that they are read from, and judges each by them. */
import type { Children } from '../load/children.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';
import { type ScenarioName, scenarios } from '../scenarios/all.ts';
import { type Budget, type BudgetResult, budgets, judge } from './goals.ts';
import { makeRun, type RunEffort, type RunName, type Runs } from './runs.ts';

export interface MeasuredBudgets {
  readonly budgets: readonly BudgetResult[];
  readonly reports: readonly RunReport[];
}

/** @throws Error where a run fails; the runs before it are lost with it. */
export async function measureBudgets(
  children: Children,
  only: readonly Budget['id'][],
  effort: RunEffort,
  progress: Progress,
): Promise<MeasuredBudgets> {
  const wanted = budgets.filter(({ id }) => only.includes(id));
  const names = new Set<RunName>(wanted.flatMap(({ parts }) => parts.flatMap(({ from }) => from)));
  const made = new Map<RunName, RunReport>();
  for (const name of names) made.set(name, await makeRun(children, name, effort, progress));
  const runs: Runs = (name) => {
    const report = made.get(name);
    if (report === undefined) throw new Error(`the run ${name} was not made`);
    return report;
  };
  return { budgets: wanted.map((budget) => judge(budget, runs)), reports: [...made.values()] };
}

/** What the page of results tells beside the budgets, measured once. */
export async function measureRest(
  children: Children,
  seed: number,
  progress: Progress,
): Promise<Readonly<Record<'onsale' | 'onsalePostgres' | 'browse' | 'growth', RunReport>>> {
  const options = { seed, target: undefined, profileDirectory: undefined };
  const run = (name: ScenarioName) => scenarios[name].run(children, options, progress);
  return {
    onsale: await run('onsale'),
    onsalePostgres: await run('onsale-postgres'),
    browse: await run('browse'),
    growth: await run('growth'),
  };
}
