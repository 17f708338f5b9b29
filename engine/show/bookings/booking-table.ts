/**
 * The bookings of one show, in the order they were made, as words in one buffer: a good evening
 * has hundreds of thousands of them in a partition, and hardly any is looked at again.
 *
 *   row: decision | user's row | total (2 words) | state and count | seats at | user's one
 *   before | payment
 *
 * A booking's reference is made of its show and its decision, so it need not be kept; and since
 * decisions only rise, the row is found by halving.
 */
import {
  type BookingRef,
  type Minor,
  minor,
  type PaymentId,
  type Seq,
  type ShowId,
  seq,
} from '../../ids.ts';
import { invariant } from '../../unreachable.ts';
import { grown } from '../words.ts';
import { decisionOf, makeReference } from './reference.ts';

const WORDS = 8;
const DECISION = 0;
const USER = 1;
const TOTAL_LOW = 2;
const TOTAL_HIGH = 3;
/** Number of seats × 2, plus 1 where it is cancelled. */
const STATE = 4;
const SEATS_AT = 5;
const OLDER = 6;
/** Number of the payment that it was booked by, 0 for none. */
const PAYMENT = 7;

const HIGH = 2 ** 32;
const NONE = -1;
/** One for all: an empty buffer of its own would be a good part of an idle show. */
const NO_WORDS = new Uint32Array(0);

export class BookingTable {
  readonly #show: ShowId;
  #words: Uint32Array = NO_WORDS;
  #seats: Uint32Array = NO_WORDS;
  #seatsUsed = 0;
  /** Bookings ever made, the cancelled ones included. */
  size = 0;

  constructor(show: ShowId) {
    this.#show = show;
  }

  /** Index of the booking with this reference; -1 where there is none. */
  find(ref: BookingRef): number {
    const decision = decisionOf(this.#show, ref);
    if (decision === undefined) return NONE;
    let [low, high] = [0, this.size - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#get(middle, DECISION);
      if (found === decision) return middle;
      if (found < decision) low = middle + 1;
      else high = middle - 1;
    }
    return NONE;
  }

  /** Adds the booking of this decision, which is later than any before; answers its index. */
  add(
    decision: Seq,
    user: number,
    seats: readonly number[],
    total: Minor,
    olderOfUser: number,
    payment: PaymentId | 0 = 0,
  ): number {
    const index = this.size++;
    const newest = index === 0 ? 0 : this.#get(index - 1, DECISION);
    invariant(decision > newest, 'bookings are made in the order of their decisions');
    if (this.size * WORDS > this.#words.length) this.#words = grown(this.#words, WORDS);
    const at = index * WORDS;
    this.#words[at + DECISION] = decision;
    this.#words[at + USER] = user;
    this.#words[at + TOTAL_LOW] = total % HIGH;
    this.#words[at + TOTAL_HIGH] = Math.floor(total / HIGH);
    this.#words[at + STATE] = seats.length * 2;
    this.#words[at + SEATS_AT] = this.#seatsUsed;
    this.#words[at + OLDER] = olderOfUser;
    this.#words[at + PAYMENT] = payment;
    if (this.#seatsUsed + seats.length > this.#seats.length) {
      this.#seats = grown(this.#seats, seats.length);
    }
    this.#seats.set(seats, this.#seatsUsed);
    this.#seatsUsed += seats.length;
    return index;
  }

  decision(index: number): Seq {
    return seq(this.#get(index, DECISION));
  }

  ref(index: number): BookingRef {
    return makeReference(this.#show, this.decision(index));
  }

  /** Row of its owner in the show's users. */
  user(index: number): number {
    return this.#get(index, USER);
  }

  seats(index: number): readonly number[] {
    const at = this.#get(index, SEATS_AT);
    return Array.from(this.#seats.subarray(at, at + this.seatCount(index)));
  }

  seatCount(index: number): number {
    return this.#get(index, STATE) >> 1;
  }

  total(index: number): Minor {
    return minor(this.#get(index, TOTAL_HIGH) * HIGH + this.#get(index, TOTAL_LOW));
  }

  isCancelled(index: number): boolean {
    return (this.#get(index, STATE) & 1) === 1;
  }

  cancel(index: number): void {
    invariant(!this.isCancelled(index), 'only a live booking is cancelled');
    this.#words[index * WORDS + STATE] = this.#get(index, STATE) | 1;
  }

  /** Index + 1 of the booking that its user made before it; 0 for none. */
  older(index: number): number {
    return this.#get(index, OLDER);
  }

  /** The payment that it was booked by; 0 where nobody paid. */
  payment(index: number): PaymentId | 0 {
    return this.#get(index, PAYMENT) as PaymentId | 0;
  }

  #get(index: number, word: number): number {
    return this.#words[index * WORDS + word] as number;
  }
}
