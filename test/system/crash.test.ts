/**
 * Two hundred people fight over one show while the server is killed again and again. Whatever was
 * acknowledged to any of them must be there in the end, and the log must bear out every receipt.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, type MineShow } from '../../gateway/client/index.ts';
import { Random, seedOf } from '../../gateway/demo/random.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { auditLog, type LogAudit } from '../support/log-audit.ts';
import { quietPort } from '../support/quiet-port.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { Fighter } from './fighter.ts';
import { compareReceipts, Ledger } from './ledger.ts';

const FIGHTERS = 200;
const HALL = 320;
/** Every tenth has the map open. */
const WATCHING = 10;
/** How long all of them fight, with everybody back, before each kill. */
const ROUND_MS = [2_500, 2_000, 1_500, 2_500, 2_000] as const;
const FIGHT_MS = 20_000;
const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'warn'];

interface Outcome {
  readonly show: DemoShow;
  readonly ledger: Ledger;
  readonly fighters: readonly Fighter[];
  /** What each was told to have after the last restart, asked anew. */
  readonly mine: readonly MineShow[];
  /** The same from the memory of each client, just before. */
  readonly remembered: readonly MineShow[];
  /** From each kill until the last of them was greeted again. */
  readonly downMs: readonly number[];
  /** Watched maps that differ from a fresh one, by number of seats. */
  readonly staleMaps: readonly number[];
  readonly exitCode: number | null;
  readonly audit: LogAudit;
}

let folder = '';
let outcome: Outcome;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-crash-'));
  outcome = await fightAndCrash(join(folder, 'usher.db'));
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function fightAndCrash(data: string): Promise<Outcome> {
  const port = await quietPort();
  const start = () => startServerProcess({ data, port, flags });
  let server = await start();
  try {
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const show = await findShow(raw, HALL);
    await raw.close();
    const ledger = new Ledger();
    const fighters = await gather(server.socketUrl, show, ledger);
    const watches = fighters
      .filter((_, index) => index % WATCHING === 0)
      .map(({ client }) => client.watch(show.id));
    const end = new AbortController();
    const startedMs = performance.now();
    const fights = Promise.all(fighters.map((fighter) => fighter.fight(end.signal)));
    const downMs: number[] = [];
    for (const roundMs of ROUND_MS) {
      await pause(roundMs);
      const killedMs = performance.now();
      await server.kill();
      server = await start();
      await Promise.all(fighters.map(({ client }) => client.ready()));
      downMs.push(Math.round(performance.now() - killedMs));
    }
    await pause(startedMs + FIGHT_MS - performance.now());
    end.abort();
    await fights;
    await Promise.all(fighters.map(({ client }) => client.ready()));
    // Longer than changes are gathered before they are told, and than doubts wait to be settled.
    await pause(2_500);
    const remembered = fighters.map(({ client }) => client.mineOf(show.id));
    const mine = await Promise.all(fighters.map(({ client }) => askMine(client, show)));
    const staleMaps = await compareMaps(server, show, watches);
    for (const { client } of fighters) client.close();
    server.signal('SIGTERM');
    const { code: exitCode } = await server.ended;
    const audit = auditLog(data);
    return { show, ledger, fighters, mine, remembered, downMs, staleMaps, exitCode, audit };
  } finally {
    await server.kill();
  }
}

async function gather(url: string, show: DemoShow, ledger: Ledger): Promise<readonly Fighter[]> {
  const fighters = Array.from({ length: FIGHTERS }, (_, index) => {
    // Patient, so that a slow machine leaves no outcome untold.
    const client = connect({ url, WebSocket, requestTimeoutMs: 60_000 });
    const random = new Random(seedOf('fighter', index));
    const { id, seats } = show;
    return new Fighter({ client, show: id, seats, random, ledger, pauseMs: [20, 120] });
  });
  await Promise.all(fighters.map(({ client }) => client.ready()));
  return fighters;
}

async function askMine(client: Fighter['client'], show: DemoShow): Promise<MineShow> {
  const { shows } = await client.mine();
  const none = { show: show.id, holds: [], bookings: [], wait: null, offer: null };
  return shows.find((each) => each.show === show.id) ?? none;
}

