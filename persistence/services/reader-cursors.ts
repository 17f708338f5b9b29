/** How far each reader of the log has come, in the same file as what it has made of it. */
import type { Database } from 'better-sqlite3';
import { LogFault } from '../../engine/shard/log-store.ts';
import type { LogReader } from './log-reader.ts';
import { type Cursors, noCursors } from './log-tail.ts';

export function makeReaderTables(db: Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS readers (
      reader TEXT PRIMARY KEY,
      version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reader_cursors (
      reader TEXT NOT NULL,
      partition INTEGER NOT NULL,
      lsn INTEGER NOT NULL,
      PRIMARY KEY (reader, partition)
    ) STRICT, WITHOUT ROWID;
  `);
}

/** Notes a reader's place, where that differs from `saved`; in the transaction under way. */
export function saveCursors(db: Database, reader: string, to: Cursors, saved: Cursors): void {
  const put = db.prepare(
    'INSERT OR REPLACE INTO reader_cursors (reader, partition, lsn) VALUES (?, ?, ?)',
  );
  to.forEach((lsn, partition) => {
    if (lsn !== saved[partition]) put.run(reader, partition, lsn);
  });
}

/** Empties a reader's tables and forgets its place, in the transaction under way. */
export function beginAnew(db: Database, { name, version }: LogReader): void {
  db.prepare('DELETE FROM reader_cursors WHERE reader = ?').run(name);
  db.prepare('INSERT OR REPLACE INTO readers (reader, version) VALUES (?, ?)').run(name, version);
}

/**
 * Where a reader goes on. One that is new, or of another version, begins anew; so does one that
 * has read what the log does not have, since it would pass over all that comes until the log is
 * as long again. What it makes twice then has the same ids as before.
 */
export function beginReader(
  db: Database,
  reader: LogReader,
  ends: Cursors,
  onAhead: (fault: LogFault) => void,
): Cursors {
  const begin = db.transaction(() => {
    reader.reset(db);
    beginAnew(db, reader);
  });
  const known = db
    .prepare<[string], number>('SELECT version FROM readers WHERE reader = ?')
    .pluck()
    .get(reader.name);
  if (known !== reader.version) {
    begin.immediate();
    return noCursors;
  }
  const cursors = [...noCursors];
  const rows = db
    .prepare<[string], { partition: number; lsn: number }>(
      'SELECT partition, lsn FROM reader_cursors WHERE reader = ?',
    )
    .all(reader.name);
  for (const { partition, lsn } of rows) cursors[partition] = lsn;
  const partition = cursors.findIndex((lsn, each) => lsn > (ends[each] ?? 0));
  if (partition === -1) return cursors;
  const what =
    `partition ${partition}: it had been read up to LSN ${cursors[partition]} and ends at LSN ` +
    `${ends[partition]}, as after a restore; what follows from it is made anew`;
  onAhead(new LogFault('log_gap', what));
  begin.immediate();
  return noCursors;
}
