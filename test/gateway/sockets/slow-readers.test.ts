/**
 * Readers that each let less wait than one reader may: together they would take all memory, and
 * are kept within what a gateway keeps for all of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Connection,
  Connections,
  type SocketData,
} from '../../../gateway/sockets/connections.ts';
import { socketLimits } from '../../../gateway/sockets/limits.ts';
import { loadUws } from '../../../gateway/sockets/load-uws.ts';
import { SlowReaders } from '../../../gateway/sockets/slow-readers.ts';
import { until } from '../../support/server-facts.ts';

const READERS = 90;
const PIECE = new Uint8Array(32_768);
const MOST_EACH = socketLimits.backpressureBytes - 2 * PIECE.length;

const uws = loadUws();
const app = uws.App();
const connections = new Connections();
const clients: WebSocket[] = [];
let port = 0;

beforeAll(async () => {
  app.ws<SocketData>('/ws', {
    maxBackpressure: socketLimits.backpressureBytes,
    closeOnBackpressureLimit: 1,
    open: (socket) => {
      socket.getUserData().connection = connections.open(socket, false, 0);
    },
    close: (socket) => {
      const { connection } = socket.getUserData();
      if (connection !== undefined) connections.close(connection);
    },
  });
  await new Promise<void>((resolve) => {
    app.listen('127.0.0.1', 0, (socket) => {
      if (socket) port = uws.us_socket_local_port(socket);
      resolve();
    });
  });
});

afterAll(() => {
  for (const client of clients) client.terminate();
  (app as typeof app & { close(): void }).close();
});

/** Connections whose clients have stopped to read. */
async function deafConnections(count: number): Promise<readonly Connection[]> {
  const before = new Set(connections.all());
  for (let opened = 0; opened < count; opened++) {
    const client = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    client.on('error', () => undefined);
    await new Promise((resolve) => client.once('open', resolve));
    client.pause();
    clients.push(client);
  }
  await until(() => connections.count === before.size + count, 'all are open');
  return [...connections.all()].filter((each) => !before.has(each));
}

/** Sends until so many bytes wait here, beyond what the system has taken. */
function fill({ socket }: Connection, bytes: number): void {
  while (socket.getBufferedAmount() < bytes) socket.send(PIECE, true);
}

const waiting = () => {
  let bytes = 0;
  for (const { socket } of connections.all()) bytes += socket.getBufferedAmount();
  return bytes;
};

describe('readers that each let a little less wait than they may', () => {
  it('are dropped, those first for whom most waits, until all is within the bound', async () => {
    const slow = new SlowReaders(() => []);
    slow.stop();
    const [modest, ...rest] = await deafConnections(READERS + 1);
    if (modest === undefined) throw new Error('nobody is connected');
    fill(modest, 3 * PIECE.length);
    const some = rest.slice(0, READERS / 2);
    for (const connection of some) fill(connection, MOST_EACH);
    slow.look(connections.all());
    // Half of them are within the bound together: nobody is dropped.
    expect([slow.dropped, connections.count]).toEqual([0, READERS + 1]);
    for (const connection of rest) fill(connection, MOST_EACH);
    expect(waiting()).toBeGreaterThan(socketLimits.gatewayBackpressureBytes);
    slow.look(connections.all());
    expect(waiting()).toBeLessThanOrEqual(socketLimits.gatewayBackpressureBytes);
    expect(waiting()).toBeGreaterThan(socketLimits.gatewayBackpressureBytes * 0.95);
    expect(slow.dropped).toBeGreaterThan(0);
    expect(connections.count).toBe(READERS + 1 - slow.dropped);
    expect(connections.get(modest.ref)).toBe(modest);
  });

  it('are looked at by themselves, all the time', async () => {
    const slow = new SlowReaders(() => connections.all());
    const more = await deafConnections(20);
    for (const connection of more) fill(connection, MOST_EACH);
    await until(() => slow.dropped > 0, 'some are dropped');
    expect(waiting()).toBeLessThanOrEqual(socketLimits.gatewayBackpressureBytes);
    slow.stop();
  });
});
