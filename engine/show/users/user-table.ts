/**
 * What every user has in one show, a row of eight words each, in the order they came. Tens of
 * thousands of people come to one show; as objects of their own they would be most of the memory
 * and most of the collector's work, and every decision would miss the cache many times.
 *
 *   row 0: the house      row 1 … n: a user each; what is gone leaves its row to the next
 *
 * A user's holds and bookings hang together as chains: the row knows the newest, each knows the
 * one before it.
 */
import { type Millis, millis, type UserId } from '../../ids.ts';
import { invariant } from '../../unreachable.ts';
import {
  type RequestHash,
  type RequestPlace,
  RequestRings,
  RING_STATE_BITS,
} from './request-rings.ts';

/** Who is asked for and not known. */
export const UNKNOWN = -1;
/** The house's own row: it has nothing but its requests. */
export const HOUSE = 0;

const WORDS = 8;
/** Held and booked seats. */
const SEATS = 0;
/** Offered seats, 8 bits; seats waited for, 8 bits; the ring's state, 16 bits. */
const CLAIMS = 1;
/** Number of the newest hold, 0 for none. */
const HOLD = 2;
/** Index of the newest booking + 1, 0 for none. */
const BOOKING = 3;
/** Seconds since 1970. */
const LAST_DECISION = 4;
const PREVIOUS = 5;
const NEXT = 6;
const RING = 7;

const FIRST_ROWS = 4;
/** One for all: an empty buffer of its own would be a good part of an idle show. */
const NO_WORDS = new Uint32Array(0);
const PARTY_BITS = 8;
const PARTY = 2 ** PARTY_BITS - 1;
const RING_SHIFT = 32 - RING_STATE_BITS;
const MS = 1_000;

export class UserTable {
  /** Made with the first row: most shows wait long for anybody to come. */
  #words: Uint32Array = NO_WORDS;
  #names: (UserId | undefined)[] | undefined;
  #rows: Map<UserId, number> | undefined;
  #rings: RequestRings | undefined;
  /** Rows ever used, the house's included. */
  #used = 1;
  /** The first row that was given up, the others hanging on it; 0 for none. */
  #freeRow = 0;
  #head = 0;
  #tail = 0;
  /** One command looks the same user up several times. */
  #foundName: UserId | undefined;
  #foundRow = UNKNOWN;

  get size(): number {
    return this.#rows?.size ?? 0;
  }

  has(user: UserId): boolean {
    return this.find(user) !== UNKNOWN;
  }

