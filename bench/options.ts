/** The command line of the bench: what can be asked for, and what is wrong with what was asked. */
import { cac } from 'cac';
import { MAX_LANES } from './load/requests.ts';

export const scenarios = ['hold', 'echo', 'engine', 'audit'] as const;
export type Scenario = (typeof scenarios)[number];

export interface BenchOptions {
  readonly scenario: Scenario;
  readonly json: boolean;
  readonly connections: number;
  readonly pipeline: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly shows: number;
  readonly clients: number;
  readonly seed: number;
  /** Events in the log that `audit` goes through, about. */
  readonly events: number;
  /** Directory for CPU profiles of the server. */
  readonly profileDirectory: string | undefined;
}

export type ParsedOptions =
  | { readonly type: 'run'; readonly options: BenchOptions }
  | { readonly type: 'shown' }
  | { readonly type: 'refused'; readonly reason: string };

interface NumberOption {
  readonly name: string;
  readonly text: string;
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

const numbers = [
  { name: 'connections', text: 'WebSockets', usual: 32, least: 1, most: 20_000 },
  { name: 'pipeline', text: 'Requests in flight on each', usual: 64, least: 1, most: MAX_LANES },
  { name: 'seconds', text: 'Length of the measured stretch', usual: 5, least: 1, most: 600 },
  { name: 'warmup', text: 'Seconds of load before it', usual: 2, least: 0, most: 60 },
  { name: 'shows', text: 'Shows to spread the holds over', usual: 200, least: 1, most: 10_000 },
  { name: 'clients', text: 'Load processes', usual: 1, least: 1, most: 64 },
  { name: 'events', text: 'Events of the log to audit', usual: 1_000_000, least: 1, most: 1e8 },
  { name: 'seed', text: 'Which shows, which conflicts', usual: 1, least: 0, most: 1_000_000 },
] as const satisfies readonly NumberOption[];

type NumberName = (typeof numbers)[number]['name'];

/** Reads the arguments that follow the program's name; prints help or version where asked to. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  const cli = cac('npm run bench --');
  const command = cli.command('[scenario]', `Measures one of: ${scenarios.join(', ')}`);
  for (const { name, text, usual } of numbers) {
    command.option(`--${name} <n>`, text, { default: usual });
  }
  command.option('--json', 'Print one JSON object instead of a table');
  command.option('--cpu-prof <directory>', 'Leave CPU profiles of the server there');
  cli.help();
  try {
    const { args, options } = cli.parse(['node', 'bench', ...argv], { run: false });
    if (options.help === true) return { type: 'shown' };
    command.checkUnknownOptions();
    command.checkOptionValue();
    if (args.length > 1) throw new Error(`one scenario at a time, not ${args.join(' and ')}`);
    return { type: 'run', options: checked(args[0] ?? 'hold', options) };
  } catch (error) {
    return { type: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Error that says which option is wrong and what it may be. */
function checked(scenario: string, given: Readonly<Record<string, unknown>>): BenchOptions {
  const known = scenarios.find((name) => name === scenario);
  if (known === undefined) {
    throw new Error(`there is no scenario ${scenario}; there are ${scenarios.join(', ')}`);
  }
  const values = new Map<NumberName, number>();
  for (const { name, least, most } of numbers) {
    const value = given[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw new Error(`--${name} is a whole number from ${least} to ${most}, not ${value}`);
    }
    values.set(name, value);
  }
  const numberOf = (name: NumberName) => values.get(name) ?? 0;
  if (numberOf('clients') > numberOf('connections')) {
    throw new Error('--clients may not be more than --connections');
  }
  const profiles = given.cpuProf;
  return {
    scenario: known,
    json: given.json === true,
    connections: numberOf('connections'),
    pipeline: numberOf('pipeline'),
    seconds: numberOf('seconds'),
    warmupSeconds: numberOf('warmup'),
    shows: numberOf('shows'),
    clients: numberOf('clients'),
    seed: numberOf('seed'),
    events: numberOf('events'),
    profileDirectory: profiles === undefined ? undefined : String(profiles),
  };
}
