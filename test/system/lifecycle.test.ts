/** A life as operator and clients see it: start, refusal to start, stop under load, return. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type UsherClient } from '../../gateway/client/index.ts';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import { findShow } from '../support/demo-show.ts';
import { auditLog } from '../support/log-audit.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { runServer } from '../support/run-server.ts';
import { metric, until } from '../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { Fighter } from './fighter.ts';
import { compareReceipts, Ledger } from './ledger.ts';

// Two days: in the evening of one of them hardly any of its shows is still to come.
const flags = ['--demo-days', '2', '--messages-per-second', '0', '--log-level', 'warn'];

let folder = '';
let data = '';
let port = 0;
let server: ServerProcess;
const clients: UsherClient[] = [];

const start = () => startServerProcess({ data, port, flags });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-life-'));
  data = join(folder, 'usher.db');
  port = await quietPort();
  server = await start();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  server.signal('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  server = await start();
}

describe('what an operator asks', () => {
  it('is answered over HTTP', async () => {
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${server.url}${path}`, init);
      return { status: response.status, text: await response.text() };
    };
    expect(await get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    expect(await get('/readyz')).toEqual({ status: 200, text: 'ready\n' });
    expect((await get('/metrics')).text).toMatch(/^usher_decisions_total\{shard="0"\} \d+$/m);
    expect((await get('/api/v1/ticket-key')).text).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    for (const path of ['/nope', '/healthz/x', '/../package.json', '/%2e%2e/package.json']) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get('/healthz', { method: 'POST' })).status).toBe(405);
    for (const path of ['/', '/healthz', '/readyz', '/api/v1/ticket-key', '/nope']) {
      const whole = await fetch(`${server.url}${path}`);
      const length = Buffer.byteLength(await whole.text());
      const head = await fetch(`${server.url}${path}`, { method: 'HEAD' });
      expect([head.status, await head.text()], path).toEqual([whole.status, '']);
      expect(Number(head.headers.get('content-length')), path).toBe(length);
      expect(head.headers.get('content-type'), path).toBe(whole.headers.get('content-type'));
    }
    expect((await get('/metrics', { method: 'HEAD' })).status).toBe(200);
  });

  it('is counted while it happens', async () => {
    const names = ['messages_in', 'messages_out', 'decisions', 'rejections', 'frames', 'log_bytes'];
    const all = () => Promise.all(names.map((name) => metric(server, `usher_${name}_total`)));
    const before = await all();
    const { raw } = await RawSocket.greeted(server.socketUrl);
    expect(await metric(server, 'usher_connections')).toBe(1);
    const { id: show } = await findShow(raw, 72);
    const hold = { type: 'hold', show, seats: [1] } as const;
    await raw.ask({ ...hold, requestId: raw.nextId() }, 'held');
    await raw.ask({ ...hold, requestId: raw.nextId() }, 'rejected');
    // A shard tells its counts once a second.
    await until(async () => {
      const now = await all();
      return now.every((count, index) => count > (before[index] ?? 0));
    }, 'every count has risen');
    await raw.close();
  });
});

describe('a start that cannot be', () => {
  it('[D4] on a log that is in use is refused with code 3, and harms nobody', async () => {
    const { code, stdout, stderr } = await runServer(['--port', '0', '--data', data]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^usher: .*usher\.db is already in use by a running server; .+\n$/);
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const { id: show } = await findShow(raw, 72);
    await raw.ask({ type: 'hold', requestId: raw.nextId(), show, seats: [2] }, 'held');
    await raw.close();
  });

  it('on a port in use is refused with code 2', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    for (const used of [server.port, taken]) {
      const own = join(folder, `other-${used}.db`);
      const run = await runServer(['--port', String(used), '--data', own]);
      expect([run.code, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toMatch(/^usher: Cannot listen on 127\.0\.0\.1:\d+: something else .+\n$/);
    }
    other.close();
  });

  it('with settings that make no sense is refused with code 2 and a sentence', async () => {
    const wrong: readonly (readonly string[])[] = [
      ['--port', 'eighty'],
      ['--port', '65536'],
      ['--shards', '0'],
      ['--log-level', 'loud'],
      ['--nope'],
      ['serve'],
    ];
    const runs = wrong.map(async (flagsOfRun) => {
      const { code, stdout, stderr } = await runServer([...flagsOfRun]);
      expect([code, stdout], flagsOfRun.join(' ')).toEqual([2, '']);
      expect(stderr).toMatch(/^usher: [^\n]{15,}\.\n$/);
    });
    await Promise.all(runs);
    const { code } = await runServer([], { env: { USHER_PORT: 'eighty' } });
    expect(code).toBe(2);
  });

  it('on a file that is no log is refused with code 3, and leaves the file alone', async () => {
    const letter = join(folder, 'letter.txt');
    const content = 'Dear Sir or Madam, '.repeat(500);
    await writeFile(letter, content);
    const run = await runServer(['--port', '0', '--data', letter]);
    expect([run.code, run.stdout]).toEqual([3, '']);
    expect(run.stderr).toMatch(/^usher: .*letter\.txt.+\n$/);
    expect(await readFile(letter, 'utf8')).toBe(content);
  });
});

describe('a session', () => {
  it('[W9] survives reconnects and restarts; a forged token is a new one', async () => {
    const { raw, welcome } = await RawSocket.greeted(server.socketUrl);
    const { id: show } = await findShow(raw, 96);
    const hold = { type: 'hold', requestId: raw.nextId(), show, seats: [1, 2] } as const;
    const held = await raw.ask(hold, 'held');
    raw.cut();
    const { user, token } = welcome;
    const again = await RawSocket.greeted(server.socketUrl, 'json', token);
    expect([again.welcome.user, again.welcome.token]).toEqual([user, token]);
    await restart();
    const later = await RawSocket.greeted(server.socketUrl, 'msgpack', token);
    expect([later.welcome.user, later.welcome.token]).toEqual([user, token]);
    const mine = { type: 'mine', requestId: later.raw.nextId() } as const;
    const { shows } = await later.raw.ask(mine, 'mineFound');
    expect(shows.map((each) => each.holds.map((one) => one.hold))).toEqual([[held.hold]]);

    const [name = '', signature = ''] = token.split('.');
    const other = name.startsWith('A') ? `B${name.slice(1)}` : `A${name.slice(1)}`;
    const forged = [`${other}.${signature}`, `${name}.${'A'.repeat(43)}`, name, `${name}.`, '.'];
    for (const each of [...forged, `x.${signature}`, token.slice(0, -2), 'a'.repeat(256)]) {
      const stranger = await RawSocket.greeted(server.socketUrl, 'msgpack', each);
      expect(stranger.welcome.user, each).not.toBe(user);
      expect(stranger.welcome.token).not.toBe(each);
      const asked = { type: 'mine', requestId: stranger.raw.nextId() } as const;
      expect((await stranger.raw.ask(asked, 'mineFound')).shows).toEqual([]);
      const release = { requestId: stranger.raw.nextId(), show, hold: held.hold };
      const refused = await stranger.raw.ask({ type: 'release', ...release }, 'rejected');
      expect(refused.reason).toBe('holdNotFound');
      stranger.raw.cut();
    }
    later.raw.cut();
  });

  it('[W9] is told in every tab of what it does and gets', async () => {
    const { raw: tab, welcome } = await RawSocket.greeted(server.socketUrl);
    const { raw: other } = await RawSocket.greeted(server.socketUrl, 'json', welcome.token);
    const { raw: stranger } = await RawSocket.greeted(server.socketUrl);
    const small = await findShow(tab, 60);
    const parties = Array.from({ length: 6 }, (_, party) =>
      Array.from({ length: 10 }, (_, index) => party * 10 + index),
    );
    const holds = await Promise.all(
      parties.map(async (seats) => {
        const { raw } = await RawSocket.greeted(server.socketUrl);
        const named = { requestId: raw.nextId(), show: small.id };
        const { hold } = await raw.ask({ type: 'hold', ...named, seats }, 'held');
        return { raw, hold };
      }),
    );
    const named = { requestId: tab.nextId(), show: small.id };
    await tab.ask({ type: 'wait', ...named, party: 2 }, 'waiting');
    expect(await other.push('mineChanged')).toMatchObject({ show: small.id });
    const [first] = holds;
    if (first === undefined) throw new Error('the hall is full');
    const release = { requestId: first.raw.nextId(), show: small.id, hold: first.hold };
    await first.raw.ask({ type: 'release', ...release }, 'released');
    const offers = await Promise.all([tab.push('offer'), other.push('offer')]);
    for (const offer of offers) expect(offer).toMatchObject({ show: small.id, party: 2 });
    await other.ask({ type: 'leave', requestId: other.nextId(), show: small.id }, 'left');
    expect(await tab.push('mineChanged')).toMatchObject({ show: small.id });
    expect([...tab.unclaimed(), ...other.unclaimed(), ...stranger.unclaimed()]).toEqual([]);
    for (const raw of [tab, other, stranger, ...holds.map((each) => each.raw)]) raw.cut();
  });
});

describe('a stop', () => {
  it('[D1] [D2] under load is clean: code 0, everything told is there, clients hear 1012', async () => {
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const { raw: json } = await RawSocket.greeted(server.socketUrl, 'json');
    const show = await findShow(raw, 320);
    const ledger = new Ledger();
    const fighters = Array.from({ length: 60 }, (_, index) => {
      const client = connect({ url: server.socketUrl, WebSocket });
      clients.push(client);
      const random = new Random(seedOf('stop', index));
      return new Fighter({
        client,
        show: show.id,
        seats: show.seats,
        random,
        ledger,
        pauseMs: [0, 10],
      });
    });
    await Promise.all(fighters.map(({ client }) => client.ready()));
    const end = new AbortController();
    const fights = Promise.all(fighters.map((fighter) => fighter.fight(end.signal)));
    await new Promise((later) => setTimeout(later, 1_500));
    const stoppedMs = performance.now();
    server.signal('SIGTERM');
    const closes = await Promise.all([raw.closed, json.closed]);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - stoppedMs).toBeLessThan(10_000);
    for (const { code } of closes) expect(code).toBe(1012);

    server = await start();
    await Promise.all(fighters.map(({ client }) => client.ready()));
    end.abort();
    await fights;
    expect(ledger.problems).toEqual([]);
    for (const fighter of fighters) {
      const { shows } = await fighter.client.mine();
      const mine = shows.find((each) => each.show === show.id);
      const booked = mine?.bookings.filter((each) => each.state === 'booked');
      expect(booked?.map((each) => each.booking) ?? []).toEqual(
        expect.arrayContaining([...fighter.bookings.keys()]),
      );
      expect(mine?.holds.map((each) => each.hold) ?? []).toEqual(
        expect.arrayContaining([...fighter.holds.keys()]),
      );
    }
    await restart();
    const audit = auditLog(data);
    expect(audit.problems).toEqual([]);
    expect(compareReceipts(audit, show.id, ledger.entries)).toEqual([]);
    expect(ledger.entries.length).toBeGreaterThan(500);
    console.log(JSON.stringify({ acknowledged: ledger.entries.length, ...ledger.counts }));
  });
});

describe('a start', () => {
  it('[D2] that is killed in its midst, again and again, harms nothing', async () => {
    const { raw, welcome } = await RawSocket.greeted(server.socketUrl);
    const { id: show } = await findShow(raw, 180);
    const named = { requestId: raw.nextId(), show, seats: [7, 8] };
    const { hold } = await raw.ask({ type: 'hold', ...named }, 'held');
    await server.kill();
    const launch = [...flags, '--demo', '--port', String(port), '--data', data];
    for (const afterMs of [150, 250, 300, 350, 400, 450, 500, 600]) {
      await runServer(launch, { killAfterMs: afterMs });
    }
    server = await start();
    const { raw: later } = await RawSocket.greeted(server.socketUrl, 'json', welcome.token);
    const mine = { type: 'mine', requestId: later.nextId() } as const;
    const { shows } = await later.ask(mine, 'mineFound');
    expect(shows.map((each) => each.holds.map((one) => one.hold))).toEqual([[hold]]);
    await later.close();
    expect(auditLog(data).problems).toEqual([]);
  });
});

describe('the demo', () => {
  it('[C1] is not doubled by a restart', async () => {
    const allShows = async () => {
      const { raw } = await RawSocket.greeted(server.socketUrl);
      const asked = { type: 'cities', requestId: raw.nextId() } as const;
      const { cities } = await raw.ask(asked, 'citiesFound');
      const shows: string[] = [];
      for (const city of cities.slice(0, 3)) {
        const none = { language: null, genre: null, date: null, text: null };
        const query = { requestId: raw.nextId(), city: city.id, ...none };
        const { movies } = await raw.ask({ type: 'movies', ...query }, 'moviesFound');
        for (const movie of movies) {
          const named = { requestId: raw.nextId(), city: city.id, movie: movie.id, date: null };
          const found = await raw.ask({ type: 'shows', ...named }, 'showsFound');
          for (const { shows: each } of found.cinemas) shows.push(...each.map(({ id }) => id));
        }
      }
      await raw.close();
      return { cities, shows: shows.sort() };
    };
    const before = await allShows();
    expect(before.shows.length).toBeGreaterThan(50);
    expect(new Set(before.shows).size).toBe(before.shows.length);
    await restart();
    await restart();
    const after = await allShows();
    // A show may have begun meanwhile; none may have come.
    expect(before.shows).toEqual(expect.arrayContaining(after.shows));
    expect(after.shows.length).toBeGreaterThan(before.shows.length - 5);
    expect(after.cities.map(({ cinemas }) => cinemas)).toEqual(
      before.cities.map(({ cinemas }) => cinemas),
    );
  });
});
