/**
 * People open and close maps all the time while seats are taken and given back: whoever looks,
 * sees what is, whichever gateway they are on and whoever else has stopped looking.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type LiveShow, type UsherClient } from '../../gateway/client/index.ts';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { until } from '../support/server-facts.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'warn'];
const WATCHERS = 40;
const SELLERS = 6;
const CHURN_MS = 4_000;

let server: ServerProcess;
let shows: readonly DemoShow[];
const clients: UsherClient[] = [];

beforeAll(async () => {
  const port = await quietPort();
  const threads = ['--gateways', '2', '--shards', '2'];
  server = await startServerProcess({ port, flags: [...flags, ...threads] });
  const { raw } = await RawSocket.greeted(server.socketUrl);
  shows = await Promise.all([60, 96, 144].map((seats) => findShow(raw, seats)));
  await raw.close();
});

afterAll(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

async function arrive(): Promise<UsherClient> {
  const protocol = clients.length % 3 === 0 ? 'json' : 'msgpack';
  const client = connect({ url: server.socketUrl, WebSocket, protocol });
  clients.push(client);
  await client.ready();
  return client;
}

const pause = (forMs: number) => new Promise((later) => setTimeout(later, forMs));

/** Opens and closes maps, often the same one again at once; ends with all of them open. */
async function look(random: Random, end: AbortSignal): Promise<readonly LiveShow[]> {
  const client = await arrive();
  const open = new Map<DemoShow, LiveShow>();
  while (!end.aborted) {
    for (const show of shows) {
      if (random.chance(0.4)) continue;
      const live = open.get(show);
      if (live === undefined) open.set(show, client.watch(show.id));
      else {
        live.unwatch();
        open.delete(show);
        if (random.chance(0.5)) open.set(show, client.watch(show.id));
      }
    }
    await pause(random.between(0, 40));
  }
  return shows.map((show) => open.get(show) ?? client.watch(show.id));
}

/** Takes seats and gives them back, and waits and leaves where there are none. */
async function sell(random: Random, end: AbortSignal): Promise<number> {
  const client = await arrive();
  let decisions = 0;
  while (!end.aborted) {
    const show = random.pick(shows);
    if (show === undefined) throw new Error('there are shows');
    const held = await client.holdBest(show.id, random.between(1, 10));
    if (held.type === 'rejected') {
      const waiting = await client.wait(show.id, 2);
      await pause(random.between(0, 10));
      if (waiting.type === 'waiting') decisions += 2;
      await client.leave(show.id);
      continue;
    }
    await pause(random.between(0, 20));
    await client.release(show.id, held.hold);
    decisions += 2;
  }
  return decisions;
}

async function truth(show: DemoShow): Promise<readonly number[]> {
  const { raw } = await RawSocket.greeted(server.socketUrl);
  const asked = { type: 'watch', requestId: raw.nextId(), show: show.id } as const;
  const { seats, seq, serving, waiting } = await raw.ask(asked, 'watching');
  await raw.close();
  const states = Array.from({ length: show.seats }, (_, seat) => {
    return ((seats[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
  });
  return [seq, serving, waiting, ...states];
}

function seen(show: DemoShow, live: LiveShow): readonly number[] {
  const numbers = { free: 0, held: 1, booked: 2, blocked: 3 };
  const states = Array.from({ length: show.seats }, (_, seat) => numbers[live.state(seat)]);
  return [live.seq, live.line.serving, live.line.waiting, ...states];
}

describe('maps that are opened and closed all the time', () => {
  it('[W8] show what is, in the end and without a further look', async () => {
    const end = new AbortController();
    const watchers = Array.from({ length: WATCHERS }, (_, index) =>
      look(new Random(seedOf('watcher', index)), end.signal),
    );
    const sellers = Array.from({ length: SELLERS }, (_, index) =>
      sell(new Random(seedOf('seller', index)), end.signal),
    );
    await pause(CHURN_MS);
    end.abort();
    const decisions = (await Promise.all(sellers)).reduce((sum, each) => sum + each, 0);
    const open = await Promise.all(watchers);
    expect(decisions).toBeGreaterThan(200);
    // Something still happens when the last map is open, so that all have to hear of it.
    const last = await arrive();
    for (const show of shows) {
      const held = await last.holdBest(show.id, 3);
      expect(held.type).toBe('held');
    }
    for (const [index, show] of shows.entries()) {
      const expected = await truth(show);
      for (const lives of open) {
        const live = lives[index];
        if (live === undefined) throw new Error('every map is open');
        await until(() => live.fresh && live.seq === expected[0], 'the map is fresh');
        expect(seen(show, live)).toEqual(expected);
      }
    }
  });
});
