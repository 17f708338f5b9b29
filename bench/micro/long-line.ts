/**
 * One show that is full, with a line of any length before it: what joining, leaving and being
 * offered seats cost at that length, each through the shard, and what it costs to serve the line
 * with many seats that come back at once [G8].
 */
import { performance } from 'node:perf_hooks';
import { type BookingRef, requestId, type ShowId, showId, userId } from '../../engine/ids.ts';
import { limits } from '../../engine/limits.ts';
import type { ShowEvent } from '../../engine/show/events.ts';
import { invariant } from '../../engine/unreachable.ts';
import { median } from '../report/median.ts';
import { DrivenShard } from './driven-shard.ts';
import { FrameShelf } from './frame-shelf.ts';
import { hallOf, plainTerms } from './hall.ts';

/** Seats that come back at once, and in how many bookings a person may cancel in one request. */
export const RETURNED = 500;
const SEATS_A_BOOKING = RETURNED / limits.bookingsPerCancel;
/** Seats under hold all the while, so that waiting is not in vain. */
const HELD = 10;
/** Seats that go from hand to hand, one a measurement of offers. */
const SPARE = 200;

export interface LineCosts {
  readonly waiters: number;
  /** µs each, through the shard: decided, applied, logged, chained, answered. */
  readonly joinUs: number;
  readonly leaveUs: number;
  readonly offerUs: number;
}

export class LongLine {
  readonly log: FrameShelf;
  readonly #driven: DrivenShard;
  readonly #show: ShowId = showId('full-house');
  /** Waiters from the head on; those that were served are left out. */
  #line: string[] = [];
  #users = 0;
  #requests = 0;
  /** Bookings of each group that can be cancelled in one request. */
  readonly #groups: (readonly BookingRef[])[] = [];
  readonly #blockedFrom: number;
  readonly #spareFrom: number;
  #spared = 0;
  #cancelled = 0;
  #unblocked = 0;

  private constructor(driven: DrivenShard, log: FrameShelf, groups: number) {
    this.#driven = driven;
    this.log = log;
    this.#blockedFrom = groups * RETURNED;
    this.#spareFrom = 2 * this.#blockedFrom;
  }

