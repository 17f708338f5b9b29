/**
 * A load process: opens its share of the connections, drives them, and reports. It runs apart
 * from the bench so that nothing but load happens on its thread, and apart from the server so
 * that each one's CPU time can be told.
 */
import { performance } from 'node:perf_hooks';
import { AckLedger } from './acks.ts';
import { Arrivals } from './arrivals.ts';
import { BrowseConnection } from './browse-connection.ts';
import { EchoConnection } from './echo-connection.ts';
import { connectUser } from './hello.ts';
import { HoldConnection, showFrames } from './hold-connection.ts';
import { planPlaces } from './places.ts';
import type { FromLoad, LoadOrder, LoadResult, ToLoad } from './process-messages.ts';
import { connectRaw } from './raw-client.ts';
import { SeatAges } from './seat-ages.ts';
import { Tally } from './tally.ts';
import { Listener, Watcher } from './watcher.ts';

/** How long answers may take to come in at the end. */
const DRAIN_TIMEOUT_MS = 10_000;
const DRAIN_LOOK_MS = 5;
const CONNECTING_AT_ONCE = 32;

/** Something that keeps requests in flight until the tally says that it is draining. */
interface Driver {
  readonly busy: number;
  begin(): void;
  /** In an open loop: one request at its time, and the end of it. */
  arrive?(scheduledMs: number): void;
  finish?(): void;
  /** What has not been answered never will be. */
  giveUp?(nowMs: number): void;
}

function say(message: FromLoad): void {
  process.send?.(message);
}

/** Trips that one browser makes over and over. */
const BROWSED_EACH = 10;
/** One watcher in so many has its screen looked at. */
const LOOKED_AT_ONE_OF = 200;

/** What all connections of this process share. */
interface Shared {
  readonly tally: Tally;
  readonly ledger: AckLedger;
  readonly ages: SeatAges | undefined;
}

async function connectAll(order: LoadOrder, shared: Shared): Promise<readonly Driver[]> {
  const drive = driverOf(order, shared);
  const drivers: Driver[] = [];
  for (let at = order.firstConnection; at < order.untilConnection; at += CONNECTING_AT_ONCE) {
    const until = Math.min(at + CONNECTING_AT_ONCE, order.untilConnection);
    const batch = Array.from({ length: until - at }, (_, offset) => drive(at + offset));
    drivers.push(...(await Promise.all(batch)));
  }
  return drivers;
}

/** How a connection with a number is opened, and what drives it. */
function driverOf(
  order: LoadOrder,
  { tally, ledger, ages }: Shared,
): (index: number) => Promise<Driver> {
  const { host, port, scenario, shows, pipeline, seed } = order;
  const isRaw = scenario === 'echo' || scenario === 'listen';
  const selling = scenario === 'watch' ? order.sellers : order.connections;
  const plan = isRaw ? [] : planPlaces(shows, selling, pipeline);
  const frames = shows.map(showFrames);
  return async (index) => {
    const client = isRaw
      ? await connectRaw({ host, port, path: '/' })
      : await connectUser(host, port);
    client.onClosed = (reason) => fail(`connection ${index}: ${reason}`);
    if (scenario === 'listen') return new Listener(client, tally);
    if (scenario === 'echo') {
      const driver = new EchoConnection(client, tally);
      return Object.assign(driver, { begin: () => driver.start(pipeline) });
    }
    if (scenario === 'browse') {
      const { trips = [] } = order;
      const first = (index * BROWSED_EACH) % Math.max(1, trips.length);
      const own = [...trips.slice(first), ...trips.slice(0, first)].slice(0, BROWSED_EACH);
      return new BrowseConnection(client, tally, own);
    }
    if (index >= selling) {
      const isLookedAt = index % LOOKED_AT_ONE_OF === 0 || index === selling;
      const show = shows[0]?.id ?? '';
      return new Watcher(client, show, tally, isLookedAt ? ages : undefined);
    }
    const places = plan[index] ?? [];
    const isOpen = order.rate > 0;
    const parts = { client, tally, ledger, shows, frames, places, pipeline, isOpen, ages };
    const driver = new HoldConnection({ ...parts, seed: seed * 65_536 + index });
    return Object.assign(driver, { begin: () => driver.start() });
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Warms up, measures and drains. */
async function run(
  order: LoadOrder,
  drivers: readonly Driver[],
  tally: Tally,
): Promise<
  Pick<LoadResult, 'seconds' | 'cpuUs' | 'arrivals' | 'answeredArrivals' | 'lateArrivals'>
> {
  for (const driver of drivers) driver.begin();
  const arriving = drivers.filter(({ arrive }) => arrive !== undefined);
  const isOpen = order.rate > 0 && arriving.length > 0;
  const arrivals = isOpen ? new Arrivals(order, arriving, tally) : undefined;
  await pause(order.warmupSeconds * 1000);
  say({ type: 'measuring' });
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  tally.measuring = true;
  tally.fromMs = startedMs;
  await pause(order.seconds * 1000);
  tally.measuring = false;
  const cpu = process.cpuUsage(cpuBefore);
  tally.untilMs = performance.now();
  const seconds = (tally.untilMs - startedMs) / 1000;
  say({ type: 'measured' });
  arrivals?.stop(tally.untilMs);
  tally.draining = true;
  for (const driver of drivers) driver.finish?.();
  const untilMs = performance.now() + DRAIN_TIMEOUT_MS;
  while (drivers.some(({ busy }) => busy > 0) && performance.now() < untilMs)
    await pause(DRAIN_LOOK_MS);
  const gaveUpMs = performance.now();
  for (const driver of drivers) driver.giveUp?.(gaveUpMs);
  const unanswered = drivers.reduce((sum, { busy }) => sum + busy, 0);
  for (let left = unanswered; left > 0; left--) tally.error('unanswered');
  const { made = 0, late = 0 } = arrivals ?? {};
  const { answeredArrivals } = tally;
  const counts = { arrivals: made, answeredArrivals, lateArrivals: late };
  return { seconds, cpuUs: cpu.user + cpu.system, ...counts };
}

async function obey(order: LoadOrder, go: Promise<void>): Promise<void> {
  const tally = new Tally();
  const ledger = new AckLedger();
  const ages = order.scenario === 'watch' ? new SeatAges() : undefined;
  const drivers = await connectAll(order, { tally, ledger, ages });
  say({ type: 'ready' });
  await go;
  const measured = await run(order, drivers, tally);
  if (order.acksPath !== '') ledger.save(order.acksPath);
  ages?.record(tally.latencies);
  const { operations, bytes, conflicts, decisions, acknowledged, booked, errors } = tally;
  const latencies = tally.latencies.encode();
  const counts = { operations, bytes, conflicts, decisions, acknowledged, booked, errors };
  process.send?.({ type: 'done', result: { ...measured, ...counts, latencies } }, () =>
    process.exit(0),
  );
}

function fail(reason: string): void {
  if (process.send === undefined) process.exit(1);
  const failed: FromLoad = { type: 'failed', reason };
  process.send(failed, () => process.exit(1));
}

let start: () => void = () => undefined;
const go = new Promise<void>((resolve) => {
  start = resolve;
});
process.on('message', (message: ToLoad) => {
  if (message.type === 'go') start();
  else obey(message, go).catch((error) => fail(error instanceof Error ? error.message : 'failed'));
});
// The bench is gone: so is the reason for the load.
process.on('disconnect', () => process.exit(1));
