/** The crowd against a real server over real sockets: it lives, it survives, and it leaves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ShowId } from '../../../engine/ids.ts';
import { connect, type SocketClass } from '../../../gateway/client/index.ts';
import { type Crowd, startCrowd } from '../../../gateway/demo/crowd.ts';
import type { CrowdCounts } from '../../../gateway/demo/crowd-counts.ts';
import { Destinations } from '../../../gateway/demo/destinations.ts';
import { Random } from '../../../gateway/demo/random.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';

const socketClass: SocketClass = WebSocket;
const atOnce = () => Promise.resolve();

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess();
});

afterAll(async () => {
  await server.stop();
});

function hurriedCrowd(people: number): Crowd {
  const { socketUrl: url } = server;
  return startCrowd({
    url,
    people,
    seed: 1,
    WebSocket: socketClass,
    stepMs: { least: 5, most: 30 },
  });
}

/** Waits until the counts are as wanted; fails with what they are. */
async function until(crowd: Crowd, wanted: (counts: CrowdCounts) => boolean): Promise<CrowdCounts> {
  const startedMs = performance.now();
  while (!wanted(crowd.stats())) {
    if (performance.now() - startedMs > 15_000) {
      throw new Error(`not in time: ${JSON.stringify(crowd.stats())}`);
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  return crowd.stats();
}

describe('the crowd', () => {
  it('[W9] lives as people do, is lost with the server, and comes back with it', async () => {
    const crowd = hurriedCrowd(20);
    try {
      const lively = await until(
        crowd,
        ({ changes, releases, vanished, bookings, cancellations }) =>
          Math.min(changes, releases, vanished, bookings, cancellations) > 0,
      );
      expect(lively.failures).toBe(0);
      expect(lively.holds).toBeGreaterThanOrEqual(lively.bookings + lively.releases);

      const { data, port } = server;
      await server.kill();
      const away = crowd.stats();
      server = await startServerProcess({ data, port });
      await until(crowd, ({ bookings }) => bookings > away.bookings);
    } finally {
      await crowd.stop();
    }
    const left = crowd.stats();
    await new Promise((done) => setTimeout(done, 100));
    expect(crowd.stats()).toEqual(left);
  });

  it('leaves at once, also when there is no server', async () => {
    const crowd = startCrowd({
      url: 'ws://127.0.0.1:9/ws',
      people: 3,
      seed: 1,
      WebSocket: socketClass,
      stepMs: { least: 1, most: 1 },
    });
    await new Promise((done) => setTimeout(done, 50));
    await crowd.stop();
    expect(crowd.stats().visits).toBe(0);
  });
});

describe('where the crowd goes', () => {
  it('is a handful of shows, fewer of them to one that is nearly full', async () => {
    const client = connect({ url: server.socketUrl, WebSocket: socketClass });
    try {
      await client.ready();
      const destinations = new Destinations(1);
      const random = new Random(1);
      const visitors = async (): Promise<readonly (readonly [ShowId, number])[]> => {
        const counts = new Map<ShowId, number>();
        for (let person = 0; person < 60; person++) {
          // Stays within what one connection may send in a second.
          await new Promise((done) => setTimeout(done, 60));
          const show = await destinations.choose(client, random, atOnce);
          if (show !== undefined) counts.set(show, (counts.get(show) ?? 0) + 1);
        }
        return [...counts].sort(([, one], [, other]) => other - one);
      };
      const before = await visitors();
      const most = before.slice(0, 6).reduce((sum, [, count]) => sum + count, 0);
      expect(most).toBeGreaterThan(20);
      const [favourite, count] = before[0] ?? [];
      if (favourite === undefined || count === undefined) throw new Error('nobody went anywhere');
      destinations.note(favourite, 0.95);
      const after = new Map(await visitors());
      expect(after.get(favourite) ?? 0).toBeLessThan(count / 2);
    } finally {
      client.close();
    }
  });
});
