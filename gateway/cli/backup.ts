/** `usher backup`: a copy of the log, also of a running server’s, proved before it counts. */
import { copyFileSync, existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { readMarks } from '../../persistence/sqlite/high-water-mark.ts';
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
} from './command.ts';
import { startBar } from './progress-bar.ts';
import { proveFile } from './prove-file.ts';
import { nameIt, sync, withParts } from './tidy.ts';

const MARK_READS = 10;

export const backup: Command = {
  name: 'backup',
  usage: 'usher backup <to>',
  summary: 'Copy the log, also while the server runs, and prove the copy',
  help: `  <to>   The file to write, which must not be there yet; in a folder that is there, a file
         of its own by the time, e.g. usher-2026-05-05T09-30-00Z.db

The copy holds everything that was acknowledged before the backup began. Beside it lies
<to>-mark, by which "usher restore" proves that nothing is missing: keep the two together.
Both can be read by their owner only, for the keys of tickets and sessions are in them.

${dataHelp}
  --json          One JSON object on standard output`,
  async run(args) {
    const { values, positionals } = readArgs(args, { ...dataOption, ...jsonOption }, 1);
    const to = target(resolve(needed(positionals[0], 'where to write the copy')));
    const from = resolve(values.data);
    if (!existsSync(from)) throw new CommandError(`There is no file ${from}.`);
    // Whether it is a log at all, before anything is written.
    new LogFile(from).close();
    if (existsSync(to)) throw new CommandError(`${to} is there already; name another file.`);
    if (!existsSync(dirname(to))) throw new CommandError(`There is no folder ${dirname(to)}.`);
    const part = `${to}.${process.pid}.part`;
    const parts = ['', '-mark', '-journal', '-wal', '-shm'].map((end) => `${part}${end}`);
    const frames = await withParts(parts, async () => await copyAndProve(from, part, to));
    const { size: bytes } = statSync(to);
    tell(values.json, { file: to, bytes, frames }, [
      `${to}: ${frames} frames, ${(bytes / 1024 / 1024).toFixed(1)} MiB, its chain holds.`,
    ]);
    return EXIT.done;
  },
};

function target(to: string): string {
  if (!existsSync(to) || !statSync(to).isDirectory()) return to;
  const time = new Date().toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  return join(to, `usher-${time}.db`);
}

async function copyAndProve(from: string, part: string, to: string): Promise<number> {
  // Made here, so that nobody else can ever read them; SQLite writes into an empty file.
  writeFileSync(part, '', { mode: 0o600, flag: 'wx' });
  // The mark first: the copy is then never behind it.
  const hasMark = existsSync(`${from}-mark`);
  if (hasMark) copyMark(`${from}-mark`, `${part}-mark`);
  await copyWhole(from, part);
  const { frames } = await proveFile(part);
  sync(part);
  if (hasMark) {
    sync(`${part}-mark`);
    renameSync(`${part}-mark`, `${to}-mark`);
  }
  nameIt(part, to);
  sync(dirname(to));
  return frames;
}

/** The server writes it in place: what was read in the middle of a write is read again. */
function copyMark(from: string, to: string): void {
  for (let round = 1; ; round++) {
    copyFileSync(from, to);
    const damaged = readMarks(to)?.damaged ?? [];
    if (damaged.length === 0) return;
    if (round < MARK_READS) continue;
    throw new CommandError(`${from} is damaged: "usher audit" tells more.`, EXIT.log);
  }
}

interface Said {
  readonly message: string;
  readonly code: string;
}

/** One read of the whole file as it is at one moment; writers go on meanwhile. */
async function copyWhole(from: string, to: string): Promise<void> {
  const bar = await startBar(statSync(from).size, 'bytes');
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const Database = require(workerData.library);
    try {
      const db = new Database(workerData.from, { readonly: true, timeout: 10000 });
      db.prepare('VACUUM INTO ?').run(workerData.to);
      db.close();
    } catch ({ message, code }) {
      parentPort.postMessage({ message, code: String(code) });
    }
  `;
  const library = new URL(import.meta.resolve('better-sqlite3')).pathname;
  const worker = new Worker(script, { eval: true, workerData: { from, to, library } });
  const look = setInterval(() => {
    if (existsSync(to)) bar.to(statSync(to).size);
  }, 200);
  try {
    const said = await new Promise<Said | undefined>((done, fail) => {
      worker.once('message', done);
      worker.once('error', fail);
      worker.once('exit', () => done(undefined));
    });
    if (said === undefined) return;
    throw Object.assign(new Error(said.message), { code: said.code });
  } finally {
    clearInterval(look);
    bar.stop();
  }
}
