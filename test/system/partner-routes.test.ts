/**
 * Every route of the partners, as the document lists them, with good input once and with bad input
 * of every kind: an answer that says what is wrong, and never a fault of the server.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyFor, type DocumentedRoute, documentedRoutes } from '../support/documented-routes.ts';
import { addPartner, Desk, openCinema, type Told, text } from '../support/partner-desk.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const MIB = 1024 * 1024;
const KEYS = 12;

let server: ServerProcess;
let lux: Desk;
let keys: readonly Desk[] = [];
let routes: readonly DocumentedRoute[] = [];
let show = '';
let webhook = '';
let key = '';

beforeAll(async () => {
  server = await startServerProcess({ flags: ['--demo-days', '1', '--log-level', 'error'] });
  lux = await addPartner(Desk.operator(server.url, server.data), 'lux');
  ({ show } = await openCinema(lux, 'lux'));
  webhook = text(await lux.post('/api/v1/partner/webhooks', { url: 'https://lux.example/' }), 'id');
  routes = await documentedRoutes(server.url, ['partner']);
  // So many requests in a minute are more than one key may send.
  const scopes = ['catalog', 'sell', 'read', 'webhooks'];
  const made: Desk[] = [];
  for (let index = 0; index < KEYS; index++) {
    const told = await lux.post('/api/v1/partner/keys', { name: `key ${index}`, scopes });
    made.push(new Desk(server.url, text(told, 'key')));
    key = text(told, 'id');
  }
  keys = made.slice(0, -1);
}, 60_000);

afterAll(() => server.stop());

let turn = 0;

/** With another key each time. */
function desk(): Desk {
  return keys[turn++ % keys.length] ?? lux;
}

const names = { hall: 'lux-1', cinema: 'lux-main', movie: 'lux-tide', city: 'pune' };

function goodPath(route: DocumentedRoute): string {
  const ids: Readonly<Record<string, string>> = { ...names, show, webhook, key };
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `no-${name}`);
}

function goodBody(route: DocumentedRoute): unknown {
  return bodyFor(route, { ...names, show });
}

/** A refusal that programs and people understand, or a success; never a fault. */
function expectCoded({ status, headers, json }: Told, what: string): void {
  const said = `${what}: ${status} ${JSON.stringify(json).slice(0, 300)}`;
  expect(status, said).toBeLessThan(500);
  expect(status, said).not.toBe(429);
  if (status < 400) return;
  expect(headers.get('content-type'), said).toBe('application/problem+json');
  expect(json, said).toMatchObject({ status, code: expect.stringMatching(/^[a-zA-Z]+$/) });
  expect(json, said).toMatchObject({ detail: expect.stringMatching(/^.{8,}\.$/s) });
}

const hostile = [
  '',
  '\u0000',
  '\u202egnp',
  '../../etc/passwd',
  '__proto__',
  "'; DROP TABLE frames; --",
  '<script>alert(1)</script>',
  '=1+1',
  '\ud800',
  'é'.repeat(300),
  'x'.repeat(20_000),
];
const wrongTypes = [null, true, -1, 1.5, 1e308, 2 ** 53, [], {}, [[]], [null]];

/** The body with one member after the other replaced, those of members as well. */
function* spoilt(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      for (const wrong of spoilt(member)) yield value.with(index, wrong);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Readonly<Record<string, unknown>>;
      yield rest;
      for (const wrong of spoilt(member)) yield { ...rest, [name]: wrong };
    }
    yield { ...value, surplus: 1 };
  }
  yield* wrongTypes;
  yield* hostile;
}

