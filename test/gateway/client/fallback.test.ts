/** Proves that the SDK goes on where WebSockets do not work, and comes back to them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type UsherClient } from '../../../gateway/client/index.ts';
import { type DemoShow, findShow } from '../../support/demo-show.ts';
import { RawSocket } from '../../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { StubbornProxy } from '../../support/stubborn-proxy.ts';
import { until } from './stub-server.ts';

let server: ServerProcess;
let proxy: StubbornProxy;
let show: DemoShow;
const clients: UsherClient[] = [];

beforeAll(async () => {
  server = await startServerProcess();
  proxy = await StubbornProxy.start(server.port);
  const { raw } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 96);
  raw.close();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
});

function open(options: Partial<Parameters<typeof connect>[0]> = {}): UsherClient {
  const client = connect({ url: proxy.socketUrl, WebSocket, ...options });
  clients.push(client);
  return client;
}

describe('a network that breaks WebSockets', () => {
  it.each(['refused', 'cut'] as const)(
    '[H1] [W9] all goes on over HTTP where they are %s',
    async (how) => {
      proxy.sockets = how;
      const client = open();
      await until(
        () => client.way === 'http' && client.state === 'online',
        'it is online over HTTP',
      );
      const live = client.watch(show.id);
      await until(() => live.fresh, 'the map is there');
      const other = open({ url: server.socketUrl });
      await other.ready();
      expect(other.way).toBe('socket');
      const held = await other.hold(show.id, [3]);
      await until(() => live.state(3) === 'held', 'the map shows what somebody else holds');
      expect(await client.hold(show.id, [3])).toMatchObject({ type: 'rejected' });
      const mine = await client.hold(show.id, [5, 6]);
      expect(mine).toMatchObject({ type: 'held', seats: [5, 6] });
      expect((await client.mine()).shows).toMatchObject([{ show: show.id }]);
      if (mine.type === 'held') await client.release(show.id, mine.hold);
      if (held.type === 'held') await other.release(show.id, held.hold);
    },
    15_000,
  );

  it('[H7] a request whose answer was lost is asked again and decided once', async () => {
    proxy.sockets = 'refused';
    const client = open();
    await until(() => client.way === 'http' && client.state === 'online', 'it is online over HTTP');
    const asked = client.hold(show.id, [12]);
    setTimeout(() => proxy.cut(), 1);
    const held = await asked;
    expect(held).toMatchObject({ type: 'held', seats: [12] });
    const { shows } = await client.mine();
    expect(shows[0]?.holds).toHaveLength(1);
    if (held.type === 'held') await client.release(show.id, held.hold);
  }, 15_000);

  it('climbs back once WebSockets work', async () => {
    proxy.sockets = 'refused';
    const client = open();
    await until(() => client.way === 'http' && client.state === 'online', 'it is online over HTTP');
    const { user } = client;
    const held = await client.hold(show.id, [20]);
    proxy.sockets = 'passed';
    await until(
      () => client.way === 'socket' && client.state === 'online',
      'it is back on a WebSocket',
      12_000,
    );
    expect(client.user).toBe(user);
    expect((await client.mine()).shows[0]?.holds).toHaveLength(1);
    if (held.type === 'held') await client.release(show.id, held.hold);
  }, 20_000);

  it('where the fallback is off there are WebSockets only', async () => {
    proxy.sockets = 'refused';
    const before = proxy.requests;
    const client = open({ fallback: false });
    await until(() => client.state === 'offline', 'it gives up for now');
    expect(proxy.requests).toBe(before);
    await expect(client.hold(show.id, [1])).rejects.toMatchObject({ reason: 'offline' });
  }, 15_000);
});
