/** The map that a crowd looks at, kept by one watcher for all contenders of a process. */
import type { Cursor } from '../load/messagepack.ts';

const FREE = 0;
const HELD = 1;
const BOOKED = 2;
const LOOKS = 32;

export class CrowdMap {
  readonly #states: Uint8Array;
  readonly #counts: [free: number, held: number, booked: number, blocked: number];
  readonly #random: () => number;
  #seq = -1;
  waiting = 0;

  constructor(seats: number, random: () => number) {
    this.#states = new Uint8Array(seats);
    this.#counts = [seats, 0, 0, 0];
    this.#random = random;
  }

  get free(): number {
    return this.#counts[FREE];
  }

  get held(): number {
    return this.#counts[HELD];
  }

  get booked(): number {
    return this.#counts[BOOKED];
  }

  /** `watching`, from its sequence number on: seq, phase, seats, serving, waiting, earmarked */
  snapshot(cursor: Cursor, bytes: Uint8Array): void {
    this.#seq = cursor.number();
    cursor.skip();
    const { from } = cursor.binary();
    cursor.skip();
    this.waiting = cursor.number();
    for (let seat = 0; seat < this.#states.length; seat++) {
      this.#set(seat, ((bytes[from + (seat >> 2)] ?? 0) >> ((seat & 3) * 2)) & 3);
    }
  }

  /** `seats`, from `fromSeq` on: fromSeq, toSeq, changes */
  change(cursor: Cursor): void {
    cursor.skip();
    const toSeq = cursor.number();
    if (this.#seq < 0 || toSeq <= this.#seq) return;
    this.#seq = toSeq;
    for (let left = cursor.arrayLength(); left > 0; left--) {
      const change = cursor.number();
      this.#set(change >> 2, change & 3);
    }
  }

  /** `line`, from its head's ticket on: serving, waiting, departed */
  line(cursor: Cursor): void {
    cursor.skip();
    this.waiting = cursor.number();
  }

  /**
   * Seats that look free: side by side where a few looks find such, otherwise wherever they are.
   * Fewer than asked for where the map has no more.
   */
  choose(count: number): readonly number[] {
    const { length } = this.#states;
    for (let look = 0; look < LOOKS; look++) {
      const first = Math.floor(this.#random() * (length - count + 1));
      const seats = Array.from({ length: count }, (_, index) => first + index);
      if (seats.every((seat) => this.#states[seat] === FREE)) return seats;
    }
    const seats: number[] = [];
    const from = Math.floor(this.#random() * length);
    for (let step = 0; step < length && seats.length < count; step++) {
      const seat = (from + step) % length;
      if (this.#states[seat] === FREE) seats.push(seat);
    }
    return seats;
  }

  #set(seat: number, state: number): void {
    const before = this.#states[seat] ?? 0;
    this.#counts[before as 0 | 1 | 2 | 3]--;
    this.#counts[state as 0 | 1 | 2 | 3]++;
    this.#states[seat] = state;
  }
}
