/** Group commit, and what a write that fails leaves behind. */
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epoch, lsn } from '../../engine/ids.ts';
import { loadHeads } from '../../persistence/sqlite/check-at-open.ts';
import { openConnection } from '../../persistence/sqlite/connection.ts';
import { FrameTable } from '../../persistence/sqlite/frame-table.ts';
import { MarkFile } from '../../persistence/sqlite/high-water-mark.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import { takeOwnerLock } from '../../persistence/sqlite/owner-lock.ts';
import { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { prepareStatements } from '../../persistence/sqlite/statements.ts';
import { chain, endOf, faultOf, P3, P7 } from '../contract/log-store-contract.ts';
import { SqlitePlace } from './sqlite-place.ts';

let place: SqlitePlace;

beforeEach(() => {
  place = new SqlitePlace();
});

afterEach(() => place.remove());

const durable = { type: 'durable' };

function taken(log: SqliteLog) {
  const [three, seven] = log.openSync([P3, P7]);
  if (three === undefined || seven === undefined) throw new Error('not opened');
  return { three, seven };
}

describe('group commit', () => {
  it('refuses a fenced or disordered batch alone', () => {
    const log = openSqliteLog({ file: place.file });
    const { three, seven } = taken(log);
    const first = chain(P3, three.epoch, 2, three);
    const second = chain(P3, three.epoch, 2, endOf(first));
    const other = chain(P7, seven.epoch, 3, seven);
    const outcomes = log.appendGroup([
      first,
      chain(P7, epoch(9), 1, seven),
      second,
      chain(P3, three.epoch, 1, endOf(first)),
      other,
    ]);
    expect(outcomes).toEqual([
      durable,
      { type: 'fenced', reason: 'partition 7: epoch 9 does not own it, epoch 1 does' },
      durable,
      { type: 'fenced', reason: 'partition 3: LSN 3 is out of order, the log ends at 4' },
      durable,
    ]);
    expect(log.readSync(P3, lsn(1), 10)).toEqual([...first, ...second]);
    expect(log.readSync(P7, lsn(1), 10)).toEqual(other);
    log.closeSync();
  });

  it('refuses what follows a refused batch', () => {
    const log = openSqliteLog({ file: place.file });
    const { three } = taken(log);
    const frames = chain(P3, three.epoch, 3, three);
    const outcomes = log.appendGroup([frames.slice(1, 2), frames.slice(2), frames.slice(0, 1)]);
    expect(outcomes.map((outcome) => outcome.type)).toEqual(['fenced', 'fenced', 'durable']);
    log.closeSync();
  });

  it('keeps the -wal from growing without end', () => {
    const log = openSqliteLog({ file: place.file });
    const { three } = taken(log);
    for (const frame of chain(P3, three.epoch, 600, three, 64 * 1024)) log.appendSync([frame]);
    expect(statSync(`${place.file}-wal`).size).toBeLessThan(16 * 1024 * 1024);
    log.closeSync();
  });
});

describe('a write that fails', () => {
  /** A log whose disk, so to say, has room for 40 pages. */
  function openSmallLog(): { log: SqliteLog; db: Database.Database } {
    const lock = takeOwnerLock(place.file);
    const db = openConnection(place.file, 0);
    db.pragma('max_page_count = 40');
    const statements = prepareStatements(db);
    const table = new FrameTable(statements);
    const heads = loadHeads(statements, table);
    const mark = new MarkFile(`${place.file}-mark`, new Map());
    return { log: new SqliteLog({ db, statements, table, heads, mark, lock }), db };
  }

  it('[D4] is unknown, rolled back, and the last one until the log is reopened', () => {
    const { log, db } = openSmallLog();
    const { three, seven } = taken(log);
    const kept = chain(P3, three.epoch, 1, three);
    expect(log.appendSync(kept)).toEqual(durable);
    const large = chain(P3, three.epoch, 1, endOf(kept), 1024 * 1024);
    const unknown = { type: 'unknown', reason: expect.stringMatching(/SQLITE_FULL/) };
    const small = chain(P7, seven.epoch, 1, seven);
    expect(log.appendGroup([large, small, chain(P7, epoch(9), 1, seven)])).toEqual([
      unknown,
      unknown,
      expect.objectContaining({ type: 'fenced' }),
    ]);
    expect(db.inTransaction).toBe(false);

    expect(log.appendSync(small)).toEqual(unknown);
    const latched = faultOf('log_latched', /SQLITE_FULL.*until the log is reopened/);
    expect(() => log.openSync([P3])).toThrow(latched);
    expect(() => log.setMeta('key', Uint8Array.of(1))).toThrow(latched);
    expect(() => log.truncateSync(P3, lsn(1))).toThrow(latched);
    expect(log.readSync(P3, lsn(1), 10)).toEqual(kept);
    log.closeSync();

    const again = openSqliteLog({ file: place.file });
    expect(again.openSync([P3, P7])).toMatchObject([{ lastLsn: 1 }, { lastLsn: 0 }]);
    expect(again.appendSync(chain(P7, epoch(2), 1, seven))).toEqual(durable);
    again.closeSync();
  });

  it('[D4] a small disk that is not full takes the same small append', () => {
    const { log } = openSmallLog();
    const { seven } = taken(log);
    expect(log.appendSync(chain(P7, seven.epoch, 1, seven))).toEqual(durable);
    log.closeSync();
  });

  it('is unknown but no end where another tool only held the write lock', () => {
    const log = openSqliteLog({ file: place.file, busyTimeoutMs: 1 });
    const { three } = taken(log);
    const frames = chain(P3, three.epoch, 1, three);
    const tool = new Database(place.file);
    tool.exec('BEGIN IMMEDIATE');
    expect(log.appendSync(frames)).toMatchObject({ type: 'unknown' });
    expect(() => log.openSync([P7])).toThrow(faultOf('log_locked', /cannot be opened/));
    tool.exec('ROLLBACK');
    tool.close();
    expect(log.appendSync(frames)).toEqual(durable);
    log.closeSync();
  });
});
