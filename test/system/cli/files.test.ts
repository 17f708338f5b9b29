/** `usher backup`, `restore` and `rebuild`: whole or not at all, and nothing acknowledged lost. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingRef, ShowId } from '../../../engine/ids.ts';
import { type DemoShow, findShow } from '../../support/demo-show.ts';
import { client } from '../../support/one-cinema.ts';
import { RawSocket } from '../../support/raw-socket.ts';
import { until } from '../../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { usher, usherJson } from '../../support/usher-command.ts';

/** Kills a rebuild when all rows are made anew, and how far it read is not noted yet. */
const KILL_BEFORE_THE_END = `
  import module from 'node:module';
  const require = module.createRequire('${new URL('../../../package.json', import.meta.url)}');
  const { prototype } = require('better-sqlite3');
  const { prepare } = prototype;
  prototype.prepare = function (sql) {
    if (/insert .*into reader_cursors/i.test(sql)) process.kill(process.pid, 'SIGKILL');
    return prepare.call(this, sql);
  };
`;
const SELLERS = 4;
const BOOKED_BEFORE = 60;

let folder = '';
let data = '';
let backup = '';
let server: ServerProcess;
let shows: readonly DemoShow[];
/** What people were told before the backup began. */
let before: readonly Told[];

interface Told {
  readonly show: ShowId;
  readonly booking: BookingRef;
  /** Of whoever booked. */
  readonly token: string;
}

const place = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usher-files-'));
  data = place('usher.db');
  backup = place('backup.db');
  server = await startServerProcess({
    data,
    crowd: 60,
    flags: ['--demo-days', '2', '--log-level', 'error', '--messages-per-second', '0'],
  });
  const { raw } = await RawSocket.greeted(server.socketUrl);
  shows = await Promise.all([0, 1, 2, 3, 4].map((skip) => findShow(raw, 220, skip)));
  await raw.close();
  await backUpUnderLoad();
  await server.stop();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** People book all the while; those who were told so before it began are remembered. */
async function backUpUnderLoad(): Promise<void> {
  const told: Told[] = [];
  const state = { isOver: false };
  const selling = Array.from({ length: SELLERS }, async () => {
    while (!state.isOver) told.push(...(await buyEverywhere()));
  });
  await until(() => told.length >= BOOKED_BEFORE, 'enough is booked', 20_000);
  before = [...told];
  const made = await usherJson<{ frames: number }>(['backup', backup, '--data', data]);
  state.isOver = true;
  await Promise.all(selling);
  expect(told.length, 'it was sold while the backup was made').toBeGreaterThan(before.length);
  expect(made.frames).toBeGreaterThan(100);
}

/** Somebody comes, books two seats of each show, and goes. */
async function buyEverywhere(): Promise<readonly Told[]> {
  const told: Told[] = [];
  const person = client(server);
  for (const { id: show } of shows) {
    const held = await person.holdBest(show, 2);
    const booked = held.type === 'rejected' ? held : await person.book(show, held.hold);
    if (booked.type === 'rejected') continue;
    told.push({ show, booking: booked.booking, token: person.token ?? '' });
  }
  person.close();
  return told;
}

const bookingsIn = (file: string): ReadonlySet<string> => {
  const db = new Database(file, { readonly: true });
  const names = db.prepare("SELECT show || ' ' || booking FROM p_bookings").pluck().all();
  db.close();
  return new Set(names as string[]);
};

