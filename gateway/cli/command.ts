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

/** @throws CommandError for what the command does not know. */
export function readArgs<Wanted extends Options>(
  args: readonly string[],
  options: Wanted,
): ReturnType<typeof parseArgs<Reading<Wanted>>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new CommandError(`${what.replaceAll("'", '"')} See --help.`, EXIT.usage);
  }
}

/** The one thing that a command is about. @throws CommandError where it is missing. */
export function needed(value: string | undefined, what: string): string {
  if (value !== undefined && value !== '') return value;
  throw new CommandError(`Say ${what}. See --help.`, EXIT.usage);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** One object for programs, lines for people. */
export function tell(json: boolean, object: unknown, lines: readonly string[]): void {
  print(json ? JSON.stringify(object) : lines.join('\n'));
}

export const dataOption = { data: { type: 'string', default: 'data/usher.db' } } as const;
export const jsonOption = { json: { type: 'boolean', default: false } } as const;
