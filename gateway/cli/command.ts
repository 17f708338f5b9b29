/** What a command of `usher` is, and how one fails: in one sentence that says what to do. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Exit codes, the same for all commands. */
export const EXIT = { done: 0, failed: 1, usage: 2, log: 3 } as const;

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Printed by `--help`, below the usage. */
  readonly help: string;
  /** Gives the exit code. */
  run(args: readonly string[]): Promise<number>;
}

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  constructor(sentence: string, exitCode: number = EXIT.failed) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

export type Options = NonNullable<ParseArgsConfig['options']>;

/** How arguments are read: nothing unknown, and things without a name among them. */
type Reading<Wanted extends Options> = {
  readonly args: string[];
  readonly options: Wanted;
  readonly allowPositionals: true;
  readonly strict: true;
};

/**
 * @param most How many things without a name there may be.
 * @throws CommandError for what the command does not know.
 */
export function readArgs<Wanted extends Options>(
  args: readonly string[],
  options: Wanted,
  most: number,
): ReturnType<typeof parseArgs<Reading<Wanted>>> {
  const read = parsed(args, options);
  const { [most]: extra } = read.positionals;
  if (extra !== undefined) wrongUse(`"${extra}" is one too many.`);
  return read;
}

function parsed<Wanted extends Options>(args: readonly string[], options: Wanted) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Its advice on arguments that begin with a dash is longer than the fault that it follows.
    const [fault = ''] = text.replaceAll("'", '"').split(/\n|\. /);
    return wrongUse(`${fault.replace(/\.$/, '')}.`);
  }
}

/** @throws CommandError always. */
export function wrongUse(sentence: string): never {
  throw new CommandError(`${sentence} See --help.`, EXIT.usage);
}

/** The one thing that a command is about. @throws CommandError where it is missing. */
export function needed(value: string | undefined, what: string): string {
  return value !== undefined && value.trim() !== '' ? value : wrongUse(`Say ${what}.`);
}

/** A verb that a command has. @throws CommandError for any other, naming the nearest. */
export function oneOf<Verb extends string>(verb: string | undefined, verbs: readonly Verb[]): Verb {
  const known = verbs.find((each) => each === verb);
  if (known !== undefined) return known;
  const all = `"${verbs.slice(0, -1).join('", "')}" or "${verbs.at(-1)}"`;
  if (verb === undefined) return wrongUse(`Say ${all}.`);
  const near = nearest(verb, verbs);
  const hint = near === undefined ? `there is ${all}` : `did you mean "${near}"?`;
  return wrongUse(`There is no "${verb}": ${hint}${near === undefined ? '.' : ''}`);
}

/** What was probably meant: what differs by a slip or two. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const slips = (each: string) => distance(given.toLowerCase(), each);
  const [best] = [...known].sort((a, b) => slips(a) - slips(b));
  if (best === undefined) return undefined;
  const isStart = given.length >= 2 && best.startsWith(given);
  return isStart || slips(best) <= Math.ceil(best.length / 3) ? best : undefined;
}

/** Letters to put in, take out or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (letter === other[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One object for programs, lines for people. */
export function tell(json: boolean, object: unknown, lines: readonly string[]): void {
  if (json) print(JSON.stringify(object));
  else if (lines.length > 0) print(lines.join('\n'));
}

/** The file that `usher serve` would take: both heed the same variable. */
export const defaultData = process.env.USHER_DATA || 'data/usher.db';
export const dataOption = { data: { type: 'string', default: defaultData } } as const;
export const jsonOption = { json: { type: 'boolean', default: false } } as const;
export const dataHelp = `  --data <file>   The database file (default: ${defaultData}; or USHER_DATA)`;
