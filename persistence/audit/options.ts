/** The command line of the auditor: what can be asked, and what is wrong with what was asked. */
import { cac } from 'cac';
import type { Question } from './story.ts';

export interface AuditOptions {
  readonly file: string;
  readonly question: Question;
  readonly json: boolean;
}

export type ParsedOptions =
  | { readonly type: 'run'; readonly options: AuditOptions }
  | { readonly type: 'shown' }
  | { readonly type: 'refused'; readonly reason: string };

/** Reads the arguments that follow the program's name; prints help where asked to. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  const cli = cac('usher-audit');
  const command = cli
    .command('[file]', 'Says whether a log was kept by the rules, and tells what happened in it')
    .option('--show <id>', 'Tell the story of a show and draw its map')
    .option('--seat <name>', 'Only what concerns a seat of that show: A12, Balcony/A12 or #17')
    .option('--user <id>', 'Only what concerns a person, in one show or in all')
    .option('--at <time>', 'Up to that moment: 2026-05-05T09:30Z, or milliseconds since 1970')
    .option('--json', 'Print one JSON object')
    .example('  usher-audit data/usher.db --show pune-7 --seat F12 --at 2026-05-05T09:30Z');
  cli.help();
  try {
    const { args, options } = cli.parse(['node', 'audit', ...argv], { run: false });
    if (options.help === true) return { type: 'shown' };
    command.checkUnknownOptions();
    command.checkOptionValue();
    const [file, ...more] = args;
    if (file === undefined) throw new Error('Name the file of the log, e.g. data/usher.db.');
    if (more.length > 0) throw new Error(`One file at a time, not ${args.join(' and ')}.`);
    return { type: 'run', options: checked(file, argv, options) };
  } catch (error) {
    return { type: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Error that says which option is wrong and what it may be. */
function checked(
  file: string,
  argv: readonly string[],
  given: Readonly<Record<string, unknown>>,
): AuditOptions {
  const show = textOf('show', argv);
  const seat = textOf('seat', argv);
  const user = textOf('user', argv);
  const at = textOf('at', argv);
  if (seat !== undefined && show === undefined) {
    throw new Error('--seat is a seat of one show: name it with --show.');
  }
  if (at !== undefined && show === undefined && user === undefined) {
    throw new Error(
      '--at is for the story of a --show or a --user; the whole log is always checked.',
    );
  }
  const atMs = at === undefined ? undefined : momentOf(at);
  return { file: String(file), question: { show, seat, user, atMs }, json: given.json === true };
}

/** As it was typed: the parser would make a number of what looks like one, 007 of a name. */
function textOf(name: string, argv: readonly string[]): string | undefined {
  const given = argv.flatMap((each, at) => {
    if (each === `--${name}`) return [argv[at + 1] ?? ''];
    return each.startsWith(`--${name}=`) ? [each.slice(name.length + 3)] : [];
  });
  const [value] = given;
  if (given.length > 1) throw new Error(`--${name} can be given once.`);
  if (value === '') throw new Error(`--${name} needs a value.`);
  return value;
}

/** Milliseconds since 1970; a time without a zone is UTC. */
function momentOf(text: string): number {
  if (/^\d{11,16}$/.test(text)) return Number(text);
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:\d\d)?$/;
  const [, day, hours, zone] = iso.exec(text) ?? [];
  const atMs =
    day === undefined ? Number.NaN : Date.parse(`${day}T${hours ?? '00:00'}${zone ?? 'Z'}`);
  if (Number.isNaN(atMs)) {
    throw new Error(`--at is a time such as 2026-05-05T09:30:00Z, not "${text}".`);
  }
  return atMs;
}
