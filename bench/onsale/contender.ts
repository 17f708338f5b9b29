/**
 * One party in front of an on-sale, over its own connection and session:
 *
 *   watch ─▶ hold ──held──▶ (change) ─▶ think ─▶ book ─▶ served
 *     ▲       │                             └─▶ release ─▶ walked away
 *     │       ├── seats taken, no block: look at the map again
 *     │       ├── wait in line ─▶ wait ──offer──▶ hold …
 *     └───────┴── choose now             └──ended──▶ unserved
 */
import { performance } from 'node:perf_hooks';
import { pack } from 'msgpackr';
import {
  ACK_BOOKED,
  ACK_CHANGED,
  ACK_HELD,
  ACK_JOINED,
  ACK_RELEASED,
  type AckKind,
  type AckLedger,
} from '../load/acks.ts';
import type { Cursor } from '../load/messagepack.ts';
import type { RawClient } from '../load/raw-client.ts';
import type { Tally } from '../load/tally.ts';
import { clientFrame } from '../load/websocket-frames.ts';
import type { Contender } from './contenders.ts';
import type { CrowdMap } from './crowd-map.ts';

const UP = { watch: 6, hold: 8, holdBest: 9, change: 10, release: 11, wait: 12, book: 14 } as const;
const DOWN = {
  watching: 37,
  held: 39,
  released: 40,
  waiting: 41,
  booked: 43,
  rejected: 48,
  error: 49,
  seats: 64,
  line: 65,
  offer: 66,
  waitEnded: 67,
} as const;
const TOO_FEW_LEFT = 201;
const WAIT_IN_LINE = 301;
const CHOOSE_NOW = 302;
const SEATS_TAKEN = 401;
const NO_BLOCK_LEFT = 402;

/** Before the map is looked at again, so that it has had time to change. */
const LOOK_AGAIN_MS = 60;
/** Somebody who was beaten so often gives up. */
const MOST_TRIES = 50;

export type Fate = 'served' | 'walkedAway' | 'unserved' | 'gaveUp';

export interface CrowdParts {
  readonly show: string;
  readonly map: CrowdMap;
  readonly tally: Tally;
  readonly ledger: AckLedger;
  readonly cursor: Cursor;
  /** Told once of each party, with how many seats it has booked. */
  readonly onEnd: (fate: Fate, booked: number) => void;
}

export class Party {
  readonly #client: RawClient;
  readonly #plan: Contender;
  readonly #parts: CrowdParts;
  /** Whether this one keeps the map for all. */
  readonly #keepsMap: boolean;
  #party: number;
  #tries = 0;
  #requests = 0;
  #sentAtMs = 0;
  #asked: keyof typeof UP = 'watch';
  #hold = 0;
  #seats: readonly number[] = [];
  #hasDropped = false;
  #ended = false;

  constructor(client: RawClient, plan: Contender, parts: CrowdParts, keepsMap: boolean) {
    this.#client = client;
    this.#plan = plan;
    this.#parts = parts;
    this.#keepsMap = keepsMap;
    this.#party = plan.party;
    client.onMessage = (bytes, from, until) => this.#receive(bytes, from, until);
  }

  /** Opens the map; the rush begins with `rush`. */
  watch(): void {
    this.#ask('watch');
  }

  rush(): void {
    this.#tryToHold(this.#plan.chooses);
  }

