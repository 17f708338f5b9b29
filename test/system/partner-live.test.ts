/** What a partner sees while it sells: its shows as they change, its schedule, its halls. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { addPartner, Desk, openCinema, text } from '../support/partner-desk.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const LIVE = '/api/v1/partner/live';

let server: ServerProcess;
let lux: Desk;
let rex: Desk;
let show = '';

beforeAll(async () => {
  const flags = ['--demo-days', '1', '--log-level', 'error', '--allow-local-webhooks'];
  server = await startServerProcess({ flags });
  const operator = Desk.operator(server.url, server.data);
  [lux, rex] = [await addPartner(operator, 'lux'), await addPartner(operator, 'rex')];
  ({ show } = await openCinema(lux, 'lux'));
}, 60_000);

afterAll(() => server.stop());

interface News {
  readonly type?: string;
  readonly code?: string;
  readonly since: number;
  readonly shows: readonly Readonly<Record<string, unknown>>[];
}

/** A live socket; what it hears is kept. */
class Watcher {
  readonly heard: { readonly atMs: number; readonly news: News }[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;

  constructor(headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}${LIVE}`, { headers });
    this.socket.on('message', (bytes) => {
      this.heard.push({ atMs: performance.now(), news: JSON.parse(String(bytes)) as News });
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
  }

  async hello(key: string | undefined, since = 0): Promise<this> {
    await once(this.socket, 'open');
    this.socket.send(JSON.stringify({ type: 'hello', key, since }));
    return this;
  }

  latest(of: string): Readonly<Record<string, unknown>> | undefined {
    const all = this.heard.flatMap(({ news }) => news.shows ?? []);
    return all.findLast((each) => each.show === of);
  }
}

const until = { timeout: 8_000, interval: 20 };

describe('a partner watching its shows', () => {
  it('[C2] by WebSocket is told of seats, the line and sales as they change', async () => {
    const watcher = await new Watcher().hello(lux.key);
    const none = { bookings: 0, tickets: 0, revenue: 0, currency: 'INR' };
    const begin = { phase: 'onSale', free: 10, held: 0, booked: 0, blocked: 0, waiting: 0 };
    await expect.poll(() => watcher.latest(show), until).toMatchObject({ ...begin, sales: none });
    await lux.post(`/api/v1/partner/shows/${show}/block`, { seats: [9] });
    await lux.post('/api/v1/partner/bookings', { parts: [{ show, seats: [0, 1] }] });
    const end = { free: 7, booked: 2, blocked: 1, sales: { bookings: 1, tickets: 2 } };
    await expect.poll(() => watcher.latest(show), until).toMatchObject(end);
    expect(watcher.latest(show)).not.toMatchObject({ sales: { revenue: 0 } });
    watcher.socket.close();
  });

  it('[C2] is told no more than twice a second, of the newest state', async () => {
    const watcher = new Watcher({ authorization: `Bearer ${lux.key}` });
    await expect.poll(() => watcher.latest(show), until).toBeDefined();
    const [from, fromMs] = [watcher.heard.length, performance.now()];
    for (let round = 0; round < 20; round++) {
      await lux.post(`/api/v1/partner/shows/${show}/block`, { seats: [5] });
      await lux.post(`/api/v1/partner/shows/${show}/unblock`, { seats: [5] });
    }
    await lux.post(`/api/v1/partner/shows/${show}/block`, { seats: [8] });
    await expect.poll(() => watcher.latest(show), until).toMatchObject({ blocked: 2 });
    const seconds = (performance.now() - fromMs) / 1_000;
    expect(watcher.heard.length - from).toBeLessThanOrEqual(Math.ceil(seconds * 2) + 1);
    watcher.socket.close();
  });

  it('[C2] by long polling is answered at once where something differs, else when it does', async () => {
    const first = (await lux.get(`${LIVE}?wait=5`)).json as News;
    expect(first.shows).toMatchObject([{ show }]);
    const idle = (await lux.get(`${LIVE}?since=${first.since}`)).json as News;
    expect(idle).toEqual({ since: first.since, shows: [] });
    const waiting = lux.get(`${LIVE}?since=${first.since}&wait=20`);
    await lux.post(`/api/v1/partner/shows/${show}/unblock`, { seats: [8] });
    const next = (await waiting).json as News;
    expect(next.shows).toMatchObject([{ show, blocked: 1 }]);
    expect(next.since).toBeGreaterThan(first.since);
  }, 15_000);

  it('[C2] sees nothing of another’s, and nobody sees anything without a key', async () => {
    const foreign = await new Watcher().hello(rex.key);
    const wrong = await new Watcher().hello('uk_000000000000_00000000000000000000000000000000');
    const silly = new Watcher();
    await once(silly.socket, 'open');
    silly.socket.send('{"type":"book"}');
    expect(await wrong.closed).toBe(1008);
    expect(wrong.heard.map(({ news }) => news)).toMatchObject([{ code: 'unauthorized' }]);
    expect(await silly.closed).toBe(1008);
    expect(silly.heard.map(({ news }) => news)).toMatchObject([{ code: 'invalidMessage' }]);
    expect(foreign.heard.flatMap(({ news }) => news.shows)).toEqual([]);
    expect((await rex.get(`${LIVE}?wait=1`)).json).toMatchObject({ shows: [] });
    foreign.socket.close();
  });
});

describe('a partner’s work', () => {
  const tomorrow = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const head = 'movie,hall,date,time,language,price';
  const row = (time: string) => `lux-film,Screen 1,${tomorrow},${time},en,10.00`;
  const path = '/api/v1/partner/cinemas/lux-main/schedule';
  const shows = async () => {
    const { json } = await lux.get('/api/v1/partner/shows?limit=200');
    return (json as { items: unknown[] }).items.length;
  };

  it('[C4] a schedule in a table is put on whole or not at all, and once for one key', async () => {
    const before = await shows();
    const bad = `${head}\n${row('10:00')}\n${row('11:00')}\n`;
    const dry = await lux.post(`${path}?dryRun=true`, bad);
    expect(dry).toMatchObject({ status: 200, json: { dryRun: true, good: 1, wrong: 1 } });
    const refused = await lux.post(path, bad);
    expect(refused).toMatchObject({ status: 422, json: { code: 'rowsRefused' } });
    expect(refused.json).toMatchObject({
      report: {
        rows: [
          { row: 2, ok: true },
          { row: 3, code: 'showsOverlap' },
        ],
      },
    });
    expect(await shows()).toBe(before);
    const good = `${head}\n${row('10:00')}\n${row('18:00')}\n`;
    const headers = { 'idempotency-key': 'week-1' };
    const first = await lux.ask('POST', path, good, headers);
    expect(first).toMatchObject({ status: 201, json: { scheduled: 2, wrong: 0 } });
    const again = await lux.ask('POST', path, good, headers);
    expect([again.status, again.json]).toEqual([201, first.json]);
    const known = await lux.post(path, good);
    expect(known).toMatchObject({
      status: 200,
      json: { scheduled: 0, rows: [{ known: true }, {}] },
    });
    expect(await shows()).toBe(before + 2);
    const partial = await lux.post(`${path}?partial=true`, `${bad}${row('21:00')}\n`);
    expect(partial).toMatchObject({ status: 201, json: { scheduled: 1, good: 2, wrong: 1 } });
  });

  it('[C3] a hall that is changed leaves the shows on sale as they are', async () => {
    const { json: before } = await lux.get(`/api/v1/partner/shows/${show}`);
    const plan = { id: 'lux-1', cinema: 'lux-main', name: 'Screen 1', tiers: ['Front', 'Back'] };
    const told = await lux.put('/api/v1/partner/halls/lux-1', { ...plan, grid: 'A: aa\nB: b\n' });
    expect(told).toMatchObject({ status: 200, json: { seats: 3 } });
    expect((await lux.get(`/api/v1/partner/shows/${show}`)).json).toEqual(before);
    const later = await lux.post(path, `${head}\n${row('06:00')}\n`);
    const id = text(later, 'rows', 0, 'show');
    await expect
      .poll(async () => (await lux.get(`/api/v1/partner/shows/${id}`)).json, until)
      .toMatchObject({ live: { free: 3 } });
  });

  it('lists are walked by their cursors, each item once', async () => {
    const seen: string[] = [];
    let more = '';
    do {
      const { json } = await lux.get(`/api/v1/partner/shows?limit=2${more}`);
      const { items, next } = json as { items: { id: string }[]; next?: string };
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items.map(({ id }) => id));
      more = next === undefined ? '' : `&cursor=${next}`;
    } while (more !== '');
    expect(seen.length).toBe(await shows());
    expect(new Set(seen).size).toBe(seen.length);
    const forged = await lux.get('/api/v1/partner/shows?cursor=e30');
    expect(forged).toMatchObject({ status: 400, json: { code: 'invalidCursor' } });
    const sales: unknown[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await lux.get(`/api/v1/partner/sales?limit=1${cursor}`);
      const { items, next } = json as { items: { show: string }[]; next?: string };
      sales.push(...items.map((each) => each.show));
      if (next === undefined) break;
      cursor = `&cursor=${next}`;
    }
    expect(new Set(sales)).toEqual(new Set(seen));
    expect(sales).toHaveLength(seen.length);
  });

  it('[N1] a webhook is tried with a signed delivery, and what came of it is told', async () => {
    const heard: (string | undefined)[] = [];
    const status = [204, 500];
    const receiver = createServer((request, response) => {
      heard.push(request.headers['usher-signature']?.toString());
      response.writeHead(status[heard.length - 1] ?? 204).end();
    });
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const { port } = receiver.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const id = text(await lux.post('/api/v1/partner/webhooks', { url }), 'id');
    const ping = () => lux.ask('POST', `/api/v1/partner/webhooks/${id}/ping`);
    expect((await ping()).json).toMatchObject({ delivered: true, status: 204 });
    expect((await ping()).json).toMatchObject({ delivered: false, status: 500 });
    expect(heard).toMatchObject([expect.stringMatching(/^v1=/), expect.stringMatching(/^v1=/)]);
    receiver.close();
    receiver.closeAllConnections();
    expect((await ping()).json).toMatchObject({ delivered: false, why: expect.any(String) });
    const foreign = await rex.ask('POST', `/api/v1/partner/webhooks/${id}/ping`);
    expect(foreign).toMatchObject({ status: 404, json: { code: 'webhookNotFound' } });
  });
});
