/** The runs that the budgets are read from, each made once however many budgets read it. */
import type { Children } from '../load/children.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';
import { type ScenarioName, scenarios } from '../scenarios/all.ts';
import type { NumberName, ScenarioOptions } from '../scenarios/scenario.ts';

interface PlannedRun {
  readonly scenario: ScenarioName;
  /** Where it differs from what the scenario does by itself. */
  readonly numbers: Readonly<Partial<Record<NumberName, number>>>;
  /** What is enough to see that the run works, in tests. */
  readonly short: Readonly<Partial<Record<NumberName, number>>>;
}

const stretch = { seconds: 4, warmupSeconds: 2 } as const;
const aSecond = { seconds: 1, warmupSeconds: 0 } as const;

export const plannedRuns = {
  engine: {
    scenario: 'engine',
    numbers: { seconds: 2, warmupSeconds: 1 },
    short: { ...aSecond, shows: 20, standing: 1_000 },
  },
  pipelined: {
    scenario: 'hold',
    numbers: { ...stretch, connections: 32, pipeline: 64, shows: 200 },
    short: { ...aSecond, connections: 4, pipeline: 4, shows: 8 },
  },
  single: {
    scenario: 'hold',
    numbers: { ...stretch, connections: 256, pipeline: 1, shows: 200 },
    short: { ...aSecond, connections: 8, pipeline: 1, shows: 8 },
  },
  open: {
    scenario: 'open-hold',
    numbers: { ...stretch, connections: 256, rate: 0, shows: 200 },
    short: { ...aSecond, connections: 8, rate: 200, shows: 8 },
  },
  watch: {
    scenario: 'watch',
    numbers: { ...stretch, watchers: 10_000 },
    short: { ...aSecond, watchers: 20, rate: 100 },
  },
  peers: {
    scenario: 'peers',
    numbers: { seconds: 2, warmupSeconds: 1 },
    short: { ...aSecond, connections: 2, pipeline: 2, shows: 2 },
  },
  recover: { scenario: 'recover', numbers: {}, short: { events: 5_000 } },
  day: { scenario: 'day', numbers: {}, short: { dayShows: 20, daySeats: 500, dayBookings: 1_000 } },
  memory: { scenario: 'memory', numbers: {}, short: { weighedShows: 100, weighedUsers: 1_000 } },
  line: { scenario: 'line', numbers: {}, short: { waiters: 1_000 } },
} as const satisfies Readonly<Record<string, PlannedRun>>;

export type RunName = keyof typeof plannedRuns;
/** Gives the report of a run that was made. */
export type Runs = (name: RunName) => RunReport;

export interface RunEffort {
  readonly seed: number;
  /** The short forms, which show that everything works and nothing else. */
  readonly short: boolean;
}

/** Makes one run under its own name, which is told in the report's scenario. */
export async function makeRun(
  children: Children,
  name: RunName,
  { seed, short }: RunEffort,
  progress: Progress,
): Promise<RunReport> {
  const planned: PlannedRun = plannedRuns[name];
  const options: ScenarioOptions = {
    ...planned.numbers,
    ...(short ? planned.short : {}),
    seed,
    target: undefined,
    profileDirectory: undefined,
  };
  const report = await scenarios[planned.scenario].run(children, options, progress);
  return { ...report, scenario: name };
}
