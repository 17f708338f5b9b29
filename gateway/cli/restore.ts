/**
 * `usher restore`: a backup put in place, once its chain is proved. What is there is moved aside
 * first, the mark last, so that at every moment a server that starts finds either a whole log or
 * one that it refuses.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { takeOwnerLock } from '../../persistence/sqlite/owner-lock.ts';
import {
  type Command,
  CommandError,
  dataHelp,
  dataOption,
  EXIT,
  jsonOption,
  needed,
  readArgs,
  tell,
  wrongUse,
} from './command.ts';
import { proveFile } from './prove-file.ts';
import { link, sync, withParts } from './tidy.ts';

export const restore: Command = {
  name: 'restore',
  usage: 'usher restore <from> [--data <file>] [--force]',
  summary: 'Put a backup in place of the log, once it is proved',
  help: `  <from>   A file that "usher backup" wrote, with <from>-mark beside it

Stop the server first. Everything that was acknowledged after the backup is not in it.

${dataHelp}
  --force         Puts what is there aside, as <file>.before-<time>
  --json          One JSON object on standard output

Exit code 3: the backup is not sound, or a server runs on the file; nothing was changed.`,
  async run(args) {
    const force = { force: { type: 'boolean', default: false } } as const;
    const { values, positionals } = readArgs(args, { ...dataOption, ...jsonOption, ...force }, 1);
    const from = resolve(needed(positionals[0], 'which backup'));
    const to = resolve(values.data);
    checkFrom(from, to);
    if (!values.force) refuseIfThere(to);
    mkdirSync(dirname(to), { recursive: true });
    const lock = takeOwnerLock(to);
    const part = `${to}.${process.pid}.part`;
    const ends = ['', '-mark', '-journal', '-wal', '-shm'];
    try {
      const restored = await withParts(
        ends.map((end) => `${part}${end}`),
        async () => {
          copyIn(from, part);
          // What was written is proved, not only what was read.
          const { frames } = await proveFile(part, from);
          return { frames, aside: swap(part, to) };
        },
      );
      const { frames, aside } = restored;
      const kept = aside === undefined ? [] : [`What was there is kept as ${aside}.`];
      const hasMark = existsSync(`${to}-mark`);
      const unsure = `There is no ${from}-mark: whether its end is missing cannot be told.`;
      tell(values.json, { file: to, frames, aside: aside ?? null, hasMark }, [
        `${to}: ${frames} frames, their chain holds.`,
        ...kept,
        ...(hasMark ? [] : [unsure]),
      ]);
      return EXIT.done;
    } finally {
      lock.release();
    }
  },
};

function checkFrom(from: string, to: string): void {
  if (!existsSync(from)) throw new CommandError(`There is no file ${from}.`);
  if (existsSync(to) && realpathSync(from) === realpathSync(to)) {
    wrongUse(`${to} is the very file that is to be restored: name the backup.`);
  }
  if (existsSync(`${from}-wal`) && statSync(`${from}-wal`).size > 0) {
    const how = `"usher backup --data ${from} <to>" makes one of it`;
    throw new CommandError(`${from} is a log in use, not a backup: ${how}.`);
  }
  // Whether it is a log at all is said of the backup, not of a copy of it.
  new LogFile(from).close();
}

function refuseIfThere(to: string): void {
  const [known] = [to, `${to}-wal`].filter((file) => existsSync(file));
  if (known === undefined) return;
  throw new CommandError(`${known} is there already; --force puts it aside.`);
}

function copyIn(from: string, part: string): void {
  for (const end of ['', '-mark']) {
    if (!existsSync(`${from}${end}`)) continue;
    copyFileSync(`${from}${end}`, `${part}${end}`);
    chmodSync(`${part}${end}`, 0o600);
    sync(`${part}${end}`);
  }
}

/** Gives the name that the old files have now, if there were any. */
function swap(part: string, to: string): string | undefined {
  const aside = `${to}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const hadAny = ['', '-wal'].some((end) => existsSync(`${to}${end}`));
  // The old mark stays until the new one takes its place: a log without a file is then refused.
  if (hadAny && existsSync(`${to}-mark`)) link(`${to}-mark`, `${aside}-mark`);
  for (const end of ['', '-wal', '-shm']) {
    if (existsSync(`${to}${end}`)) renameSync(`${to}${end}`, `${aside}${end}`);
  }
  if (existsSync(`${part}-mark`)) renameSync(`${part}-mark`, `${to}-mark`);
  else rmSync(`${to}-mark`, { force: true });
  renameSync(part, to);
  sync(dirname(to));
  return hadAny ? aside : undefined;
}