describe('a backup of a running server', () => {
  it('[D1] [F1] restored elsewhere, holds all that was acknowledged before it began', async () => {
    const elsewhere = place('elsewhere/usher.db');
    const restored = await usher(['restore', backup, '--data', elsewhere]);
    expect(restored, restored.stderr).toMatchObject({ code: 0 });
    const audit = await usher(['audit', elsewhere]);
    expect(audit, audit.stdout).toMatchObject({ code: 0, stderr: '' });
    const rebuilt = await usher(['rebuild', '--data', elsewhere]);
    expect(rebuilt, rebuilt.stderr).toMatchObject({ code: 0 });
    const found = bookingsIn(elsewhere);
    expect(before.filter(({ show, booking }) => !found.has(`${show} ${booking}`))).toEqual([]);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
  }, 30_000);

  it('[W9] [B1] its server knows people, their bookings and tickets, and sells on', async () => {
    const elsewhere = place('again/usher.db');
    await usherJson(['restore', backup, '--data', elsewhere]);
    const other = await startServerProcess({
      data: elsewhere,
      demo: false,
      flags: ['--log-level', 'error'],
    });
    const [told] = before;
    if (told === undefined) throw new Error('something was booked');
    const { show, booking, token } = told;
    const known = client(other, token);
    const mine = (await known.mine()).shows.find((each) => each.show === show)?.bookings ?? [];
    expect(mine.map((each) => each.booking)).toContain(booking);
    const tickets = await known.tickets(show, booking);
    if (tickets.type === 'rejected') throw new Error(tickets.text);
    const [{ code } = { code: '' }] = tickets.tickets;
    const scanned = await usher(['scan', code, '--data', elsewhere]);
    expect(scanned, scanned.stderr + scanned.stdout).toMatchObject({ code: 0 });
    const held = await known.holdBest(show, 2);
    if (held.type === 'rejected') throw new Error(held.text);
    expect((await known.book(show, held.hold)).type).toBe('booked');
    known.close();
    await other.stop();
    expect((await usher(['audit', elsewhere])).code).toBe(0);
  }, 30_000);

  it('can be read by its owner only, and leaves nothing else behind', () => {
    for (const file of [backup, `${backup}-mark`]) {
      expect(statSync(file).mode & 0o777, file).toBe(0o600);
    }
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('is not written over, and takes a name of its own in a folder', async () => {
    const again = await usher(['backup', backup, '--data', data]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('there already') });
    mkdirSync(place('nightly'));
    const made = await usherJson<{ file: string }>(['backup', place('nightly'), '--data', data]);
    expect(made.file).toMatch(/nightly\/usher-[\dTZ-]+\.db$/);
    expect(readdirSync(place('nightly'))).toHaveLength(2);
  });
});

describe('usher backup', () => {
  it('[D4] refuses a damaged log, and leaves no copy of it', async () => {
    const damaged = place('damaged.db');
    damage(backup, damaged);
    const to = place('of-damaged.db');
    const said = await usher(['backup', to, '--data', damaged]);
    expect(said).toMatchObject({ code: 3, stderr: expect.stringContaining('not sound') });
    expect(readdirSync(folder).filter((name) => name.startsWith('of-damaged'))).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ended half-way by %s leaves nothing', async (signal) => {
    const to = place('cut.db');
    const parts = () => readdirSync(folder).filter((name) => name.startsWith('cut.db'));
    const said = await usher(['backup', to, '--data', data], {
      onStart: (child) => {
        const look = setInterval(() => {
          if (parts().length === 0) return;
          clearInterval(look);
          child.kill(signal);
        }, 1);
        child.once('exit', () => clearInterval(look));
      },
    });
    expect(said.signal, said.stdout).toBe(signal);
    expect(said.stderr).toContain('nothing was changed');
    expect(parts()).toEqual([]);
  });

  it('says that the disk is full, and leaves nothing', async () => {
    const { disk, by } = fullDisk();
    const said = await usher(['backup', join(disk.folder, 'b.db'), '--data', data], { by });
    expect(said.code, said.stderr).toBe(1);
    expect(said.stderr).toMatch(/disk is full|disk refused/);
    expect(readdirSync(disk.folder)).toEqual([]);
    disk.remove();
  });
});

/** A disk smaller than the backup, and what a command has to be run by to feel it. */
function fullDisk() {
  const bytes = 1_000_000;
  const disk = smallDisk(bytes, ['mount', 'limit']);
  return { disk, by: disk.kind === 'mount' ? [] : ['prlimit', `--fsize=${bytes}:${bytes}`] };
}

/** A copy whose frames are whole to SQLite, and not as they were written. */
function damage(from: string, to: string): void {
  copyFileSync(from, to);
  copyFileSync(`${from}-mark`, `${to}-mark`);
  const db = new Database(to);
  const middle = 'SELECT id FROM frames ORDER BY id LIMIT 1 OFFSET 50';
  db.exec(`UPDATE frames SET time_ms = time_ms + 1 WHERE id = (${middle})`);
  db.close();
}

describe('usher restore', () => {
  it('[D4] refuses a damaged backup, and changes nothing', async () => {
    const damaged = place('damaged-backup.db');
    damage(backup, damaged);
    const to = place('kept/usher.db');
    mkdirSync(place('kept'));
    writeFileSync(to, 'what was there');
    const said = await usher(['restore', damaged, '--data', to, '--force']);
    expect(said).toMatchObject({ code: 3, stderr: expect.stringContaining('not sound') });
    expect(said.stderr).toContain(damaged);
    expect(readFileSync(to, 'utf8')).toBe('what was there');
    expect(readdirSync(place('kept')).sort()).toEqual(['usher.db', 'usher.db-lock']);
  });

  it('[D4] refuses one that ends too early', async () => {
    const short = place('short.db');
    copyFileSync(backup, short);
    copyFileSync(`${backup}-mark`, `${short}-mark`);
    const db = new Database(short);
    db.exec('DELETE FROM frames WHERE id = (SELECT id FROM frames ORDER BY id LIMIT 1 OFFSET 300)');
    const table = "SELECT count(*) FROM sqlite_schema WHERE name = 'commits'";
    if (db.prepare(table).pluck().get() === 1) db.exec('DELETE FROM commits');
    db.close();
    const said = await usher(['restore', short, '--data', place('short/usher.db')]);
    expect(said.code, said.stderr).toBe(3);
    expect(existsSync(place('short/usher.db'))).toBe(false);
  });

  it('where the disk is full, leaves what is there as it is', async () => {
    const { disk, by } = fullDisk();
    const to = join(disk.folder, 'usher.db');
    writeFileSync(to, 'what was there');
    const said = await usher(['restore', backup, '--data', to, '--force'], { by });
    expect(said.code, said.stderr).toBe(1);
    expect(said.stderr).toMatch(/disk is full|disk refused|may not grow/);
    expect(readFileSync(to, 'utf8')).toBe('what was there');
    expect(readdirSync(disk.folder).sort()).toEqual(['usher.db', 'usher.db-lock']);
    disk.remove();
  });

  it('overwrites nothing; with --force it keeps what was there, whole', async () => {
    const to = place('forced/usher.db');
    await usherJson(['restore', backup, '--data', to]);
    const refused = await usher(['restore', backup, '--data', to]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') });
    const { aside } = await usherJson<{ aside: string }>(
      ...[['restore', backup, '--data', to, '--force'] as const],
    );
    for (const file of [aside, to]) expect((await usher(['audit', file])).code).toBe(0);
    expect(existsSync(`${aside}-mark`)).toBe(true);
  });

  it('has no say while a server runs on the file, nor does rebuild', async () => {
    const to = place('busy/usher.db');
    await usherJson(['restore', backup, '--data', to]);
    const flags = ['--log-level', 'error'];
    const other = await startServerProcess({ data: to, demo: false, flags });
    const restored = await usher(['restore', backup, '--data', to, '--force']);
    const rebuilt = await usher(['rebuild', '--data', to]);
    for (const said of [restored, rebuilt]) {
      expect(said).toMatchObject({ code: 3, stderr: expect.stringContaining('stop that one') });
    }
    await other.stop();
    expect((await usher(['audit', to])).code).toBe(0);
  });

  it('takes no log in use for a backup, nor a file for its own', async () => {
    const live = place('live.db');
    copyFileSync(backup, live);
    writeFileSync(`${live}-wal`, 'x');
    const said = await usher(['restore', live, '--data', place('of-live.db')]);
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('usher backup') });
    const own = await usher(['restore', backup, '--data', backup, '--force']);
    expect(own.code).toBe(2);
    expect((await usher(['audit', backup])).code).toBe(0);
  });
});

