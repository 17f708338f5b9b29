/** The line of one show: a queue with holes, and how many parties there are of each size. */
import type { Dated } from './due-queue.ts';

export interface Waiter extends Dated {
  readonly user: string;
  readonly ticket: number;
  readonly party: number;
  /** Parties behind it that were served before it, in a show that allows it [W2]. */
  overtaken: number;
}

export class WaitingLine {
  readonly #byUser = new Map<string, Waiter>();
  /** Parties of each size. */
  readonly #sizes: number[] = [];
  #queue: Waiter[] = [];
  #head = 0;
  lastTicket = 0;

  get size(): number {
    return this.#byUser.size;
  }

  /** The party whose turn is next. */
  get head(): Waiter | undefined {
    for (;;) {
      const waiter = this.#queue[this.#head];
      if (waiter === undefined || waiter.live) return waiter;
      this.#head++;
      if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
    }
  }

  /** How many seats the largest party waits for, 0 where nobody waits. */
  get largestParty(): number {
    for (let size = this.#sizes.length - 1; size > 0; size--) {
      if ((this.#sizes[size] ?? 0) > 0) return size;
    }
    return 0;
  }

  /** How many seats the smallest party waits for, infinity where nobody waits. */
  get smallestParty(): number {
    for (let size = 1; size < this.#sizes.length; size++) {
      if ((this.#sizes[size] ?? 0) > 0) return size;
    }
    return Number.POSITIVE_INFINITY;
  }

  get(user: string): Waiter | undefined {
    return this.#byUser.get(user);
  }

  join(waiter: Waiter): void {
    this.#queue.push(waiter);
    this.#byUser.set(waiter.user, waiter);
    while (this.#sizes.length <= waiter.party) this.#sizes.push(0);
    this.#sizes[waiter.party] = (this.#sizes[waiter.party] ?? 0) + 1;
    this.lastTicket = waiter.ticket;
  }

  leave(waiter: Waiter): void {
    waiter.live = false;
    this.#byUser.delete(waiter.user);
    this.#sizes[waiter.party] = (this.#sizes[waiter.party] ?? 1) - 1;
    // Those who left from the middle are let go of when they are most of the queue.
    if (this.#queue.length - this.#head > 64 + 4 * this.#byUser.size) {
      this.#queue = [...this.inOrder()];
      this.#head = 0;
    }
  }

  /** From the head. */
  *inOrder(): Generator<Waiter> {
    for (let at = this.#head; at < this.#queue.length; at++) {
      const waiter = this.#queue[at];
      if (waiter?.live) yield waiter;
    }
  }
}
