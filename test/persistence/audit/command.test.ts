/** The auditor's command, on real files: what it tells, what it finds, and what it refuses. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteLog } from '../../../persistence/sqlite/open-sqlite-log.ts';
import { TestLog, TestShard } from '../../support/shard-harness.ts';
import { hour, minute, opening, second } from '../../support/show-harness.ts';

const main = join(import.meta.dirname, '../../../dist/persistence/audit/main.js');

let directory = '';
let file = '';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function audit(...args: readonly string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

/** A copy of the log, as it is or with its database edited. */
function copyOf(name: string, edit: (database: Database.Database) => void = () => {}): string {
  const copy = join(directory, `${name}.db`);
  copyFileSync(file, copy);
  copyFileSync(`${file}-mark`, `${copy}-mark`);
  const database = new Database(copy);
  edit(database);
  database.close();
  return copy;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'usher-audit-'));
  file = join(directory, 'usher.db');
  const log = openSqliteLog({ file });
  const shard = await TestShard.open({ log: new TestLog(log) });
  const stalls = { section: 'Stalls', row: 'A', count: 4 };
  await shard.schedule([stalls, { ...stalls, row: 'B', x: 1 }, { ...stalls, section: 'Balcony' }]);
  const hold = await shard.hold('ann', [0, 1, 2, 3]);
  await shard.hold('bob', [4, 5, 6, 7]);
  await shard.hold('cid', [8, 9, 10, 11]);
  await shard.accepted('007', { type: 'wait', party: 2 });
  await shard.advance(minute);
  await shard.accepted('ann', { type: 'change', hold, seats: [0, 1] });
  await shard.accepted('007', { type: 'hold', seats: [2] });
  await shard.accepted('ann', { type: 'book', hold });
  await shard.shard.saveSnapshots();
  await shard.advance(6 * minute + second);
  await log.close();
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('usher-audit on a sound log', () => {
  it('[F2] says so and ends with 0', async () => {
    const { code, out, err } = await audit(file);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(
      'SOUND: no frame was changed, dropped or moved, and every rule was kept.',
    );
    expect(out).toContain('Money: 20.00 INR taken = 20.00 INR booked + 0.00 INR owed back.');
  });

  it('[F2] tells the story of a show and draws its map at the end', async () => {
    const { out } = await audit(file, '--show', 's');
    const told = out.split('\n').map((line) => line.replace(/^\S+ \S+ {2}s #\d+ {2}/, ''));
    expect(told).toContain('ann holds A1, A2, A3, A4 until 09:05:00.000, for 40.00 INR (hold 3).');
    expect(told).toContain('007 joins the line, a party of 2 with ticket 1; nobody is ahead.');
    expect(told).toContain('ann changes hold 3 from A1, A2, A3, A4 to A1, A2, now for 20.00 INR.');
    expect(told).toContain(
      '007, first in line with ticket 1 after 00:01:00, is offered 2 seats until 09:03:00.000.',
    );
    expect(told).toContain('007 has taken up the offer (2 seats).');
    expect(told).toContain('ann books hold 3: A1, A2 for 20.00 INR (booking S-009).');
    expect(told).toContain(
      'Hold 4 of bob, shown until 09:05:00.000, has run out; free now: B1, B2, B3, B4.',
    );
    expect(out).toContain('Stalls\nA  B B . .\nB    . . . .\nBalcony\nA  . . . .\n');
    expect(out).toContain('. free 10   h held 0   B booked 2   # blocked 0   (onSale)');
  });

  it('[F2] draws the map of any moment, and tells no more than was known then', async () => {
    const at = new Date(opening + 30 * second).toISOString();
    const { out } = await audit(file, '--show', 's', '--at', at);
    expect(out).toContain('Stalls\nA  h h h h\nB    h h h h\nBalcony\nA  h h h h\n');
    expect(out).toContain('in line: 007 (2)');
    expect(out).not.toContain('books');
    const ms = await audit(file, '--show', 's', '--at', String(opening + 30 * second));
    expect(ms.out.replace(/read in.*/, '')).toBe(out.replace(/read in.*/, ''));
  });

  it('[F2] tells the story of a seat, by name, by section and by index', async () => {
    const { out } = await audit(file, '--show', 's', '--seat', 'b1');
    expect(out).toContain('bob holds B1');
    expect(out).not.toContain('ann');
    const stalls = await audit(file, '--show=s', '--seat=Stalls/A3');
    expect(stalls.out).toContain('ann holds A1, A2, A3, A4');
    expect(stalls.out).toContain('007 holds A3');
    const index = await audit(file, '--show', 's', '--seat', '#2');
    expect(index.out.replace(/read in.*/, '')).toBe(stalls.out.replace(/read in.*/, ''));
  });

  it('[F2] tells the story of a person, whose name may look like a number', async () => {
    const { out } = await audit(file, '--user', '007');
    expect(out.match(/^.* s #\d+ /gm)).toHaveLength(5);
    expect(out).toContain('007 joins the line');
    expect(out).not.toContain('bob');
  });

  it('prints one JSON object where it is asked to', async () => {
    const { code, out } = await audit(file, '--json', '--show', 's');
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report).toMatchObject({ sound: true, shows: 1, findings: [], findingsInAll: 0 });
    expect(report.story[2]).toMatchObject({ seq: 3, show: 's', timeMs: opening });
    expect(report.map).toContain('A  B B . .');
  });

  it('reads a file that a running server has open', async () => {
    const live = copyOf('live');
    const log = openSqliteLog({ file: live });
    const shard = await TestShard.open({ log: new TestLog(log) });
    shard.clock.nowMs = opening + hour;
    await shard.hold('dan', [4]);
    const { code, out } = await audit(live, '--user', 'dan');
    expect([code, out]).toEqual([0, expect.stringContaining('dan holds B1')]);
    await log.close();
  });
});

describe('usher-audit on a log that is not sound', () => {
  it('[D4] names a byte that was changed, and ends with 1', async () => {
    const broken = copyOf('changed', (database) => {
      const sql = 'UPDATE frames SET time_ms = time_ms + 1 WHERE id = (SELECT max(id) FROM frames)';
      database.exec(sql);
    });
    const { code, out } = await audit(broken);
    expect(code).toBe(1);
    expect(out).toMatch(/\[F2\] chain-broken, partition \d+ LSN \d+: /);
    expect(out).toMatch(/NOT SOUND: 1 finding; the first at partition \d+ LSN \d+\./);
    const json = JSON.parse((await audit(broken, '--json')).out);
    expect(json).toMatchObject({ sound: false, findings: [{ code: 'chain-broken', rule: 'F2' }] });
  });

  it('[D4] names a log that ends before what was acknowledged', async () => {
    const cut = copyOf('cut', (database) => {
      database.exec('DELETE FROM frames WHERE id = (SELECT max(id) FROM frames)');
    });
    expect((await audit(cut)).out).toContain('[D4] log-behind-mark');
  });

  it('[D4] names a snapshot that was changed, and one of another log', async () => {
    const flipped = copyOf('flipped', (database) => {
      database.exec("UPDATE snapshots SET body = CAST(body || x'00' AS BLOB)");
    });
    expect((await audit(flipped)).out).toContain('does not match its own checksum');
    const strange = copyOf('strange', (database) => {
      database.exec('UPDATE snapshots SET hash = zeroblob(32)');
    });
    expect((await audit(strange)).out).toContain('does not belong to this log');
  });

  it('says where it could not look', async () => {
    const bare = copyOf('bare');
    rmSync(`${bare}-mark`);
    const { code, out } = await audit(bare);
    expect(code).toBe(0);
    expect(out).toContain('nothing says whether the log ends too early');
  });

  it('[D4] names a database whose pages are damaged', async () => {
    const damaged = join(directory, 'damaged.db');
    copyFileSync(file, damaged);
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(damaged);
    bytes.fill(0xff, 8192, bytes.length);
    writeFileSync(damaged, bytes);
    const { code, out, err } = await audit(damaged);
    expect(code).toBe(1);
    expect(out + err).toMatch(/damaged|malformed/);
  });
});

describe('usher-audit used wrongly', () => {
  it.each([
    [[], 'Name the file of the log'],
    [['a', 'b'], 'One file at a time'],
    [['a', '--seats', '1'], '--seats'],
    [['a', '--seat', 'A1'], 'name it with --show'],
    [['a', '--at', '2026-01-01'], '--at is for the story of'],
    [['a', '--show', 's', '--at', 'noon'], 'not "noon"'],
    [['a', '--show'], '--show'],
    [['a', '--show', 's', '--show', 't'], '--show can be given once'],
  ])('refuses %j with a sentence and 2', async (args, sentence) => {
    const { code, out, err } = await audit(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err).toContain('"usher audit --help" tells what there is');
  });

  it('shows its help', async () => {
    const { code, out } = await audit('--help');
    expect([code, out]).toEqual([0, expect.stringContaining('--seat <name>')]);
  });

  it('says what is wrong with a file that is no log', async () => {
    const text = join(directory, 'letter.txt');
    writeFileSync(text, 'Dear Sir or Madam, '.repeat(100));
    const stranger = join(directory, 'stranger.db');
    new Database(stranger).exec('CREATE TABLE films (name TEXT)').close();
    const newer = copyOf('newer', (database) => database.pragma('user_version = 99'));
    mkdirSync(join(directory, 'folder'));
    const cases = [
      [join(directory, 'missing.db'), 'There is no file'],
      [join(directory, 'folder'), 'is a folder'],
      [text, 'is no SQLite database'],
      [stranger, 'is a database of another program'],
      [newer, 'was written by a later release: its schema is 99'],
    ] as const;
    for (const [path, sentence] of cases) {
      const { code, out, err } = await audit(path);
      expect([code, out, err]).toEqual([2, '', expect.stringContaining(sentence)]);
    }
  });

  it('says that another program has locked the file', async () => {
    const locked = copyOf('locked');
    const database = new Database(locked);
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    const { code, err } = await audit(locked);
    database.close();
    expect([code, err]).toEqual([2, expect.stringContaining('is locked by another program')]);
  });

  it('says what there is where it is asked for something else', async () => {
    const cases = [
      [['--show', 'nowhere'], 'There is no show nowhere in this log; there are 1, such as s.'],
      [['--show', 's', '--seat', 'Z9'], 'There is no seat Z9 in show s'],
      [['--show', 's', '--seat', 'A1'], 'ask for Stalls/A1 or Balcony/A1'],
      [['--user', 'nobody'], 'nobody did nothing in this log'],
    ] as const;
    for (const [args, sentence] of cases) {
      const { code, err } = await audit(file, ...args);
      expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
    }
  });
});
