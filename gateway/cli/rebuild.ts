/** `usher rebuild`: the tables for reports, made anew from the log. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { openServicesDb } from '../../persistence/services/open-services-db.ts';
import { rebuildProjections } from '../../persistence/services/projections/rebuild.ts';
import { takeOwnerLock } from '../../persistence/sqlite/owner-lock.ts';
import { localDay } from '../local-time.ts';
import {
  type Command,
  CommandError,
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
  help: `Stop the server first. Says whether they came out as they were.

  --data <file>   The database file (default: data/usher.db)
  --json          One JSON object on standard output`,
  async run(args) {
    const { values } = readArgs(args, { ...dataOption, ...jsonOption });
    const file = resolve(values.data);
    if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`);
    const lock = takeOwnerLock(file);
    const bar = await startBar(framesOf(file), 'frames');
    const db = openServicesDb(file);
    try {
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
      const { before, after, frames } = outcome;
      const same =
        before === undefined ? 'new' : before === after ? 'the same as before' : 'others';
      tell(values.json, { ...outcome, same: before === after }, [
        `${frames} frames read; the tables are ${same}.`,
      ]);
      return EXIT.done;
    } finally {
      bar.stop();
      db.close();
      lock.release();
    }
  },
};

function framesOf(file: string): number {
  const log = new LogFile(file);
  log.close();
  return log.frames;
}
