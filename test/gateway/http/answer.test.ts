/** Proves that an answer comes whole to whoever reads it, and costs nothing while nobody does. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../../gateway/http/answer.ts';
import { loadUws } from '../../../gateway/sockets/load-uws.ts';
import { answerTo, openHttp, statusesOf } from '../../support/raw-http.ts';

/** More than any system buffers for one connection. */
const body = randomBytes(48 * 1024 * 1024);
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const uws = loadUws();
const app = uws.App();
let port = 0;

beforeAll(async () => {
  const headers = [['content-type', 'application/octet-stream']] as const;
  for (const close of [false, true]) {
    const path = close ? '/once' : '/kept';
    app.get(path, (response) => {
      send(response, { status: '200 OK', headers, body }, { headOnly: false, close });
    });
    app.head(path, (response) => {
      send(response, { status: '200 OK', headers, body }, { headOnly: true, close });
    });
  }
  app.get('/empty', (response) => {
    const answer = { status: '204 No Content', headers, body: new Uint8Array(0) };
    send(response, answer, { headOnly: false, close: false });
  });
  await new Promise<void>((resolve) => {
    app.listen('127.0.0.1', 0, (socket) => {
      if (socket) port = uws.us_socket_local_port(socket);
      resolve();
    });
  });
});

afterAll(() => {
  (app as typeof app & { close(): void }).close();
});

const get = (path: string, method = 'GET') => `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

describe.each(['/kept', '/once'])('a large answer at %s', (path) => {
  it('comes whole to a reader that pauses', async () => {
    const line = await openHttp(port);
    const parts: Buffer[] = [];
    let length = 0;
    line.socket.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      length += bytes.length;
    });
    line.socket.write(get(path));
    while (length < body.length) {
      line.socket.pause();
      await new Promise((later) => setTimeout(later, 5));
      line.socket.resume();
      await new Promise((later) => setTimeout(later, 5));
    }
    line.socket.destroy();
    const heard = Buffer.concat(parts);
    const from = heard.indexOf('\r\n\r\n') + 4;
    expect(heard.subarray(0, from).toString()).toContain(`Content-Length: ${body.length}\r\n`);
    expect(heard.length - from).toBe(body.length);
    expect(digest(heard.subarray(from))).toBe(digest(body));
  });

  it('is not kept for a reader that does not read', async () => {
    const before = process.memoryUsage().rss;
    const lines = await Promise.all(Array.from({ length: 20 }, () => openHttp(port)));
    for (const { socket } of lines) {
      socket.pause();
      socket.write(get(path));
    }
    await new Promise((later) => setTimeout(later, 300));
    const grownMib = (process.memoryUsage().rss - before) / 1024 / 1024;
    for (const { socket } of lines) socket.destroy();
    // Copied into the connections' buffers they would be most of a gigabyte.
    expect(grownMib).toBeLessThan(200);
  });

  it('ends the connection where more is asked for meanwhile', async () => {
    const line = await openHttp(port);
    line.socket.write(get(path).repeat(3));
    await line.closed;
    expect(statusesOf(line.heard()).length).toBeLessThanOrEqual(1);
  });

  it('is told to a HEAD by its length alone', async () => {
    const heard = await answerTo(port, get(path, 'HEAD'), 200);
    expect(statusesOf(heard)).toEqual([200]);
    expect(heard).toContain(`content-length: ${body.length}\r\n`);
    expect(heard.split('\r\n\r\n')[1]).toBe('');
  });
});

describe('an empty answer', () => {
  it('is one, and the next one follows', async () => {
    const heard = await answerTo(port, get('/empty').repeat(2), 200);
    expect(statusesOf(heard)).toEqual([204, 204]);
  });
});
