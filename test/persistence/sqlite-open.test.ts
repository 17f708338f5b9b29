/** Which files the SQLite log opens, which it refuses, and in which words. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lsn } from '../../engine/ids.ts';
import { openConnection } from '../../persistence/sqlite/connection.ts';
import { newestVersion } from '../../persistence/sqlite/migrations.ts';
import { openSqliteLog, type SqliteLogOptions } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { chain, faultOf, P3 } from '../contract/log-store-contract.ts';
import { SqlitePlace } from './sqlite-place.ts';

let place: SqlitePlace;
let open: SqliteLog[];

beforeEach(() => {
  place = new SqlitePlace();
  open = [];
});

afterEach(() => {
  for (const log of open) log.closeSync();
  place.remove();
});

function openLog(options: Partial<SqliteLogOptions> = {}): SqliteLog {
  const log = openSqliteLog({ file: place.file, ...options });
  open.push(log);
  return log;
}

describe('opening', () => {
  it('[D1] runs in WAL mode and syncs every commit', () => {
    const db = openConnection(place.file, 0);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    // The log asks for checkpoints itself, so that it hears of those that fail.
    expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(0);
    expect(db.pragma('page_size', { simple: true })).toBe(8192);
    db.close();
  });

  it('makes an empty file a log of the newest version, for its owner only', () => {
    writeFileSync(place.file, '', { mode: 0o600 });
    openLog().closeSync();
    place.withFile((db) => {
      expect(db.pragma('user_version', { simple: true })).toBe(newestVersion);
      expect(db.pragma('application_id', { simple: true })).toBe(0x55736872);
    });
    expect(statSync(place.file).mode & 0o077).toBe(0);
  });

  it('leaves file, lock and mark, and no WAL, when it is closed', () => {
    openLog().closeSync();
    expect(readdirSync(place.folder).sort()).toEqual([
      'usher.db',
      'usher.db-lock',
      'usher.db-mark',
    ]);
  });

  it('can be read by any SQLite tool while it is served', () => {
    const log = openLog();
    const [opened] = log.openSync([P3]);
    if (opened === undefined) throw new Error('not opened');
    log.appendSync(chain(P3, opened.epoch, 2, opened));
    log.settleSync();
    const rows = place.withFile((db) =>
      db.prepare('SELECT partition, lsn, epoch, time, length(hash) AS hex, bytes FROM log').all(),
    );
    expect(rows).toEqual([
      { partition: 3, lsn: 1, epoch: 1, time: '2030-03-17T17:46:40.001Z', hex: 64, bytes: 40 },
      { partition: 3, lsn: 2, epoch: 1, time: '2030-03-17T17:46:40.002Z', hex: 64, bytes: 40 },
    ]);
  });

  it('keeps settings and secrets over a restart', () => {
    const log = openLog();
    log.setMeta('session-key', Uint8Array.of(1, 2));
    log.setMeta('session-key', Uint8Array.of(3, 4, 5));
    log.closeSync();
    expect(openLog().getMeta('session-key')).toEqual(Uint8Array.of(3, 4, 5));
    expect(open.at(-1)?.getMeta('other')).toBeUndefined();
  });
});

describe('refusing', () => {
  const locked = faultOf('log_locked', /already in use by a running server/);

  it('refuses a second owner, also by another name, until the first has closed', () => {
    const first = openLog();
    expect(() => openLog()).toThrow(locked);
    const link = join(place.folder, 'link.db');
    symlinkSync(place.file, link);
    expect(() => openLog({ file: link })).toThrow(locked);
    first.closeSync();
    expect(openLog().openSync([P3])).toHaveLength(1);
  });

  it('holds its lock against another process', () => {
    openLog();
    const script = `
      const Database = require('better-sqlite3');
      try {
        new Database(process.argv[1], { timeout: 0 }).exec('BEGIN EXCLUSIVE');
        console.log('taken');
      } catch (error) {
        console.log(error.code);
      }`;
    const answer = execFileSync(process.execPath, ['-e', script, `${place.file}-lock`]);
    expect(answer.toString().trim()).toBe('SQLITE_BUSY');
  });

  it('refuses a log that a later release has written, and leaves it alone', () => {
    openLog().closeSync();
    place.withFile((db) => db.pragma(`user_version = ${newestVersion + 1}`));
    const before = readFileSync(place.file);
    expect(() => openLog()).toThrow(faultOf('log_newer_version', /later release/));
    expect(readFileSync(place.file)).toEqual(before);
  });

  it("refuses another program's database, and leaves it alone", () => {
    const foreign = new Database(place.file);
    foreign.exec('CREATE TABLE cats (name TEXT)');
    foreign.close();
    const before = readFileSync(place.file);
    expect(() => openLog()).toThrow(faultOf('log_io', /another program/));
    expect(readFileSync(place.file)).toEqual(before);
  });

  it('refuses a file that is no database, and leaves it alone', () => {
    writeFileSync(place.file, 'The quick brown fox. '.repeat(500));
    expect(() => openLog()).toThrow(faultOf('log_damaged', /not a database/));
    expect(readFileSync(place.file, 'utf8')).toContain('brown fox');
  });

  it('says which folder is missing', () => {
    const file = join(place.folder, 'nowhere', 'usher.db');
    expect(() => openLog({ file })).toThrow(faultOf('log_io', /nowhere/));
  });

  it('gives the lock back when it refuses', () => {
    openLog().closeSync();
    place.withFile((db) => db.pragma(`user_version = ${newestVersion + 1}`));
    expect(() => openLog()).toThrow(faultOf('log_newer_version', /./));
    place.withFile((db) => db.pragma(`user_version = ${newestVersion}`));
    expect(openLog().readSync(P3, lsn(1), 1)).toEqual([]);
  });
});
