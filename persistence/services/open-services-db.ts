/**
 * A second connection to the log's file, for the tables of the services. The log's own thread has
 * the right of way: transactions here are short, and a busy file is waited for.
 */
import Database from 'better-sqlite3';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * `synchronous` is NORMAL: what is written here can be worked out or sent again, and the log's
 * next commit syncs it too; what is acknowledged to somebody is written with FULL (`durably`).
 */
export function openServicesDb(file: string): Database.Database {
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
  db.pragma('synchronous = NORMAL');
  // Folding the WAL is the business of the log's thread, which watches over what goes wrong.
  db.pragma('wal_autocheckpoint = 0');
  db.pragma('trusted_schema = OFF');
  return db;
}

/** Runs a write whose success is told to somebody: it is on the disk when this returns. */
export function durably<Result>(db: Database.Database, write: () => Result): Result {
  db.pragma('synchronous = FULL');
  try {
    return db.transaction(write).immediate();
  } finally {
    db.pragma('synchronous = NORMAL');
  }
}
