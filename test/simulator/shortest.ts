/** The shortest list of operations found that still ends in the same violation, and its replay. */
import type { Crew } from './crew.ts';
import { makePlan, tell } from './plan.ts';
import { makeScenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import type { RunResult } from './world.ts';

/** Runs that are spent on making a failure short. */
const RUNS = 300;

export interface Short {
  readonly seed: number;
  readonly violation: string;
  readonly operations: readonly string[];
  readonly replay: string;
  readonly runs: number;
}

export async function shortest(
  crew: Crew,
  failure: RunResult,
  minutes: number,
  only: readonly number[] | undefined,
): Promise<Short> {
  const { seed, violations } = failure;
  const code = violations[0]?.code ?? '';
  const plan = makePlan(makeScenario(seed, minutes));
  let runs = 0;
  const stillFails = async (operations: readonly number[]) => {
    runs++;
    let same = false;
    const twice = code === 'not-repeatable';
    const job = { seed, minutes, twice, only: operations };
    await crew.run([job].values(), (result) => {
      same = result.violations[0]?.code === code;
      return true;
    });
    return same;
  };
  const all = only ?? plan.map(({ id }) => id);
  const needed = (await stillFails([])) ? [] : await shrink(all, stillFails, RUNS);
  const chosen = new Set(needed);
  return {
    seed,
    violation: code,
    operations: plan.filter(({ id }) => chosen.has(id)).map(tell),
    replay: `npm run simulate -- --seed ${seed} --minutes ${minutes} --only "${needed.join()}"`,
    runs,
  };
}