describe('usher rebuild', () => {
  it('[F2] makes the same rows anew, and shows how far it is', async () => {
    const to = place('rebuilt/usher.db');
    await usherJson(['restore', backup, '--data', to]);
    await usherJson(['rebuild', '--data', to]);
    const rows = bookingsIn(to);
    const db = new Database(to);
    db.exec('DELETE FROM p_bookings');
    db.close();
    const mended = await usherJson<{ same: boolean }>(['rebuild', '--data', to]);
    expect(mended.same).toBe(false);
    expect(bookingsIn(to)).toEqual(rows);
    const same = await usherJson<{ same: boolean; frames: number }>(['rebuild', '--data', to]);
    expect(same.same).toBe(true);
    // At a terminal there is a bar.
    const line = [process.execPath, 'dist/gateway/cli/main.js', 'rebuild', '--data', to];
    const shown = execFileSync('script', ['-qec', line.join(' '), '/dev/null'], {
      encoding: 'utf8',
    });
    expect(shown).toMatch(/100 %|\d+ of \d+ frames/);
    expect(shown).toContain('the same as before');
  }, 30_000);

  it('cut off half-way, leaves the tables as they were', async () => {
    const to = place('cut-off/usher.db');
    await usherJson(['restore', backup, '--data', to]);
    await usherJson(['rebuild', '--data', to]);
    const rows = bookingsIn(to);
    const cut = ['--import', `data:text/javascript,${encodeURIComponent(KILL_BEFORE_THE_END)}`];
    const said = await usher(['rebuild', '--data', to], { env: { NODE_OPTIONS: cut.join(' ') } });
    expect(said.signal, said.stdout).toBe('SIGKILL');
    expect(bookingsIn(to)).toEqual(rows);
    expect((await usherJson<{ same: boolean }>(['rebuild', '--data', to])).same).toBe(true);
    expect((await usher(['audit', to])).code).toBe(0);
  });
});
