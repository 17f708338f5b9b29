/**
 * One user of the hold scenario: a connection that keeps `pipeline` requests in flight, each lane
 * of it holding a seat and releasing it again.
 *
 *   idle ─▶ holding ──held──▶ releasing ──released──▶ idle …
 *              │   └──held, at the end──▶ booking ──booked──▶ idle
 *              └──seats taken──▶ idle …
 *
 * In a closed loop a lane asks again as soon as it is answered. In an open one it waits, idle or
 * with its hold, for an arrival, which comes when it is scheduled, whatever the answers do; an
 * arrival that finds no lane waits for one, and its latency counts from when it was scheduled. All
 * that were scheduled in the measured stretch count, however long after it they are answered.
 */
import { performance } from 'node:perf_hooks';
import { ACK_BOOKED, ACK_HELD, ACK_RELEASED, type AckKind, type AckLedger } from './acks.ts';
import { Cursor } from './messagepack.ts';
import { type LoadShow, type Place, SHARED_SEAT, SHARED_SHOWS } from './places.ts';
import type { RawClient } from './raw-client.ts';
import {
  CODE_BOOK,
  CODE_RELEASE,
  countOf,
  frameOfHold,
  holdFrame,
  laneOf,
  sendRequest,
  sendRequestOfHold,
} from './requests.ts';
import type { SeatAges } from './seat-ages.ts';
import type { Tally } from './tally.ts';

const HELD = 39;
const RELEASED = 40;
const BOOKED = 43;
const REJECTED = 48;
const ERROR = 49;
const FIRST_PUSH = 64;
const SEATS_TAKEN = 401;

/** Of 1,024 holds, how many go for a shared seat: 2 %. */
const CONTESTED_OF_1024 = 20;
/** At the end, of this many holds one is booked instead of released. */
const BOOK_ONE_OF = 4;

type LaneState = 'idle' | 'holding' | 'held' | 'releasing' | 'booking';

/** A place with the frame that holds it. */
interface FramedPlace extends Place {
  readonly frame: Uint8Array;
  /** Whether all connections share it. */
  readonly contested: boolean;
}

interface Lane {
  readonly index: number;
  state: LaneState;
  /** Requests sent; the last of them is the one in flight. */
  count: number;
  sentAtMs: number;
  /** Whether what is in flight is an arrival, asked for when it was scheduled. */
  isArrival: boolean;
  place: FramedPlace;
  hold: number;
}

const nothingSent = { count: 0, sentAtMs: 0, isArrival: false } as const;

/** What all connections of a process share, indexed by show. */
export interface ShowFrames {
  readonly release: Uint8Array;
  readonly book: Uint8Array;
  readonly contested: FramedPlace;
}

export function showFrames({ id }: LoadShow, show: number): ShowFrames {
  return {
    release: frameOfHold(CODE_RELEASE, id),
    book: frameOfHold(CODE_BOOK, id),
    contested: { show, seat: SHARED_SEAT, frame: holdFrame(id, SHARED_SEAT), contested: true },
  };
}

export interface HoldConnectionParts {
  readonly client: RawClient;
  readonly tally: Tally;
  readonly ledger: AckLedger;
  readonly shows: readonly LoadShow[];
  readonly frames: readonly ShowFrames[];
  readonly places: readonly Place[];
  readonly pipeline: number;
  readonly seed: number;
  /** Lanes wait for arrivals. */
  readonly isOpen: boolean;
  /** Told of every decision, where somebody watches. */
  readonly ages: SeatAges | undefined;
}

export class HoldConnection {
  readonly #parts: HoldConnectionParts;
  readonly #client: RawClient;
  readonly #cursor = new Cursor();
  readonly #lanes: Lane[] = [];
  /** Own places that no lane uses just now, in a ring. */
  readonly #free: FramedPlace[];
  #freeHead = 0;
  #freeCount: number;
  #busy = 0;
  #random: number;
  /** In an open loop: lanes that wait for an arrival, and arrivals that wait for a lane. */
  readonly #waiting: Lane[] = [];
  readonly #late: number[] = [];

