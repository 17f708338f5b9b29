/**
 * A connection that watches one show, or one that is published to by the raw server: it counts
 * what it gets, as cheaply as that can be done. A few of them note when they learnt of which
 * decision, from which the age of a seat on their screens follows.
 */
import { pack } from 'msgpackr';
import { Cursor } from './messagepack.ts';
import type { RawClient } from './raw-client.ts';
import type { SeatAges } from './seat-ages.ts';
import type { Tally } from './tally.ts';
import { clientFrame } from './websocket-frames.ts';

const WATCH = 6;
const WATCHING = 37;
const SEATS = 64;

const countDelivery = (tally: Tally, bytes: number): void => {
  if (!tally.measuring) return;
  tally.operations++;
  tally.bytes += bytes;
};

export class Watcher {
  readonly busy = 0;
  readonly #client: RawClient;
  readonly #show: string;
  readonly #tally: Tally;

  /** `ages` where this one's screen is looked at. */
  constructor(client: RawClient, show: string, tally: Tally, ages: SeatAges | undefined) {
    this.#client = client;
    this.#show = show;
    this.#tally = tally;
    const cursor = new Cursor();
    client.onMessage = (bytes, from, until) => {
      const code = bytes[from + 1] ?? 0;
      if (code === WATCHING) return;
      if (code !== SEATS) return tally.error(`message ${code}`);
      countDelivery(tally, until - from);
      if (ages === undefined) return;
      // show, fromSeq, toSeq, changes
      cursor.reset(bytes, from + 2, until).skip();
      const fromSeq = cursor.number();
      ages.shown(fromSeq, cursor.number(), client.receivedAt);
    };
  }

  begin(): void {
    // Sent before the measured stretch; a watcher that is refused counts an error.
    if (this.#tally.draining) return;
    this.#client.send(clientFrame(pack([WATCH, 'watch', this.#show])));
  }
}

/** A connection to the raw publisher: there is nothing to ask it. */
export class Listener {
  readonly busy = 0;

  constructor(client: RawClient, tally: Tally) {
    client.onMessage = (_bytes, from, until) => countDelivery(tally, until - from);
  }

  begin(): void {}
}
