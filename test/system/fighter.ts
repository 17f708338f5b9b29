/**
 * One of many who want the same seats: holds, changes, releases, books, cancels, waits and leaves
 * through the SDK, and remembers what was acknowledged. What it was told it has, it has: a server
 * that later says otherwise is reported.
 */
import {
  type BookingRef,
  type Down,
  type HoldId,
  type MineShow,
  type ShowId,
  type UsherClient,
  UsherError,
} from '../../gateway/client/index.ts';
import type { Random } from '../../gateway/demo/random.ts';
import type { Ledger } from './ledger.ts';

export interface KnownHold {
  readonly seats: readonly number[];
  readonly deadlineMs: number;
  /** Outages of the server before it was asked for. */
  readonly outages: number;
}

export interface FighterOptions {
  readonly client: UsherClient;
  readonly show: ShowId;
  /** Seats in the hall. */
  readonly seats: number;
  readonly random: Random;
  readonly ledger: Ledger;
  /** Least and most pause between two actions. */
  readonly pauseMs: readonly [number, number];
}

type Refusal = Down<'rejected'>;

/** Refusals that say that something acknowledged is not there. */
const denials: ReadonlySet<string> = new Set(['holdNotFound', 'bookingNotFound', 'showNotFound']);

export class Fighter {
  readonly client: UsherClient;
  /** Acknowledged, and not put in doubt by anything sent since. */
  readonly holds = new Map<HoldId, KnownHold>();
  readonly bookings = new Map<BookingRef, readonly number[]>();
  readonly cancelled = new Set<BookingRef>();
  /** To be counted up at each crash of the server: after one, holds may get more time [D2]. */
  outages = 0;
  readonly #options: FighterOptions;
  readonly #random: Random;
  readonly #ledger: Ledger;

  constructor(options: FighterOptions) {
    this.client = options.client;
    this.#options = options;
    this.#random = options.random;
    this.#ledger = options.ledger;
  }

  get user(): string {
    return this.client.user ?? '';
  }

