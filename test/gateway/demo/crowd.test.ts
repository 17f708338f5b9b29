/** The crowd against a real server over real sockets: it lives, it survives, and it leaves. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ShowId } from '../../../engine/ids.ts';
import { connect, type SocketClass, type UsherClient } from '../../../gateway/client/index.ts';
import { type Crowd, startCrowd } from '../../../gateway/demo/crowd.ts';
import { type CrowdCounts, noCounts } from '../../../gateway/demo/crowd-counts.ts';
import { Destinations } from '../../../gateway/demo/destinations.ts';
import { Person } from '../../../gateway/demo/person.ts';
import { Random } from '../../../gateway/demo/random.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';

const socketClass: SocketClass = WebSocket;
/** One client looks round for a hundred people here, quicker than one person may. */
const flags = ['--messages-per-second', '0'];
const atOnce = () => Promise.resolve();

let server: ServerProcess;

beforeAll(async () => {
  // A port of its own from the start: the sockets of a server that was killed on a port picked by
  // the system keep that port from the next one for a minute.
  server = await startServerProcess({ port: await freePort(), flags });
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

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
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
      server = await startServerProcess({ data, port, flags });
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

describe('a person', () => {
  it('[W3] waits in line for a show that is full, is offered seats, and takes them', async () => {
    const show = await smallShow();
    const holders = Array.from({ length: 6 }, newClient);
    const counts = noCounts();
    try {
      const tenFrom = (seat: number) => Array.from({ length: 10 }, (_, offset) => seat + offset);
      const holds = await Promise.all(
        holders.map((holder, tens) => holder.hold(show, tenFrom(10 * tens))),
      );
      expect(holds.map(({ type }) => type)).toEqual(holders.map(() => 'held'));
      const [first] = holders;
      const [held] = holds;
      if (first === undefined || held?.type !== 'held') throw new Error('the show is not full');
      const released = (async () => {
        while (counts.waits === 0) await new Promise((done) => setTimeout(done, 2));
        await first.release(show, held.hold);
      })();
      // Not everybody has the patience: one after the other comes until one of them waits.
      for (let seed = 0; counts.waits === 0; seed++) await visitOnce(show, seed, counts);
      await released;
      expect(counts).toMatchObject({ waits: 1, offers: 1, holds: 1 });
    } finally {
      for (const holder of holders) holder.close();
    }
  });
});

function newClient(): UsherClient {
  return connect({ url: server.socketUrl, WebSocket: socketClass });
}

async function visitOnce(show: ShowId, seed: number, counts: CrowdCounts): Promise<void> {
  const client = newClient();
  try {
    await client.ready();
    await new Person({
      client,
      counts,
      random: new Random(seed),
      destinations: { choose: async () => show, note: () => undefined },
      step: () => new Promise((done) => setTimeout(done, 60)),
      signal: new AbortController().signal,
    }).visit();
  } finally {
    client.close();
  }
}

/** A show of 60 seats that starts in half a day or later. */
async function smallShow(): Promise<ShowId> {
  const client = newClient();
  try {
    const { movies } = await client.movies({ city: 'mumbai' });
    for (const movie of movies) {
      const { cinemas } = await client.shows({ city: 'mumbai', movie: movie.id });
      const found = cinemas
        .flatMap(({ shows }) => shows)
        .find(({ seats, startsAtMs }) => seats === 60 && startsAtMs > Date.now() + 12 * 3_600_000);
      if (found !== undefined) return found.id;
    }
    throw new Error('no small show');
  } finally {
    client.close();
  }
}

describe('where the crowd goes', () => {
  it('is a handful of shows, fewer of them to one that is nearly full', async () => {
    const client = newClient();
    try {
      await client.ready();
      const destinations = new Destinations(1);
      const random = new Random(1);
      const visitors = async (): Promise<readonly (readonly [ShowId, number])[]> => {
        const counts = new Map<ShowId, number>();
        for (let person = 0; person < 60; person++) {
          const show = await destinations.choose(client, random, atOnce);
          if (show !== undefined) counts.set(show, (counts.get(show) ?? 0) + 1);
        }
        return [...counts].sort(([, one], [, other]) => other - one);
      };
      const before = await visitors();
      const most = before.slice(0, 6).reduce((sum, [, count]) => sum + count, 0);
      // Of those who went anywhere: in the small hours of most cities many stay at home.
      const all = before.reduce((sum, [, count]) => sum + count, 0);
      expect(most / all).toBeGreaterThan(0.3);
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
