/**
 * The log's thread and a gateway's die under load: each is started again, the others go on, and
 * what was acknowledged is there. (Deaths of shards: `shard-death.test.ts`.)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeTown, type TownShow } from '../../bench/load/town-file.ts';
import { connect } from '../../gateway/client/index.ts';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import type { UsherServer } from '../../gateway/server.ts';
import { auditLog } from '../support/log-audit.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { until } from '../support/server-facts.ts';
import { startServerHere } from '../support/server-here.ts';
import { checkPromises } from './crash/promises.ts';
import { Fighter } from './fighter.ts';
import { compareReceipts, Ledger } from './ledger.ts';

const FIGHTERS = 40;
const SEATS = 120;
const KILLS = 3;
const SHARDS = 2;

let folder = '';
let data = '';
let server: UsherServer;
let show: TownShow;
let fighters: readonly Fighter[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-thread-'));
  data = join(folder, 'usher.db');
  const shows = await makeTown(data, SEATS, [{}]);
  const [only] = shows;
  if (only === undefined) throw new Error('there is one show');
  show = only;
});

afterEach(async () => {
  for (const { client } of fighters) client.close();
  fighters = [];
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const pause = (forMs: number) => new Promise((later) => setTimeout(later, forMs));
const readiness = async () => {
  try {
    return (await fetch(`${server.url}/readyz`, { headers: { connection: 'close' } })).status;
  } catch {
    return 0;
  }
};
const back = () => until(async () => (await readiness()) === 200, 'everything is back');
const socketUrl = () => `ws://127.0.0.1:${server.port}/ws`;

async function gather(ledger: Ledger): Promise<readonly Fighter[]> {
  const found = Array.from({ length: FIGHTERS }, (_, index) => {
    const client = connect({ url: socketUrl(), WebSocket, requestTimeoutMs: 15_000 });
    const random = new Random(seedOf('thread', index));
    const { id } = show;
    return new Fighter({ client, show: id, seats: SEATS, random, ledger, pauseMs: [5, 40] });
  });
  await Promise.all(found.map(({ client }) => client.ready()));
  return found;
}

/** Everybody fights while `kill` is called again and again; then every promise is looked after. */
async function fightThrough(kill: (time: number) => Promise<void>): Promise<Ledger> {
  const ledger = new Ledger();
  fighters = await gather(ledger);
  const end = new AbortController();
  const fights = Promise.all(fighters.map((fighter) => fighter.fight(end.signal)));
  for (let time = 0; time < KILLS; time++) {
    await pause(600);
    await kill(time);
    await back();
  }
  await pause(500);
  end.abort();
  await fights;
  await Promise.all(fighters.map(({ client }) => client.ready()));
  expect(ledger.problems).toEqual([]);
  expect(ledger.doubts).toBe(0);
  expect(ledger.entries.length).toBeGreaterThan(500);
  expect(await checkPromises(show, fighters)).toEqual({ lost: [], soldTwice: [] });
  const audit = auditLog(data);
  expect(audit.problems).toEqual([]);
  expect(compareReceipts(audit, show.id, ledger.entries)).toEqual([]);
  return ledger;
}

describe("the log's thread", () => {
  it('[D1] [D2] that dies under load is opened again, and nothing told is lost', async () => {
    server = await startServerHere({ data, shards: SHARDS });
    const ledger = await fightThrough(() => server.killLog());
    console.log(JSON.stringify({ logKills: KILLS, acknowledged: ledger.entries.length }));
  });

  it('[D4] leaves nobody with an answer while it is gone that is not one', async () => {
    server = await startServerHere({ data, shards: SHARDS });
    const { raw } = await RawSocket.greeted(socketUrl());
    const hold = { type: 'hold', requestId: raw.nextId(), show: show.id, seats: [3] } as const;
    const killed = server.killLog();
    const { message } = await raw.askRaw(hold);
    await killed;
    // Told before the end, or told that nobody can say yet.
    if (message?.type !== 'held') expect(message).toMatchObject({ type: 'error' });
    await back();
    // Readiness may have been asked before the server saw that its log's thread had gone.
    let answer = await raw.askRaw(hold);
    await until(async () => {
      if (answer.message?.type === 'held') return true;
      expect(answer.message).toMatchObject({ type: 'error' });
      answer = await raw.askRaw(hold);
      return false;
    }, 'the hold is there');
    expect(answer.message).toMatchObject({ type: 'held', seats: [3] });
    raw.cut();
  });
});

describe("a gateway's thread", () => {
  it('[W9] that fails under load closes its sockets, and another takes its place', async () => {
    server = await startServerHere({
      data,
      shards: SHARDS,
      gateways: 2,
      port: await quietPort(),
    });
    await fightThrough(async (time) => {
      server.failGateway(time % 2);
      await pause(700);
    });
    // Both serve again: new sockets are spread over them.
    const raws = await Promise.all(Array.from({ length: 20 }, () => RawSocket.open(socketUrl())));
    await until(async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      const counts = text.matchAll(/^usher_connections\{gateway="\d"\} (\d+)$/gm);
      return Array.from(counts, ([, count]) => Number(count)).filter((one) => one > 0).length === 2;
    }, 'both gateways have connections');
    for (const raw of raws) raw.cut();
  });

  it('tells both its old clients and the new what happens in a show', async () => {
    server = await startServerHere({ data, shards: 1, gateways: 2, port: await quietPort() });
    server.failGateway(0);
    await pause(900);
    server.failGateway(1);
    await pause(900);
    await back();
    const raws = await Promise.all(
      Array.from({ length: 16 }, async () => (await RawSocket.greeted(socketUrl())).raw),
    );
    const [first] = raws;
    if (first === undefined) throw new Error('there are sockets');
    await Promise.all(
      raws.map((raw) => {
        return raw.ask({ type: 'watch', requestId: raw.nextId(), show: show.id }, 'watching');
      }),
    );
    const hold = { type: 'hold', requestId: first.nextId(), show: show.id, seats: [9] } as const;
    const { seq } = await first.ask(hold, 'held');
    const seen = await Promise.all(raws.map((raw) => raw.push('seats')));
    for (const push of seen) expect(push).toMatchObject({ toSeq: seq });
    for (const raw of raws) raw.cut();
  });
});
