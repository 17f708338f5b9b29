/**
 * Places where a server cannot keep its log: each is refused at the start, with code 3 and a
 * sentence that names the file and says what is wrong, and what is there is left alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTown, type TownShow } from '../../bench/load/town-file.ts';
import { newestVersion } from '../../persistence/sqlite/migrations.ts';
import { built, root } from '../support/built.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { runServer, type ServerRun } from '../support/run-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const LOG_UNUSABLE = 3;
const quiet = ['--log-level', 'silent', '--messages-per-second', '0'];
/** Permissions mean nothing to root, unless it gives up the right to pass them over. */
const withoutRights = ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];

let folder = '';
let data = '';
let server: ServerProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-refused-'));
  chmodSync(folder, 0o755);
  data = join(folder, 'usher.db');
});

afterEach(async () => {
  await server?.kill();
  server = undefined;
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

const launch = (file: string) => runServer(['--port', '0', '--data', file]);

function expectRefused(run: ServerRun, ...said: readonly RegExp[]): void {
  expect(run.stdout).toBe('');
  for (const each of said) expect(run.stderr).toMatch(each);
  expect(run.code, run.stderr).toBe(LOG_UNUSABLE);
  // One sentence for the operator, not a stack.
  expect(run.stderr).toMatch(/^(usher: .+\n){1,2}$/);
}

/** Runs the server as somebody to whom permissions mean something. */
async function launchUnprivileged(file: string): Promise<ServerRun> {
  const command = [built('gateway/main.js'), '--port', '0', '--data', file];
  const isRoot = process.getuid?.() === 0;
  // Without "setpriv" (of util-linux) this fails, and says so.
  const [program, args] = isRoot
    ? ['setpriv', [...withoutRights, process.execPath, ...command]]
    : [process.execPath, command];
  const env = { ...process.env, USHER_LOG_LEVEL: 'silent' };
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
    child.kill('SIGKILL');
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

async function town(): Promise<TownShow> {
  const [show] = await makeTown(data, 20, [{}]);
  if (show === undefined) throw new Error('there is one show');
  return show;
}

describe('a second server', () => {
  it('[D4] on the same file is refused, and the first goes on', async () => {
    const show = await town();
    server = await startServerProcess({ data, demo: false, flags: quiet });
    expectRefused(await launch(data), /usher\.db is already in use by a running server; stop/);
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const hold = { type: 'hold', requestId: raw.nextId(), show: show.id, seats: [1] } as const;
    await raw.ask(hold, 'held');
    raw.cut();
  });

  it('[D2] starts where the first was killed and its lock file remains', async () => {
    await town();
    const first = await startServerProcess({ data, demo: false, flags: quiet });
    await first.kill();
    expect(existsSync(`${data}-lock`)).toBe(true);
    server = await startServerProcess({ data, demo: false, flags: quiet });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});

describe('a file', () => {
  it('that another program has locked is refused for now', async () => {
    await town();
    const other = new Database(data);
    other.exec('BEGIN IMMEDIATE');
    expectRefused(await launch(data), /usher\.db cannot be written: another program has it locked/);
    other.exec('ROLLBACK');
    other.close();
    server = await startServerProcess({ data, demo: false, flags: quiet });
  });

  it('of a later release is refused, and left alone', async () => {
    await town();
    const db = new Database(data);
    db.pragma(`user_version = ${newestVersion + 1}`);
    db.close();
    const before = readFileSync(data);
    expectRefused(await launch(data), /usher\.db was written by a later release/);
    expect(readFileSync(data).equals(before)).toBe(true);
  });

  it('that is no database, or that of another program, is refused and left alone', async () => {
    const letter = join(folder, 'letter.txt');
    writeFileSync(letter, 'Dear Sir or Madam, '.repeat(500));
    expectRefused(await launch(letter), /letter\.txt.*not a database/);
    expect(readFileSync(letter, 'utf8')).toMatch(/^Dear Sir/);
    const cats = join(folder, 'cats.db');
    const foreign = new Database(cats);
    foreign.exec('CREATE TABLE cats (name TEXT)');
    foreign.close();
    expectRefused(await launch(cats), /cats\.db is a database of another program/);
  });

  it('that is shorter than it was is refused, and says by how much', async () => {
    await town();
    const bytes = readFileSync(data);
    writeFileSync(data, bytes.subarray(0, bytes.length - 10_000));
    expectRefused(await launch(data), /usher\.db ends after \d+ of its \d+ pages/);
  });

  it('of which the end is missing is refused, naming what was acknowledged', async () => {
    await town();
    const db = new Database(data);
    db.exec('DELETE FROM frames');
    db.close();
    expectRefused(
      await launch(data),
      /partition 64: the log ends at LSN 0, but LSN 1 was acknowledged/,
      /--accept-loss/,
    );
  });
});

describe('a place', () => {
  it('that is a folder is refused', async () => {
    mkdirSync(data);
    expectRefused(await launch(data), /usher\.db.*(folder|directory)/i);
  });

  it('within a file is refused', async () => {
    writeFileSync(join(folder, 'flat'), '');
    expectRefused(await launch(join(folder, 'flat', 'usher.db')), /flat/);
  });

  it('whose folder does not exist yet is made', async () => {
    const deep = join(folder, 'a', 'b', 'usher.db');
    server = await startServerProcess({ data: deep, demo: false, flags: quiet });
    expect(existsSync(deep)).toBe(true);
  });

  it('that may only be read is refused', async () => {
    await town();
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    chmodSync(folder, 0o555);
    const before = readFileSync(data);
    expectRefused(
      await launchUnprivileged(data),
      /usher\.db/,
      /permission|readonly|read-only|open/i,
    );
    expect(readFileSync(data).equals(before)).toBe(true);
  });

  it('in which nothing may be made is refused', async () => {
    chmodSync(folder, 0o555);
    const inner = join(folder, 'deeper', 'usher.db');
    expectRefused(await launchUnprivileged(inner), /deeper/, /permission/i);
    expectRefused(await launchUnprivileged(data), /usher\.db/, /permission|open/i);
  });

  it('whose file belongs to somebody else is refused', async () => {
    await town();
    chmodSync(data, 0o000);
    chmodSync(folder, 0o777);
    rmSync(`${data}-lock`, { force: true });
    if (process.getuid?.() !== 0) expect(existsSync(data)).toBe(true);
    expectRefused(await launchUnprivileged(data), /usher\.db/, /permission|open/i);
  });

  it('on a file system that is mounted for reading only is refused', async ({ skip }) => {
    await town();
    const hindrance = mountReadOnly(folder);
    skip(hindrance !== undefined, `"mount --bind" does not work here: ${hindrance}`);
    try {
      expectRefused(await launch(data), /usher\.db/, /read-?only/i);
    } finally {
      execFileSync('umount', ['--lazy', folder]);
    }
  });
});

/** Only root may, and why not is told; the tests of permissions above ask for the same. */
function mountReadOnly(path: string): string | undefined {
  try {
    execFileSync('mount', ['--bind', path, path], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'remount,ro,bind', path], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String(error);
  }
}
