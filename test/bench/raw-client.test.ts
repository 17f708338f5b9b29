/** The load's WebSocket against a server that is not ours: handshake, messages, control frames. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectRaw, type RawClient } from '../../bench/load/raw-client.ts';
import { clientFrame } from '../../bench/load/websocket-frames.ts';

let server: Server;
let sockets: WebSocketServer;
let port = 0;
const clients: RawClient[] = [];

beforeEach(async () => {
  server = createServer((_, response) => response.writeHead(404).end());
  sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

async function open(path: string, subprotocol?: string): Promise<RawClient> {
  const protocol = subprotocol === undefined ? {} : { subprotocol };
  const client = await connectRaw({ host: '127.0.0.1', port, path, ...protocol });
  clients.push(client);
  return client;
}

/** The next messages of a client, as many as asked for. */
function receive(client: RawClient, count: number): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const messages: Buffer[] = [];
    client.onMessage = (bytes, from, until) => {
      messages.push(Buffer.from(bytes.slice(from, until)));
      if (messages.length === count) resolve(messages);
    };
  });
}

describe('RawClient', () => {
  it('gets back what it sent, short and long', async () => {
    const client = await open('/ws', 'usher.v1.msgpack');
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 1_000_000];
    const answers = receive(client, sizes.length);
    for (const size of sizes) client.send(clientFrame(Buffer.alloc(size, size % 251)));
    const received = await answers;
    expect(received.map(({ length }) => length)).toEqual(sizes);
    for (const bytes of received)
      expect(bytes.every((byte) => byte === bytes.length % 251)).toBe(true);
  });

  it('sends all that one piece of input leads to, in order', async () => {
    const client = await open('/ws', 'usher.v1.msgpack');
    const numbers: number[] = [];
    await new Promise<void>((resolve) => {
      client.onMessage = (bytes, from) => {
        const number = bytes[from] ?? 0;
        numbers.push(number);
        if (number === 200) resolve();
        else if (number < 200) client.send(clientFrame(Uint8Array.of(number + 1)));
      };
      client.send(clientFrame(Uint8Array.of(0)));
    });
    expect(numbers).toEqual(Array.from({ length: 201 }, (_, index) => index));
  });

  it('answers a ping with what was in it', async () => {
    const client = await open('/ws', 'usher.v1.msgpack');
    const [socket] = sockets.clients;
    const pong = new Promise<string>((resolve) => {
      socket?.once('pong', (data) => resolve(data.toString()));
    });
    socket?.ping('are you there');
    expect(await pong).toBe('are you there');
    expect(client).toBeDefined();
  });

  it('tells why the server closed', async () => {
    const client = await open('/ws', 'usher.v1.msgpack');
    const closed = new Promise<string>((resolve) => {
      client.onClosed = resolve;
    });
    for (const socket of sockets.clients) socket.close(4001, 'enough');
    expect(await closed).toBe('the server closed with 4001 enough');
  });

  it('refuses a place without a WebSocket', async () => {
    await expect(open('/elsewhere', 'usher.v1.msgpack')).rejects.toThrow('no WebSocket there');
  });

  it('refuses a server that does not speak the subprotocol', async () => {
    sockets.options.handleProtocols = () => false;
    await expect(open('/ws', 'usher.v1.msgpack')).rejects.toThrow('does not speak');
  });

  it('refuses a port where nobody listens', async () => {
    await new Promise((resolve) => server.close(resolve));
    await expect(open('/ws')).rejects.toThrow('ECONNREFUSED');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
});
