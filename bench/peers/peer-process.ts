/** A peer's load process: fills the peer, drives its connections, and reckons up afterwards. */
import { performance } from 'node:perf_hooks';
import { unreachable } from '../../engine/unreachable.ts';
import { planPlaces } from '../load/places.ts';
import { Tally } from '../load/tally.ts';
import type { PeerClient } from './peer-client.ts';
import { Holders, PeerLanes } from './peer-lanes.ts';
import type { FromPeerLoad, PeerOrder, PeerResult, ToPeerLoad } from './peer-messages.ts';
import { openPostgres } from './postgres-client.ts';
import { openTextbook } from './postgres-textbook.ts';
import { openRedis } from './redis-client.ts';
import { openSqlite } from './sqlite-client.ts';

const DRAIN_TIMEOUT_MS = 10_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function say(message: FromPeerLoad): void {
  process.send?.(message);
}

async function open(order: PeerOrder): Promise<PeerClient> {
  const { kind, place } = order;
  switch (kind) {
    case 'postgres':
      return openPostgres({ ...order, socket: place });
    case 'postgres-textbook':
      return openTextbook({ ...order, socket: place });
    case 'redis':
      return openRedis({ ...order, socket: place });
    case 'sqlite':
      return openSqlite({ ...order, file: place });
    default:
      return unreachable(kind);
  }
}

async function run(order: PeerOrder, client: PeerClient, go: Promise<void>): Promise<PeerResult> {
  const { connections, pipeline, shows, seatsPerShow, seed } = order;
  const halls = Array.from({ length: shows }, (_, id) => ({ id: String(id), seats: seatsPerShow }));
  const plan = planPlaces(halls, connections, pipeline);
  const tally = new Tally();
  const holders = new Holders();
  let allIdle: () => void = () => undefined;
  const idle = new Promise<void>((resolve) => {
    allIdle = resolve;
  });
  const onIdle = () => {
    if (tally.draining && lanes.every(({ busy }) => busy === 0)) allIdle();
  };
  const lanes = plan.map((places, connection) => {
    const parts = { client, connection, shows, places, pipeline, seed, tally, holders, onIdle };
    return new PeerLanes(parts);
  });
  say({ type: 'ready' });
  await go;
  for (const lane of lanes) lane.start();
  await pause(order.warmupSeconds * 1000);
  say({ type: 'measuring' });
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  tally.measuring = true;
  await pause(order.seconds * 1000);
  tally.measuring = false;
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - startedMs) / 1000;
  say({ type: 'measured' });
  tally.draining = true;
  onIdle();
  await Promise.race([idle, pause(DRAIN_TIMEOUT_MS)]);
  for (let left = lanes.reduce((sum, { busy }) => sum + busy, 0); left > 0; left--) {
    tally.error('unanswered');
  }
  const { held, heldTwice } = await client.reckon();
  const { operations, conflicts, acknowledged, errors, latencies } = tally;
  return {
    ...{ seconds, operations, conflicts, acknowledged, errors, cpuUs: user + system },
    latencies: latencies.encode(),
    heldTwice: heldTwice + holders.heldTwice,
    ...holders.compare(held),
  };
}

async function obey(order: PeerOrder, go: Promise<void>): Promise<void> {
  const client = await open(order);
  const result = await run(order, client, go);
  await client.close();
  const done: FromPeerLoad = { type: 'done', result };
  process.send?.(done, () => process.exit(0));
}

function fail(error: unknown): void {
  if (process.send === undefined) process.exit(1);
  const reason = error instanceof Error ? error.message : String(error);
  const failed: FromPeerLoad = { type: 'failed', reason };
  process.send(failed, () => process.exit(1));
}

let start: () => void = () => undefined;
const go = new Promise<void>((resolve) => {
  start = resolve;
});
process.on('message', (message: ToPeerLoad) => {
  if (message.type === 'go') start();
  else obey(message, go).catch(fail);
});
// The bench is gone: so is the reason for the load.
process.on('disconnect', () => process.exit(1));
