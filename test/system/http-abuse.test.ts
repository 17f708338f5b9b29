/**
 * Readers and requests over plain HTTP that no browser would be: each is kept within bounds, gets
 * whole answers with a status or none, and everybody else is served.
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttp, statusesOf } from '../support/raw-http.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { residentMib, until } from '../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const flags = ['--demo-days', '1', '--log-level', 'warn'];
const pause = (ms: number) => new Promise((later) => setTimeout(later, ms));

let server: ServerProcess;
/** The path of the largest file there is. */
let script: string;

beforeAll(async () => {
  server = await startServerProcess({ flags });
  const page = await (await fetch(server.url)).text();
  const [, found = ''] = page.match(/src="\.?([^"]+\.js)"/) ?? [];
  script = found;
});

afterAll(async () => {
  expect(server.log()).toBe('');
  await server.stop();
});

async function expectServed(limitMs = 5_000): Promise<void> {
  const startedMs = performance.now();
  const { raw } = await RawSocket.greeted(server.socketUrl);
  await raw.ask({ type: 'mine', requestId: raw.nextId() }, 'mineFound');
  await raw.close();
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(performance.now() - startedMs).toBeLessThan(limitMs);
}

const get = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${rest}\r\n`;

describe('readers over HTTP that ask on and never read', () => {
  it.each([
    ['a script', () => script, 200],
    ['the health', () => '/healthz', 200],
    ['the metrics', () => '/metrics', 400],
  ])('make the server keep nothing, where they ask for %s', async (_, path, asks) => {
    const lines = await Promise.all(Array.from({ length: 20 }, () => openHttp(server.port)));
    const beforeMib = await residentMib(server);
    for (const { socket } of lines) socket.pause();
    for (let round = 0; round < 4; round++) {
      for (const { socket } of lines) socket.write(get(path()).repeat(asks));
      await pause(150);
    }
    await expectServed();
    const grownMib = (await residentMib(server)) - beforeMib;
    for (const { socket } of lines) socket.destroy();
    expect(grownMib).toBeLessThan(80);
  });

  it('get one HEAD answered at a time', async () => {
    const head = 'HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
    const line = await openHttp(server.port);
    for (let count = 1; count <= 3; count++) {
      line.socket.write(head);
      await until(() => statusesOf(line.heard()).length === count, 'an answer');
    }
    expect(line.heard().match(/content-length: 3\r\n/g)).toHaveLength(3);
    expect(line.heard().endsWith('\r\n\r\n')).toBe(true);
    line.socket.write(head.repeat(500));
    await line.closed;
    expect(statusesOf(line.heard())).toHaveLength(3);
    await expectServed();
  });

  it.each(['POST', 'OPTIONS', 'DELETE', 'PUT'])('get every %s refused', async (method) => {
    const request = `${method} /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab`;
    const line = await openHttp(server.port);
    line.socket.write(request.repeat(50));
    await until(() => statusesOf(line.heard()).length >= 50, 'fifty answers');
    expect(new Set(statusesOf(line.heard()))).toEqual(new Set([405]));
    expect(line.heard()).toContain('allow: GET, HEAD');
    line.socket.destroy();
  });
});

describe('a slow reader over HTTP', () => {
  it('gets a file whole, however long it takes', async () => {
    const whole = Buffer.from(await (await fetch(`${server.url}${script}`)).arrayBuffer());
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const files = 80;
    const line = await openHttp(server.port);
    // One file after the other, so that what the system buffers is full at some of them.
    for (let file = 0; file < files; file++) {
      const before = line.heard().length;
      if (file % 2 === 0) line.socket.pause();
      line.socket.write(get(script));
      await pause(2);
      line.socket.resume();
      const isWhole = () => line.heard().length >= before + whole.length + 100;
      while (!isWhole()) await pause(1);
      const body = Buffer.from(line.heard().slice(before), 'latin1').subarray(-whole.length);
      expect(digest(body)).toBe(digest(whole));
    }
    line.socket.destroy();
  });

  it('is answered everything that it asked for at once, in order', async () => {
    const line = await openHttp(server.port);
    const paths = ['/healthz', '/nope', '/readyz', '/', '/healthz'];
    line.socket.write(
      paths
        .map((path) => get(path))
        .join('')
        .repeat(4),
    );
    const expected = [200, 404, 200, 200, 200];
    for (let tries = 0; statusesOf(line.heard()).length < 20 && tries < 200; tries++)
      await pause(5);
    expect(statusesOf(line.heard())).toEqual([...expected, ...expected, ...expected, ...expected]);
    line.socket.destroy();
  });
});

describe('metrics', () => {
  it('show at once what has changed, where they are asked for now and then', async () => {
    await pause(1_000);
    const open = async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^usher_connections\{gateway="0"\} (\d+)$/m.exec(text)?.[1]);
    };
    const before = await open();
    const raw = await RawSocket.open(server.socketUrl);
    expect(await open()).toBe(before + 1);
    await raw.close();
  });
});
