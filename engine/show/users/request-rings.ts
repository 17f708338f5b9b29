/**
 * Where the decisions of a user's latest accepted requests stand in the log, so that a request
 * sent again is answered the same [H7]. The answer itself is read back from there: hardly any is
 * ever asked for again, and keeping all of them would cost more memory than everything else.
 *
 *   ring of 2, 4, 8, 16 or 32 ─▶ entry | entry | …      entry: id's hash (64 bits), seq, LSN
 *
 * All rings of a show lie in one buffer. A ring is two numbers that its owner keeps: where it
 * lies, and its state, which is its size, how many entries it has and where the next one goes.
 * Ids are told apart by 64 bits of hash: two that a user makes up by chance differ in them.
 */
import { type Lsn, lsn, type RequestId, type Seq, seq } from '../../ids.ts';
import { limits } from '../../limits.ts';
import { invariant } from '../../unreachable.ts';

/** Where the decision of an accepted request stands. */
export interface RequestPlace {
  readonly seq: Seq;
  readonly lsn: Lsn;
}

/** The hash of a request id, as two words. */
export interface RequestHash {
  readonly high: number;
  readonly low: number;
}

const WORDS = 4;
const HIGH = 0;
const LOW = 1;
const SEQ = 2;
const LSN = 3;
const FIRST_CLASS = 1;
/** A ring of class c has room for 2^c entries. */
const LAST_CLASS = Math.log2(limits.rememberedRequests);
invariant(Number.isInteger(LAST_CLASS), 'rings grow by doubling');

/** State of an owner that has no ring yet. */
export const NO_RING = 0;
/** Bits that a state takes at the most. */
export const RING_STATE_BITS = 16;

const classOf = (state: number): number => state & 7;
const countOf = (state: number): number => (state >> 3) & 63;
const nextOf = (state: number): number => (state >> 9) & 63;
const stateOf = (size: number, count: number, next: number): number =>
  size | (count << 3) | (next << 9);

export class RequestRings {
  #words = new Uint32Array(0);
  /** Entries of the buffer that were given out so far. */
  #used = 0;
  /** Places of rings given back, by class. */
  readonly #free: number[][] = [];
  /** Where the ring that `add` was last given lies now. */
  place = 0;

  /** Entries that a ring has. */
  size(state: number): number {
    return countOf(state);
  }

  /** Where the request with this hash was decided; undefined where it is not remembered. */
  find(place: number, state: number, hash: RequestHash): RequestPlace | undefined {
    const words = this.#words;
    const end = (place + countOf(state)) * WORDS;
    for (let at = place * WORDS; at < end; at += WORDS) {
      if (words[at + LOW] === hash.low && words[at + HIGH] === hash.high) {
        return { seq: seq(words[at + SEQ] as number), lsn: lsn(words[at + LSN] as number) };
      }
    }
    return undefined;
  }

  /**
   * Remembers one more; the oldest is forgotten where there are as many as may be. Returns the
   * ring's new state, and leaves its new place in `place`.
   */
  add(place: number, state: number, hash: RequestHash, decision: RequestPlace): number {
    let size = classOf(state);
    let count = countOf(state);
    let next = nextOf(state);
    this.place = place;
    if (count === 2 ** size && size < LAST_CLASS) {
      this.place = this.#grow(place, size, count);
      size++;
      next = count;
    } else if (state === NO_RING) {
      size = FIRST_CLASS;
      this.place = this.#take(size);
    }
    const words = this.#words;
    const at = (this.place + next) * WORDS;
    words[at + HIGH] = hash.high;
    words[at + LOW] = hash.low;
    words[at + SEQ] = decision.seq;
    words[at + LSN] = decision.lsn;
    const room = 2 ** size;
    if (count < room) count++;
    return stateOf(size, count, (next + 1) % room);
  }

  /** Gives a ring back. */
  drop(place: number, state: number): void {
    if (state !== NO_RING) this.#freeOf(classOf(state)).push(place);
  }

  /** Hash and place of each entry, oldest first, as four words each. */
  *entries(place: number, state: number): IterableIterator<Uint32Array> {
    const count = countOf(state);
    const first = count === 2 ** classOf(state) ? nextOf(state) : 0;
    for (let index = 0; index < count; index++) {
      const at = (place + ((first + index) % count)) * WORDS;
      yield this.#words.subarray(at, at + WORDS);
    }
  }

  /** A larger ring with the same entries, which lie in order as long as a ring can grow. */
  #grow(place: number, size: number, count: number): number {
    const larger = this.#take(size + 1);
    this.#words.copyWithin(larger * WORDS, place * WORDS, (place + count) * WORDS);
    this.#freeOf(size).push(place);
    return larger;
  }

  #take(size: number): number {
    const free = this.#free[size]?.pop();
    if (free !== undefined) return free;
    const place = this.#used;
    this.#used += 2 ** size;
    if (this.#used * WORDS > this.#words.length) {
      const words = new Uint32Array(Math.ceil(this.#used * 1.5) * WORDS);
      words.set(this.#words);
      this.#words = words;
    }
    return place;
  }

  #freeOf(size: number): number[] {
    this.#free[size] ??= [];
    return this.#free[size];
  }
}

/** Used again with each call: a hash is looked at and never kept. */
const hashed = { high: 0, low: 0 };

/** Two hashes of FNV's kind side by side; ids are short ASCII. */
export function hashRequest(id: RequestId): RequestHash {
  let high = 0x811c9dc5;
  let low = 0x9747b28c;
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995);
    low ^= low >>> 15;
  }
  hashed.high = (high ^ (high >>> 16)) >>> 0;
  hashed.low = low >>> 0;
  return hashed;
}