async function compareMaps(
  server: ServerProcess,
  show: DemoShow,
  watches: readonly ReturnType<Fighter['client']['watch']>[],
): Promise<readonly number[]> {
  const { raw } = await RawSocket.greeted(server.socketUrl);
  const asked = { type: 'watch', requestId: raw.nextId(), show: show.id } as const;
  const { seats } = await raw.ask(asked, 'watching');
  await raw.close();
  const states = ['free', 'held', 'booked', 'blocked'];
  const truth = Array.from({ length: show.seats }, (_, seat) => {
    return states[((seats[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3];
  });
  return watches.map((live) => {
    if (!live.fresh) return show.seats;
    return truth.filter((state, seat) => live.state(seat) !== state).length;
  });
}

const pause = (forMs: number) => new Promise((later) => setTimeout(later, Math.max(0, forMs)));

describe('a server that is killed five times under two hundred people', () => {
  it('was fought over in earnest, and ends cleanly', () => {
    const { ledger, audit, downMs, exitCode } = outcome;
    const { rejections, doubts, unsent, counts } = ledger;
    const figures = { downMs, acknowledged: ledger.entries.length, ...counts };
    const logged = audit.decisions;
    console.log(JSON.stringify({ ...figures, rejections, doubts, unsent, logged }));
    expect(exitCode).toBe(0);
    expect(ledger.entries.length).toBeGreaterThan(2_000);
    for (const type of ['held', 'released', 'waiting', 'left', 'booked', 'cancelled']) {
      expect(ledger.counts[type] ?? 0, type).toBeGreaterThan(20);
    }
  });

  it('[D1] [H7] denied nobody what it had acknowledged, and left no outcome untold', () => {
    expect(outcome.ledger.problems).toEqual([]);
    expect(outcome.ledger.doubts).toBe(0);
  });

  it('[D2] has every acknowledged booking, and every hold with its deadline', () => {
    const lost = outcome.fighters.flatMap((fighter, index) => {
      const mine = outcome.mine[index];
      const of = (what: string) => `${what} of ${fighter.user}`;
      const booked = new Map(mine?.bookings.map((each) => [each.booking, each]));
      const held = new Map(mine?.holds.map((each) => [each.hold, each]));
      return [
        ...[...fighter.bookings]
          .filter(([ref, seats]) => {
            const found = booked.get(ref);
            return found?.state !== 'booked' || found.seats.join() !== seats.join();
          })
          .map(([ref]) => of(ref)),
        ...[...fighter.cancelled]
          .filter((ref) => booked.get(ref)?.state !== 'cancelled')
          .map((ref) => of(`the cancellation of ${ref}`)),
        ...[...fighter.holds]
          .filter(([id, { seats, deadlineMs }]) => {
            const found = held.get(id);
            return found?.seats.join() !== seats.join() || found.deadlineMs < deadlineMs;
          })
          .map(([id]) => of(`hold ${id}`)),
      ];
    });
    expect(lost).toEqual([]);
  });

  it('[S2] gave no seat to two, and nobody more than ten', () => {
    const owners = new Map<number, number>();
    outcome.mine.forEach((mine, index) => {
      const seats = Fighter.seatsIn(mine);
      expect(seats.length).toBeLessThanOrEqual(10);
      for (const seat of seats) {
        expect(owners.get(seat), `seat ${seat}`).toBeUndefined();
        owners.set(seat, index);
      }
    });
    const taken = outcome.audit.taken(outcome.show.id);
    expect([...owners.keys()].sort()).toEqual([...taken].sort());
  });

  it('[F1] [F2] [T1] [W2] has a log without a gap, a break, a fall of time or an overtaking', () => {
    expect(outcome.audit.problems).toEqual([]);
    expect(outcome.audit.frames).toBeGreaterThan(64 * (1 + ROUND_MS.length));
  });

  it('[F1] bears out every receipt: decision, LSN, time and hash', () => {
    const { audit, show, ledger } = outcome;
    expect(compareReceipts(audit, show.id, ledger.entries)).toEqual([]);
  });

  it('[W8] [W9] left every client with what the server says it has', () => {
    const facts = ({ holds, bookings, wait, offer }: MineShow, index: number) => ({
      holds: holds.map(({ hold, seats }) => `${hold}: ${seats}`).sort(),
      bookings: bookings.map(({ booking, state }) => `${booking} ${state}`).sort(),
      // Only who has the map open hears how the line moves.
      wait: wait && [wait.ticket, wait.party, index % WATCHING === 0 && wait.ahead],
      offer: offer?.party,
    });
    expect(outcome.remembered.map(facts)).toEqual(outcome.mine.map(facts));
  });

  it('left every watched map as a fresh one shows it', () => {
    expect(outcome.staleMaps).toEqual(outcome.staleMaps.map(() => 0));
    expect(outcome.staleMaps).toHaveLength(FIGHTERS / WATCHING);
  });
});
