/** The little Redis client, against a server that sends its replies in awkward pieces. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { command, type Reply, RespClient } from '../../../bench/peers/resp.ts';

let folder: string;
let server: Server;
let peer: Promise<Socket>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usher-resp-'));
  server = createServer();
  peer = new Promise((resolve) => void server.once('connection', resolve));
  await new Promise<void>((resolve) => void server.listen(join(folder, 'socket'), resolve));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const replies = ':17\r\n$5\r\na\r\nbc\r\n*3\r\n:-2\r\n$-1\r\n+OK\r\n-ERR no\r\n*0\r\n';
const expected: readonly Reply[] = [17, 'a\r\nbc', [-2, null, 'OK'], new Error('ERR no'), []];

it.each([1, 2, 3, 7, 1_000])('reads replies that come %i bytes at a time', async (size) => {
  const client = await RespClient.open(join(folder, 'socket'));
  const socket = await peer;
  const got: Reply[] = [];
  const all = new Promise<void>((resolve) => {
    for (let index = 0; index < expected.length; index++) {
      client.send(command('PING'), (reply) => {
        got.push(reply);
        if (got.length === expected.length) resolve();
      });
    }
  });
  for (let at = 0; at < replies.length; at += size) {
    socket.write(replies.slice(at, at + size));
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  await all;
  expect(got).toEqual(expected);
  client.close();
});

it('writes commands as Redis reads them, many at once', async () => {
  const client = await RespClient.open(join(folder, 'socket'));
  const socket = await peer;
  client.send(command('SET', 'a', 12), () => undefined);
  client.send(command('GET', 'a'), () => undefined);
  const [sent] = await new Promise<[Buffer]>((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve([chunk]));
  });
  expect(sent.toString()).toBe(
    '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$2\r\n12\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n',
  );
  client.close();
});

it('fails what is still unanswered when the server goes', async () => {
  const client = await RespClient.open(join(folder, 'socket'));
  const asked = client.ask('PING');
  (await peer).destroy();
  await expect(asked).rejects.toThrow();
});
