/**
 * Commits that a kill left unsettled: they are read as they were, by the next start and by the
 * auditor, and whoever changes or drops one is found out [D2] [D4] [F2].
 */
import { copyFileSync, existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lsn } from '../../engine/ids.ts';
import type { Frame } from '../../engine/shard/log-store.ts';
import { Auditor, type LogRow } from '../../persistence/audit/auditor.ts';
import { LogFile } from '../../persistence/audit/log-file.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';
import { framesOf } from '../../persistence/sqlite/recent-commits.ts';
import { chain, endOf, faultOf, P3, P7 } from '../contract/log-store-contract.ts';
import { SqlitePlace } from './sqlite-place.ts';

let living: SqlitePlace;
let killed: SqlitePlace;

beforeEach(() => {
  living = new SqlitePlace();
  killed = new SqlitePlace();
});

afterEach(() => {
  living.remove();
  killed.remove();
});

/** Some frames that were settled and some that were not, as a kill at this moment leaves them. */
function leaveBehind(): { three: readonly Frame[]; seven: readonly Frame[] } {
  const log = openSqliteLog({ file: living.file });
  const opened = log.openSync([P3, P7]);
  const [first, other] = opened;
  if (first === undefined || other === undefined) throw new Error('not opened');
  const three = [...chain(P3, first.epoch, 4, first)];
  const seven = [...chain(P7, other.epoch, 2, other)];
  log.appendSync([...three, ...seven]);
  log.settleSync();
  for (let commit = 0; commit < 5; commit++) {
    const more = chain(P3, first.epoch, 2, endOf(three));
    const also = chain(P7, other.epoch, 1, endOf(seven));
    expect(log.appendSync([...more, ...also])).toEqual({ type: 'durable' });
    three.push(...more);
    seven.push(...also);
  }
  for (const part of ['', '-wal', '-mark']) {
    if (existsSync(`${living.file}${part}`)) {
      copyFileSync(`${living.file}${part}`, `${killed.file}${part}`);
    }
  }
  log.closeSync();
  return { three, seven };
}

const openKilled = () => openSqliteLog({ file: killed.file });

describe('commits that were not settled when the process was killed', () => {
  it('[D2] are read by the next start, which goes on after them and settles them', () => {
    const { three, seven } = leaveBehind();
    const count = killed.withFile((db) => db.prepare('SELECT count(*) FROM commits').pluck().get());
    expect(count).toBe(5);
    const log = openKilled();
    expect(log.readSync(P3, lsn(1), 100)).toEqual(three);
    expect(log.readSync(P7, lsn(1), 100)).toEqual(seven);
    const [opened] = log.openSync([P3]);
    expect(opened).toMatchObject({ lastLsn: three.length, lastHash: three.at(-1)?.hash });
    log.settleSync();
    expect(log.readSync(P3, lsn(1), 100)).toEqual(three);
    log.closeSync();
    const left = killed.withFile((db) => db.prepare('SELECT count(*) FROM commits').pluck().get());
    expect(left).toBe(0);
  });

  it('[F2] are read by the auditor, partition by partition and in order', () => {
    const { three, seven } = leaveBehind();
    const file = new LogFile(killed.file);
    const rows: LogRow[] = [];
    const auditor = new Auditor();
    auditor.frame = (row) => void rows.push(row);
    for (const _ of file.audit(auditor));
    file.close();
    const placeOf = (row: LogRow) => [
      row.partition,
      row.lsn,
      Buffer.from(row.hash).toString('hex'),
    ];
    expect(rows.map(placeOf)).toEqual([...three, ...seven].map(placeOf));
  });

  it('[D4] a changed one is named, wherever the bit is', () => {
    leaveBehind();
    const bytes = killed.withFile(
      (db) => db.prepare('SELECT frames FROM commits WHERE id = 3').pluck().get() as Buffer,
    );
    const put = (frames: Buffer) =>
      killed.withFile((db) => db.prepare('UPDATE commits SET frames = ? WHERE id = 3').run(frames));
    for (let at = 0; at < bytes.byteLength; at += 13) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 4;
      put(changed);
      expect(openKilled).toThrow(faultOf('log_damaged', /^commit 3 was changed/));
      expect(() => new LogFile(killed.file)).toThrow(faultOf('log_damaged', /^commit 3 was/));
    }
    put(bytes);
    openKilled().closeSync();
  });

  it.each([
    ['in the middle', 'id = 3', 'log_gap'],
    ['at the end', 'id = (SELECT max(id) FROM commits)', 'log_behind_mark'],
  ] as const)('[D4] a dropped one %s is missed', (_, where, code) => {
    leaveBehind();
    killed.withFile((db) => db.prepare(`DELETE FROM commits WHERE ${where}`).run());
    expect(openKilled).toThrow(faultOf(code, /^partition 3/));
  });

  it('a checksum that fits does not make frames of what is none', () => {
    const frames = Buffer.from('not frames');
    expect(() => framesOf({ id: 1, frames, checksum: 0 })).toThrow('commit 1 was changed');
  });
});
