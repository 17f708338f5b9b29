/**
 * A show's line: first come, first served, by ticket [W2]. It is kept twice: whole, in the order
 * of joining, to know whose turn it is; and by party size, to end in one step all the parties
 * that have become too large [W5], and to find who fits into what the head cannot use, without
 * looking at the others.
 *
 * Where a show backfills, whoever is served out of turn overtakes every party with a lower
 * ticket, so the head is always the one most often overtaken. Only the overtakers' tickets above
 * the head's are kept: they are as many as the head was overtaken by, and of those that also lie
 * above a later party's ticket, that party was overtaken by exactly so many.
 */
import { LinkedHashMap } from '../../collections/linked-hash-map.ts';
import type { Millis, Ticket, UserId } from '../../ids.ts';
import { ticket } from '../../ids.ts';
import { invariant } from '../../unreachable.ts';
import { TicketRanks } from './ticket-ranks.ts';

export interface Waiter {
  readonly user: UserId;
  readonly ticket: Ticket;
  readonly party: number;
  /** When the wait ends by itself [W7]. */
  readonly untilMs: Millis;
}

const NOBODY: readonly number[] = [];

export class Waitlist {
  readonly #line = new LinkedHashMap<UserId, Waiter>();
  /** Index: party size. Made when first needed. */
  readonly #bySize: (LinkedHashMap<UserId, Waiter> | undefined)[] = [];
  #ranks: TicketRanks | undefined;
  #lastTicket = 0;
  /** Tickets served before the head's turn came, all of them above the head's. */
  #overtakers: readonly number[] = NOBODY;

  /** Parties waiting. */
  get size(): number {
    return this.#line.size;
  }

  /** The ticket that the next party to join will get. */
  get nextTicket(): Ticket {
    return ticket(this.#lastTicket + 1);
  }

  /** The party whose turn is next. */
  get head(): Waiter | undefined {
    return this.#line.first();
  }

  /** Ticket of the head, 0 where nobody waits. */
  get serving(): number {
    return this.head?.ticket ?? 0;
  }

  /** Tickets of the parties that have overtaken the head, in the order they were served. */
  get overtakers(): readonly number[] {
    return this.#overtakers;
  }

  get(user: UserId): Waiter | undefined {
    return this.#line.get(user);
  }

  /** Appends a party. Its ticket is above every earlier one. */
  join(waiter: Waiter): void {
    invariant(waiter.ticket > this.#lastTicket, 'tickets rise');
    invariant(!this.#line.has(waiter.user), 'one wait a user a show');
    this.#line.set(waiter.user, waiter);
    this.#size(waiter.party).set(waiter.user, waiter);
    this.#ranks ??= new TicketRanks();
    this.#ranks.join(waiter.ticket);
    this.#lastTicket = waiter.ticket;
  }

  /** Takes a party out, from anywhere, in constant time [W6]. */
  remove(user: UserId): Waiter {
    const waiter = this.#line.get(user);
    invariant(waiter !== undefined, 'only a waiting party leaves the line');
    this.#line.delete(user);
    this.#bySize[waiter.party]?.delete(user);
    this.#ranks?.leave(waiter.ticket);
    if (this.#overtakers.length > 0) this.#forgetOvertakers();
    return waiter;
  }

  /** Takes a party out to be served; where its turn had not come, it overtakes those before. */
  serve(user: UserId): Waiter {
    const isOutOfTurn = this.head?.user !== user;
    const waiter = this.remove(user);
    if (isOutOfTurn) this.#overtakers = [...this.#overtakers, waiter.ticket];
    return waiter;
  }

  /** Parties that stand before this one. */
  ahead(waiter: Waiter): number {
    return this.#ranks?.ahead(waiter.ticket) ?? 0;
  }

  /** Parties larger than `seats`, size by size, each size in the order of joining. */
  *largerThan(seats: number): IterableIterator<Waiter> {
    for (let size = Math.max(seats, 0) + 1; size < this.#bySize.length; size++) {
      const parties = this.#bySize[size];
      if (parties !== undefined && parties.size > 0) yield* parties.values();
    }
  }

  /** Parties of exactly this size, in the order of joining. */
  ofSize(party: number): IterableIterator<Waiter> {
    return this.#bySize[party]?.values() ?? [].values();
  }

  /** The whole line from its head. */
  inOrder(): IterableIterator<Waiter> {
    return this.#line.values();
  }

  /** Ticket numbers go on from here, also where the last parties have left. */
  restoreLastTicket(last: number): void {
    invariant(last >= this.#lastTicket, 'tickets rise');
    this.#lastTicket = last;
  }

  /** Who had overtaken the head, once the whole line has joined again. */
  restoreOvertakers(tickets: readonly number[]): void {
    this.#overtakers = tickets;
  }

  /** A party that is at the head now was not overtaken by those who stood before it. */
  #forgetOvertakers(): void {
    const { head } = this;
    this.#overtakers =
      head === undefined ? NOBODY : this.#overtakers.filter((other) => other > head.ticket);
  }

  #size(party: number): LinkedHashMap<UserId, Waiter> {
    let parties = this.#bySize[party];
    if (parties === undefined) {
      parties = new LinkedHashMap();
      this.#bySize[party] = parties;
    }
    return parties;
  }
}