  constructor(parts: HoldConnectionParts) {
    this.#parts = parts;
    this.#client = parts.client;
    this.#free = parts.places.map(({ show, seat }) => ({
      show,
      seat,
      frame: holdFrame(parts.shows[show]?.id ?? '', seat),
      contested: false,
    }));
    this.#freeCount = this.#free.length;
    // Any non-zero 32-bit number does for a xorshift generator.
    this.#random = (Math.imul(parts.seed + 1, 0x9e3779b1) | 1) >>> 0;
    parts.client.onMessage = (bytes, from, until) => this.#receive(bytes, from, until);
  }

  /** Requests that have not been answered yet, or not even been sent. */
  get busy(): number {
    return this.#busy + this.#late.length;
  }

  /** Puts the first request of every lane under way. */
  start(): void {
    this.#client.receivedAt = performance.now();
    for (let index = 0; index < this.#parts.pipeline; index++) {
      const place = this.#takePlace();
      const lane: Lane = { index, state: 'idle', ...nothingSent, place, hold: 0 };
      this.#lanes.push(lane);
      if (this.#parts.isOpen) {
        this.#giveBack(place);
        this.#waiting.push(lane);
      } else this.#hold(lane, place);
    }
    this.#client.flush();
  }

  #receive(bytes: Uint8Array, from: number, until: number): void {
    const code = bytes[from + 1] ?? 0;
    if (code >= FIRST_PUSH) return;
    const { tally } = this.#parts;
    // Every answer is [code, request id, …], and ids are ours: a text of eight characters.
    const lane = bytes[from + 2] === 0xa8 ? this.#lanes[laneOf(bytes, from + 3)] : undefined;
    if (lane === undefined || countOf(bytes, from + 3) !== lane.count % 2 ** 30) {
      tally.error(`unasked answer ${code}`);
      return;
    }
    if (this.#isTimed(lane)) tally.latencies.record(this.#client.receivedAt - lane.sentAtMs);
    if (this.#isCounted(lane)) tally.answeredArrivals++;
    const cursor = this.#cursor.reset(bytes, from + 11, until);
    this.#busy--;
    switch (code) {
      case HELD:
        this.#held(lane, cursor, bytes);
        break;
      case RELEASED:
        this.#released(lane, cursor, bytes);
        break;
      case BOOKED:
        this.#booked(lane, cursor, bytes);
        break;
      case REJECTED:
        this.#rejected(lane, cursor);
        break;
      case ERROR:
        tally.error(`error ${cursor.number()}`);
        this.#retry(lane);
        break;
      default:
        tally.error(`answer ${code}`);
        this.#retry(lane);
    }
  }

  /** show, hold, seats, deadline, currency, prices, total, discounts, receipt */
  #held(lane: Lane, cursor: Cursor, bytes: Uint8Array): void {
    cursor.skip();
    lane.hold = cursor.number();
    cursor.skip(6);
    this.#acknowledge(lane, cursor, bytes, ACK_HELD, lane.place.seat);
    if (this.#isAwaited) {
      lane.state = 'held';
      this.#waitForArrival(lane);
    } else this.#end(lane);
  }

  /** show, hold, receipt */
  #released(lane: Lane, cursor: Cursor, bytes: Uint8Array): void {
    cursor.skip(2);
    this.#acknowledge(lane, cursor, bytes, ACK_RELEASED, lane.hold);
    this.#holdNext(lane);
  }

  /** show, booking, seats, currency, prices, total, receipt */
  #booked(lane: Lane, cursor: Cursor, bytes: Uint8Array): void {
    cursor.skip(6);
    this.#parts.tally.booked++;
    this.#acknowledge(lane, cursor, bytes, ACK_BOOKED, lane.hold);
    this.#rest(lane);
  }

  /** seq, time, LSN, hash */
  #acknowledge(lane: Lane, cursor: Cursor, bytes: Uint8Array, kind: AckKind, object: number): void {
    const { tally, ledger, ages } = this.#parts;
    const seq = cursor.number();
    if (this.#isCounted(lane)) ages?.decided(seq, lane.sentAtMs);
    cursor.skip();
    const lsn = cursor.number();
    const { from } = cursor.binary();
    ledger.add(lane.place.show, kind, seq, lsn, word(bytes, from), word(bytes, from + 4), object);
    tally.acknowledged++;
    if (!tally.measuring) return;
    tally.decisions++;
    if (ages === undefined) tally.operations++;
  }

  /** Whether what is in flight is an arrival that was scheduled in the measured stretch. */
  #isCounted({ isArrival, sentAtMs }: Lane): boolean {
    return isArrival && this.#parts.tally.covers(sentAtMs);
  }

  #isTimed(lane: Lane): boolean {
    const { tally, ages, isOpen } = this.#parts;
    return ages === undefined && (isOpen ? this.#isCounted(lane) : tally.measuring);
  }

  /** Whether arrivals are still to come, or wait for a lane. */
  get #isAwaited(): boolean {
    return this.#parts.isOpen && (!this.#parts.tally.draining || this.#late.length > 0);
  }

  #rejected(lane: Lane, cursor: Cursor): void {
    const { tally } = this.#parts;
    const reason = cursor.number();
    if (lane.place.contested && lane.state === 'holding' && reason === SEATS_TAKEN) {
      if (tally.measuring) tally.conflicts++;
    } else {
      tally.error(`rejected ${reason} while ${lane.state}`);
    }
    // A hold that is refused to be released or booked is not there: its seat may be free or not.
    this.#holdNext(lane);
  }

  /** What was not served is asked again, as a new request. */
  #retry(lane: Lane): void {
    if (lane.state === 'releasing') this.#release(lane);
    else if (lane.state === 'booking') this.#book(lane);
    else this.#holdNext(lane);
  }

  /** Gives the lane's place back and holds another one, or rests at the end. */
  #holdNext(lane: Lane): void {
    if (!lane.place.contested) this.#giveBack(lane.place);
    if (this.#isAwaited) {
      lane.state = 'idle';
      this.#waitForArrival(lane);
    } else if (this.#parts.tally.draining) this.#rest(lane);
    else this.#holdAny(lane);
  }

  /** Lets a lane go on at the time scheduled, or once one is there that can. */
  arrive(scheduledMs: number): void {
    const lane = this.#waiting.shift();
    if (lane === undefined) this.#late.push(scheduledMs);
    else {
      this.#goOn(lane, scheduledMs);
      this.#client.flush();
    }
  }

  /** No more arrivals: what is held is booked or released, but for who waits for a lane. */
  finish(): void {
    for (const lane of this.#waiting.splice(0)) {
      if (lane.state === 'held') this.#end(lane);
      else this.#rest(lane);
    }
    this.#client.flush();
  }

  /**
   * The answers take too long: whoever still waits is counted with the time that they have waited
   * so far, so that a server cannot look better by not answering at all.
   */
  giveUp(nowMs: number): void {
    const { tally } = this.#parts;
    for (const scheduledMs of this.#late.splice(0)) {
      tally.error('never sent');
      if (tally.covers(scheduledMs)) tally.latencies.record(nowMs - scheduledMs);
    }
    for (const lane of this.#lanes) {
      const isInFlight = lane.state !== 'idle' && lane.state !== 'held';
      if (!isInFlight || !this.#parts.isOpen) continue;
      if (this.#isTimed(lane)) tally.latencies.record(nowMs - lane.sentAtMs);
    }
  }

  #waitForArrival(lane: Lane): void {
    const scheduledMs = this.#late.shift();
    if (scheduledMs === undefined) this.#waiting.push(lane);
    else this.#goOn(lane, scheduledMs);
  }

  #goOn(lane: Lane, scheduledMs: number): void {
    if (lane.state === 'held') this.#release(lane);
    else this.#holdAny(lane);
    lane.sentAtMs = scheduledMs;
    lane.isArrival = true;
  }

  #end(lane: Lane): void {
    if (this.#parts.tally.draining && lane.index % BOOK_ONE_OF === 0) this.#book(lane);
    else this.#release(lane);
  }

  #holdAny(lane: Lane): void {
    const { frames } = this.#parts;
    const contested = (this.#nextRandom() & 1023) < CONTESTED_OF_1024;
    const show = this.#nextRandom() % Math.min(SHARED_SHOWS, frames.length);
    this.#hold(lane, (contested ? frames[show]?.contested : undefined) ?? this.#takePlace());
  }

  #hold(lane: Lane, place: FramedPlace): void {
    lane.state = 'holding';
    lane.place = place;
    this.#asked(lane);
    sendRequest(this.#client, place.frame, lane.index, lane.count);
  }

  #release(lane: Lane): void {
    lane.state = 'releasing';
    this.#askOfHold(lane, this.#parts.frames[lane.place.show]?.release);
  }

  #book(lane: Lane): void {
    lane.state = 'booking';
    this.#askOfHold(lane, this.#parts.frames[lane.place.show]?.book);
  }

  #askOfHold(lane: Lane, frame: Uint8Array | undefined): void {
    if (frame === undefined) throw new Error('a show has no frames');
    this.#asked(lane);
    sendRequestOfHold(this.#client, frame, lane.index, lane.count, lane.hold);
  }

  #asked(lane: Lane): void {
    this.#busy++;
    lane.count++;
    lane.sentAtMs = this.#client.receivedAt;
    lane.isArrival = false;
  }

  #rest(lane: Lane): void {
    lane.state = 'idle';
  }

  #takePlace(): FramedPlace {
    const place = this.#free[this.#freeHead];
    if (place === undefined || this.#freeCount === 0) throw new Error('more lanes than places');
    this.#freeHead = (this.#freeHead + 1) % this.#free.length;
    this.#freeCount--;
    return place;
  }

  #giveBack(place: FramedPlace): void {
    this.#free[(this.#freeHead + this.#freeCount) % this.#free.length] = place;
    this.#freeCount++;
  }

  #nextRandom(): number {
    let random = this.#random;
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    this.#random = random >>> 0;
    return this.#random;
  }
}

/** A big-endian 32-bit word. */
function word(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return (high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
