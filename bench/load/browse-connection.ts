/**
 * Somebody who looks around: cities, a city's movies, a movie's shows, one show, its live map, and
 * away again. Each request is made once as a frame and sent again and again, one at a time.
 */
import { performance } from 'node:perf_hooks';
import { pack } from 'msgpackr';
import type { RawClient } from './raw-client.ts';
import type { Tally } from './tally.ts';
import { clientFrame } from './websocket-frames.ts';

/** What one person asks for on the way to one show's map. */
export interface Trip {
  readonly city: string;
  readonly movie: string;
  readonly show: string;
}

const CITIES = 2;
const MOVIES = 3;
const SHOWS = 4;
const SHOW = 5;
const WATCH = 6;
const UNWATCH = 7;
/** What answers each request of a trip, in the order asked. */
const ANSWERS = [33, 34, 35, 36, 37, 38] as const;
const FIRST_PUSH = 64;
const ID = 'b';

export class BrowseConnection {
  busy = 0;
  readonly #client: RawClient;
  readonly #frames: readonly Uint8Array[];
  #next = 0;
  /** The answer that the request in flight must have. */
  #awaited: number = ANSWERS[0];
  #sentAtMs = 0;

  constructor(client: RawClient, tally: Tally, trips: readonly Trip[]) {
    this.#client = client;
    this.#frames = trips.flatMap(framesOf);
    client.onMessage = (bytes, from, until) => {
      const code = bytes[from + 1] ?? 0;
      if (code >= FIRST_PUSH) return;
      this.busy = 0;
      if (code !== this.#awaited) tally.error(`answer ${code} instead of ${this.#awaited}`);
      if (tally.measuring) {
        tally.operations++;
        tally.bytes += until - from;
        tally.latencies.record(client.receivedAt - this.#sentAtMs);
      }
      if (!tally.draining) this.#ask(client.receivedAt);
    };
  }

  begin(): void {
    this.#ask(performance.now());
    this.#client.flush();
  }

  #ask(nowMs: number): void {
    this.#awaited = ANSWERS[this.#next % ANSWERS.length] ?? 0;
    const frame = this.#frames[this.#next++ % this.#frames.length];
    if (frame === undefined) throw new Error('there is nothing to look at');
    this.busy = 1;
    this.#sentAtMs = nowMs;
    const at = this.#client.reserve(frame.length);
    this.#client.outgoing.set(frame, at);
  }
}

function framesOf({ city, movie, show }: Trip): readonly Uint8Array[] {
  const requests = [
    [CITIES, ID],
    [MOVIES, ID, city],
    [SHOWS, ID, city, movie],
    [SHOW, ID, show],
    [WATCH, ID, show],
    [UNWATCH, ID, show],
  ];
  return requests.map((request) => clientFrame(pack(request)));
}
