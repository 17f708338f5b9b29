#!/usr/bin/env node
/**
 * `usher <command>`: the server and everything that its operators do. Exit codes: 0 done,
 * 1 refused or failed, 2 wrong use, 3 the log cannot be used or is not sound.
 */
import { LogFault } from '../../engine/shard/log-store.ts';
import { backup } from './backup.ts';
import { type Command, CommandError, EXIT, print } from './command.ts';
import { doctor } from './doctor.ts';
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

function help(): string {
  const rows = [
    ...Object.entries(programs).map(([name, { summary }]) => [name, summary] as const),
    ...commands.map(({ name, summary }) => [name, summary] as const),
  ];
  const lines = rows.map(([name, summary]) => `  ${name.padEnd(10)}${summary}`);
  return `Usage: usher <command> [options]\n\n${lines.join('\n')}\n\n"usher <command> --help" tells more.`;
}

async function run([name = '--help', ...args]: readonly string[]): Promise<number> {
  const program = programs[name];
  if (program !== undefined) {
    process.argv.splice(2, 1);
    await import(program.module);
    return Number(process.exitCode ?? EXIT.done);
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    print(help());
    return EXIT.done;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    throw new CommandError(`There is no command "${name}". See "usher --help".`, EXIT.usage);
  }
  if (args.includes('--help') || args.includes('-h')) {
    print(`Usage: ${command.usage}\n\n${command.help}`);
    return EXIT.done;
  }
  return await command.run(args);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(`usher: ${sentence}\n`);
  if (error instanceof CommandError) process.exitCode = error.exitCode;
  else process.exitCode = error instanceof LogFault ? EXIT.log : EXIT.failed;
}
