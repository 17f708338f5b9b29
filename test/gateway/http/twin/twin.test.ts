/** Proves that whoever has only HTTP can do all that a socket can, against a real server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShowId } from '../../../../engine/ids.ts';
import type { Down, DownMessage } from '../../../../gateway/wire/message-types.ts';
import { type DemoShow, findShow } from '../../../support/demo-show.ts';
import { RawSocket } from '../../../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../../../support/server-process.ts';

let server: ServerProcess;
let show: DemoShow;

/** Begun with the first test, since it takes its time. */
let longPoll: Promise<{ readonly found: readonly DownMessage[]; readonly tookMs: number }>;

beforeAll(async () => {
  server = await startServerProcess();
  longPoll = pollLong();
  const { raw } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 96);
  raw.close();
});

afterAll(() => server?.stop());

async function pollLong() {
  const person = await Person.arrive();
  const startedMs = performance.now();
  const found = await person.changes(12);
  return { found, tookMs: performance.now() - startedMs };
}

/** What a test looks at is whatever came. */
type Whatever = ReturnType<typeof JSON.parse>;

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Whatever;
}

async function ask(path: string, options: RequestInit = {}, base = server.url): Promise<Told> {
  const response = await fetch(`${base}/api/v1/${path}`, options);
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
}

class Person {
  readonly #headers: Record<string, string>;
  readonly token: string;
  readonly #base: string;
  #ids = 0;
  since = 0;

  private constructor(token: string, line: string, base: string) {
    this.token = token;
    this.#base = base;
    this.#headers = { authorization: `Bearer ${token}`, 'usher-line': line };
  }

  static async arrive(token?: string, base = server.url): Promise<Person> {
    const body = JSON.stringify(token === undefined ? {} : { token });
    const { status, json } = await ask('session', post(body), base);
    expect(status).toBe(201);
    expect(json.type).toBe('welcome');
    return new Person(json.token, json.line, base);
  }