  #receive(bytes: Uint8Array, from: number, until: number): void {
    const code = bytes[from + 1] ?? 0;
    const { cursor, map, tally } = this.#parts;
    cursor.reset(bytes, from + 2, until);
    if (code === DOWN.seats || code === DOWN.line) {
      if (!this.#keepsMap) return;
      cursor.skip();
      if (code === DOWN.seats) map.change(cursor);
      else map.line(cursor);
      return;
    }
    if (this.#ended) return;
    // An answer begins with its request's id and, where it was accepted, the show's.
    if (code === DOWN.offer) return this.#tryToHold(false);
    if (code === DOWN.waitEnded) return this.#end('unserved');
    if (code !== DOWN.watching) {
      tally.latencies.record(this.#client.receivedAt - this.#sentAtMs);
      tally.operations++;
    }
    cursor.skip();
    if (code === DOWN.rejected) return this.#rejected(cursor.number());
    if (code === DOWN.error) {
      tally.error(`error ${cursor.number()}`);
      return this.#later(() => this.#tryToHold(true));
    }
    cursor.skip();
    this.#answered(code, cursor, bytes);
  }

  #answered(code: number, cursor: Cursor, bytes: Uint8Array): void {
    switch (code) {
      case DOWN.watching:
        if (this.#keepsMap) this.#parts.map.snapshot(cursor, bytes);
        return;
      case DOWN.held:
        this.#hold = cursor.number();
        this.#seats = cursor.numbers();
        cursor.skip(5);
        if (this.#asked === 'change') this.#acknowledge(ACK_CHANGED, this.#hold, cursor, bytes);
        else this.#acknowledge(ACK_HELD, this.#seats[0] ?? 0, cursor, bytes);
        return this.#holding();
      case DOWN.waiting: {
        const ticket = cursor.number();
        cursor.skip(4);
        return this.#acknowledge(ACK_JOINED, ticket, cursor, bytes);
      }
      case DOWN.released:
        cursor.skip();
        this.#acknowledge(ACK_RELEASED, this.#hold, cursor, bytes);
        return this.#end('walkedAway');
      case DOWN.booked:
        cursor.skip(5);
        this.#acknowledge(ACK_BOOKED, this.#hold, cursor, bytes);
        return this.#end('served');
      default:
        this.#parts.tally.error(`answer ${code}`);
    }
  }

  #holding(): void {
    if (this.#plan.drops && !this.#hasDropped && this.#seats.length > 1) {
      this.#hasDropped = true;
      return this.#ask('change', this.#hold, this.#seats.slice(1));
    }
    const pay = () => this.#ask(this.#plan.abandons ? 'release' : 'book', this.#hold);
    setTimeout(pay, this.#plan.thinksMs);
  }

  #rejected(code: number): void {
    switch (code) {
      case WAIT_IN_LINE:
        return this.#ask('wait', this.#party);
      case TOO_FEW_LEFT:
        return this.#end('unserved');
      case CHOOSE_NOW:
        return this.#tryToHold(true);
      case SEATS_TAKEN:
      case NO_BLOCK_LEFT:
        return this.#later(() => this.#tryToHold(true));
      default:
        this.#parts.tally.error(`rejected ${code} after ${this.#asked}`);
        return this.#end('gaveUp');
    }
  }

  #tryToHold(chooses: boolean): void {
    this.#tries++;
    if (this.#tries > MOST_TRIES) return this.#end('gaveUp');
    if (!chooses) return this.#ask('holdBest', this.#party);
    const seats = this.#parts.map.choose(this.#party);
    // A map without free seats says: whoever wants some waits.
    if (seats.length < this.#party) return this.#ask('holdBest', this.#party);
    this.#ask('hold', seats);
  }

  #later(act: () => void): void {
    setTimeout(act, LOOK_AGAIN_MS);
  }

  #ask(what: keyof typeof UP, ...fields: readonly unknown[]): void {
    if (this.#ended) return;
    this.#asked = what;
    this.#requests++;
    this.#sentAtMs = performance.now();
    const id = `r${this.#requests}`;
    this.#client.send(clientFrame(pack([UP[what], id, this.#parts.show, ...fields])));
  }

  /** seq, time, LSN, hash */
  #acknowledge(kind: AckKind, object: number, cursor: Cursor, bytes: Uint8Array): void {
    const seq = cursor.number();
    cursor.skip();
    const lsn = cursor.number();
    const { from } = cursor.binary();
    const words = new DataView(bytes.buffer, bytes.byteOffset + from, 8);
    const { ledger, tally } = this.#parts;
    ledger.add(0, kind, seq, lsn, words.getUint32(0), words.getUint32(4), object);
    tally.acknowledged++;
  }

  #end(fate: Fate): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#parts.onEnd(fate, fate === 'served' ? this.#seats.length : 0);
  }
}
