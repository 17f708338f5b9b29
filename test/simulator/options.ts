/** The command line of the simulator, checked; a wrong one is answered with what would be right. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

export interface SimulateOptions {
  readonly from: number;
  readonly seeds: number;
  readonly minutes: number;
  readonly jobs: number;
  readonly twice: boolean;
  readonly shrink: boolean;
  readonly json: boolean;
  readonly canaries: boolean;
  /** Begins with a seed that is known to find the canary. */
  readonly quick: boolean;
  /** Only these operations of the one seed. */
  readonly only: readonly number[] | undefined;
  /** Tells on stderr what happens to the server. */
  readonly story: boolean;
}

/** A command line that cannot be used; its message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const help = `Usage: npm run simulate -- [options]

Runs Usher in a simulated machine: virtual clients, clock, network, threads and disk, faults of
every kind, and an auditor that watches. The same seed always gives the same run.

  --seeds N      how many seeds to run (default 100)
  --from S       the first of them (default 1)
  --minutes M    virtual minutes a seed, before all is left to settle (default 1)
  --seed S       this seed alone
  --only 1,2,3   only these operations of the one seed, as a failure prints them
  --story        tells on stderr what happens to the server
  --jobs J       runs so many at once (default: one less than there are cores)
  --once         does not run each seed a second time to compare
  --no-shrink    does not look for the shortest list of operations that still fails
  --canaries     plants known bugs, one at a time, and counts the seeds that each takes
  --quick        begins each canary with a seed that is known to find it
  --json         one object on stdout
  --help         this text

Exit code: 0 nothing found (or every canary), 1 a violation (or a canary not found), 2 wrong use.
`;

const most = 1_000_000_000;

/** Undefined where help was asked for. @throws UsageError */
export function readOptions(argv: readonly string[]): SimulateOptions | undefined {
  const values = parse(argv);
  if (values.help === true) return undefined;
  const single = values.seed !== undefined;
  if (single && (values.seeds !== undefined || values.from !== undefined)) {
    throw new UsageError('Give either --seed, or --seeds and --from.');
  }
  const only = values.only === undefined ? undefined : readList(values.only);
  if ((only !== undefined || values.story === true) && !single) {
    throw new UsageError('--only and --story are for one seed: add --seed S.');
  }
  if (values.canaries === true && (single || values.from !== undefined)) {
    throw new UsageError('--canaries begins with seed 1: leave out --seed and --from.');
  }
  if (values.quick === true && values.canaries !== true) {
    throw new UsageError('--quick is for canaries: add --canaries.');
  }
  const fallbackJobs = Math.max(1, cpus().length - 1);
  const seeds = values.canaries === true ? 300 : 100;
  return {
    from: single ? whole('--seed', values.seed, 0, most) : whole('--from', values.from, 0, most, 1),
    seeds: single ? 1 : whole('--seeds', values.seeds, 1, 10_000_000, seeds),
    minutes: whole('--minutes', values.minutes, 1, 1_440, 1),
    jobs: whole('--jobs', values.jobs, 1, 256, fallbackJobs),
    twice: values.once !== true,
    shrink: values['no-shrink'] !== true,
    json: values.json === true,
    canaries: values.canaries === true,
    quick: values.quick === true,
    only,
    story: values.story === true,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        seeds: text,
        from: text,
        minutes: text,
        seed: text,
        only: text,
        jobs: text,
        story: flag,
        once: flag,
        'no-shrink': flag,
        canaries: flag,
        quick: flag,
        json: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason} Try --help.`);
  }
}

function whole(
  name: string,
  given: string | undefined,
  least: number,
  highest: number,
  fallback?: number,
): number {
  if (given === undefined && fallback !== undefined) return fallback;
  const value = Number(given);
  if (/^\d+$/.test(given ?? '') && value >= least && value <= highest) return value;
  throw new UsageError(`${name} is a whole number from ${least} to ${highest}, not "${given}".`);
}

function readList(given: string): readonly number[] {
  if (given === '') return [];
  const list = given.split(',').map(Number);
  if (/^\d+(,\d+)*$/.test(given)) return list;
  throw new UsageError(`--only is a list of whole numbers such as 3,17,42, not "${given}".`);
}
