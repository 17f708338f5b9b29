/** `usher restore`: a backup put in place, once its chain is proved. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { takeOwnerLock } from '../../persistence/sqlite/owner-lock.ts';
import {
  type Command,
  CommandError,
  dataOption,
  EXIT,
  jsonOption,
  needed,
  readArgs,
  tell,
} from './command.ts';
import { proveFile } from './prove-file.ts';

export const restore: Command = {
  name: 'restore',
  usage: 'usher restore <from> [--data <file>] [--force]',
  summary: 'Put a backup in place of the log, once it is proved',
  help: `  <from>   A file that "usher backup" wrote

  --data <file>   Where to put it (default: data/usher.db)
  --force         Puts what is there aside, as <file>.before-<time>
  --json          One JSON object on standard output

Exit code 3: the backup is not sound, and nothing was changed.`,
  async run(args) {
    const { values, positionals } = readArgs(args, {
      ...dataOption,
      ...jsonOption,
      force: { type: 'boolean', default: false },
    });
    const from = resolve(needed(positionals[0], 'which backup'));
    const to = resolve(values.data);
    if (!existsSync(from)) throw new CommandError(`There is no file ${from}.`);
    const { frames } = await proveFile(from);
    mkdirSync(dirname(to), { recursive: true });
    const lock = takeOwnerLock(to);
    let aside: string | undefined;
    try {
      if (existsSync(to)) {
        if (!values.force) {
          throw new CommandError(`${to} is there already; --force puts it aside.`);
        }
        aside = `${to}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
        for (const part of ['', '-wal', '-shm', '-mark']) {
          if (existsSync(`${to}${part}`)) renameSync(`${to}${part}`, `${aside}${part}`);
        }
      }
      copyFileSync(from, `${to}.part`);
      if (existsSync(`${from}-mark`)) copyFileSync(`${from}-mark`, `${to}-mark`);
      else rmSync(`${to}-mark`, { force: true });
      renameSync(`${to}.part`, to);
    } finally {
      lock.release();
    }
    const kept = aside === undefined ? [] : [`What was there is kept as ${aside}.`];
    tell(values.json, { file: to, frames, aside: aside ?? null }, [
      `${to}: ${frames} frames, their chain holds.`,
      ...kept,
    ]);
    return EXIT.done;
  },
};
