/**
 * A connection that watches one show, or one that is published to by the raw server: it counts
 * what it gets, as cheaply as that can be done. A few of them note when they learnt of which
 * decision, from which the age of a seat on their screens follows.
 */
import { pack } from 'msgpackr';
import { Cursor } from './messagepack.ts';
import type { RawClient } from './raw-client.ts';
import type { Screen, SeatAges } from './seat-ages.ts';
import type { Tally } from './tally.ts';
import { clientFrame } from './websocket-frames.ts';

const WATCH = 6;
const WATCHING = 37;
const SEATS = 64;

/** One for all: a message is read to its end before the next one. */
const cursor = new Cursor();

const countDelivery = (tally: Tally, bytes: number): void => {
  if (!tally.measuring) return;
  tally.operations++;
  tally.bytes += bytes;
};

export class Watcher {
  readonly #client: RawClient;
  readonly #show: string;
  readonly #tally: Tally;
  readonly #ages: SeatAges | undefined;
  readonly #screen: Screen | undefined;
  #hasMap = false;

  /** `ages` where this one's screen is looked at. */
  constructor(client: RawClient, show: string, tally: Tally, ages: SeatAges | undefined) {
    this.#client = client;
    this.#show = show;
    this.#tally = tally;
    this.#ages = ages;
    this.#screen = ages?.screen();
    client.onMessage = (bytes, from, until) => {
      const code = bytes[from + 1] ?? 0;
      if (code === SEATS) countDelivery(tally, until - from);
      else if (code === WATCHING) this.#hasMap = true;
      else return tally.error(`message ${code}`);
      if (this.#screen !== undefined) this.#look(this.#screen, code, bytes, from, until);
    };
  }

  /** 1 while this one's screen has yet to show what was decided. */
  get busy(): number {
    return this.#screen !== undefined && this.#ages?.isBehind(this.#screen) === true ? 1 : 0;
  }

  begin(): void {
    // Sent before the measured stretch; a watcher that is refused counts an error.
    if (this.#tally.draining) return;
    this.#client.send(clientFrame(pack([WATCH, 'watch', this.#show])));
  }

  finish(): void {
    if (!this.#hasMap) this.#tally.error('never had the map');
  }

  #look(screen: Screen, code: number, bytes: Uint8Array, from: number, until: number): void {
    cursor.reset(bytes, from + 2, until);
    // watching: request id, show, seq, …
    if (code === WATCHING) {
      cursor.skip(2);
      return screen.opened(cursor.number());
    }
    // seats: show, fromSeq, toSeq, changes
    cursor.skip();
    const fromSeq = cursor.number();
    const isWhole = screen.shown(fromSeq, cursor.number(), this.#client.receivedAt);
    if (!isWhole) this.#tally.error('a gap between changes of the map');
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