  /** The user's row, or UNKNOWN. */
  find(user: UserId): number {
    if (this.#foundName === user) return this.#foundRow;
    const row = this.#rows?.get(user) ?? UNKNOWN;
    this.#foundName = user;
    this.#foundRow = row;
    return row;
  }

  /** The row of a user who has something here. */
  known(user: UserId): number {
    const row = this.find(user);
    invariant(row !== UNKNOWN, 'who has something here is known');
    return row;
  }

  /** A row for a new user, behind all the others. */
  add(user: UserId): number {
    invariant(!this.has(user), 'a user comes once');
    const row = this.#takeRow();
    this.#names ??= [];
    this.#names[row] = user;
    this.#rows ??= new Map();
    this.#rows.set(user, row);
    this.#append(row);
    this.#foundName = user;
    this.#foundRow = row;
    return row;
  }

  /** Forgets a user who has nothing left. */
  remove(row: number): void {
    invariant(this.hasNothing(row), 'only who has nothing is forgotten');
    const user = this.user(row);
    this.#rings?.drop(this.#get(row, RING), this.#ringState(row));
    this.#rows?.delete(user);
    this.#unlink(row);
    if (this.#names !== undefined) this.#names[row] = undefined;
    this.#set(row, NEXT, this.#freeRow);
    this.#freeRow = row;
    this.#foundName = undefined;
  }

  user(row: number): UserId {
    const user = this.#names?.[row];
    invariant(user !== undefined, 'a row in use has a user');
    return user;
  }

  /** The row that came first of those not rotated since; UNKNOWN where there is none. */
  get first(): number {
    return this.#head === 0 ? UNKNOWN : this.#head;
  }

  /** Makes the first row the last. */
  rotate(): void {
    const row = this.#head;
    if (row === this.#tail) return;
    this.#unlink(row);
    this.#append(row);
  }

  /** Rows in order, the house's not among them. */
  *rows(): IterableIterator<number> {
    for (let row = this.#head; row !== 0; row = this.#get(row, NEXT)) yield row;
  }

  *keys(): IterableIterator<UserId> {
    for (const row of this.rows()) yield this.user(row);
  }

  /** Seats held and booked, for the cap [H2]. */
  seats(row: number): number {
    return this.#get(row, SEATS);
  }

  addSeats(row: number, count: number): void {
    this.#set(row, SEATS, this.seats(row) + count);
  }

  /** Seats of the user's open offer; 0 where there is none. */
  offered(row: number): number {
    return row === UNKNOWN ? 0 : this.#get(row, CLAIMS) & PARTY;
  }

  setOffered(row: number, party: number): void {
    invariant(party <= PARTY, 'a party fits into its bits');
    this.#set(row, CLAIMS, (this.#get(row, CLAIMS) & ~PARTY) | party);
  }

  /** Seats that the user waits for; 0 for one who is not in the line. */
  waitsFor(row: number): number {
    return row === UNKNOWN ? 0 : (this.#get(row, CLAIMS) >> PARTY_BITS) & PARTY;
  }

  setWaitsFor(row: number, party: number): void {
    invariant(party <= PARTY, 'a party fits into its bits');
    const others = this.#get(row, CLAIMS) & ~(PARTY << PARTY_BITS);
    this.#set(row, CLAIMS, others | (party << PARTY_BITS));
  }

  /** Seats that count against the cap: held, booked, offered and waited for [H2]. */
  countedSeats(row: number): number {
    if (row === UNKNOWN) return 0;
    return this.seats(row) + this.offered(row) + this.waitsFor(row);
  }

  /** The newest hold's number; 0 for none. */
  newestHold(row: number): number {
    return this.#get(row, HOLD);
  }

  setNewestHold(row: number, hold: number): void {
    this.#set(row, HOLD, hold);
  }

  /** The newest booking's index + 1; 0 for none. */
  newestBooking(row: number): number {
    return this.#get(row, BOOKING);
  }

  setNewestBooking(row: number, booking: number): void {
    this.#set(row, BOOKING, booking);
  }

  /** Whether a user has nothing here that must not be forgotten. */
  hasNothing(row: number): boolean {
    const claims = this.#get(row, CLAIMS) & ((PARTY << PARTY_BITS) | PARTY);
    return claims === 0 && this.newestHold(row) === 0 && this.newestBooking(row) === 0;
  }

  /** To the second. */
  lastDecisionMs(row: number): Millis {
    return millis(this.#get(row, LAST_DECISION) * MS);
  }

  setLastDecisionMs(row: number, timeMs: Millis): void {
    this.#set(row, LAST_DECISION, Math.floor(timeMs / MS));
  }

  /** Where an accepted request was decided; undefined where it is not remembered [H7]. */
  recall(row: number, hash: RequestHash): RequestPlace | undefined {
    if (row === UNKNOWN || this.#words.length === 0) return undefined;
    return this.#rings?.find(this.#get(row, RING), this.#ringState(row), hash);
  }

  remember(row: number, hash: RequestHash, decision: RequestPlace): void {
    if (row >= this.#words.length / WORDS) this.#makeRoom(row);
    this.#rings ??= new RequestRings();
    const state = this.#rings.add(this.#get(row, RING), this.#ringState(row), hash, decision);
    this.#set(row, RING, this.#rings.place);
    const others = this.#get(row, CLAIMS) & (2 ** RING_SHIFT - 1);
    this.#set(row, CLAIMS, (others | (state << RING_SHIFT)) >>> 0);
  }

  /** Requests remembered of a user, or of the house. */
  rememberedCount(row: number): number {
    return this.#words.length === 0 ? 0 : (this.#rings?.size(this.#ringState(row)) ?? 0);
  }

  /** Hash, sequence number and LSN of each, four words, oldest first. */
  remembered(row: number): Iterable<Uint32Array> {
    if (this.#words.length === 0) return [];
    return this.#rings?.entries(this.#get(row, RING), this.#ringState(row)) ?? [];
  }

  #ringState(row: number): number {
    return this.#get(row, CLAIMS) >>> RING_SHIFT;
  }

  #get(row: number, word: number): number {
    return this.#words[row * WORDS + word] as number;
  }

  #set(row: number, word: number, value: number): void {
    this.#words[row * WORDS + word] = value;
  }

  #takeRow(): number {
    let row = this.#freeRow;
    if (row === 0) {
      row = this.#used++;
      if (row >= this.#words.length / WORDS) this.#makeRoom(row);
    } else this.#freeRow = this.#get(row, NEXT);
    this.#words.fill(0, row * WORDS, (row + 1) * WORDS);
    return row;
  }

  #makeRoom(row: number): void {
    const rows = Math.max(FIRST_ROWS, Math.ceil((row + 1) * 1.5));
    const words = new Uint32Array(rows * WORDS);
    words.set(this.#words);
    this.#words = words;
  }

  #append(row: number): void {
    this.#set(row, PREVIOUS, this.#tail);
    this.#set(row, NEXT, 0);
    if (this.#tail === 0) this.#head = row;
    else this.#set(this.#tail, NEXT, row);
    this.#tail = row;
  }

  #unlink(row: number): void {
    const [previous, next] = [this.#get(row, PREVIOUS), this.#get(row, NEXT)];
    if (previous === 0) this.#head = next;
    else this.#set(previous, NEXT, next);
    if (next === 0) this.#tail = previous;
    else this.#set(next, PREVIOUS, previous);
  }
}
