/**
 * `npm run rules`: every rule with the number of tests that cite it, with `--long` their titles.
 *
 * Exit codes: 0 every built rule has a test, 1 one has none, 2 wrong use.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cac } from 'cac';
import { provedRules, renderRules, unproved } from './rules.ts';

function main(argv: readonly string[]): number {
  const cli = cac('npm run rules --');
  const command = cli.command('', 'Lists the rules of RULES.md with the tests that prove them');
  command.option('--long', 'Every test by its title too');
  command.option('--json', 'Print one JSON object instead of a table');
  cli.help();
  let options: Readonly<Record<string, unknown>>;
  try {
    const parsed = cli.parse(['node', 'rules', ...argv], { run: false });
    options = parsed.options;
    if (options.help === true) return 0;
    command.checkUnknownOptions();
    if (parsed.args.length > 0) throw new Error(`"${parsed.args[0]}" is not asked for`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${reason}\nnpm run rules -- --help tells what there is.\n`);
    return 2;
  }
  const root = process.cwd();
  if (!existsSync(join(root, 'RULES.md'))) {
    process.stderr.write('There is no RULES.md here: run this in the project’s top folder.\n');
    return 2;
  }
  const rules = provedRules(root);
  const text = options.json === true ? jsonOf(rules) : renderRules(rules, options.long === true);
  process.stdout.write(text);
  return unproved(rules).length > 0 ? 1 : 0;
}

function jsonOf(rules: ReturnType<typeof provedRules>): string {
  const unprovedIds = unproved(rules).map(({ id }) => id);
  return `${JSON.stringify({ rules, unproved: unprovedIds })}\n`;
}

process.exitCode = main(process.argv.slice(2));
