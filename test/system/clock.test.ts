/**
 * [T1] The wall clock of a running server, and of one that is started again, is set by hours in
 * either direction: deadlines stand, nobody's hold ends early or late, and time in the log never
 * falls. The clock is the real one, below the program: see `shim.c`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTown, type TownShow } from '../../bench/load/town-file.ts';
import { requestId } from '../../engine/ids.ts';
import type { Down } from '../../gateway/wire/message-types.ts';
import { FaultShim } from '../support/faults/fault-shim.ts';
import { auditLog } from '../support/log-audit.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const HOUR_MS = 3_600_000;
const HOLD_MS = 1_500;
const GRACE_MS = 300;
const flags = ['--messages-per-second', '0', '--log-level', 'warn'];

let folder = '';
let data = '';
let shim: FaultShim;
let show: TownShow;
let server: ServerProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-clock-'));
  data = join(folder, 'usher.db');
  shim = new FaultShim();
  const [made] = await makeTown(data, 20, [{ holdTtlMs: HOLD_MS, graceMs: GRACE_MS }]);
  if (made === undefined) throw new Error('there is one show');
  show = made;
});

afterEach(async () => {
  await server.kill();
  shim.remove();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  server = await startServerProcess({ data, flags, demo: false, env: shim.env(data) });
}

const pause = (forMs: number) => new Promise((later) => setTimeout(later, forMs));

/** Ids of one session over all its connections: one that was used is answered as before [H7]. */
let requests = 0;

async function hold(raw: RawSocket, seat: number): Promise<Down<'held'>> {
  requests++;
  const id = requestId(`hold-${requests}`);
  return raw.ask({ type: 'hold', requestId: id, show: show.id, seats: [seat] }, 'held');
}

async function holdsOf(raw: RawSocket): Promise<readonly number[]> {
  const { shows } = await raw.ask({ type: 'mine', requestId: raw.nextId() }, 'mineFound');
  return shows.flatMap((each) => each.holds.map((one) => one.hold));
}

/** Every frame's time in the order it was written, by partition. */
function logTimes(): readonly number[] {
  const db = new Database(data, { readonly: true });
  const times = db.prepare<[], number>('SELECT time_ms FROM frames ORDER BY id').pluck().all();
  db.close();
  return times;
}

describe.each([
  ['forwards', 6 * HOUR_MS],
  ['backwards', -6 * HOUR_MS],
])('a wall clock that is set %s', (_, stepMs) => {
  it('[T1] [H3] while the server runs moves no deadline', async () => {
    await start();
    const { raw } = await RawSocket.greeted(server.socketUrl);
    const startedMs = performance.now();
    const held = await hold(raw, 1);
    shim.control.stepClock(stepMs);
    const other = await hold(raw, 2);
    // The same clock as before: the second deadline is as much later as it was asked later.
    expect(other.deadlineMs - held.deadlineMs).toBeGreaterThanOrEqual(0);
    expect(other.deadlineMs - held.deadlineMs).toBeLessThan(2_000);
    await pause(HOLD_MS - 500 - (performance.now() - startedMs));
    expect(await holdsOf(raw)).toContain(held.hold);
    const expired = await raw.push('holdExpired', HOLD_MS + GRACE_MS + 3_000);
    expect(expired.hold).toBe(held.hold);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(HOLD_MS + GRACE_MS - 5);
    shim.control.stepClock(0);
    const again = await hold(raw, 1);
    expect(again.timeMs).toBeGreaterThan(held.timeMs);
    expect(again.timeMs - held.timeMs).toBeLessThan(60_000);
    expect(auditLog(data).problems).toEqual([]);
    raw.cut();
  });

  it('[T1] [D2] between two starts loses no hold, and lets no time fall', async () => {
    await start();
    const { raw, welcome } = await RawSocket.greeted(server.socketUrl);
    const held = await hold(raw, 1);
    await server.kill();
    shim.control.stepClock(stepMs);
    await start();
    const { raw: later } = await RawSocket.greeted(server.socketUrl, 'msgpack', welcome.token);
    // Its owner could not act meanwhile, so it has a minute more at the least.
    expect(await holdsOf(later)).toEqual([held.hold]);
    const book = {
      type: 'book',
      requestId: later.nextId(),
      show: show.id,
      hold: held.hold,
    } as const;
    const booked = await later.ask(book, 'booked');
    expect(booked.timeMs).toBeGreaterThanOrEqual(held.timeMs);
    await server.kill();
    // And back to where it was.
    shim.control.stepClock(0);
    await start();
    const { raw: last } = await RawSocket.greeted(server.socketUrl, 'json', welcome.token);
    const { timeMs } = await hold(last, 3);
    expect(timeMs).toBeGreaterThanOrEqual(booked.timeMs);
    expect(auditLog(data).problems).toEqual([]);
    expect(Math.max(...logTimes())).toBeLessThan(Date.now() + 7 * HOUR_MS);
    for (const each of [later, last]) each.cut();
  });
});