  /** Fights until told to stop; resolves when the last answer is in. */
  async fight(signal: AbortSignal): Promise<void> {
    const [least, most] = this.#options.pauseMs;
    while (!signal.aborted) {
      await new Promise((later) => setTimeout(later, this.#random.between(least, most)));
      try {
        await this.#act();
      } catch (error) {
        if (!(error instanceof UsherError)) throw error;
        if (error.reason === 'offline') this.#ledger.unsent++;
        else if (error.reason === 'timeout') this.#ledger.doubts++;
        else this.#ledger.problem(`${this.user} was told ${error.reason}: ${error.message}`);
      }
    }
  }

  /** Seats that the session has in what `mine` says. */
  static seatsIn(mine: MineShow): readonly number[] {
    const booked = mine.bookings.filter((booking) => booking.state === 'booked');
    return [...mine.holds, ...booked].flatMap(({ seats }) => seats);
  }

  #act(): Promise<void> {
    const { offer, wait } = this.client.mineOf(this.#options.show);
    const hold = this.#random.pick([...this.holds.keys()]);
    const booking = this.#random.pick([...this.bookings.keys()]);
    if (offer !== null) return this.#random.chance(0.9) ? this.#hold(offer.party) : this.#leave();
    if (hold !== undefined && this.#random.chance(0.8)) return this.#settle(hold);
    if (wait !== null) return this.#random.chance(0.1) ? this.#leave() : Promise.resolve();
    if (booking !== undefined && this.#random.chance(0.6)) return this.#cancel(booking);
    return this.#hold(this.#random.between(1, 4));
  }

  #settle(hold: HoldId): Promise<void> {
    const luck = this.#random.next();
    if (luck < 0.3) return this.#change(hold);
    return luck < 0.55 ? this.#release(hold) : this.#book(hold);
  }

  async #hold(count: number): Promise<void> {
    const { client, outages } = this;
    const { show } = this.#options;
    const answer = this.#random.chance(0.5)
      ? await client.holdBest(show, count)
      : await client.hold(show, this.#someSeats(count));
    if (answer.type === 'held') {
      this.#ledger.note(this.user, answer);
      this.holds.set(answer.hold, { ...answer, outages });
      return;
    }
    this.#refused(answer, 'a hold');
    if (answer.reason === 'waitInLine' && this.#random.chance(0.5)) await this.#wait(count);
  }

  async #change(id: HoldId): Promise<void> {
    const { outages } = this;
    const known = this.#doubt(this.holds, id);
    const keep = known.seats.slice(0, this.#random.between(0, known.seats.length));
    const added = this.#someSeats(this.#random.between(keep.length === 0 ? 1 : 0, 2));
    const seats = [...new Set([...keep, ...added])];
    const answer = await this.client.change(this.#options.show, id, seats);
    if (answer.type === 'rejected') {
      this.#refused(answer, `changing hold ${id}`, known.deadlineMs);
      if (answer.reason !== 'holdNotFound') this.holds.set(id, known);
      return;
    }
    this.#ledger.note(this.user, answer);
    this.holds.set(id, { ...answer, outages });
    const gained = answer.deadlineMs - known.deadlineMs;
    if (gained < 0 || (gained > 0 && known.outages === this.outages)) {
      this.#ledger.problem(`hold ${id}: its deadline moved from ${known.deadlineMs}`);
    }
  }

  async #release(id: HoldId): Promise<void> {
    const { deadlineMs } = this.#doubt(this.holds, id);
    const answer = await this.client.release(this.#options.show, id);
    if (answer.type === 'released') this.#ledger.note(this.user, answer);
    else this.#refused(answer, `releasing hold ${id}`, deadlineMs);
  }

  async #book(id: HoldId): Promise<void> {
    const known = this.#doubt(this.holds, id);
    const answer = await this.client.book(this.#options.show, id);
    if (answer.type === 'rejected') {
      return this.#refused(answer, `booking hold ${id}`, known.deadlineMs);
    }
    this.#ledger.note(this.user, answer);
    this.bookings.set(answer.booking, answer.seats);
    if (answer.seats.join() !== known.seats.join()) {
      this.#ledger.problem(`${answer.booking} has other seats than hold ${id} had`);
    }
  }

  async #cancel(ref: BookingRef): Promise<void> {
    this.#doubt(this.bookings, ref);
    const answer = await this.client.cancel(this.#options.show, [ref]);
    if (answer.type === 'rejected') return this.#refused(answer, `cancelling ${ref}`);
    this.#ledger.note(this.user, answer);
    this.cancelled.add(ref);
  }

  async #wait(party: number): Promise<void> {
    const answer = await this.client.wait(this.#options.show, party);
    if (answer.type === 'waiting') this.#ledger.note(this.user, answer);
    else this.#refused(answer, 'a wait');
  }

  async #leave(): Promise<void> {
    const answer = await this.client.leave(this.#options.show);
    if (answer.type === 'left') this.#ledger.note(this.user, answer);
    else this.#refused(answer, 'leaving');
  }

  /** While a request is under way nobody can say whether the thing is still there. */
  #doubt<Key, Value>(known: Map<Key, Value>, key: Key): Value {
    const value = known.get(key);
    if (value === undefined) throw new Error('only what is known can be doubted');
    known.delete(key);
    return value;
  }

  /** What had a deadline may be gone once that is past. */
  #refused(refusal: Refusal, what: string, deadlineMs = Number.POSITIVE_INFINITY): void {
    this.#ledger.rejections++;
    if (denials.has(refusal.reason) && Date.now() < deadlineMs) {
      this.#ledger.problem(`${this.user}: ${what} was refused: ${refusal.reason}`);
    }
  }

  #someSeats(count: number): number[] {
    const { seats } = this.#options;
    const found = new Set<number>();
    // Half of them crowd around the middle, so that there is something to fight over.
    const [least, most] = this.#random.chance(0.5) ? [seats * 0.4, seats * 0.6] : [0, seats - 1];
    while (found.size < count) {
      found.add(this.#random.between(Math.floor(least), Math.floor(most)));
    }
    return [...found];
  }
}