  send(body: unknown): Promise<Told> {
    const { headers, ...rest } = post(JSON.stringify(body));
    const request = { ...rest, headers: { ...headers, ...this.#headers } };
    return ask('commands', request, this.#base);
  }

  async say<Name extends DownMessage['type']>(
    message: Readonly<Record<string, unknown>>,
    type: Name,
  ): Promise<Down<Name>> {
    const requestId = `r${++this.#ids}`;
    const { json } = await this.send({ requestId, ...message });
    expect(json).toMatchObject({ type });
    return json;
  }

  async changes(wait: number): Promise<readonly DownMessage[]> {
    const headers = this.#headers;
    const { json } = await ask(`changes?since=${this.since}&wait=${wait}`, { headers }, this.#base);
    expect(json.resync).toBe(false);
    this.since = json.next;
    return json.messages;
  }
}

function post(body: string): RequestInit & { headers: Record<string, string> } {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body };
}

describe('a session over HTTP', () => {
  it('[H1] [H6] holds, is refused what is taken, sees what it has and lets go by POSTs alone', async () => {
    const person = await Person.arrive();
    const held = await person.say({ type: 'hold', show: show.id, seats: [0, 1] }, 'held');
    expect(held.seats).toEqual([0, 1]);
    const rejected = await person.send({
      type: 'hold',
      requestId: 'again',
      show: show.id,
      seats: [1],
    });
    expect(rejected.status).toBe(409);
    expect(rejected.json).toMatchObject({ type: 'rejected', reason: 'seatsTaken' });
    const { shows } = await person.say({ type: 'mine' }, 'mineFound');
    expect(shows).toMatchObject([{ show: show.id, holds: [{ hold: held.hold }] }]);
    await person.say({ type: 'release', show: show.id, hold: held.hold }, 'released');
  });

  it('[H7] decides a message that is sent twice at once only once', async () => {
    const person = await Person.arrive();
    const hold = { type: 'hold', requestId: 'twice', show: show.id, seats: [10] };
    const answers = await Promise.all([person.send(hold), person.send(hold), person.send(hold)]);
    const [first] = answers;
    expect(first?.json).toMatchObject({ type: 'held' });
    for (const { json } of answers) expect(json).toEqual(first?.json);
    await person.say({ type: 'release', show: show.id, hold: first?.json.hold }, 'released');
  });

  it('[F1] takes several messages in the order given', async () => {
    const person = await Person.arrive();
    const { status, json } = await person.send([
      { type: 'hold', requestId: 'm1', show: show.id, seats: [20] },
      { type: 'hold', requestId: 'm2', show: show.id, seats: [20] },
      { type: 'ping', requestId: 'm3' },
      { type: 'nonsense', requestId: 'm4' },
    ]);
    expect(status).toBe(200);
    expect(json.map((each: { type: string }) => each.type)).toEqual([
      'held',
      'rejected',
      'pong',
      'error',
    ]);
    await person.say({ type: 'release', show: show.id, hold: json[0].hold }, 'released');
  });

  it('[W9] is the same person from a socket and over HTTP, and is told of it', async () => {
    const raw = await RawSocket.open(server.socketUrl, 'msgpack');
    const welcome = await raw.ask(
      { type: 'hello', requestId: raw.nextId(), token: null },
      'welcome',
    );
    const person = await Person.arrive(welcome.token);
    expect(person.token).toBe(welcome.token);
    const waiting = person.changes(10);
    await raw.ask({ type: 'hold', requestId: raw.nextId(), show: show.id, seats: [30] }, 'held');
    expect(await waiting).toContainEqual({ type: 'mineChanged', show: show.id });
    raw.close();
  });
});

describe('changes by long polling', () => {
  it('a poll ends as soon as a seat changes, and the map follows', async () => {
    const watcher = await Person.arrive();
    const other = await Person.arrive();
    const { seq } = await watcher.say({ type: 'watch', show: show.id }, 'watching');
    const startedMs = performance.now();
    const waiting = watcher.changes(25);
    const held = await other.say({ type: 'hold', show: show.id, seats: [40] }, 'held');
    const [news] = await waiting;
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(news).toMatchObject({ type: 'seats', show: show.id, changes: [40 * 4 + 1] });
    expect((news as Down<'seats'>).fromSeq).toBeLessThanOrEqual(seq);
    await watcher.say({ type: 'unwatch', show: show.id }, 'unwatched');
    await other.say({ type: 'release', show: show.id, hold: held.hold }, 'released');
    expect(await watcher.changes(1)).toEqual([]);
  });

  it('tells again what was not taken, and asks for a resync where it cannot', async () => {
    const watcher = await Person.arrive();
    const other = await Person.arrive();
    await watcher.say({ type: 'watch', show: show.id }, 'watching');
    const held = await other.say({ type: 'hold', show: show.id, seats: [41] }, 'held');
    const first = await watcher.changes(5);
    watcher.since = 0;
    expect(await watcher.changes(5)).toEqual(first);
    await other.say({ type: 'release', show: show.id, hold: held.hold }, 'released');
    const headers = { authorization: `Bearer ${watcher.token}`, 'usher-line': 'unheard-of' };
    const { json } = await ask('changes?since=17&wait=5', { headers });
    expect(json).toEqual({ next: 0, resync: true, messages: [] });
  });

  it('a second poll ends the first; one that nothing happens in ends by itself', async () => {
    const person = await Person.arrive();
    const first = person.changes(20);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = person.changes(1);
    expect(await first).toEqual([]);
    expect(await second).toEqual([]);
  });
});

describe('several gateways on one port', () => {
  let several: ServerProcess;
  beforeAll(async () => {
    several = await startServerProcess({ flags: ['--gateways', '2'] });
  });
  afterAll(() => several?.stop());

  it('a line is found wherever its client comes in', async () => {
    const { raw } = await RawSocket.greeted(several.socketUrl);
    const { id } = await findShow(raw, 96);
    raw.close();
    const person = await Person.arrive(undefined, several.url);
    await person.say({ type: 'watch', show: id }, 'watching');
    const taken = new Set<number>();
    // Each request is a connection of its own, so the gateways take turns by chance.
    for (let seat = 0; seat < 12; seat++) {
      const waiting = person.changes(10);
      const held = await person.say({ type: 'hold', show: id, seats: [seat] }, 'held');
      for (const each of await waiting) {
        if (each.type === 'seats') for (const change of each.changes) taken.add(change >> 2);
      }
      await person.say({ type: 'release', show: id, hold: held.hold }, 'released');
    }
    expect(taken.size).toBe(12);
  });

  it('one whose gateway is gone is said to be gone', async () => {
    const person = await Person.arrive(undefined, several.url);
    const headers = { authorization: `Bearer ${person.token}`, 'usher-line': 'AAAAAAAA.BBBB' };
    const { status, json } = await ask('changes?since=0', { headers }, several.url);
    expect({ status, code: json.code }).toEqual({ status: 410, code: 'lineGone' });
  });
});

describe('what is refused', () => {
  it.each([
    ['no token', {}, 401, 'unauthorized'],
    ['a made-up token', { authorization: 'Bearer someone.AAAA' }, 401, 'unauthorized'],
  ])('%s proves no session', async (_, headers, status, code) => {
    for (const path of ['changes', 'commands']) {
      const message = post('{"type":"ping","requestId":"1"}');
      const request =
        path === 'changes'
          ? { headers }
          : { ...message, headers: { ...message.headers, ...headers } };
      const told = await ask(path, request);
      expect(told.status).toBe(status);
      expect(told.json.code).toBe(code);
      expect(told.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it.each([
    ['PUT', 'session', '{}', 'application/json', 405, 'methodNotAllowed'],
    ['POST', 'session', '{}', 'text/plain', 415, 'wrongContentType'],
    ['POST', 'session', '{', 'application/json', 400, 'invalidJson'],
    ['POST', 'session', '{"a":1}', 'application/json', 422, 'invalidBody'],
    ['POST', 'session', '{"__proto__":{}}', 'application/json', 400, 'invalidJson'],
    ['POST', 'session', '['.repeat(2_000), 'application/json', 400, 'invalidJson'],
    ['POST', 'session', `"${'x'.repeat(70_000)}"`, 'application/json', 413, 'tooLarge'],
    ['GET', 'cities?color=red', undefined, undefined, 400, 'unknownParameter'],
    ['GET', 'cities/pune/movies?text=a&text=b', undefined, undefined, 400, 'repeatedParameter'],
    ['GET', 'cities/atlantis/movies', undefined, undefined, 404, 'notFound'],
    ['GET', 'cities/%ff/movies', undefined, undefined, 400, 'invalidPath'],
  ])('%s %s (case %#) is refused', async (method, path, body, type, status, code) => {
    const given = body === undefined ? {} : { body, headers: { 'content-type': type ?? '' } };
    const told = await ask(path, { method, ...given });
    expect(told.status).toBe(status);
    expect(told.headers.get('content-type')).toBe('application/problem+json');
    expect(told.json).toMatchObject({ status, code, detail: expect.stringMatching(/\.$/) });
    if (status === 405) expect(told.headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('a message of the wire that is wrong, by the status that fits it', async () => {
    const person = await Person.arrive();
    const wrong = [
      [{ type: 'nonsense', requestId: 'w1' }, 400, 'unknownMessage'],
      [{ type: 'hold', requestId: 'w2', show: show.id, seats: ['A1'] }, 400, 'invalidField'],
      [{ type: 'hello', requestId: 'w3' }, 409, 'alreadyGreeted'],
      [{ type: 'show', requestId: 'w4', show: 'no-such' }, 404, 'notFound'],
      [{ type: 'movies', requestId: 'w5', city: 'pune', text: 'x'.repeat(3_000) }, 413, 'tooLarge'],
    ] as const;
    for (const [message, status, reason] of wrong) {
      const told = await person.send(message);
      expect({ status: told.status, reason: told.json.reason }).toEqual({ status, reason });
    }
  });
});

describe('browsing by GET', () => {
  it('[C1] leads from the cities to a seat plan, and may be cached', async () => {
    const { json } = await ask('cities');
    const city = json.cities[0].id;
    const movies = (await ask(`cities/${city}/movies`)).json.movies;
    const shows = await ask(`cities/${city}/movies/${movies[0].id}/shows`);
    const id: ShowId = shows.json.cinemas[0].shows[0].id;
    const told = await ask(`shows/${id}`);
    expect(told.json.details.show.id).toBe(id);
    const tag = told.headers.get('etag') ?? '';
    const again = await ask(`shows/${id}`, { headers: { 'if-none-match': tag } });
    expect(again.status).toBe(304);
    const head = await fetch(`${server.url}/api/v1/shows/${id}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).toBe(tag);
  });
});

it('a poll may wait longer than sockets are kept open in idleness', async () => {
  const { found, tookMs } = await longPoll;
  expect(found).toEqual([]);
  expect(tookMs).toBeGreaterThan(11_900);
}, 20_000);
