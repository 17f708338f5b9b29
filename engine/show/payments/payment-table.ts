/**
 * The payments of one show, in the order they were begun, as words in one buffer like its
 * bookings: each is remembered for as long as its show, since its provider may come back to it at
 * any time, and hardly any is ever looked at again [P4].
 *
 *   started ─▶ opened ─▶ booked ───────▶ owed ─▶ refunded
 *      │  │      │  │      ▲ (captured)   ▲
 *      │  └──────┴──│──────┼─ abandoned ──┤        nobody shall pay it any more
 *      └────────────┴──────┴─── failed ───┘        no money, so says the provider
 *
 *   row: decision | hold | amount (2 words) | state and count | seats at
 */
import {
  type HoldId,
  holdId,
  type Minor,
  minor,
  type PaymentId,
  paymentId,
  type UserId,
} from '../../ids.ts';
import { invariant } from '../../unreachable.ts';
import { grown } from '../words.ts';

/** In the order of their codes. */
export const paymentStates = [
  'started',
  'opened',
  'abandoned',
  'failed',
  'booked',
  'owed',
  'refunded',
] as const;
export type PaymentState = (typeof paymentStates)[number];

/** Where a payment is made, while it may be. */
export interface PaymentPage {
  readonly reference: string;
  readonly url: string;
}

/** What a provider took, where that was not what it was to take. */
export interface Captured {
  readonly amount: Minor;
  readonly currency: string;
}

const WORDS = 6;
const DECISION = 0;
const HOLD = 1;
const AMOUNT_LOW = 2;
const AMOUNT_HIGH = 3;
/** Number of seats × 8, plus the state's code. */
const STATE = 4;
const SEATS_AT = 5;
const STATE_CODES = 8;

const HIGH = 2 ** 32;
const NONE = -1;
const NO_WORDS = new Uint32Array(0);

export class PaymentTable {
  #words: Uint32Array = NO_WORDS;
  #seats: Uint32Array = NO_WORDS;
  #seatsUsed = 0;
  #users: UserId[] | undefined;
  #pages: Map<number, PaymentPage> | undefined;
  #captured: Map<number, Captured> | undefined;
  /** Payments ever begun. */
  size = 0;

  /** Index of a payment; -1 where there is none of that number. */
  find(payment: PaymentId): number {
    let [low, high] = [0, this.size - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#get(middle, DECISION);
      if (found === payment) return middle;
      if (found < payment) low = middle + 1;
      else high = middle - 1;
    }
    return NONE;
  }

  /** Index of a payment that is known. */
  known(payment: PaymentId): number {
    const index = this.find(payment);
    invariant(index >= 0, 'only a payment that was begun goes on');
    return index;
  }

  /** Adds the payment that this decision began, which is later than any before. */
  add(
    payment: PaymentId,
    user: UserId,
    hold: HoldId,
    seats: readonly number[],
    amount: Minor,
  ): number {
    const index = this.size++;
    const newest = index === 0 ? 0 : this.#get(index - 1, DECISION);
    invariant(payment > newest, 'payments are begun in the order of their decisions');
    if (this.size * WORDS > this.#words.length) this.#words = grown(this.#words, WORDS);
    const at = index * WORDS;
    this.#words[at + DECISION] = payment;
    this.#words[at + HOLD] = hold;
    this.#words[at + AMOUNT_LOW] = amount % HIGH;
    this.#words[at + AMOUNT_HIGH] = Math.floor(amount / HIGH);
    this.#words[at + STATE] = seats.length * STATE_CODES;
    this.#words[at + SEATS_AT] = this.#seatsUsed;
    if (this.#seatsUsed + seats.length > this.#seats.length) {
      this.#seats = grown(this.#seats, seats.length);
    }
    this.#seats.set(seats, this.#seatsUsed);
    this.#seatsUsed += seats.length;
    this.#users ??= [];
    this.#users.push(user);
    return index;
  }

  payment(index: number): PaymentId {
    return paymentId(this.#get(index, DECISION));
  }

  user(index: number): UserId {
    const user = this.#users?.[index];
    invariant(user !== undefined, 'somebody began each payment');
    return user;
  }

  hold(index: number): HoldId {
    return holdId(this.#get(index, HOLD));
  }

  seats(index: number): readonly number[] {
    const at = this.#get(index, SEATS_AT);
    return Array.from(
      this.#seats.subarray(at, at + Math.floor(this.#get(index, STATE) / STATE_CODES)),
    );
  }

  /** What is to be paid. */
  amount(index: number): Minor {
    return minor(this.#get(index, AMOUNT_HIGH) * HIGH + this.#get(index, AMOUNT_LOW));
  }

  state(index: number): PaymentState {
    const state = paymentStates[this.#get(index, STATE) % STATE_CODES];
    invariant(state !== undefined, 'a payment is in one of its states');
    return state;
  }

  setState(index: number, state: PaymentState): void {
    const before = this.#get(index, STATE);
    this.#words[index * WORDS + STATE] =
      before - (before % STATE_CODES) + paymentStates.indexOf(state);
    if (state !== 'opened') this.#pages?.delete(this.payment(index));
  }

  /** Where it is paid; undefined before the provider has said so, and once it has ended. */
  page(index: number): PaymentPage | undefined {
    return this.#pages?.get(this.payment(index));
  }

  setPage(index: number, page: PaymentPage): void {
    this.#pages ??= new Map();
    this.#pages.set(this.payment(index), page);
  }

  /** What the provider took, where it was not what it was to take. */
  captured(index: number): Captured | undefined {
    return this.#captured?.get(this.payment(index));
  }

  setCaptured(index: number, captured: Captured): void {
    this.#captured ??= new Map();
    this.#captured.set(this.payment(index), captured);
  }

  #get(index: number, word: number): number {
    return this.#words[index * WORDS + word] as number;
  }
}
