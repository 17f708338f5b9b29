/**
 * A log that cannot be written, here because another program has the file locked for longer than
 * the server waits: nothing is acknowledged, everybody is told, and a restart makes it good.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestId } from '../../engine/ids.ts';
import type { DownMessage, UpMessage } from '../../gateway/wire/message-types.ts';
import { type DemoShow, findShow } from '../support/demo-show.ts';
import { auditLog } from '../support/log-audit.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const flags = ['--demo-days', '1', '--messages-per-second', '0', '--log-level', 'warn'];
const SESSIONS = 8;
const HOLDS_EACH = 7;

interface Told {
  readonly message: UpMessage;
  readonly token: string;
  readonly answer: DownMessage | undefined;
}

let folder = '';
let data = '';
let server: ServerProcess;
let show: DemoShow;
/** A hold that was acknowledged before. */
let early: { readonly token: string; readonly hold: number };
let told: readonly Told[] = [];
let readiness = 0;
let afterwards: DownMessage | undefined;
let end: { readonly code: number | null; readonly withinMs: number };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-locked-'));
  data = join(folder, 'usher.db');
  server = await startServerProcess({ data, flags });
  const { raw, welcome } = await RawSocket.greeted(server.socketUrl);
  show = await findShow(raw, 220);
  const hold = { type: 'hold', requestId: raw.nextId(), show: show.id, seats: [219] } as const;
  early = { token: welcome.token, hold: (await raw.ask(hold, 'held')).hold };

  const other = new Database(data);
  other.exec('BEGIN IMMEDIATE');
  told = (await Promise.all(Array.from({ length: SESSIONS }, (_, index) => ask(index)))).flat();
  readiness = (await fetch(`${server.url}/readyz`)).status;
  other.exec('ROLLBACK');
  other.close();
  const later = { ...hold, requestId: raw.nextId(), seats: [218] };
  afterwards = (await raw.askRaw(later)).message;

  const startedMs = performance.now();
  server.signal('SIGTERM');
  const { code } = await server.ended;
  end = { code, withinMs: performance.now() - startedMs };
}, 60_000);

afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

/** One session's holds, one after the other while the file is locked. */
async function ask(index: number): Promise<readonly Told[]> {
  const { raw, welcome } = await RawSocket.greeted(server.socketUrl);
  const asked: Promise<Told>[] = [];
  for (let count = 0; count < HOLDS_EACH; count++) {
    const seats = [index * 10 + count];
    const id = requestId(`locked-${index}-${count}`);
    const message = { type: 'hold', requestId: id, show: show.id, seats } as const;
    const fits = (each: DownMessage) => 'requestId' in each && each.requestId === id;
    raw.send(message);
    asked.push(
      raw.next(fits, 'an answer', 9_000).then(
        (heard) => ({ message, token: welcome.token, answer: heard.message }),
        () => ({ message, token: welcome.token, answer: undefined }),
      ),
    );
    await new Promise((later) => setTimeout(later, 50));
  }
  return Promise.all(asked);
}

describe('a log that cannot be written', () => {
  it('[D1] [D4] lets nothing be acknowledged', () => {
    expect(told.filter(({ answer }) => answer?.type === 'held')).toEqual([]);
  });

  it('[D4] is told to everybody who asked, also to those who were still in the queue', () => {
    const untold = told.filter(({ answer }) => answer === undefined);
    expect(untold.map(({ message }) => message.requestId)).toEqual([]);
    for (const { answer } of told) {
      expect(answer).toMatchObject({ type: 'error', code: 508, reason: 'logUnavailable' });
    }
    expect(told).toHaveLength(SESSIONS * HOLDS_EACH);
  });

  it('[D4] is seen by whoever asks whether the server is ready', () => {
    expect(readiness).toBe(503);
  });

  it('[D4] stops the intake for good, or is got over; it is never half of both', () => {
    expect(['error', 'held']).toContain(afterwards?.type);
  });

  it('does not keep the server from ending', () => {
    expect(end.code).toBe(0);
    expect(end.withinMs).toBeLessThan(10_000);
  });

  it('[D2] [H7] is made good by a restart: what was told is there, the rest can be asked again', async () => {
    expect(auditLog(data).problems).toEqual([]);
    server = await startServerProcess({ data, flags });
    const { raw } = await RawSocket.greeted(server.socketUrl, 'msgpack', early.token);
    const mine = { type: 'mine', requestId: raw.nextId() } as const;
    const { shows } = await raw.ask(mine, 'mineFound');
    expect(shows.flatMap((each) => each.holds.map(({ hold }) => hold))).toContain(early.hold);
    for (const { message, token } of told) {
      const again = await RawSocket.greeted(server.socketUrl, 'msgpack', token);
      await again.raw.ask(message, 'held');
      again.raw.cut();
    }
  });
});
