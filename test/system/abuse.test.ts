/**
 * Clients that ask too much, read too little, or are simply too many: each is kept within its
 * bounds, and everybody else is served.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requestId } from '../../engine/ids.ts';
import { SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from '../../gateway/wire/messages.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { metric, residentMib, until } from '../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const protocols = ['msgpack', 'json'] as const;
const flags = ['--demo-days', '1', '--log-level', 'warn'];
/** Connections that the limited server accepts. */
const MOST = 2_000;

let server: ServerProcess;
/** The same without a limit on messages, so that other limits are reached. */
let unlimited: ServerProcess;
let show: DemoShow;

beforeAll(async () => {
  [server, unlimited] = await Promise.all([
    startServerProcess({ flags: [...flags, '--max-connections', `${MOST}`] }),
    startServerProcess({ flags: [...flags, '--messages-per-second', '0'] }),
  ]);
  const { raw } = await RawSocket.greeted(unlimited.socketUrl);
  show = await findShow(raw, 600);
  await raw.close();
});

afterAll(async () => {
  await Promise.all([server.stop(), unlimited.stop()]);
});

async function expectServed(where: ServerProcess, limitMs = 1_000): Promise<void> {
  const startedMs = performance.now();
  const { raw } = await RawSocket.greeted(where.socketUrl);
  await raw.ask({ type: 'cities', requestId: raw.nextId() }, 'citiesFound');
  await raw.ask({ type: 'mine', requestId: raw.nextId() }, 'mineFound');
  await raw.close();
  expect(performance.now() - startedMs).toBeLessThan(limitMs);
}

function handshake(...offered: readonly string[]): Promise<string> {
  const socket = new WebSocket(server.socketUrl, [...offered]);
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve(`open ${socket.protocol}`);
      socket.close();
    });
    socket.once('unexpected-response', (_, response) => {
      resolve(`HTTP ${response.statusCode}`);
      socket.terminate();
    });
    socket.on('error', (error) => resolve(error.message));
  });
}

describe.each(protocols)('a flood over %s', (protocol) => {
  it('is told why and closed, however it is sent', async () => {
    const before = await metric(server, 'usher_floods_closed_total');
    for (const floodBytes of [0, 1, 100, 3_000, 9_000]) {
      const { raw } = await RawSocket.greeted(server.socketUrl, protocol);
      const startedMs = performance.now();
      // Good messages, empty ones, garbage, and some that are too large: all of them count.
      for (let count = 0; count < 400; count++) {
        if (floodBytes === 0) raw.send({ type: 'ping', requestId: raw.nextId() });
        else raw.sendRaw(protocol === 'json' ? 'x'.repeat(floodBytes) : Buffer.alloc(floodBytes));
      }
      const { code, reason } = await raw.closed;
      expect([code, reason]).toEqual([1008, 'rateLimited']);
      const last = raw.unclaimed().at(-1);
      expect(last).toMatchObject({ type: 'error', code: 506, reason: 'rateLimited' });
      // The burst, what is earned while it is taken in, the greeting and the last word.
      const earned = Math.ceil(((performance.now() - startedMs) / 1_000) * 50);
      expect(raw.count).toBeLessThanOrEqual(2 * 50 + earned + 2);
      await expectServed(server);
    }
    expect(await metric(server, 'usher_floods_closed_total')).toBe(before + 5);
  });

  it('is one, also where the connection was quiet before', async () => {
    const { raw } = await RawSocket.greeted(server.socketUrl, protocol);
    await new Promise((later) => setTimeout(later, 2_100));
    for (let count = 0; count < 300; count++) {
      raw.send({ type: 'ping', requestId: requestId(`quiet-${count}`) });
    }
    await raw.closed;
    const pongs = raw.unclaimed().filter((message) => message?.type === 'pong').length;
    // Twice the rate in a burst, and what is earned while it lasts.
    expect(pongs).toBeGreaterThanOrEqual(95);
    expect(pongs).toBeLessThanOrEqual(110);
  });

  it('is none where somebody clicks fast', async () => {
    const { raw } = await RawSocket.greeted(server.socketUrl, protocol);
    for (let burst = 0; burst < 3; burst++) {
      for (let count = 0; count < 30; count++) {
        raw.send({ type: 'ping', requestId: requestId(`fast-${burst}-${count}`) });
      }
      await new Promise((later) => setTimeout(later, 350));
    }
    expect(raw.unclaimed().every((message) => message?.type === 'pong')).toBe(true);
    expect(raw.unclaimed()).toHaveLength(90);
    await raw.close();
  });
});

