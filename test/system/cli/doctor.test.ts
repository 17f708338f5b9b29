/** `usher doctor`: finds what is wrong, each thing by itself, and says what to do about it. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Check, nodeVersion, theLog } from '../../../gateway/cli/check-machine.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { usher } from '../../support/usher-command.ts';

let folder = '';
let data = '';
let taken: Server;
let port = 0;
const place = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usher-doctor-'));
  data = place('usher.db');
  const flags = ['--demo-days', '1', '--log-level', 'error'];
  const server = await startServerProcess({ data, flags });
  const checks = await look(['--data', data]);
  expect(checks.get('server')).toMatchObject({ state: 'ok', said: `is ready at ${server.url}` });
  await server.stop();
  taken = createServer();
  await new Promise<void>((ready) => taken.listen(0, '127.0.0.1', ready));
  const address = taken.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
}, 30_000);

afterAll(async () => {
  await new Promise((closed) => taken.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

interface Manner {
  readonly code?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly by?: readonly string[];
}

async function look(args: readonly string[], { code = 0, env = {}, by = [] }: Manner = {}) {
  const said = await usher(['doctor', ...args, '--json'], { env: { USHER_PORT: '0', ...env }, by });
  expect(said.code, said.stdout + said.stderr).toBe(code);
  const { checks } = JSON.parse(said.stdout) as { checks: readonly Check[] };
  return new Map(checks.map((check) => [check.what, check]));
}

describe('usher doctor', () => {
  it('has nothing to say against a file that is well, or that is to come', async () => {
    for (const file of [data, place('to/come/usher.db')]) {
      const checks = await look(['--data', file]);
      const bad = [...checks.values()].filter(({ state }) => state === 'bad');
      expect(bad).toEqual([]);
    }
    const lines = await usher(['doctor', '--data', data], { env: { USHER_PORT: '0' } });
    expect(lines.stdout).toMatch(/^ok +log +\d+ frames, kept by the rules$/m);
  });

  it('[D4] finds a damaged log, and says to restore a backup', async () => {
    const damaged = place('damaged.db');
    copyFileSync(data, damaged);
    copyFileSync(`${data}-mark`, `${damaged}-mark`);
    const bytes = readFileSync(damaged);
    const db = new Database(data, { readonly: true });
    const frame = 'SELECT body FROM frames WHERE length(body) > 60 LIMIT 1';
    const body = db.prepare(frame).pluck().get() as Buffer;
    db.close();
    const start = body.subarray(0, 40);
    let found = 0;
    // Pages that the database has given up may hold the same bytes.
    for (let at = bytes.indexOf(start); at !== -1; at = bytes.indexOf(start, at + 1)) {
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      found++;
    }
    expect(found).toBeGreaterThan(0);
    writeFileSync(damaged, bytes);
    const check = (await look(['--data', damaged], { code: 1 })).get('log');
    expect(check).toMatchObject({
      state: 'bad',
      said: expect.stringContaining('restore a backup'),
    });
  });

  it('finds files that others may read, and a folder that may not be written', async () => {
    const open = place('open.db');
    copyFileSync(data, open);
    chmodSync(open, 0o644);
    const check = (await look(['--data', open])).get('files');
    expect(check).toMatchObject({
      state: 'warn',
      said: expect.stringContaining(`chmod 600 ${open}`),
    });
    const notes = await look(['--data', join(data, 'usher.db')], { code: 1 });
    expect(notes.get('folder')?.said).toContain('is a file');
    expect((await look(['--data', folder], { code: 1 })).get('folder')?.said).toContain('name the');
  });

  it.runIf(process.getuid?.() === 0)('finds that it is run as somebody else', async () => {
    const closed = place('closed');
    mkdirSync(closed);
    copyFileSync(data, join(closed, 'usher.db'));
    for (const each of [folder, closed]) chmodSync(each, 0o755);
    chmodSync(join(closed, 'usher.db'), 0o600);
    const by = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const args = ['--data', join(closed, 'usher.db')];
    const checks = await look(args, { code: 1, by });
    expect(checks.get('folder')).toMatchObject({ state: 'bad' });
    expect(checks.get('files')).toMatchObject({ state: 'bad' });
    const said = await usher(['backup', join(closed, 'b.db'), ...args], { by });
    expect(said.code, said.stderr).not.toBe(0);
    expect(said.stderr).toMatch(/run this as the user that the server runs as/);
  });

  it('finds a port that is taken, and refuses one that is none', async () => {
    const checks = await look(['--data', data, '--port', String(port)], { code: 1 });
    expect(checks.get('port')?.said).toBe(`127.0.0.1:${port} is taken: choose another --port`);
    expect((await usher(['doctor', '--port', '99999'])).code).toBe(2);
    const strange = await look(['--data', data, '--host', '203.0.113.1'], { code: 1 });
    expect(strange.get('port')?.said).toContain('see --host');
  });

  it('finds settings that mean nothing, and those that cannot be', async () => {
    const slip = await look(['--data', data], { env: { USHER_SMPT_URL: 'smtp://mail' } });
    expect(slip.get('settings')).toMatchObject({ state: 'warn' });
    expect(slip.get('settings')?.said).toMatch(/USHER_SMPT_URL.*means nothing/);
    const wrong = await look(['--data', data], { code: 1, env: { USHER_SHARDS: 'many' } });
    expect(wrong.get('settings')?.said).toContain('--shards');
  });

  it('finds that too few files may be open', async () => {
    const by = ['prlimit', '--nofile=1024:1024'];
    const check = (await look(['--data', data], { by })).get('open files');
    expect(check).toMatchObject({ state: 'warn', said: expect.stringContaining('LimitNOFILE') });
  });

  it('[T1] finds a clock that is behind the log, and a Node that is too old', async () => {
    const yesterday = Date.now() - 86_400_000;
    const [, clock] = await theLog(data, yesterday);
    expect(clock).toMatchObject({ what: 'clock', state: 'bad' });
    expect(await theLog(data, Date.now())).toHaveLength(1);
    expect(nodeVersion('18.20.4')).toMatchObject({ state: 'bad' });
    expect(nodeVersion('20.19.9')).toMatchObject({ state: 'bad' });
    expect(nodeVersion('20.20.0')).toMatchObject({ state: 'ok' });
    expect(nodeVersion('24.1.0')).toMatchObject({ state: 'ok' });
  });
});
