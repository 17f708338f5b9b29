/** The command line of `npm run capacity`: what can be asked, and what is wrong with it. */
import { cac } from 'cac';
import { checkedNumber, dashed, type NumberOption } from '../number-options.ts';
import type { MachineSize } from './machine-limits.ts';
import { type Traffic, trafficItems, trafficNames, trafficWith } from './traffic.ts';

export interface CapacityOptions {
  readonly traffic: Traffic;
  readonly machine: MachineSize;
  /** A file of unit costs; the shipped one where it is left out. */
  readonly costs: string | undefined;
  readonly measure: boolean;
  /** Where the unit costs that were used are written. */
  readonly save: string | undefined;
  /** The day is done at 1:N to check the paper; 0 for not at all. */
  readonly check: number;
  readonly json: boolean;
}

export type ParsedOptions =
  | { readonly type: 'run'; readonly options: CapacityOptions }
  | { readonly type: 'shown' }
  | { readonly type: 'refused'; readonly reason: string };

const machineItems = {
  cores: { usual: 8, least: 1, most: 1_024, text: 'Cores of the machine' },
  memory: { usual: 16, least: 1, most: 65_536, text: 'Its memory in GiB' },
  disk: { usual: 500, least: 1, most: 1e7, text: 'Its disk in GB' },
  network: { usual: 1, least: 0.01, most: 1_000, text: 'Its network in Gbit/s' },
  use: { usual: 60, least: 1, most: 100, text: 'Percent of each that may be used' },
} as const;

const check = {
  usual: 100,
  least: 0,
  most: 1e6,
  text: 'Do a day at 1:n to check the paper; 0 for not at all',
};
/** Fewer would be a day that takes longer than anybody waits. */
const LEAST_SCALE = 10;

/** Reads the arguments that follow the program's name; prints help where asked to. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  const cli = cac('npm run capacity --');
  const command = cli.command('', 'Turns traffic into cores, memory, disk and network');
  for (const name of trafficNames) {
    const { text, given, usual } = trafficItems[name];
    const source = given ? 'given by the seed' : 'assumed';
    command.option(`--${dashed(name)} <n>`, `${text}; ${source}`, { default: usual });
  }
  for (const [name, { text, usual }] of Object.entries(machineItems)) {
    command.option(`--${name} <n>`, text, { default: usual });
  }
  command.option('--check <n>', check.text, { default: check.usual });
  command.option('--costs <file>', 'Unit costs of another machine, as JSON');
  command.option('--measure', 'Measure those unit costs that need no sockets, now');
  command.option('--save <file>', 'Write the unit costs that were used');
  command.option('--json', 'Print one JSON object');
  command.example('  npm run capacity -- --cores 32 --memory 64 --measure');
  cli.help();
  try {
    const { args, options } = cli.parse(['node', 'capacity', ...argv], { run: false });
    if (options.help === true) return { type: 'shown' };
    command.checkUnknownOptions();
    command.checkOptionValue();
    if (args.length > 0) throw new Error(`there is nothing to do with "${args.join(' ')}"`);
    return { type: 'run', options: checked(options) };
  } catch (error) {
    return { type: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Error that says which option is wrong and what it may be. */
function checked(given: Readonly<Record<string, unknown>>): CapacityOptions {
  const traffic = trafficNames.map((name) => {
    return [name, numberOf(name, given[name], trafficItems[name])] as const;
  });
  const { cores, memory, disk, network, use } = machineItems;
  const machine = {
    cores: numberOf('cores', given.cores, cores),
    memoryGib: numberOf('memory', given.memory, memory),
    diskGb: numberOf('disk', given.disk, disk),
    networkGbit: numberOf('network', given.network, network),
    share: numberOf('use', given.use, use) / 100,
  };
  const scale = numberOf('check', given.check, check);
  if (scale > 0 && scale < LEAST_SCALE) {
    throw new Error(`--check is 0, or ${LEAST_SCALE} and more, not ${scale}`);
  }
  return {
    traffic: trafficWith(Object.fromEntries(traffic)),
    machine,
    costs: given.costs === undefined ? undefined : String(given.costs),
    measure: given.measure === true,
    save: given.save === undefined ? undefined : String(given.save),
    check: scale,
    json: given.json === true,
  };
}

function numberOf(name: string, value: unknown, bounds: Omit<NumberOption, 'fractions'>): number {
  return checkedNumber(name, value, { ...bounds, fractions: true });
}
