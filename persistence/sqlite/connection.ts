/**
 * Opens the database the way the log needs it, and proves that it got what it asked for: the
 * library is built to default to `synchronous=NORMAL` in WAL mode, with which a commit that was
 * acknowledged can be gone after a power cut [D1].
 */
import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { LogFault, type LogFaultCode } from '../../engine/shard/log-store.ts';
import { assertOurs, migrate } from './migrations.ts';

/**
 * Measured with one durable append at a time over 64 partitions, p50 and worst in µs:
 *
 *   page   1 KiB body   16 KiB body   64 KiB body
 *   4096   293 / 3097   226 / 12528   307 / 18747
 *   8192   236 / 2923   199 /  9212   268 / 14409
 *   16384  184 / 2642   216 /  7480   268 / 10615
 *
 * 16 KiB pages win little and rewrite twice as much for a small frame; 8 KiB it is.
 */
export const pageBytes = 8192;

/**
 * The worst case above is the commit that checkpoints; 8 MiB of WAL (1,000 pages) halves it
 * against 16 MiB and still lets frames share the checkpoint's two fsyncs. The log asks for it
 * itself: where SQLite does so at a commit, it keeps a write or sync that failed to itself [D4].
 */
export const checkpointPages = 1000;

/** What a WAL that grew behind somebody's long read is cut back to, in bytes. */
const walLimitBytes = 64 * 1024 * 1024;

/** @throws LogFault `log_io`, `log_damaged`, `log_newer_version`. */
export function openConnection(file: string, busyTimeoutMs: number): Database.Database {
  // Made here, so that names, prices and secrets are readable by their owner only; SQLite gives
  // the files beside it the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const db = new Database(file, { timeout: busyTimeoutMs });
  try {
    assertOurs(db, file);
    db.pragma(`page_size = ${pageBytes}`);
    expectPragma(db, 'journal_mode = WAL', 'journal_mode', 'wal');
    expectPragma(db, 'synchronous = FULL', 'synchronous', 2);
    // A header that says otherwise is damaged: SQLite would write its notes over pages in use.
    expectPragma(db, 'auto_vacuum', 'auto_vacuum', 0);
    db.pragma('wal_autocheckpoint = 0');
    db.pragma(`journal_size_limit = ${walLimitBytes}`);
    db.pragma('trusted_schema = OFF');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw asLogFault(error, `${file} cannot be opened`);
  }
}

function expectPragma(db: Database.Database, set: string, name: string, wanted: unknown): void {
  db.pragma(set);
  const got = db.pragma(name, { simple: true });
  if (got !== wanted) {
    throw new LogFault('log_io', `SQLite answers ${name} = ${got} where ${wanted} was set`);
  }
}

/** A library or system error as the store's own, told in the words of what was being done. */
export function asLogFault(error: unknown, what: string): LogFault {
  if (error instanceof LogFault) return error;
  return new LogFault(faultCode(error), `${what}: ${reasonOf(error)}`, { cause: error });
}

/** The message and, where there is one, the code that a manual can be searched for. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  return `${error.message}${code}`;
}

function faultCode(error: unknown): LogFaultCode {
  if (!(error instanceof Database.SqliteError)) return 'log_io';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return 'log_damaged';
  return /^SQLITE_(BUSY|LOCKED)/.test(error.code) ? 'log_locked' : 'log_io';
}
