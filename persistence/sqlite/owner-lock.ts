/**
 * One process owns a log. The lock is an exclusive transaction on a tiny database beside the
 * file, held for life, so the system itself gives it back at any death, `SIGKILL` included, and
 * it also holds against a second thread of this very process. The log's own file stays open to
 * readers: any SQLite tool can look at it while it is served.
 *
 * The lock file is never deleted: between its removal and its return two owners could slip in.
 */
import Database from 'better-sqlite3';
import { LogFault } from '../../engine/shard/log-store.ts';
import { asLogFault } from './connection.ts';

export interface OwnerLock {
  release(): void;
}

/** @throws LogFault `log_locked` where somebody else has it. */
export function takeOwnerLock(file: string): OwnerLock {
  const lockFile = `${file}-lock`;
  let lock: Database.Database | undefined;
  try {
    lock = new Database(lockFile, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const fault = asLogFault(error, `${lockFile} cannot be locked`);
    if (fault.code !== 'log_locked') throw fault;
    throw new LogFault(
      'log_locked',
      `${file} is already in use by a running server; stop that one first, or give this one ` +
        'another file',
      { cause: error },
    );
  }
  const held = lock;
  return { release: () => void held.close() };
}