  /** A show with so many groups of 500 booked seats, and as many of blocked ones. */
  static async open(groups: number): Promise<LongLine> {
    const log = new FrameShelf();
    const driven = await DrivenShard.open({ log });
    const line = new LongLine(driven, log, groups);
    const seats = 2 * groups * RETURNED + SPARE + HELD;
    const terms = plainTerms(driven.now(), {
      seatsPerUser: RETURNED,
      seatsPerRequest: limits.seatsPerRequest,
    });
    await driven.schedule([line.#show], hallOf(seats), terms);
    await line.#fill(groups);
    return line;
  }

  get length(): number {
    return this.#line.length;
  }

  get refused(): number {
    return this.#driven.egress.counts.refused;
  }

  get lastRefusal(): string | undefined {
    return this.#driven.egress.lastRefusal;
  }

  /** Lets new parties of one join until the line is so long. */
  async growTo(waiters: number): Promise<void> {
    while (this.#line.length < waiters) {
      await this.#join(Math.min(50_000, waiters - this.#line.length));
    }
  }

  /** What each step costs at the present length; the line is as long afterwards. */
  async measure(rounds: number, perRound: number): Promise<LineCosts> {
    const waiters = this.length;
    const costs = { join: [] as number[], leave: [] as number[], offer: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      costs.join.push(await this.#join(perRound));
      costs.leave.push(await this.#leave(perRound));
      costs.offer.push(await this.#declineInTurn(Math.min(perRound, waiters)));
      await this.growTo(waiters);
    }
    return {
      waiters,
      joinUs: median(costs.join),
      leaveUs: median(costs.leave),
      offerUs: median(costs.offer),
    };
  }

  /** A person cancels 100 bookings of 5 seats; milliseconds until the decision is answered. */
  async cancelGroup(): Promise<number> {
    const bookings = this.#groups[this.#cancelled++];
    invariant(bookings !== undefined, 'a group is left to be cancelled');
    const user = userId(`group-${this.#cancelled - 1}`);
    const show = this.#show;
    this.#driven.ask({ type: 'cancel', show, user, requestId: this.#requestId(), bookings });
    return this.#serve();
  }

  /** The house puts 500 seats on sale that it had kept back; milliseconds likewise. */
  async unblockGroup(): Promise<number> {
    const first = this.#blockedFrom + RETURNED * this.#unblocked++;
    const seats = Array.from({ length: RETURNED }, (_, at) => first + at);
    const command = { type: 'unblock', show: this.#show, seats } as const;
    this.#driven.ask({ type: 'house', show: this.#show, requestId: this.#requestId(), command });
    return this.#serve();
  }

  /** Decides what was asked; every seat must then be offered to the head of the line. */
  async #serve(): Promise<number> {
    const { counts } = this.#driven.egress;
    const before = counts.pushed;
    const startedMs = performance.now();
    await this.#driven.settle();
    const ms = performance.now() - startedMs;
    invariant(counts.pushed - before === RETURNED, `${RETURNED} seats are offered`);
    this.#line = this.#line.slice(RETURNED);
    return ms;
  }

  /** µs each. */
  async #join(count: number): Promise<number> {
    const users = Array.from({ length: count }, () => `waiter-${this.#users++}`);
    const show = this.#show;
    const asked = users.map((user) => {
      const [id, from] = [this.#requestId(), userId(user)];
      return { type: 'wait', show, user: from, requestId: id, party: 1 } as const;
    });
    for (const user of users) this.#line.push(user);
    return this.#timed(asked);
  }

  /** Parties from everywhere in the line change their minds. */
  async #leave(count: number): Promise<number> {
    const step = this.#line.length / count;
    const leaving = new Set(Array.from({ length: count }, (_, at) => Math.floor(at * step)));
    const asked = [...leaving].map((at) => this.#leaveOf(this.#line[at] ?? ''));
    this.#line = this.#line.filter((_, at) => !leaving.has(at));
    return this.#timed(asked);
  }

  /** One seat goes from hand to hand: who is offered it declines, and the next is offered it. */
  async #declineInTurn(count: number): Promise<number> {
    const show = this.#show;
    const seats = [this.#spareFrom + this.#spared++];
    const command = { type: 'unblock', show, seats } as const;
    this.#driven.ask({ type: 'house', show, requestId: this.#requestId(), command });
    await this.#driven.settle();
    const { counts } = this.#driven.egress;
    const before = counts.pushed;
    const decliners = this.#line.slice(0, count - 1);
    const us = await this.#timed(decliners.map((user) => this.#leaveOf(user)));
    invariant(counts.pushed - before === decliners.length, 'the seat went from hand to hand');
    // The last one takes it, so that no offer is open when the next measurement begins.
    const user = userId(this.#line[decliners.length] ?? '');
    this.#driven.ask({ type: 'hold', show, user, requestId: this.#requestId(), seats });
    await this.#driven.settle();
    this.#line = this.#line.slice(count);
    return us;
  }

  #leaveOf(user: string) {
    const id = this.#requestId();
    return { type: 'leave', show: this.#show, user: userId(user), requestId: id } as const;
  }

  async #timed(requests: readonly Parameters<DrivenShard['ask']>[0][]): Promise<number> {
    const startedMs = performance.now();
    for (const request of requests) this.#driven.ask(request);
    await this.#driven.settle();
    return ((performance.now() - startedMs) * 1000) / Math.max(1, requests.length);
  }

  #requestId() {
    return requestId((this.#requests++).toString(36));
  }

  /** Books, blocks and holds every seat: whoever comes now has to wait. */
  async #fill(groups: number): Promise<void> {
    const driven = this.#driven;
    const show = this.#show;
    const made: ShowEvent[] = [];
    driven.egress.onOutput = (output) => {
      if (output.type === 'accepted') made.push(output.made.event);
    };
    const seatsFrom = (first: number, count: number) =>
      Array.from({ length: count }, (_, at) => first + at);
    const blocked = seatsFrom(groups * RETURNED, groups * RETURNED + SPARE);
    const command = { type: 'block', show, seats: blocked } as const;
    driven.ask({ type: 'house', show, requestId: this.#requestId(), command });
    const holder = { show, user: userId('holder') };
    const held = seatsFrom(this.#spareFrom + SPARE, HELD);
    driven.ask({ type: 'hold', ...holder, requestId: this.#requestId(), seats: held });
    await driven.settle();
    for (let group = 0; group < groups; group++) {
      made.length = 0;
      const asker = { show, user: userId(`group-${group}`) };
      for (let at = 0; at < RETURNED; at += SEATS_A_BOOKING) {
        const seats = seatsFrom(group * RETURNED + at, SEATS_A_BOOKING);
        driven.ask({ type: 'hold', ...asker, requestId: this.#requestId(), seats });
      }
      await driven.settle();
      for (const event of made.splice(0)) {
        invariant(event.type === 'seatsHeld', 'every seat can be held');
        driven.ask({ type: 'book', ...asker, requestId: this.#requestId(), hold: event.hold });
      }
      await driven.settle();
      this.#groups.push(
        made.flatMap((event) => (event.type === 'holdBooked' ? event.booking : [])),
      );
    }
    driven.egress.onOutput = undefined;
  }
}