describe.each(protocols)('readers over %s that never read', (protocol) => {
  it('are dropped when they ask on, and cost no memory that lasts', async () => {
    const readers = 10;
    const asked = 3_000;
    const beforeMib = await residentMib(unlimited);
    const opened = await metric(unlimited, 'usher_connections');
    const lines = await Promise.all(
      Array.from({ length: readers }, async () => {
        const { raw } = await RawSocket.greeted(unlimited.socketUrl, protocol);
        raw.socket.pause();
        return raw;
      }),
    );
    // Each answer has the hall's whole layout: together far more than the system buffers.
    for (const raw of lines) {
      for (let count = 0; count < asked; count++) {
        raw.send({ type: 'show', requestId: requestId(`s${count}`), show: show.id });
      }
    }
    await until(async () => (await metric(unlimited, 'usher_connections')) <= opened, 'drops');
    const grownMib = (await residentMib(unlimited)) - beforeMib;
    console.log(JSON.stringify({ protocol, readers, asked, grownMib: Math.round(grownMib) }));
    expect(grownMib).toBeLessThan(150);
    for (const raw of lines) raw.cut();
    await expectServed(unlimited);
  });

  it('are dropped where a show that they watch is sold before their eyes', async () => {
    const opened = await metric(unlimited, 'usher_connections');
    const { raw: blind } = await RawSocket.greeted(unlimited.socketUrl, protocol);
    await blind.ask({ type: 'watch', requestId: blind.nextId(), show: show.id }, 'watching');
    const { raw: seller } = await RawSocket.greeted(unlimited.socketUrl);
    blind.socket.pause();
    // Fill what the system buffers, short of the limit, so that the next publishing is too much.
    let dropped = false;
    blind.closed.then(() => {
      dropped = true;
    });
    const isGone = async () => (await metric(unlimited, 'usher_connections')) === opened + 1;
    for (let round = 0; round < 400 && !(await isGone()); round++) {
      for (let count = 0; count < 20; count++) {
        blind.send({ type: 'show', requestId: requestId(`b${count}`), show: show.id });
      }
      const hold = { type: 'holdBest', requestId: seller.nextId(), show: show.id } as const;
      const held = await seller.ask({ ...hold, count: 5, tier: null, split: null }, 'held');
      const release = { requestId: seller.nextId(), show: show.id, hold: held.hold };
      await seller.ask({ type: 'release', ...release }, 'released');
    }
    expect(await isGone()).toBe(true);
    blind.socket.resume();
    await until(() => dropped, 'the blind reader is gone');
    await seller.close();
    await expectServed(unlimited);
  });
});

describe('two thousand idle connections', () => {
  it('cost little and slow nobody', async () => {
    const beforeMib = await residentMib(server);
    const idle: RawSocket[] = [];
    for (let batch = 0; batch < 20; batch++) {
      const opening = Array.from({ length: 100 }, async (_, index) => {
        const protocol = index % 2 === 0 ? 'msgpack' : 'json';
        // A few never say hello.
        if (index % 10 === 0) return RawSocket.open(server.socketUrl, protocol);
        return (await RawSocket.greeted(server.socketUrl, protocol)).raw;
      });
      idle.push(...(await Promise.all(opening)));
    }
    expect(await metric(server, 'usher_connections')).toBe(MOST);
    // Exactly as many as may be.
    expect(await handshake(SUBPROTOCOL_JSON)).toBe('HTTP 503');
    idle.pop()?.cut();
    await until(async () => (await metric(server, 'usher_connections')) < MOST, 'room for one');
    const eachKib = (((await residentMib(server)) - beforeMib) * 1024) / MOST;
    await expectServed(server);
    for (const raw of idle) raw.cut();
    await until(async () => (await metric(server, 'usher_connections')) === 0, 'all are gone');
    console.log(JSON.stringify({ idle: idle.length, eachKib: Math.round(eachKib) }));
    expect(eachKib).toBeLessThan(30);
    await expectServed(server);
  });
});

describe('clients that ask what they have and go away', () => {
  it('[W9] leave nothing behind that others have to wait for', async () => {
    // More questions in all than may be under way at once, none of which anybody waits for.
    const visits = 60;
    for (let visit = 0; visit < visits; visit++) {
      const { raw } = await RawSocket.greeted(unlimited.socketUrl);
      const ask = (count: number) =>
        raw.encode({ type: 'mine', requestId: requestId(`m${visit}-${count}`) });
      for (let count = 1; count < 1_000; count++) raw.sendRaw(ask(count));
      await new Promise((sent) => raw.socket.send(ask(0), sent));
      raw.cut();
    }
    await new Promise((later) => setTimeout(later, 1_000));
    const { raw } = await RawSocket.greeted(unlimited.socketUrl);
    const { type } = (await raw.askRaw({ type: 'mine', requestId: raw.nextId() })).message ?? {};
    expect(type).toBe('mineFound');
    await raw.close();
  });
});

describe('a handshake', () => {
  it('with no subprotocol of ours is refused with HTTP 400', async () => {
    const wrong = ['foo', 'usher.v99.msgpack', 'usher.v1', 'USHER.V1.JSON', 'graphql-ws'];
    for (const name of wrong) expect(await handshake(name), name).toBe('HTTP 400');
    expect(await handshake('foo', 'bar')).toBe('HTTP 400');
  });

  it('gets the first that both know, and JSON where none is named', async () => {
    expect(await handshake(SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK)).toBe(`open ${SUBPROTOCOL_JSON}`);
    expect(await handshake('foo', SUBPROTOCOL_MSGPACK)).toBe(`open ${SUBPROTOCOL_MSGPACK}`);
    expect(await handshake()).toBe('open ');
  });
});
