/** The command lines of the long tests: whole numbers within bounds, `--json`, `--help`. */
import { cac } from 'cac';

export interface NumberOption {
  readonly name: string;
  readonly text: string;
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

export type ParsedCommand =
  | {
      readonly type: 'run';
      readonly json: boolean;
      /** By option name; every option is there. */
      readonly numbers: Readonly<Record<string, number>>;
    }
  /** Help was shown, or the options are wrong and that was said. */
  | { readonly type: 'end'; readonly code: 0 | 2 };

/** Reads `npm run <name> -- …`; says on standard error what is wrong. */
export function parseCommand(
  name: string,
  purpose: string,
  options: readonly NumberOption[],
  argv: readonly string[] = process.argv.slice(2),
): ParsedCommand {
  const cli = cac(`npm run ${name} --`);
  const command = cli.command('', purpose);
  for (const option of options) {
    command.option(`--${option.name} <n>`, option.text, { default: option.usual });
  }
  command.option('--json', 'Print one JSON object');
  cli.help();
  try {
    const parsed = cli.parse(['node', name, ...argv], { run: false });
    if (parsed.options.help === true) return { type: 'end', code: 0 };
    command.checkUnknownOptions();
    command.checkOptionValue();
    if (parsed.args.length > 0) throw new Error(`"${parsed.args.join(' ')}" is no option`);
    const numbers = Object.fromEntries(
      options.map((option) => [option.name, checked(option, parsed.options[option.name])]),
    );
    return { type: 'run', json: parsed.options.json === true, numbers };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${what}\nnpm run ${name} -- --help tells what there is.\n`);
    return { type: 'end', code: 2 };
  }
}

function checked({ name, least, most }: NumberOption, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new Error(`--${name} is a whole number from ${least} to ${most}, not "${String(value)}"`);
}
