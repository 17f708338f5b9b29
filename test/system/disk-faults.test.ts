/**
 * The whole server on a disk that runs full, and on one that refuses a write or a sync: everybody
 * is told, nothing is acknowledged that is not in the log, and a restart brings all of it back.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeTown, type TownShow } from '../../bench/load/town-file.ts';
import type { UpMessage } from '../../gateway/wire/message-types.ts';
import { type Fault, FaultShim } from '../support/faults/fault-shim.ts';
import { auditLog } from '../support/log-audit.ts';
import { RawSocket } from '../support/raw-socket.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { type DiskUser, missingOf, useUpDisk } from './disk-load.ts';

const flags = ['--messages-per-second', '0', '--log-level', 'error'];
const SESSIONS = 8;
/** Just more than a server needs to start. */
const DISK_BYTES = { mount: 2 * 1024 * 1024, limit: 1024 * 1024 } as const;

let server: ServerProcess | undefined;
const atEnd: (() => unknown)[] = [];

afterEach(async () => {
  await server?.kill();
  server = undefined;
  for (const undo of atEnd.splice(0).reverse()) await undo();
});

async function start(data: string, env: Readonly<Record<string, string>> = {}) {
  server = await startServerProcess({ data, flags, demo: false, env });
  return server;
}

/** Nothing works any more, says so in every way, and ends when asked to. */
async function expectClosed(running: ServerProcess, show: TownShow): Promise<void> {
  // The shard's thread refuses at once; the thread that is asked here hears of it a moment later.
  await vi.waitFor(async () => {
    const ready = await fetch(`${running.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/the log cannot be written.* restart the server/);
    expect(running.log()).toMatch(/the log cannot be written: nothing is decided until the disk/);
  }, 2_000);
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
  for (const protocol of ['msgpack', 'json'] as const) {
    const { raw } = await RawSocket.greeted(running.socketUrl, protocol);
    const asked: UpMessage = {
      type: 'hold',
      requestId: raw.nextId(),
      show: show.id,
      seats: [0],
    };
    expect((await raw.askRaw(asked)).message).toMatchObject({ reason: 'logUnavailable' });
    raw.cut();
  }
}

async function expectAllBack(data: string, users: readonly DiskUser[]): Promise<void> {
  expect(users.flatMap(({ problems }) => problems)).toEqual([]);
  const again = await start(data);
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
  expect(await missingOf(again.socketUrl, users)).toEqual([]);
  // What was refused may be asked again with the same id, whatever became of it [H7].
  for (const { token, refused } of users) {
    const { raw } = await RawSocket.greeted(again.socketUrl, 'msgpack', token);
    const { message } = await raw.askRaw(refused.asked);
    expect(['held', 'released', 'rejected']).toContain(message?.type);
    raw.cut();
  }
  expect(auditLog(data).problems).toEqual([]);
  expect(auditLog(data).decisions).toBeGreaterThan(0);
}

describe.each(['mount', 'limit'] as const)('a disk that runs full (%s)', (kind) => {
  it('[D1] [D2] [D4] [H7] is told of, and costs nothing once there is space', async () => {
    // Where no disk may be mounted, the limit is tried twice.
    const disk: SmallDisk = smallDisk(DISK_BYTES[kind], [kind, 'limit']);
    atEnd.push(() => disk.remove());
    const data = join(disk.folder, 'usher.db');
    const [show] = await makeTown(data, 200, [{}]);
    if (show === undefined) throw new Error('there is one show');
    const running = await start(data);
    disk.confine(running.pid);
    const users = await useUpDisk(running.socketUrl, show.id, SESSIONS);
    const acknowledged = users.reduce((sum, user) => sum + user.acknowledged, 0);
    console.log(JSON.stringify({ kind: disk.kind, acknowledged }));
    expect(acknowledged).toBeGreaterThan(50);
    await expectClosed(running, show);
    disk.grow();
    // Space alone is not enough: only a restart knows what is in the log.
    await expectClosed(running, show);
    running.signal('SIGTERM');
    expect((await running.ended).code).toBe(0);
    await expectAllBack(data, users);
  });
});

describe('a disk that refuses one call of the server', () => {
  const faults: readonly Fault[] = [
    { mode: 'once', at: 1, errno: 'EIO' },
    { mode: 'once', at: 2, errno: 'ENOSPC', half: true },
    { mode: 'from', at: 3, errno: 'EIO' },
    { mode: 'once', at: 301, errno: 'EIO' },
  ];
  it.each(faults)('[D1] [D2] [D4] latches the log: $mode from call $at, $errno', async (fault) => {
    const shim = new FaultShim();
    atEnd.push(() => shim.remove());
    const folder = await mkdtemp(join(tmpdir(), 'usher-refusing-'));
    atEnd.push(() => rm(folder, { recursive: true, force: true }));
    const data = join(folder, 'usher.db');
    const [show] = await makeTown(data, 200, [{}]);
    if (show === undefined) throw new Error('there is one show');
    const running = await start(data, shim.env(data));
    let acknowledged = 0;
    const users = await useUpDisk(running.socketUrl, show.id, SESSIONS, () => {
      acknowledged++;
      if (acknowledged === 20) shim.control.arm(fault);
    });
    expect(shim.control.failed).toBeGreaterThan(0);
    await expectClosed(running, show);
    shim.control.disarm();
    await expectClosed(running, show);
    await running.kill();
    await expectAllBack(data, users);
  });
});
