/** `usher backup`: a copy of the log, also of a running server’s, proved before it counts. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
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
import { startBar } from './progress-bar.ts';
import { proveFile } from './prove-file.ts';

export const backup: Command = {
  name: 'backup',
  usage: 'usher backup <to>',
  summary: 'Copy the log, also while the server runs, and prove the copy',
  help: `  <to>   The file to write; it must not be there yet

The copy holds everything that was acknowledged before the backup began. Beside it lies
<to>-mark, by which "usher restore" proves that nothing is missing.

  --data <file>   The database file (default: data/usher.db)
  --json          One JSON object on standard output`,
  async run(args) {
    const { values, positionals } = readArgs(args, { ...dataOption, ...jsonOption });
    const to = resolve(needed(positionals[0], 'where to write the copy'));
    const from = resolve(values.data);
    if (!existsSync(from)) throw new CommandError(`There is no file ${from}.`);
    if (existsSync(to)) throw new CommandError(`${to} is there already; name another file.`);
    const part = `${to}.part`;
    rmSync(part, { force: true });
    // The mark first: the copy is then never behind it.
    const hasMark = existsSync(`${from}-mark`);
    if (hasMark) copyFileSync(`${from}-mark`, `${part}-mark`);
    try {
      await copyWhole(from, part);
      const { frames } = await proveFile(part);
      sync(part);
      if (hasMark) renameSync(`${part}-mark`, `${to}-mark`);
      renameSync(part, to);
      sync(dirname(to));
      const { size: bytes } = statSync(to);
      tell(values.json, { file: to, bytes, frames }, [
        `${to}: ${frames} frames, ${(bytes / 1024 / 1024).toFixed(1)} MiB, its chain holds.`,
      ]);
      return EXIT.done;
    } finally {
      for (const rest of [part, `${part}-mark`]) rmSync(rest, { force: true });
    }
  },
};

/** One read of the whole file as it is at one moment; writers go on meanwhile. */
async function copyWhole(from: string, to: string): Promise<void> {
  const bar = await startBar(statSync(from).size, 'bytes');
  const script = `
    const { workerData } = require('node:worker_threads');
    const Database = require(workerData.library);
    const db = new Database(workerData.from, { readonly: true, timeout: 10000 });
    db.prepare('VACUUM INTO ?').run(workerData.to);
    db.close();
  `;
  const library = new URL(import.meta.resolve('better-sqlite3')).pathname;
  const worker = new Worker(script, { eval: true, workerData: { from, to, library } });
  const look = setInterval(() => {
    if (existsSync(to)) bar.to(statSync(to).size);
  }, 200);
  try {
    await new Promise<void>((done, fail) => {
      worker.once('error', fail);
      worker.once('exit', () => done());
    });
  } finally {
    clearInterval(look);
    bar.stop();
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
