/** [D4] What was lost or changed while the log was closed is found at the next start. */
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lsn } from '../../engine/ids.ts';
import { frameHash } from '../../engine/shard/frame-hash.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { openSqliteLog, type SqliteLogOptions } from '../../persistence/sqlite/open-sqlite-log.ts';
import type { SqliteLog } from '../../persistence/sqlite/sqlite-log.ts';
import { chain, faultOf, P3, P7, snapshotAt } from '../contract/log-store-contract.ts';
import { SqlitePlace } from './sqlite-place.ts';

let place: SqlitePlace;
let open: SqliteLog[];
let warnings: string[];

beforeEach(() => {
  place = new SqlitePlace();
  open = [];
  warnings = [];
});

afterEach(() => {
  for (const log of open) log.closeSync();
  place.remove();
});

function openLog(options: Partial<SqliteLogOptions> = {}): SqliteLog {
  const onWarning = (text: string) => void warnings.push(text);
  const log = openSqliteLog({ file: place.file, onWarning, ...options });
  open.push(log);
  return log;
}

/** `count` frames in partition 3, one commit each, and one in partition 7; still open. */
function filled(count: number): SqliteLog {
  const log = openLog();
  const [three, seven] = log.openSync([P3, P7]);
  if (three === undefined || seven === undefined) throw new Error('not opened');
  for (const frame of chain(P3, three.epoch, count, three)) log.appendSync([frame]);
  log.appendSync(chain(P7, seven.epoch, 1, seven));
  return log;
}

describe('the high-water mark', () => {
  it('[D4] refuses a log that ends earlier than what was acknowledged', () => {
    filled(9).closeSync();
    place.dropFrame(P3, 9);
    place.dropFrame(P3, 8);
    expect(() => openLog()).toThrow(
      faultOf('log_behind_mark', /^partition 3: the log ends at LSN 7, but LSN 9 was acknowledged/),
    );
  });

  it('[D4] names every partition that lost something', () => {
    filled(9).closeSync();
    place.dropFrame(P3, 9);
    place.dropFrame(P7, 1);
    expect(() => openLog()).toThrow(faultOf('log_behind_mark', /partition 3:.*\n.*partition 7:/));
  });

  it('[D4] starts where an operator accepts the loss, and only asks once', () => {
    filled(9).closeSync();
    place.dropFrame(P3, 9);
    const log = openLog({ acceptLoss: true });
    expect(warnings).toEqual([expect.stringMatching(/a loss was accepted.*LSN 9/)]);
    expect(log.readSync(P3, lsn(1), 100)).toHaveLength(8);
    log.closeSync();
    expect(openLog().openSync([P3])[0]).toMatchObject({ lastLsn: 8 });
  });

  it('[D4] finds a flipped bit in the -wal, of which SQLite itself says nothing', () => {
    const other = new SqlitePlace();
    filled(100);
    for (const suffix of ['', '-wal', '-mark']) {
      copyFileSync(`${place.file}${suffix}`, `${other.file}${suffix}`);
    }
    const wal = readFileSync(`${other.file}-wal`);
    const middle = wal.length >> 1;
    wal[middle] = (wal[middle] ?? 0) ^ 1;
    writeFileSync(`${other.file}-wal`, wal);
    expect(() => openLog({ file: other.file })).toThrow(
      faultOf('log_behind_mark', /partition 3: the log ends at LSN \d+, but LSN 100 was/),
    );
    expect(other.withFile((db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
    other.remove();
  });

  it('[D4] refuses an empty database where a log was', () => {
    filled(2).closeSync();
    rmSync(place.file);
    expect(() => openLog()).toThrow(faultOf('log_behind_mark', /ends at LSN 0, but LSN 2/));
  });

  it('[F2] finds a last frame that was replaced by another, well chained one', () => {
    const log = filled(3);
    const [second, third] = log.readSync(P3, lsn(2), 2);
    log.closeSync();
    if (second === undefined || third === undefined) throw new Error('no frames');
    const body = new Uint8Array(40);
    const hash = frameHash(sha256, second.hash, { ...third, body });
    place.withFile((db) =>
      db
        .prepare('UPDATE frames SET body = ?, hash = ? WHERE id = ?')
        .run(body, hash, 3 * 2 ** 40 + 3),
    );
    expect(() => openLog()).toThrow(faultOf('log_damaged', /partition 3, LSN 3: .*acknowledged/));
  });

  it('tolerates a mark that is behind, as after a power cut', () => {
    const log = filled(3);
    copyFileSync(`${place.file}-mark`, `${place.file}-old`);
    const [opened] = log.openSync([P3]);
    if (opened === undefined) throw new Error('not opened');
    log.appendSync(chain(P3, opened.epoch, 4, opened));
    log.closeSync();
    copyFileSync(`${place.file}-old`, `${place.file}-mark`);
    expect(openLog().openSync([P3])[0]).toMatchObject({ lastLsn: 7 });
    expect(warnings).toEqual([]);
  });

  it('warns of a mark that is missing, damaged or cut off, and makes it anew', () => {
    const mark = `${place.file}-mark`;
    filled(3).closeSync();
    rmSync(mark);
    openLog().closeSync();
    const bytes = readFileSync(mark);
    bytes[3 * 64 + 20] = 255;
    writeFileSync(mark, bytes);
    openLog().closeSync();
    truncateSync(mark, 64 * 64 + 10);
    openLog().closeSync();
    expect(warnings).toEqual([
      expect.stringMatching(/missing/),
      expect.stringMatching(/damaged.*partitions 3 is/),
      expect.stringMatching(/damaged.*partitions 64 is/),
    ]);
    expect(statSync(mark).size).toBe(65 * 64);
    warnings = [];
    openLog();
    expect(warnings).toEqual([]);
  });
});

describe('the tail', () => {
  it('[D4] refuses a last frame with a flipped bit, even where losses are accepted', () => {
    filled(9).closeSync();
    place.flipBodyBit(P3, 9);
    expect(() => openLog()).toThrow(faultOf('log_damaged', /partition 3, LSN 9:/));
    expect(() => openLog({ acceptLoss: true })).toThrow(faultOf('log_damaged', /LSN 9:/));
  });

  it('[D4] refuses a gap before the last frame and one at the beginning', () => {
    filled(9).closeSync();
    place.dropFrame(P3, 8);
    expect(() => openLog()).toThrow(faultOf('log_gap', /partition 3, LSN 8:/));
    place.dropFrame(P3, 1);
    expect(() => openLog()).toThrow(faultOf('log_gap', /partition 3, LSN 1:/));
  });

  it('[D4] finds damage further back when it is read', () => {
    filled(9).closeSync();
    place.flipBodyBit(P3, 5);
    const log = openLog();
    expect(() => log.readSync(P3, lsn(1), 100)).toThrow(
      faultOf('log_damaged', /partition 3, LSN 5:/),
    );
  });

  it('follows a truncation of more frames than one transaction drops', () => {
    const log = openLog();
    const [opened] = log.openSync([P3]);
    if (opened === undefined) throw new Error('not opened');
    const frames = chain(P3, opened.epoch, 2_500, opened);
    log.appendSync(frames);
    log.saveSnapshotSync(snapshotAt(frames, 2_450));
    log.truncateSync(P3, lsn(2_401));
    expect(log.readSync(P3, lsn(2_401), 1_000)).toEqual(frames.slice(2_400));
    log.closeSync();
    expect(openLog().openSync([P3])[0]).toMatchObject({ lastLsn: 2_500 });
    const left = place.withFile((db) => db.prepare('SELECT count(*) FROM frames').pluck().get());
    expect(left).toBe(100);
  });
});
