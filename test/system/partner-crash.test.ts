/**
 * A server killed after a partner's write was decided, and before the answer to its
 * Idempotency-Key was kept: whoever sends it again is told the same, and it is done once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPartner, Desk, openCinema } from '../support/partner-desk.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let folder = '';
let data = '';
let server: ServerProcess;
let lux: Desk;
let show = '';

const start = () =>
  startServerProcess({ data, flags: ['--demo-days', '1', '--log-level', 'error'] });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-partner-crash-'));
  data = join(folder, 'usher.db');
  server = await start();
  lux = await addPartner(Desk.operator(server.url, data), 'lux');
  ({ show } = await openCinema(lux, 'lux'));
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Kills the server and takes the kept answers away, as if it had died before keeping them. */
async function dieBeforeKeeping(): Promise<void> {
  await server.kill();
  const db = new Database(data);
  expect(db.prepare('DELETE FROM idempotency').run().changes).toBeGreaterThan(0);
  db.close();
  server = await start();
  lux = new Desk(server.url, lux.key);
}

describe('a write that is sent again after a crash', () => {
  const writes: readonly (readonly [string, () => readonly [path: string, body: object]])[] = [
    ['a booking in bulk', () => ['bookings', { parts: [{ show, seats: [0, 1, 2] }] }]],
    ['seats out of sale', () => [`shows/${show}/block`, { seats: [5] }]],
  ];

  it.each(writes)(
    '[H7] [D2] is done once and answered the same: %s',
    async (_, write) => {
      const [path, body] = write();
      const key = { 'idempotency-key': path.replace('/', '-').slice(0, 20) };
      const ask = () => lux.ask('POST', `/api/v1/partner/${path}`, body, key);
      const first = await ask();
      expect(first.status, JSON.stringify(first.json)).toBeLessThan(300);
      const before = await lux.get(`/api/v1/partner/shows/${show}`);
      await dieBeforeKeeping();
      const again = await ask();
      expect([again.status, again.json]).toEqual([first.status, first.json]);
      const after = await lux.get(`/api/v1/partner/shows/${show}`);
      expect(after.json).toEqual(before.json);
    },
    30_000,
  );
});
