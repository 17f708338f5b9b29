/**
 * The engine alone, as a program that embeds it meets it: holds and releases through the library's
 * own methods, on a log in memory, in this process. No sockets, no threads, no disk; what is left
 * is what a decision costs.
 */
import { performance } from 'node:perf_hooks';
import { type Engine, type Layout, openEngine, type SeatRun } from '../../engine/index.ts';
import { nodeHost, openMemoryLog } from '../../persistence/index.ts';
import { planPlaces } from '../load/places.ts';

const ROWS = 16;
const SEATS_A_ROW = 20;
const SEATS = ROWS * SEATS_A_ROW;
const SALE_LASTS_MS = 24 * 60 * 60_000;

export interface LibraryOptions {
  /** Users. */
  readonly connections: number;
  /** Operations that each awaits at once. */
  readonly pipeline: number;
  readonly shows: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
}

export interface LibraryCosts {
  /** Holds and releases decided, recorded in memory and answered. */
  readonly perSecond: number;
  readonly refused: number;
}

export async function measureLibrary(options: LibraryOptions): Promise<LibraryCosts> {
  const { connections, pipeline, shows, seconds, warmupSeconds } = options;
  const engine = await openEngine({ log: openMemoryLog(), host: nodeHost });
  const ids = Array.from({ length: shows }, (_, index) => `show-${index}`);
  for (const id of ids) await schedule(engine, id);
  const counts = { decided: 0, refused: 0, stopped: false };
  const plan = planPlaces(
    ids.map((id) => ({ id, seats: SEATS })),
    connections,
    pipeline,
  );
  const lanes = plan.flatMap((places, user) =>
    Array.from({ length: pipeline }, (_, lane) => {
      // Every lane goes round places of its own, so that all of them are free when it comes.
      const own = places.filter((_, index) => index % pipeline === lane);
      return runLane(engine, `user-${user}`, ids, own, counts);
    }),
  );
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  await pause(warmupSeconds * 1000);
  const decidedBefore = counts.decided;
  const beganMs = performance.now();
  await pause(seconds * 1000);
  const perSecond = ((counts.decided - decidedBefore) * 1000) / (performance.now() - beganMs);
  counts.stopped = true;
  await Promise.all(lanes);
  await engine.close();
  return { perSecond, refused: counts.refused };
}

interface Counts {
  decided: number;
  refused: number;
  stopped: boolean;
}

async function runLane(
  engine: Engine,
  user: string,
  shows: readonly string[],
  places: readonly { readonly show: number; readonly seat: number }[],
  counts: Counts,
): Promise<void> {
  for (let turn = 0; !counts.stopped; turn++) {
    const place = places[turn % places.length];
    const show = place === undefined ? undefined : shows[place.show];
    if (place === undefined || show === undefined) return;
    const held = await engine.hold(user, show, [place.seat]);
    if (held.type !== 'held') {
      counts.refused++;
      continue;
    }
    const released = await engine.release(user, show, held.hold);
    if (released.type !== 'released') counts.refused++;
    counts.decided += 2;
  }
}

function schedule(engine: Engine, id: string): Promise<void> {
  const runs: SeatRun[] = Array.from({ length: ROWS }, (_, row) => ({
    section: 'Stalls',
    row: String.fromCharCode(65 + row),
    firstNumber: 1,
    step: 1,
    count: SEATS_A_ROW,
    x: 0.5,
    y: row + 4,
    tier: 0,
  }));
  const layout: Omit<Layout, 'id'> & { readonly id: string } = {
    id: 'bench-hall',
    name: 'Hall',
    width: SEATS_A_ROW,
    depth: ROWS + 5,
    curve: 0,
    best: { x: SEATS_A_ROW / 2, y: 12 },
    tiers: ['Standard'],
    runs,
  };
  const startsAtMs = Date.now() + SALE_LASTS_MS;
  return engine.schedule({ id, layout, startsAtMs, currency: 'INR', prices: [25_000] });
}