describe('the routes of partners', () => {
  it('all serve what is good', async () => {
    const first = ['putCinema', 'putHall', 'putMovie', 'scheduleShow', 'openShow'];
    const last = ['closeShow', 'cancelShow', 'deleteWebhook', 'revokeKey'];
    // Tried with a receiver of its own.
    const elsewhere = new Set(['pingWebhook']);
    const place = ({ id }: DocumentedRoute) =>
      first.includes(id) ? first.indexOf(id) : last.includes(id) ? 100 + last.indexOf(id) : 50;
    let own = show;
    for (const route of [...routes].sort((a, b) => place(a) - place(b))) {
      if (elsewhere.has(route.id)) continue;
      const path = goodPath(route).replace(show, own);
      const told = await desk().ask(route.method, path, bodyFor(route, { ...names, show: own }));
      expect(told.status, `${route.id} ${JSON.stringify(told.json)}`).toBeLessThan(300);
      if (route.id === 'scheduleShow') own = text(told, 'id');
    }
    expect(routes.length).toBeGreaterThan(25);
  }, 30_000);

  it('say what is wrong with a body, whatever is wrong with it', async () => {
    let count = 0;
    for (const route of routes) {
      if (route.type === undefined || route.id === 'importSchedule') continue;
      for (const body of spoilt(goodBody(route))) {
        count++;
        const told = await sendJson(route, JSON.stringify(body));
        expectCoded(told, `${route.id} ${JSON.stringify(body)?.slice(0, 200)}`);
      }
    }
    expect(count).toBeGreaterThan(1_000);
  }, 60_000);

  it('say what is wrong with a body that is no JSON, or not of their type, or too big', async () => {
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const broken = ['', '{', 'nul', '{"a":1}{', '{"__proto__":{}}', nested, '\u0000', '"\\ud800"'];
    for (const route of routes) {
      if (route.type === undefined) continue;
      for (const body of broken) {
        const told = await sendJson(route, body);
        expectCoded(told, `${route.id} ${body.slice(0, 40)}`);
        expect([400, 413, 415, 422], route.id).toContain(told.status);
      }
      const typeless = await send(route, '{}', { 'content-type': 'text/html' });
      expect(typeless.status, route.id).toBe(415);
      expectCoded(typeless, route.id);
    }
    const huge = 'x'.repeat(3 * MIB);
    for (const route of routes) {
      if (route.type === undefined) continue;
      const told = await send(route, huge, { 'content-type': route.type });
      expect(told.status, route.id).toBe(413);
      expectCoded(told, route.id);
    }
  }, 60_000);

  it('find nothing behind ids that are none', async () => {
    const ids = ['nosuch', '%00', '..%2f..%2fetc', '__proto__', '%', '%ff', 'ä', 'x'.repeat(300)];
    for (const route of routes) {
      if (!route.path.includes('{')) continue;
      for (const id of ids) {
        const path = route.path.replace(/\{\w+\}/g, encodeURI(id).replaceAll('%25', '%'));
        const told = await desk().ask(route.method, path, goodBody(route));
        expectCoded(told, `${route.id} ${id}`);
        expect([400, 404, 409, 422], `${route.id} ${id} ${told.status}`).toContain(told.status);
      }
    }
  }, 30_000);

  it('say what is wrong with a query', async () => {
    for (const route of routes) {
      if (route.method !== 'GET') continue;
      for (const name of [...route.query, 'surplus']) {
        for (const value of [...hostile.slice(0, -1), '-1', '1e9', 'true', '%00']) {
          const query = new URLSearchParams({ [name]: value });
          const told = await desk().get(`${goodPath(route)}?${query}`);
          expectCoded(told, `${route.id} ${name}=${value}`);
        }
        const twice = await desk().get(`${goodPath(route)}?${name}=1&${name}=1`);
        expect(twice.status, route.id).toBe(400);
        expectCoded(twice, route.id);
      }
    }
  }, 30_000);

  it('name their methods to whoever asks for them, or for one that is not served', async () => {
    for (const path of new Set(routes.map((route) => route.path))) {
      const served = routes.filter((route) => route.path === path).map(({ method }) => method);
      const at = path.replace(/\{\w+\}/g, 'x');
      const options = await desk().ask('OPTIONS', at);
      expect(options.status).toBe(204);
      const allowed = (options.headers.get('allow') ?? '').split(', ');
      const reads = served.includes('GET') ? ['HEAD'] : [];
      expect(new Set(allowed), path).toEqual(new Set([...served, ...reads, 'OPTIONS']));
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (served.includes(method)) continue;
        const told = await desk().ask(method, at);
        expect(told.status, `${method} ${path}`).toBe(405);
        expect(told.headers.get('allow')).toBe(options.headers.get('allow'));
        expectCoded(told, `${method} ${path}`);
      }
    }
    expect((await desk().ask('OPTIONS', '/api/v1/partner/nothing')).status).toBe(404);
  }, 30_000);

  it('say when to come again to whoever asks too often', async () => {
    const scopes = ['read'];
    const made = await lux.post('/api/v1/partner/keys', { name: 'eager', scopes });
    const eager = new Desk(server.url, text(made, 'key'));
    let told = await eager.get('/api/v1/partner/keys');
    for (let count = 0; count < 1_500 && told.status !== 429; count++) {
      told = await eager.get('/api/v1/partner/cinemas');
    }
    expect(told).toMatchObject({ status: 429, json: { code: 'rateLimited' } });
    expect(Number(told.headers.get('retry-after'))).toBeGreaterThan(0);
  }, 30_000);
});

function sendJson(route: DocumentedRoute, body: string): Promise<Told> {
  return send(route, body, { 'content-type': 'application/json' });
}

async function send(
  route: DocumentedRoute,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Told> {
  const answer = await fetch(server.url + goodPath(route), {
    method: route.method,
    headers: { authorization: `Bearer ${desk().key}`, ...headers },
    body,
  });
  const said = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, headers: answer.headers, json: isJson ? JSON.parse(said) : said };
}
