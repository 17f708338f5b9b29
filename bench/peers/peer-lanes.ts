/**
 * One connection of the hold scenario against a peer: the same lanes, places and share of
 * contested seats as `bench/load/hold-connection.ts`, over another client. What is acknowledged is
 * remembered, so that a seat given to two holders is seen at the very answer.
 */
import { performance } from 'node:perf_hooks';
import { type Place, SHARED_SEAT, SHARED_SHOWS } from '../load/places.ts';
import type { Tally } from '../load/tally.ts';
import type { HeldSeat, PeerClient } from './peer-client.ts';

/** Of 1,024 holds, how many go for a shared seat: 2 %, as in the hold scenario. */
const CONTESTED_OF_1024 = 20;
/** At the end, of this many lanes one keeps its hold, to be looked for afterwards. */
const KEEP_ONE_OF = 4;

/** Who holds what, by the answers. */
export class Holders {
  readonly #held = new Map<number, HeldSeat>();
  heldTwice = 0;

  acknowledged(held: HeldSeat): void {
    const key = keyOf(held);
    if (this.#held.has(key)) this.heldTwice++;
    this.#held.set(key, held);
  }

  /** From when the release is asked for, the seat may be given to others. */
  releasing({ show, seat }: Place): void {
    this.#held.delete(keyOf({ show, seat }));
  }

  /** Acknowledged holds that `found` lacks, and what it has that nobody was told of. */
  compare(found: readonly HeldSeat[]): { readonly lost: number; readonly unknown: number } {
    const matching = found.filter((held) => this.#held.get(keyOf(held))?.hold === held.hold);
    const matched = new Set(matching.map(keyOf)).size;
    return { lost: this.#held.size - matched, unknown: found.length - matching.length };
  }
}

function keyOf({ show, seat }: Place): number {
  return show * 2 ** 20 + seat;
}

export interface PeerLanesParts {
  readonly client: PeerClient;
  readonly connection: number;
  readonly shows: number;
  readonly places: readonly Place[];
  readonly pipeline: number;
  readonly seed: number;
  readonly tally: Tally;
  readonly holders: Holders;
  readonly onIdle: () => void;
}

export class PeerLanes {
  readonly #parts: PeerLanesParts;
  readonly #free: Place[];
  #freeHead = 0;
  #freeCount: number;
  #busy = 0;
  #random: number;

  constructor(parts: PeerLanesParts) {
    this.#parts = parts;
    this.#free = [...parts.places];
    this.#freeCount = this.#free.length;
    this.#random = (Math.imul(parts.seed * 65_536 + parts.connection + 1, 0x9e3779b1) | 1) >>> 0;
  }

  /** Requests that have not been answered yet. */
  get busy(): number {
    return this.#busy;
  }

  start(): void {
    for (let lane = 0; lane < this.#parts.pipeline; lane++) this.#hold(lane, this.#take());
  }

  #holdNext(lane: number, last: Place): void {
    const { tally, shows, onIdle } = this.#parts;
    if (last.seat !== SHARED_SEAT) this.#giveBack(last);
    if (tally.draining) {
      if (this.#busy === 0) onIdle();
      return;
    }
    const isContested = (this.#nextRandom() & 1023) < CONTESTED_OF_1024;
    const show = this.#nextRandom() % Math.min(SHARED_SHOWS, shows);
    this.#hold(lane, isContested ? { show, seat: SHARED_SEAT } : this.#take());
  }

  #hold(lane: number, place: Place): void {
    const { client, connection, tally, holders } = this.#parts;
    const { show, seat } = place;
    const askedAtMs = performance.now();
    this.#busy++;
    client.hold(connection, show, seat, (answer) => {
      if (!this.#answered(answer, askedAtMs)) return;
      if (answer === 0) {
        if (seat !== SHARED_SEAT) tally.error('a free seat was refused');
        else if (tally.measuring) tally.conflicts++;
        this.#holdNext(lane, place);
        return;
      }
      this.#acknowledged();
      const hold = Number(answer);
      holders.acknowledged({ show, seat, hold });
      if (!tally.draining || lane % KEEP_ONE_OF !== 0) this.#release(lane, place, hold);
      else if (this.#busy === 0) this.#parts.onIdle();
    });
  }

  #release(lane: number, place: Place, hold: number): void {
    const { client, connection, tally, holders } = this.#parts;
    const askedAtMs = performance.now();
    this.#busy++;
    holders.releasing(place);
    client.release(connection, place.show, place.seat, hold, (answer) => {
      if (!this.#answered(answer, askedAtMs)) return;
      if (answer === hold) this.#acknowledged();
      else tally.error('a hold was not there to be released');
      this.#holdNext(lane, place);
    });
  }

  /** Counts an answer; a lane whose request failed ends, as nothing is known of its seat. */
  #answered(answer: number | Error, askedAtMs: number): boolean {
    const { tally, onIdle } = this.#parts;
    this.#busy--;
    if (tally.measuring) tally.latencies.record(performance.now() - askedAtMs);
    if (!(answer instanceof Error)) return true;
    tally.error(answer.message);
    if (this.#busy === 0) onIdle();
    return false;
  }

  #acknowledged(): void {
    const { tally } = this.#parts;
    tally.acknowledged++;
    if (tally.measuring) tally.operations++;
  }

  #take(): Place {
    const place = this.#free[this.#freeHead];
    if (place === undefined || this.#freeCount === 0) throw new Error('more lanes than places');
    this.#freeHead = (this.#freeHead + 1) % this.#free.length;
    this.#freeCount--;
    return place;
  }

  #giveBack(place: Place): void {
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
