/**
 * A load process: opens its share of the connections, drives them, and reports. It runs apart
 * from the bench so that nothing but load happens on its thread, and apart from the server so
 * that each one's CPU time can be told.
 */
import { performance } from 'node:perf_hooks';
import { AckLedger } from './acks.ts';
import { Arrivals } from './arrivals.ts';
import { EchoConnection } from './echo-connection.ts';
import { connectUser } from './hello.ts';
import { HoldConnection, showFrames } from './hold-connection.ts';
import { planPlaces } from './places.ts';
import type { FromLoad, LoadOrder, LoadResult, ToLoad } from './process-messages.ts';
import { connectRaw } from './raw-client.ts';
import { Tally } from './tally.ts';

/** How long answers may take to come in at the end. */
const DRAIN_TIMEOUT_MS = 10_000;
const CONNECTING_AT_ONCE = 32;

/** Something that keeps requests in flight until the tally says that it is draining. */
interface Driver {
  readonly busy: number;
  begin(): void;
  /** In an open loop: one request at its time, and the end of it. */
  arrive?(scheduledMs: number): void;
  finish?(): void;
}

function say(message: FromLoad): void {
  process.send?.(message);
}

async function connectAll(
  order: LoadOrder,
  tally: Tally,
  ledger: AckLedger,
  onIdle: () => void,
): Promise<readonly Driver[]> {
  const { host, port, connections, pipeline, shows, seed } = order;
  const echo = order.scenario === 'echo';
  const plan = echo ? [] : planPlaces(shows, connections, pipeline);
  const frames = shows.map(showFrames);
  const drive = async (index: number): Promise<Driver> => {
    const client = echo
      ? await connectRaw({ host, port, path: '/' })
      : await connectUser(host, port);
    client.onClosed = (reason) => fail(`connection ${index}: ${reason}`);
    if (echo) {
      const driver = new EchoConnection(client, tally, onIdle);
      return Object.assign(driver, { begin: () => driver.start(pipeline) });
    }
    const places = plan[index] ?? [];
    const isOpen = order.rate > 0;
    const parts = { client, tally, ledger, shows, frames, places, pipeline, isOpen, onIdle };
    const driver = new HoldConnection({ ...parts, seed: seed * 65_536 + index });
    return Object.assign(driver, { begin: () => driver.start() });
  };
  const drivers: Driver[] = [];
  for (let at = order.firstConnection; at < order.untilConnection; at += CONNECTING_AT_ONCE) {
    const until = Math.min(at + CONNECTING_AT_ONCE, order.untilConnection);
    const batch = Array.from({ length: until - at }, (_, offset) => drive(at + offset));
    drivers.push(...(await Promise.all(batch)));
  }
  return drivers;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Warms up, measures and drains. */
async function run(
  order: LoadOrder,
  drivers: readonly Driver[],
  tally: Tally,
  idle: () => Promise<void>,
): Promise<Pick<LoadResult, 'seconds' | 'cpuUs' | 'arrivals' | 'lateArrivals'>> {
  for (const driver of drivers) driver.begin();
  const arrivals = order.rate === 0 ? undefined : new Arrivals(order, drivers, tally);
  await pause(order.warmupSeconds * 1000);
  say({ type: 'measuring' });
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  tally.measuring = true;
  await pause(order.seconds * 1000);
  tally.measuring = false;
  const cpu = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - startedMs) / 1000;
  say({ type: 'measured' });
  tally.draining = true;
  arrivals?.stop();
  for (const driver of drivers) driver.finish?.();
  await Promise.race([idle(), pause(DRAIN_TIMEOUT_MS)]);
  const unanswered = drivers.reduce((sum, { busy }) => sum + busy, 0);
  for (let left = unanswered; left > 0; left--) tally.error('unanswered');
  const { made = 0, late = 0 } = arrivals ?? {};
  return { seconds, cpuUs: cpu.user + cpu.system, arrivals: made, lateArrivals: late };
}

async function obey(order: LoadOrder, go: Promise<void>): Promise<void> {
  const tally = new Tally();
  const ledger = new AckLedger();
  let drivers: readonly Driver[] = [];
  let allIdle: () => void = () => undefined;
  const idle = new Promise<void>((resolve) => {
    allIdle = resolve;
  });
  const onIdle = () => {
    if (drivers.every(({ busy }) => busy === 0)) allIdle();
  };
  drivers = await connectAll(order, tally, ledger, onIdle);
  say({ type: 'ready' });
  await go;
  const measured = await run(order, drivers, tally, () => idle);
  if (order.scenario === 'hold') ledger.save(order.acksPath);
  const { operations, conflicts, acknowledged, booked, errors } = tally;
  const latencies = order.scenario === 'hold' ? tally.latencies.encode() : '';
  const counts = { operations, conflicts, acknowledged, booked, errors };
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
