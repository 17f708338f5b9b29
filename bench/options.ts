/** The command line of the bench: what can be asked for, and what is wrong with what was asked. */
import { type Command, cac } from 'cac';
import { type Budget, budgetIds, isBudgetId } from './budgets/goals.ts';
import { isLoopback, parseAddress } from './load/address.ts';
import type { Target } from './load/subject.ts';
import { checkedNumber, dashed } from './number-options.ts';
import { type ScenarioName, scenarioNames, scenarios } from './scenarios/all.ts';
import { type NumberName, numbers, type ScenarioOptions } from './scenarios/scenario.ts';

export interface OutputOptions {
  readonly json: boolean;
  /** File for the report as a page; undefined for none. */
  readonly html: string | undefined;
  readonly runs: number;
}

export interface ScenarioAsked extends OutputOptions {
  readonly type: 'scenario';
  readonly name: ScenarioName;
  readonly options: ScenarioOptions;
}

export interface BudgetsAsked extends OutputOptions {
  /** `results` writes them into bench/RESULTS.md as well. */
  readonly type: 'budgets' | 'results';
  readonly only: readonly Budget['id'][];
  readonly seed: number;
}

export type ParsedOptions =
  | ScenarioAsked
  | BudgetsAsked
  | { readonly type: 'shown' }
  | { readonly type: 'refused'; readonly reason: string };

const runsBounds = { text: 'Times that everything is measured', least: 1, most: 100 };
const seedBounds = { text: 'Which shows, which conflicts, whose turn', least: 0, most: 1_000_000 };
const USUAL_SEED = 1;
const RUNS_OF = { budgets: 1, results: 5 } as const;
const FIRST: ScenarioName = 'hold';

/** Reads the arguments that follow the program's name; prints help where asked to. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  const cli = cac('npm run bench --');
  for (const name of scenarioNames) describeScenario(cli.command(name, scenarios[name].text), name);
  const budgets = cli.command('budgets', 'All budgets in one run: id, value, goal, unit, met');
  describeBudgets(budgets, RUNS_OF.budgets);
  const results = cli.command('results', 'The budgets, peers and tables, into bench/RESULTS.md');
  describeBudgets(results, RUNS_OF.results);
  cli.help();
  try {
    const [first] = argv;
    const scenarioNamed = first !== undefined && (!first.startsWith('-') || first === '--help');
    const words = scenarioNamed || first === '-h' ? argv : [FIRST, ...argv];
    const { args, options } = cli.parse(['node', 'bench', ...words], { run: false });
    if (options.help === true) return { type: 'shown' };
    const command = cli.matchedCommand;
    if (command === undefined) {
      const names = [...scenarioNames, ...Object.keys(RUNS_OF)].join(', ');
      throw new Error(`there is no scenario ${args[0]}; there are ${names}`);
    }
    command.checkUnknownOptions();
    command.checkOptionValue();
    if (args.length > 0)
      throw new Error(`one at a time, not ${command.name} and ${args.join(' ')}`);
    return asked(command.name, options);
  } catch (error) {
    return { type: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

function describeScenario(command: Command, name: ScenarioName): void {
  const { usual, remote } = scenarios[name];
  for (const [number, value] of Object.entries(usual)) {
    const { text } = numbers[number as NumberName];
    command.option(`--${dashed(number)} <n>`, text, { default: value });
  }
  describeOutput(command, 1);
  command.option('--cpu-prof <directory>', 'Leave CPU profiles of the server there');
  if (!remote) return;
  command.option('--address <host:port>', 'Load this server instead of one of our own');
  command.option('--i-own-this', 'Allow an --address that is not on this machine');
}

function describeBudgets(command: Command, runs: number): void {
  describeOutput(command, runs);
  command.option('--only <ids>', `Some of ${budgetIds.join(',')}`);
}

function describeOutput(command: Command, runs: number): void {
  command.option('--runs <n>', runsBounds.text, { default: runs });
  command.option('--seed <n>', seedBounds.text, { default: USUAL_SEED });
  command.option('--json', 'Print one JSON object instead of a table');
  command.option('--html <file>', 'Write the report as one page with plots');
}

type Given = Readonly<Record<string, unknown>>;

/** @throws Error that says which option is wrong and what it may be. */
function asked(command: string, given: Given): ScenarioAsked | BudgetsAsked {
  const output = {
    json: given.json === true,
    html: textOf(given.html),
    runs: checkedNumber('runs', given.runs, runsBounds),
  };
  const seed = checkedNumber('seed', given.seed, seedBounds);
  if (command === 'budgets' || command === 'results') {
    return { ...output, type: command, seed, only: chosenBudgets(textOf(given.only)) };
  }
  const name = scenarioNames.find((each) => each === command) ?? FIRST;
  const values: Partial<Record<NumberName, number>> = {};
  for (const number of Object.keys(scenarios[name].usual) as NumberName[]) {
    values[number] = checkedNumber(number, given[number], numbers[number]);
  }
  if ((values.clients ?? 1) > (values.connections ?? Number.MAX_SAFE_INTEGER)) {
    throw new Error('--clients may not be more than --connections');
  }
  const target = targetOf(given);
  const options = { ...values, seed, target, profileDirectory: textOf(given.cpuProf) };
  return { ...output, type: 'scenario', name, options };
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function targetOf(given: Given): Target | undefined {
  const address = textOf(given.address);
  if (address === undefined) return undefined;
  const target = parseAddress(address);
  if (!isLoopback(target.host) && given.iOwnThis !== true) {
    throw new Error(
      `${target.host} is not this machine. A load test is an attack on whoever did not ask for ` +
        'it: add --i-own-this if the server is yours',
    );
  }
  return target;
}

function chosenBudgets(text: string | undefined): readonly Budget['id'][] {
  if (text === undefined) return budgetIds;
  return text.split(',').map((id) => {
    const name = id.trim().toUpperCase();
    if (isBudgetId(name)) return name;
    throw new Error(`there is no budget ${id}; there are ${budgetIds.join(', ')}`);
  });
}
