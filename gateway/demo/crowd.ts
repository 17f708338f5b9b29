/**
 * Simulated people, so that a demo's seat maps live: each comes over a real WebSocket of its own
 * with the client SDK, has a look round, holds seats, dithers, waits, books or walks away, at the
 * pace of people. When one leaves another comes, as a new session.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, memoryTokenStorage, type SocketClass, UsherError } from '../client/index.ts';
import { type CrowdCounts, noCounts } from './crowd-counts.ts';
import { Destinations } from './destinations.ts';
import { Person } from './person.ts';
import { Random, seedOf } from './random.ts';

export interface CrowdOptions {
  /** The server's WebSocket address, e.g. `ws://127.0.0.1:8080/ws`. */
  readonly url: string;
  /** How many people are there at once. */
  readonly people: number;
  readonly seed: number;
  /** The socket class, from `ws` in Node 20. */
  readonly WebSocket: SocketClass;
  /** How long a person takes for one step; 1 to 8 seconds unless told otherwise. */
  readonly stepMs?: { readonly least: number; readonly most: number };
}

export interface Crowd {
  /** What the crowd has done so far. */
  stats(): CrowdCounts;
  /** Sends everybody away; resolves when the last socket is closed by this side. */
  stop(): Promise<void>;
}

const humanStepMs = { least: 1_000, most: 8_000 };

/** Starts a crowd. A server that goes away is waited for; nothing here ever rejects for that. */
export function startCrowd(options: CrowdOptions): Crowd {
  const stopped = new AbortController();
  // Everybody listens for the end, on purpose.
  setMaxListeners(0, stopped.signal);
  const counts = noCounts();
  const destinations = new Destinations(options.seed);
  const places = Array.from({ length: options.people }, (_, place) =>
    fillPlace(options, { place, counts, destinations, signal: stopped.signal }),
  );
  return {
    stats: () => ({ ...counts }),
    stop: async () => {
      stopped.abort();
      await Promise.all(places);
    },
  };
}

interface Place {
  readonly place: number;
  readonly counts: CrowdCounts;
  readonly destinations: Destinations;
  readonly signal: AbortSignal;
}

/** One person after the other, until the crowd is stopped. */
async function fillPlace(options: CrowdOptions, at: Place): Promise<void> {
  const { signal, counts, destinations } = at;
  const random = new Random(seedOf(options.seed, 'person', at.place));
  const { least, most } = options.stepMs ?? humanStepMs;
  const step = async () => {
    const ms = random.between(least, most);
    // A stopped crowd does not finish its pauses; what comes next finds its client closed.
    await pause(ms, undefined, { signal }).catch(() => undefined);
  };

  await step();
  while (!signal.aborted) {
    const client = connect({
      url: options.url,
      WebSocket: options.WebSocket,
      storage: memoryTokenStorage(),
    });
    const leave = () => client.close();
    signal.addEventListener('abort', leave);
    try {
      await client.ready();
      counts.visits++;
      await new Person({ client, random, counts, destinations, step, signal }).visit();
    } catch (error) {
      if (!(error instanceof UsherError)) throw error;
      if (!signal.aborted) counts.failures++;
    } finally {
      signal.removeEventListener('abort', leave);
      client.close();
    }
    await step();
  }
}
