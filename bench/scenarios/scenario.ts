/** What a scenario is to the command line: a name, the numbers it can be given, and how it runs. */
import type { Children } from '../load/children.ts';
import type { Target } from '../load/subject.ts';
import type { NumberOption } from '../number-options.ts';
import type { Progress } from '../report/progress.ts';
import type { RunReport } from '../report/run-report.ts';

/** Every number that some scenario can be given, by the name of its option. */
export const numbers = {
  connections: { text: 'WebSockets', least: 1, most: 20_000 },
  contenders: { text: 'Parties that want to be in', least: 1, most: 1_000_000 },
  seats: { text: 'Seats of the show', least: 1, most: 100_000 },
  sockets: { text: 'Parties connected at once', least: 1, most: 19_500 },
  mostSeconds: { text: 'Seconds after which it ends, sold out or not', least: 1, most: 3_600 },
  watchers: { text: 'WebSockets that watch one show', least: 1, most: 19_000 },
  pipeline: { text: 'Requests in flight on each', least: 1, most: 2_048 },
  rate: { text: 'Arrivals a second', least: 0, most: 1e6 },
  seconds: { text: 'Length of the measured stretch', least: 1, most: 3_600 },
  warmupSeconds: { text: 'Seconds of load before it', least: 0, most: 600 },
  shows: { text: 'Shows to spread the load over', least: 1, most: 10_000 },
  clients: { text: 'Load processes', least: 1, most: 64 },
  standing: { text: 'Holds of others that stand all the while', least: 0, most: 1_000_000 },
  events: { text: 'Decisions in the log, about', least: 1, most: 1e8 },
  waiters: { text: 'People in the longest line', least: 100, most: 1_000_000 },
  dayShows: { text: 'Shows of the day', least: 1, most: 100_000 },
  daySeats: { text: 'Seats of each', least: 1, most: 100_000 },
  dayBookings: { text: 'Bookings of the day', least: 1, most: 1e7 },
  weighedShows: { text: 'Idle shows to weigh', least: 10, most: 10_000 },
  weighedUsers: { text: 'Holds and waiters to weigh', least: 100, most: 1_000_000 },
  mostShows: { text: 'The most shows', least: 1, most: 10_000 },
  mostSeats: { text: 'The most seats a show', least: 100, most: 100_000 },
  mostWaiters: { text: 'The most waiters', least: 1, most: 1_000_000 },
} as const satisfies Readonly<Record<string, NumberOption>>;

export type NumberName = keyof typeof numbers;

/** What every scenario is given. */
export interface CommonOptions {
  readonly seed: number;
  readonly target: Target | undefined;
  readonly profileDirectory: string | undefined;
}

export type ScenarioOptions = CommonOptions & Readonly<Partial<Record<NumberName, number>>>;

export interface Scenario {
  readonly text: string;
  /** The numbers it can be given, each with what it is otherwise. */
  readonly usual: Readonly<Partial<Record<NumberName, number>>>;
  /** Whether it can be run against an address; otherwise it needs no network. */
  readonly remote: boolean;
  readonly run: (
    children: Children,
    options: ScenarioOptions,
    progress: Progress,
  ) => Promise<RunReport>;
}

/** Ties the numbers a scenario needs to those it is given. */
export function scenario<Name extends NumberName>(parts: {
  readonly text: string;
  readonly usual: Readonly<Record<Name, number>>;
  readonly remote?: true;
  readonly run: (
    children: Children,
    options: CommonOptions & Readonly<Record<Name, number>>,
    progress: Progress,
  ) => Promise<RunReport>;
}): Scenario {
  const { text, usual, remote = false, run } = parts;
  return {
    text,
    usual,
    remote,
    run: (children, given, progress) =>
      run(children, { ...given, ...withUsual(usual, given) }, progress),
  };
}

function withUsual<Name extends NumberName>(
  usual: Readonly<Record<Name, number>>,
  given: ScenarioOptions,
): Readonly<Record<Name, number>> {
  const all: Record<Name, number> = { ...usual };
  for (const name of Object.keys(usual) as Name[]) all[name] = given[name] ?? usual[name];
  return all;
}
