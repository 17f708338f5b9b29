/**
 * The thread that decides dies, several times, under load: it is started again and recovers, the
 * sockets stay, what was acknowledged is there, and every map on a screen is right again.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { requestId } from '../../engine/ids.ts';
import { connect, type LiveShow, type UsherClient } from '../../gateway/client/index.ts';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import type { startServer, UsherServer } from '../../gateway/server.ts';
import { defaultOptions } from '../../gateway/server-options.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { auditLog } from '../support/log-audit.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { until } from '../support/server-facts.ts';
import { Fighter } from './fighter.ts';
import { compareReceipts, Ledger } from './ledger.ts';

const FIGHTERS = 60;
/** A shard that keeps dying is started ever later; three times it is within about a second. */
const KILLS = 3;
const SHARDS = 2;
/** A client must not have to wait for its own patience to run out. */
const ANSWERED_WITHIN_MS = 5_000;

let folder = '';
let data = '';
let server: UsherServer;
let socketUrl = '';
const clients: UsherClient[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-shard-'));
  data = join(folder, 'usher.db');
  // The compiled server, whose threads are files of their own.
  const built = new URL('../../dist/gateway/server.js', import.meta.url).href;
  const module = (await import(/* @vite-ignore */ built)) as { startServer: typeof startServer };
  const options = {
    ...defaultOptions(),
    port: 0,
    data,
    demo: true,
    demoSeed: 1,
    demoDays: 1,
    crowd: 0,
    shards: SHARDS,
    gateways: 1,
    messagesPerSecond: 0,
    maxConnections: 50_000,
    snapshotAfterKib: 8_192,
    acceptLoss: false,
    logLevel: 'silent',
  };
  server = await module.startServer(options, pino({ level: 'silent' }));
  socketUrl = `ws://127.0.0.1:${server.port}/ws`;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const pause = (forMs: number) => new Promise((later) => setTimeout(later, forMs));

async function killAll(): Promise<void> {
  await Promise.all(Array.from({ length: SHARDS }, (_, shard) => server.killShard(shard)));
}

const readiness = async () => (await fetch(`${server.url}/readyz`)).status;
const back = () => until(async () => (await readiness()) === 200, 'all shards are back');

/** Seats on a screen that are not as a fresh look shows them. */
async function wrongSeats(show: DemoShow, live: LiveShow): Promise<number> {
  const { raw } = await RawSocket.greeted(socketUrl);
  const asked = { type: 'watch', requestId: raw.nextId(), show: show.id } as const;
  const { seats, seq } = await raw.ask(asked, 'watching');
  raw.cut();
  expect([live.fresh, live.seq]).toEqual([true, seq]);
  const states = ['free', 'held', 'booked', 'blocked'];
  return Array.from({ length: show.seats }, (_, seat) => seat).filter((seat) => {
    const state = states[((seats[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3];
    return live.state(seat) !== state;
  }).length;
}

describe('a shard that dies', () => {
  it('tells whoever waits for an answer at once, in both subprotocols', async () => {
    for (const protocol of ['msgpack', 'json'] as const) {
      const { raw } = await RawSocket.greeted(socketUrl, protocol);
      const { id: show } = await findShow(raw, 144);
      await raw.ask({ type: 'watch', requestId: raw.nextId(), show }, 'watching');
      await killAll();
      expect(await raw.push('error')).toMatchObject({ code: 509, reason: 'shardUnavailable' });
      // The watchers' map is old from here on: a gap makes them ask for it anew.
      const gap = await raw.push('seats');
      expect(gap.fromSeq).toBeGreaterThan(2 ** 50);
      let type = '';
      for (let tries = 0; tries < 40 && type !== 'held'; tries++) {
        const hold = { type: 'holdBest', requestId: requestId('again'), show } as const;
        const { message } = await raw.askRaw({ ...hold, count: 2, tier: null, split: null });
        type = message?.type ?? '';
        if (type !== 'held') expect(message).toMatchObject({ reason: 'shardUnavailable' });
        await pause(50);
      }
      expect(type).toBe('held');
      await raw.close();
    }
  });

  it('[H7] costs the SDK no request: all are answered soon, once each', async () => {
    const client = connect({ url: socketUrl, WebSocket });
    clients.push(client);
    await client.ready();
    const { raw } = await RawSocket.greeted(socketUrl);
    const { id: show } = await findShow(raw, 420);
    await raw.close();
    for (let round = 0; round < KILLS; round++) {
      const startedMs = performance.now();
      const holds = Array.from({ length: 10 }, (_, seat) => client.hold(show, [seat]));
      const questions = [client.mine(), client.cities()];
      const killed = pause(round).then(killAll);
      const answers = await Promise.all(holds);
      await Promise.all([killed, ...questions]);
      await back();
      expect(performance.now() - startedMs).toBeLessThan(ANSWERED_WITHIN_MS);
      const held = answers.flatMap((answer) => (answer.type === 'held' ? [answer.hold] : []));
      expect(held).toHaveLength(10);
      const { shows } = await client.mine();
      expect(shows.flatMap((each) => each.holds.map(({ hold }) => hold)).sort()).toEqual(
        held.toSorted(),
      );
      await Promise.all(held.map((hold) => client.release(show, hold)));
    }
  });

  it('[D1] [D2] under load loses nothing that was acknowledged, and no map stays wrong', async () => {
    const { raw } = await RawSocket.greeted(socketUrl);
    const show = await findShow(raw, 220);
    const ledger = new Ledger();
    const fighters = Array.from({ length: FIGHTERS }, (_, index) => {
      const client = connect({ url: socketUrl, WebSocket });
      clients.push(client);
      const random = new Random(seedOf('shard', index));
      const { id, seats } = show;
      return new Fighter({ client, show: id, seats, random, ledger, pauseMs: [5, 40] });
    });
    await Promise.all(fighters.map(({ client }) => client.ready()));
    const watches = fighters.slice(0, 10).map(({ client }) => client.watch(show.id));
    const end = new AbortController();
    const fights = Promise.all(fighters.map((fighter) => fighter.fight(end.signal)));
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(700);
      await killAll();
      await back();
    }
    await pause(700);
    end.abort();
    await fights;
    const { problems, doubts, counts, entries } = ledger;
    console.log(JSON.stringify({ kills: KILLS, acknowledged: entries.length, doubts, ...counts }));
    expect(problems).toEqual([]);
    expect(entries.length).toBeGreaterThan(1_000);
    // Longer than changes are gathered before they are told.
    await pause(600);
    for (const live of watches) expect(await wrongSeats(show, live)).toBe(0);
    for (const fighter of fighters) {
      const { shows } = await fighter.client.mine();
      const mine = shows.find((each) => each.show === show.id);
      const held = new Map(mine?.holds.map((each) => [each.hold, each]));
      for (const [id, { seats, deadlineMs }] of fighter.holds) {
        expect(held.get(id)?.seats, `hold ${id}`).toEqual(seats);
        expect(held.get(id)?.deadlineMs, `hold ${id}`).toBeGreaterThanOrEqual(deadlineMs);
      }
      const booked = mine?.bookings.filter((each) => each.state === 'booked') ?? [];
      expect(booked.map((each) => each.booking)).toEqual(
        expect.arrayContaining([...fighter.bookings.keys()]),
      );
    }
    const audit = auditLog(data);
    expect(audit.problems).toEqual([]);
    expect(compareReceipts(audit, show.id, entries)).toEqual([]);
    await raw.close();
    expect(doubts, 'requests that nobody answered').toBe(0);
  });

  it('is counted, and readiness says so while it lasts', async () => {
    expect(await readiness()).toBe(200);
    const killed = killAll();
    const seen = new Set<number>();
    await until(async () => {
      seen.add(await readiness());
      return seen.has(503);
    }, 'the server says that it is not ready');
    await killed;
    await back();
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(new RegExp(`^usher_shard_restarts_total\\{.*\\} ${SHARDS}$`, 'm'));
  });
});
