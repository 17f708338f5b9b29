/** `usher rebuild`: the tables for reports, made anew from the log. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { openServicesDb } from '../../persistence/services/open-services-db.ts';
import { rebuildProjections } from '../../persistence/services/projections/rebuild.ts';
import { takeOwnerLock } from '../../persistence/sqlite/owner-lock.ts';
import { localDay } from '../local-time.ts';
import {
  type Command,
  CommandError,
  dataHelp,
  dataOption,
  EXIT,
  jsonOption,
  readArgs,
  tell,
} from './command.ts';
import { startBar } from './progress-bar.ts';

export const rebuild: Command = {
  name: 'rebuild',
  usage: 'usher rebuild [--data <file>]',
  summary: 'Make the tables for reports anew from the log',
  help: `Stop the server first. Says whether they came out as they were. Where it is cut off,
they stay as they were.

${dataHelp}
  --json          One JSON object on standard output`,
  async run(args) {
    const { values } = readArgs(args, { ...dataOption, ...jsonOption }, 0);
    const file = resolve(values.data);
    if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`);
    // First whether it is a log at all: a lock beside another program's file helps nobody.
    const frames = framesOf(file);
    const lock = takeOwnerLock(file);
    const bar = await startBar(frames, 'frames');
    let db: Database | undefined;
    try {
      db = openServicesDb(file);
      db.exec(`
        CREATE TABLE IF NOT EXISTS readers (reader TEXT PRIMARY KEY, version INTEGER NOT NULL)
          STRICT, WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS reader_cursors (
          reader TEXT NOT NULL, partition INTEGER NOT NULL, lsn INTEGER NOT NULL,
          PRIMARY KEY (reader, partition)
        ) STRICT, WITHOUT ROWID;
      `);
      const outcome = rebuildProjections(db, localDay, (frames) => bar.to(frames));
      bar.stop();
      const { before, after } = outcome;
      const same =
        before === undefined
          ? 'they are new'
          : before === after
            ? 'they hold the same as before'
            : 'they hold something else than before';
      tell(values.json, { ...outcome, same: before === after }, [
        `${outcome.frames} frames read, the tables made anew: ${same}.`,
      ]);
      return EXIT.done;
    } finally {
      bar.stop();
      db?.close();
      lock.release();
    }
  },
};

function framesOf(file: string): number {
  const log = new LogFile(file);
  log.close();
  return log.frames;
}
