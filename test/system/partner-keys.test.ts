/**
 * Every route of the partners tried with no key, a wrong one, a revoked one and another partner's:
 * nothing is told, nothing is changed [C2].
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyFor, type DocumentedRoute, documentedRoutes } from '../support/documented-routes.ts';
import { addPartner, Desk, openCinema, text } from '../support/partner-desk.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let routes: readonly DocumentedRoute[] = [];
/** Nothing of another's can be named with them: a forged code, a city, things to be made. */
const OF_ONES_OWN = new Set(['createKey', 'putCity', 'createWebhook', 'scanTicket']);

let folder = '';
let data = '';
let server: ServerProcess;
let lux: Desk;
let rex: Desk;
let revoked: Desk;
let show = '';
let luxKey = '';
let webhook = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-partners-'));
  data = join(folder, 'usher.db');
  server = await startServerProcess({ data, flags: ['--demo-days', '1', '--log-level', 'error'] });
  const operator = Desk.operator(server.url, data);
  [lux, rex] = [await addPartner(operator, 'lux'), await addPartner(operator, 'rex')];
  routes = await documentedRoutes(server.url, ['partner', 'operator']);
  ({ show } = await openCinema(lux, 'lux'));
  const hooked = await lux.post('/api/v1/partner/webhooks', { url: 'https://lux.example/' });
  webhook = text(hooked, 'id');
  const made = await lux.post('/api/v1/partner/keys', { name: 'old', scopes: ['catalog'] });
  revoked = new Desk(server.url, text(made, 'key'));
  expect((await revoked.get('/api/v1/partner/keys')).status).toBe(200);
  await lux.delete(`/api/v1/partner/keys/${text(made, 'id')}`);
  luxKey = text(await lux.get('/api/v1/partner/keys'), 'items', 0, 'id');
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The path with the names of what is partner lux's. */
function pathOf(route: DocumentedRoute): string {
  const path = route.path
    .replace('{city}', 'pune')
    .replace('{cinema}', 'lux-main')
    .replace('{hall}', 'lux-1')
    .replace('{movie}', 'lux-film')
    .replace('{show}', show)
    .replace('{webhook}', webhook)
    .replace('{key}', luxKey)
    .replace('{partner}', 'lux');
  // A route about something new: say above what lux has of it, so that rex tries to reach it.
  expect(path).not.toContain('{');
  return path;
}

/** A body that lux could send. */
function bodyOf(route: DocumentedRoute): unknown {
  const names = { show, hall: 'lux-1', cinema: 'lux-main', movie: 'lux-film', city: 'pune' };
  return bodyFor(route, names);
}

/** Number of the last frame of every partition: nothing was decided while it stays. */
function decided(): unknown {
  const db = new Database(data, { readonly: true });
  try {
    const frames = db.prepare('SELECT count(*), max(id) FROM frames').raw().get();
    const commits = db.prepare('SELECT count(*) FROM commits').raw().get();
    return JSON.stringify([frames, commits]);
  } finally {
    db.close();
  }
}

/** The same once nothing moves any more: frames are settled about once a second. */
async function settled(): Promise<string> {
  for (let before = ''; ; ) {
    const now = String(decided());
    if (now === before) return now;
    before = now;
    await new Promise((later) => setTimeout(later, 1_300));
  }
}

describe('partners', () => {
  it('[C2] are told nothing without a key, or with one that is wrong or revoked', async () => {
    const before = await settled();
    const strangers = [
      new Desk(server.url, undefined),
      new Desk(server.url, 'uk_000000000000_00000000000000000000000000000000'),
      new Desk(server.url, 'nonsense'),
      revoked,
    ];
    for (const stranger of strangers) {
      for (const route of routes) {
        const { status, json } = await stranger.ask(route.method, pathOf(route), bodyOf(route));
        expect(status, `${route.id} ${JSON.stringify(json)}`).toBe(401);
        expect(json).toMatchObject({ code: 'unauthorized' });
        expect(JSON.stringify(json)).not.toMatch(/lux main|tide|cinemas of/i);
      }
    }
    expect(await settled()).toBe(before);
  }, 60_000);

  it('[C2] find nothing where another partner’s things are, and change none of them', async () => {
    const before = await settled();
    const seen: string[] = [];
    for (const route of routes) {
      const { status, json } = await rex.ask(route.method, pathOf(route), bodyOf(route));
      const isList = route.method === 'GET' && !route.path.includes('{');
      const ofOnesOwn = route.access === 'operator' || OF_ONES_OWN.has(route.id);
      if (isList && !ofOnesOwn) {
        expect(status, route.id).toBe(200);
        expect(JSON.stringify(json), route.id).not.toMatch(/lux[ -]|long tide/i);
      } else if (!ofOnesOwn) {
        expect([404, 409], `${route.id} ${status} ${JSON.stringify(json)}`).toContain(status);
        if (status === 409) expect(json).toMatchObject({ code: 'notAllowed' });
        expect(JSON.stringify(json), route.id).not.toMatch(/lux main|tide|cinemas of/i);
      } else if (route.access === 'operator') expect(status, route.id).toBe(404);
      seen.push(route.id);
    }
    expect(seen.length).toBeGreaterThan(30);
    expect(seen).toContain('importSchedule');
    expect((await lux.get('/api/v1/partner/cinemas')).json).toMatchObject({
      items: [{ id: 'lux-main', name: 'lux Main', partner: 'lux' }],
    });
    expect((await lux.get(`/api/v1/partner/shows/${show}`)).json).toMatchObject({
      live: { phase: 'onSale', booked: 0, blocked: 0 },
    });
    expect((await lux.get('/api/v1/partner/webhooks')).json).toMatchObject({
      items: [{ id: webhook, url: 'https://lux.example/' }],
    });
    const keys = (await lux.get('/api/v1/partner/keys')).json as { items: unknown[] };
    expect(keys.items).toHaveLength(1);
    // Only what rex made for itself: its key.
    expect(await settled()).not.toBe(before);
  }, 60_000);

  it('[C2] have keys that do no more than they are for', async () => {
    const made = await lux.post('/api/v1/partner/keys', { name: 'look', scopes: ['read'] });
    const reader = new Desk(server.url, text(made, 'key'));
    expect((await reader.get(`/api/v1/partner/shows/${show}`)).status).toBe(200);
    const refused = await reader.post(`/api/v1/partner/shows/${show}/block`, { seats: [0] });
    expect(refused).toMatchObject({ status: 403, json: { code: 'scopeMissing', scope: 'sell' } });
  });

  it('[C2] keep their keys as hashes: no file has one in it', async () => {
    const { key = '' } = lux;
    const secret = key.split('_').slice(2).join('_');
    const { readFileSync } = await import('node:fs');
    for (const file of [data, `${data}-wal`]) {
      expect(readFileSync(file).includes(secret), file).toBe(false);
    }
  });

  it('[H7] a write sent again with its Idempotency-Key is done once', async () => {
    const headers = { 'idempotency-key': 'block-5' };
    const ask = (seats: number[]) =>
      lux.ask('POST', `/api/v1/partner/shows/${show}/block`, { seats }, headers);
    const [first, again] = [await ask([5]), await ask([5])];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json).toEqual(first.json);
    expect((await ask([4])).json).toMatchObject({ code: 'idempotencyKeyReused' });
  });
});
