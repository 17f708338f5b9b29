/**
 * A file of an earlier schema: what is in it is there afterwards, and whenever the migration or
 * the making of a file is killed, at whichever of its writes, the next start finishes it.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lsn } from '../../engine/ids.ts';
import type { Frame } from '../../engine/shard/log-store.ts';
import { migrate, newestVersion } from '../../persistence/sqlite/migrations.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import { chain, P3, snapshotAt } from '../contract/log-store-contract.ts';
import { built } from '../support/built.ts';
import { FaultShim } from '../support/faults/fault-shim.ts';
import { SqlitePlace } from './sqlite-place.ts';

let place: SqlitePlace;
let shim: FaultShim;

beforeEach(() => {
  place = new SqlitePlace();
  shim = new FaultShim();
});

afterEach(() => {
  place.remove();
  shim.remove();
});

const secret = Uint8Array.of(1, 2, 3, 4);

/** A log of the first schema with something of every kind, as the first release left it. */
function makeOldLog(): readonly Frame[] {
  const log = openSqliteLog({ file: place.file });
  const [opened] = log.openSync([P3]);
  if (opened === undefined) throw new Error('not opened');
  const frames = chain(P3, opened.epoch, 9, opened);
  log.appendSync(frames);
  log.saveSnapshotSync(snapshotAt(frames, 8));
  log.truncateSync(P3, lsn(4));
  log.setMeta('session-secret', secret);
  log.closeSync();
  place.withFile((db) => {
    for (const table of ['meta', 'epochs', 'floors']) {
      db.exec(`ALTER TABLE ${table} DROP COLUMN checksum`);
    }
    db.exec('DROP TABLE commits');
    db.pragma('user_version = 1');
  });
  return frames.slice(3);
}

function expectMigrated(frames: readonly Frame[]): void {
  const log = openSqliteLog({ file: place.file });
  expect(log.readSync(P3, lsn(4), 100)).toEqual(frames);
  expect(log.loadSnapshotSync(P3)).toEqual(snapshotAt(frames, 8));
  expect(log.getMeta('session-secret')).toEqual(secret);
  expect(log.openSync([P3])[0]).toMatchObject({ lastLsn: 9, epoch: 2 });
  log.closeSync();
  place.withFile((db) => {
    expect(db.pragma('user_version', { simple: true })).toBe(newestVersion);
  });
}

/** Opens the log in a process that is killed at its `at`th write; true where it was. */
function openAndKill(at: number): boolean {
  shim.control.arm({ mode: 'kill', at });
  try {
    execFileSync(process.execPath, [built('test/support/faults/open-log-child.js'), place.file], {
      env: { ...process.env, ...shim.env(place.file) },
      stdio: 'pipe',
    });
    return false;
  } catch (error) {
    const { signal, stderr } = error as { readonly signal?: string; readonly stderr?: Buffer };
    if (signal === 'SIGKILL') return true;
    throw new Error(`it ended by itself: ${stderr?.toString()}`);
  } finally {
    shim.control.disarm();
  }
}

const beside = ['', '-wal', '-shm', '-mark', '-lock', '-lock-journal'];

describe('a file of the first schema', () => {
  it('is that of the first release', () => {
    const db = new Database(place.file);
    migrate(db, 1);
    const columns = (table: string) =>
      db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    expect(columns('meta')).toEqual(['key', 'value']);
    db.close();
    place.remove();
    place = new SqlitePlace();
    makeOldLog();
    place.withFile((old) => {
      const sql = 'SELECT name FROM pragma_table_info(?)';
      expect(old.prepare<[string], string>(sql).pluck().all('meta')).toEqual(['key', 'value']);
    });
  });

  it('is migrated with all that is in it', () => {
    const frames = makeOldLog();
    expectMigrated(frames);
    expectMigratedTwice(frames);
  });

  function expectMigratedTwice(frames: readonly Frame[]): void {
    const log = openSqliteLog({ file: place.file });
    expect(log.readSync(P3, lsn(4), 100)).toEqual(frames);
    log.closeSync();
  }

  it('[D2] survives a kill at each write of its migration', { timeout: 60_000 }, () => {
    const frames = makeOldLog();
    copyFileSync(place.file, join(place.folder, 'old'));
    let kills = 0;
    for (let at = 1; ; at++) {
      for (const part of beside) rmSync(`${place.file}${part}`, { force: true });
      copyFileSync(join(place.folder, 'old'), place.file);
      const killed = openAndKill(at);
      expectMigrated(frames);
      if (!killed) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(5);
  });
});

describe('a file that is made', () => {
  it('[D2] survives a kill at every second write of its making', { timeout: 60_000 }, () => {
    let kills = 0;
    for (let at = 1; ; at += 2) {
      for (const part of beside) rmSync(`${place.file}${part}`, { force: true });
      const killed = openAndKill(at);
      const log = openSqliteLog({ file: place.file });
      const [opened] = log.openSync([P3]);
      if (opened === undefined) throw new Error('not opened');
      expect(log.appendSync(chain(P3, opened.epoch, 1, opened))).toEqual({ type: 'durable' });
      log.closeSync();
      if (!killed) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(10);
  });
});
