#!/usr/bin/env node
/**
 * `usher <command>`: the server and everything that its operators do. Exit codes: 0 done,
 * 1 refused or failed, 2 wrong use, 3 the log cannot be used or is not sound.
 */
import { readFileSync } from 'node:fs';
import { backup } from './backup.ts';
import { type Command, CommandError, EXIT, nearest, print } from './command.ts';
import { doctor } from './doctor.ts';
import { faultOf } from './faults.ts';
import { partner } from './partner.ts';
import { queue } from './queue.ts';
import { rebuild } from './rebuild.ts';
import { restore } from './restore.ts';
import { scan } from './scan.ts';
import { show } from './show.ts';

/** Programs of their own, which read their own options. */
const programs: Readonly<Record<string, { readonly summary: string; readonly module: string }>> = {
  serve: { summary: 'Run the server', module: '../main.js' },
  audit: {
    summary: 'Say whether a log was kept by the rules, and what happened in it',
    module: '../../persistence/audit/main.js',
  },
};

const commands: readonly Command[] = [partner, show, scan, queue, backup, restore, rebuild, doctor];
const names = [...Object.keys(programs), ...commands.map(({ name }) => name)];
/** As a program ends that a closed pipe has ended. */
const BROKEN_PIPE = 141;

function help(): string {
  const rows = [
    ...Object.entries(programs).map(([name, { summary }]) => [name, summary] as const),
    ...commands.map(({ name, summary }) => [name, summary] as const),
  ];
  const lines = rows.map(([name, summary]) => `  ${name.padEnd(10)}${summary}`);
  return [
    'Usage: usher <command> [options]',
    '',
    ...lines,
    '',
    '"usher <command> --help" tells more. Exit codes: 0 done, 1 refused or trouble found,',
    '2 wrong use, 3 the log cannot be used or is not sound.',
  ].join('\n');
}

/** Two folders above the program lies what it is a part of. */
function version(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version: unknown }).version);
}

async function run([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    const [about] = args;
    if (about !== undefined && about !== name) return await run([about, '--help']);
    print(help());
    return EXIT.done;
  }
  if (['version', '--version', '-v', '-V'].includes(name)) {
    print(version());
    return EXIT.done;
  }
  const program = programs[name];
  if (program !== undefined) {
    process.argv.splice(2, process.argv.length, ...args);
    await import(program.module);
    return Number(process.exitCode ?? EXIT.done);
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    const near = nearest(name, names);
    const hint = near === undefined ? 'See "usher --help".' : `Did you mean "usher ${near}"?`;
    throw new CommandError(`There is no command "${name}". ${hint}`, EXIT.usage);
  }
  const end = args.indexOf('--');
  const flags = end === -1 ? args : args.slice(0, end);
  if (flags.includes('--help') || flags.includes('-h')) {
    print(`Usage: ${command.usage}\n\n${command.help}`);
    return EXIT.done;
  }
  return await command.run(args);
}

/** Whoever read what this says has gone; a server, though, has other things to do. */
function endWithThePipe(): void {
  const isServer = process.argv[2] === 'serve';
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!isServer && error.code === 'EPIPE') process.exit(BROKEN_PIPE);
    });
  }
}

endWithThePipe();
try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const { sentence, exitCode } = faultOf(error);
  process.stderr.write(`usher: ${sentence}\n`);
  if (error instanceof Error && process.env.USHER_DEBUG) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCode;
}
