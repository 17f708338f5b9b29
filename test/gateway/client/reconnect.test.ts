/** Proves what the SDK does when the line is cut, which is where bookings are lost or doubled. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ConnectionState,
  connect,
  holdId,
  memoryTokenStorage,
  type UsherClient,
  UsherError,
} from '../../../gateway/client/index.ts';
import { failed, held, show } from './replies.ts';
import { pause, StubServer, until } from './stub-server.ts';

let server: StubServer;
const clients: UsherClient[] = [];

beforeEach(async () => {
  server = await StubServer.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

function open(options: Partial<Parameters<typeof connect>[0]> = {}): UsherClient {
  const client = connect({ url: server.url, WebSocket, ...options });
  clients.push(client);
  return client;
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(UsherError);
  return (error as UsherError).reason;
}

describe('reconnecting', () => {
  it('[W9] comes back with the same token, and tells its state on the way', async () => {
    const states: ConnectionState[] = [];
    const client = open({ onState: (state) => states.push(state) });
    await client.ready();
    expect(client.token).toBe('token-1');
    server.line.cut();
    await until(() => server.lines.length === 2, 'a second connection');
    await client.ready();
    expect(server.lines[1]?.of('hello')[0]?.token).toBe('token-1');
    expect(states).toEqual(['online', 'reconnecting', 'online']);
    await until(() => server.line.of('mine').length === 1, 'mine is asked after coming back');
  });

  it('brings back a session whose token was stored, and stores a new one', async () => {
    const storage = memoryTokenStorage('token-of-yesterday');
    const client = open({ storage });
    await client.ready();
    expect(server.line.of('hello')[0]?.token).toBe('token-of-yesterday');
    const other = memoryTokenStorage();
    await open({ storage: other }).ready();
    expect(other.get()).toBe('token-1');
  });

  it('starts a new session where the server refuses the token, not where it is busy', async () => {
    server.reply = (message) =>
      message.type === 'hello' && message.token === 'forged'
        ? failed(message.requestId, 503, 'invalidField')
        : undefined;
    const client = open({ token: 'forged' });
    await client.ready();
    expect(client.token).toBe('token-1');

    let busy = 1;
    server.reply = (message) =>
      message.type === 'hello' && busy-- > 0
        ? failed(message.requestId, 507, 'overloaded')
        : undefined;
    const patient = open({ token: 'good' });
    await patient.ready();
    expect(patient.token).toBe('good');
  });

  it('goes on trying while the server is away, and finds it again', async () => {
    const states: ConnectionState[] = [];
    const client = open({ onState: (state) => states.push(state) });
    await client.ready();
    await server.stop();
    await pause(300);
    expect(client.state).toBe('reconnecting');
    await server.restart();
    await client.ready();
    expect(client.token).toBe('token-1');
    expect(states).toEqual(['online', 'reconnecting', 'online']);
  });
});

describe('requests over a cut line', () => {
  it('[H7] sends what was sent and not answered again, with the same id, in the same order', async () => {
    server.reply = (message) => {
      if (message.type !== 'hold' || server.lines.length === 1) return undefined;
      return held(message.requestId, { seats: message.seats });
    };
    const client = open();
    await client.ready();
    const first = client.hold(show, [1]);
    const second = client.hold(show, [2]);
    await until(() => server.line.of('hold').length === 2, 'both holds arrive');
    server.line.cut();
    expect(await first).toMatchObject({ type: 'held', seats: [1] });
    expect(await second).toMatchObject({ type: 'held', seats: [2] });
    const [before, after] = server.lines.map((line) => line.of('hold').map((m) => m.requestId));
    expect(after).toEqual(before);
    expect(new Set(before).size).toBe(2);
  });

  it('does not send again what was answered', async () => {
    server.reply = (m) => (m.type === 'hold' ? held(m.requestId) : undefined);
    const client = open();
    await client.hold(show, [1, 2]);
    server.line.cut();
    await until(() => server.lines.length === 2, 'a second connection');
    await client.ready();
    await client.ping();
    expect(server.of('hold')).toHaveLength(1);
  });

  it('refuses a click made while offline at once and never replays it', async () => {
    const client = open();
    await client.ready();
    await server.stop();
    await until(() => client.state !== 'online', 'the loss is noticed');
    const startedMs = performance.now();
    expect(await reasonOf(client.hold(show, [1]))).toBe('offline');
    expect(await reasonOf(client.book(show, holdId(5)))).toBe('offline');
    expect(performance.now() - startedMs).toBeLessThan(50);
    await server.restart();
    await client.ready();
    await client.ping();
    expect(server.of('hold')).toHaveLength(0);
    expect(server.of('book')).toHaveLength(0);
  });

  it('lets a question asked while offline wait for the connection', async () => {
    server.reply = (m) =>
      m.type === 'cities' ? { type: 'citiesFound', requestId: m.requestId, cities: [] } : undefined;
    const client = open();
    await client.ready();
    server.line.cut();
    await until(() => client.state !== 'online', 'the loss is noticed');
    expect(await client.cities()).toMatchObject({ type: 'citiesFound', cities: [] });
  });

  it('sends a command given before the first greeting, unless no connection comes', async () => {
    server.reply = (m) => (m.type === 'hold' ? held(m.requestId) : undefined);
    expect(await open().hold(show, [1, 2])).toMatchObject({ type: 'held' });
    await server.stop();
    expect(await reasonOf(open().hold(show, [1, 2]))).toBe('offline');
    await server.restart();
  });

  it('[H7] retries a busy or recovering server with the same id', async () => {
    const troubles = ['overloaded', 'shardUnavailable', 'logUnavailable'];
    server.reply = (m) => {
      if (m.type !== 'hold') return undefined;
      const trouble = troubles.shift();
      return trouble ? failed(m.requestId, 507, trouble) : held(m.requestId);
    };
    const client = open();
    expect(await client.hold(show, [1, 2])).toMatchObject({ type: 'held' });
    const ids = server.of('hold').map((m) => m.requestId);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(1);
  });

  it('[H7] asks again once, and soon, however many refusals one sending gets', async () => {
    const client = open();
    await client.ready();
    // Every one of a server's shards died, and each death is told to all who may wait for it.
    const deaths = Array.from({ length: 8 }, () => failed(null, 509, 'shardUnavailable'));
    server.reply = (message) => {
      if (message.type !== 'hold') return undefined;
      return server.of('hold').length === 1 ? deaths : held(message.requestId);
    };
    const startedMs = performance.now();
    expect((await client.hold(show, [1])).type).toBe('held');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(server.of('hold')).toHaveLength(2);
  });

  it('asks `mine` after an answer that may be an old one', async () => {
    let tries = 0;
    server.reply = (m) => {
      if (m.type !== 'hold') return undefined;
      return ++tries === 1 ? failed(m.requestId, 507, 'overloaded') : held(m.requestId);
    };
    const client = open();
    await client.hold(show, [1, 2]);
    expect(client.mineOf(show).holds).toHaveLength(1);
    // The stub's `mine` knows of no hold: what the session has is what the server says last.
    await until(() => client.mineOf(show).holds.length === 0, 'the old answer is corrected');
  });
});

describe('requests that fail', () => {
  it('time out with one error class', async () => {
    const client = open({ requestTimeoutMs: 60 });
    await client.ready();
    expect(await reasonOf(client.hold(show, [1]))).toBe('timeout');
  });

  it('fail with the server’s reason and code', async () => {
    server.reply = (m) =>
      m.type === 'hold' ? failed(m.requestId, 503, 'invalidField') : undefined;
    const client = open();
    await expect(client.hold(show, [1])).rejects.toMatchObject({
      reason: 'invalidField',
      code: 503,
    });
  });

  it('give a rule’s refusal as a value', async () => {
    server.reply = (m) =>
      m.type === 'hold'
        ? {
            type: 'rejected',
            requestId: m.requestId,
            code: 401,
            reason: 'seatsTaken',
            final: false,
            text: 'taken',
            details: { seats: [2] },
          }
        : undefined;
    expect(await open().hold(show, [1, 2])).toMatchObject({
      type: 'rejected',
      reason: 'seatsTaken',
      details: { seats: [2] },
    });
  });

  it('are bounded in number', async () => {
    const client = open({ requestTimeoutMs: 500 });
    await client.ready();
    const asked = Array.from({ length: 256 }, () => client.hold(show, [1]));
    expect(await reasonOf(client.hold(show, [1]))).toBe('tooManyRequests');
    client.close();
    expect(new Set(await Promise.all(asked.map(reasonOf)))).toEqual(new Set(['closed']));
  });

  it('end with `closed` when the client is closed, and ever after', async () => {
    const client = open();
    await client.ready();
    const asked = client.hold(show, [1]);
    client.close();
    expect(await reasonOf(asked)).toBe('closed');
    expect(await reasonOf(client.cities())).toBe('closed');
    expect(client.state).toBe('closed');
    expect(await reasonOf(client.ready())).toBe('closed');
  });
});

describe('both subprotocols', () => {
  it('JSON carries the same answers as MessagePack', async () => {
    server.reply = (m) => (m.type === 'hold' ? held(m.requestId) : undefined);
    const binary = await open().hold(show, [1, 2]);
    const text = await open({ protocol: 'json' }).hold(show, [1, 2]);
    expect(server.lines.map((line) => line.protocol)).toEqual([
      'usher.v3.msgpack',
      'usher.v3.json',
    ]);
    expect({ ...text, requestId: '' }).toEqual({ ...binary, requestId: '' });
  });

  it('two clients of one session never use the same request id', async () => {
    await Promise.all([open({ token: 't' }).ready(), open({ token: 't' }).ready()]);
    await until(() => server.lines.length === 2, 'both connect');
    await until(() => server.lines.every((line) => line.received.length > 0), 'both greet');
    const ids = server.lines.flatMap((line) => line.received.map((m) => m.requestId));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id.length).toBeLessThanOrEqual(32);
  });
});
