/**
 * A server with several gateways and shards: clients of both gateways live in one world, and the
 * threads end cleanly whatever is still connected. (A thread that ends with an open socket takes
 * the whole process with it.)
 */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { requestId } from '../../engine/ids.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { until } from '../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const flags = ['--demo-days', '1', '--log-level', 'warn', '--messages-per-second', '0'];
const threads = (count: number) => ['--gateways', `${count}`, '--shards', `${count}`];
const CLIENTS = 40;

let server: ServerProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(count = 2, port?: number): Promise<ServerProcess> {
  server = await startServerProcess({
    port: port ?? (await quietPort()),
    flags: [...flags, ...threads(count)],
  });
  return server;
}

/** Connections of each gateway, as it last told. */
async function spread({ url }: ServerProcess): Promise<readonly number[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Array.from(text.matchAll(/^usher_connections\{gateway="\d"\} (\d+)$/gm), ([, count]) =>
    Number(count),
  );
}

async function crowd({ socketUrl }: ServerProcess): Promise<readonly RawSocket[]> {
  const protocols = ['msgpack', 'json'] as const;
  const opening = Array.from({ length: CLIENTS }, (_, index) =>
    RawSocket.greeted(socketUrl, protocols[index % 2]),
  );
  return (await Promise.all(opening)).map(({ raw }) => raw);
}

async function expectCleanEnd(running: ServerProcess): Promise<void> {
  const startedMs = performance.now();
  running.signal('SIGTERM');
  const end = await running.ended;
  expect(end, running.log()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
}

describe('two gateways and two shards', () => {
  it('share a port that the system picked', async () => {
    const running = await start(2, 0);
    expect(running.port).toBeGreaterThan(0);
    await crowd(running);
    await expectCleanEnd(running);
  });

  it('share one world: what one client does, all the others see', async () => {
    const running = await start();
    const clients = await crowd(running);
    await until(async () => {
      const counts = await spread(running);
      return counts.length === 2 && counts.every((count) => count > 0);
    }, 'both gateways have connections');
    const [seller] = clients;
    if (seller === undefined) throw new Error('there are clients');
    // Shows of both shards.
    const shows: DemoShow[] = [];
    for (const seats of [96, 144, 180, 220]) shows.push(await findShow(seller, seats));
    for (const { id } of shows) {
      await Promise.all(
        clients.map((raw) => {
          return raw.ask({ type: 'watch', requestId: raw.nextId(), show: id }, 'watching');
        }),
      );
      const hold = { type: 'hold', requestId: seller.nextId(), show: id, seats: [5, 6] } as const;
      const { seq } = await seller.ask(hold, 'held');
      const seen = await Promise.all(clients.map((raw) => raw.push('seats')));
      for (const push of seen) {
        expect(push).toMatchObject({ show: id, toSeq: seq, changes: [5 * 4 + 1, 6 * 4 + 1] });
      }
      const taken = await Promise.all(
        clients.slice(1).map((raw) => {
          const same = { requestId: raw.nextId(), show: id, seats: [6, 7] };
          return raw.ask({ type: 'hold', ...same }, 'rejected');
        }),
      );
      for (const { reason } of taken) expect(reason).toBe('seatsTaken');
    }
    const mine = { type: 'mine', requestId: seller.nextId() } as const;
    const { shows: own } = await seller.ask(mine, 'mineFound');
    expect(own.map(({ show }) => show).sort()).toEqual(shows.map(({ id }) => id).sort());
    await expectCleanEnd(running);
    const closes = await Promise.all(clients.map((raw) => raw.closed));
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1012]));
  });

  it('[W9] tell every tab of a session, whichever gateway it is on', async () => {
    const running = await start();
    const { raw, welcome } = await RawSocket.greeted(running.socketUrl);
    const tabs = await Promise.all(
      Array.from({ length: 20 }, () => {
        return RawSocket.greeted(running.socketUrl, 'msgpack', welcome.token);
      }),
    );
    await until(
      async () => (await spread(running)).every((count) => count > 0),
      'tabs on both gateways',
    );
    const { id: show } = await findShow(raw, 96);
    await raw.ask({ type: 'hold', requestId: raw.nextId(), show, seats: [1] }, 'held');
    const told = await Promise.all(tabs.map((tab) => tab.raw.push('mineChanged')));
    for (const push of told) expect(push).toEqual({ type: 'mineChanged', show });
    await expectCleanEnd(running);
  });
});

describe.each([1, 2])('%i gateways', (count) => {
  it('end cleanly though somebody hangs on', async () => {
    const running = await start(count);
    const address = { host: '127.0.0.1', port: running.port };
    // Lines that were opened and never used, on either gateway.
    const silent: Socket[] = Array.from({ length: 20 }, () => connectTcp(address));
    for (const socket of silent) socket.on('error', () => undefined);
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    // Half a request, and browsers that keep their lines.
    for (const socket of silent.slice(0, 5)) socket.write('GET /healthz HTTP/1.1\r\nhost: x');
    const agent = new Agent({ keepAlive: true });
    for (let asked = 0; asked < 6; asked++) {
      get({ ...address, agent, path: '/healthz' }, (response) => response.resume());
    }
    await crowd(running);
    await expectCleanEnd(running);
    agent.destroy();
    for (const socket of silent) socket.destroy();
  });

  it('end cleanly though somebody does not read', async () => {
    const running = await start(count);
    const { raw } = await RawSocket.greeted(running.socketUrl);
    const { id: show } = await findShow(raw, 600);
    for (let reader = 0; reader < 8; reader++) {
      const { raw: blind } = await RawSocket.greeted(running.socketUrl);
      blind.socket.pause();
      // Enough to fill what the system buffers, not enough to be dropped.
      for (let asked = 0; asked < 700; asked++) {
        blind.send({ type: 'show', requestId: requestId(`s${asked}`), show });
      }
    }
    await new Promise((later) => setTimeout(later, 500));
    await expectCleanEnd(running);
  });
});
