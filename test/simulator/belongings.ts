/**
 * What a person believes to have, and the maps on the screen; and what they do about it: book, pay
 * or forget a hold, take up an offer, join the line when told to.
 */
import type { DownMessage } from '../../gateway/wire/message-types.ts';
import { SEAT, seatHash } from './log-follower.ts';
import type { Person, Town } from './person.ts';

interface ShownMap {
  readonly seats: Uint8Array;
  seq: number;
  hash: number;
  fresh: boolean;
}

export interface OwnHold {
  readonly hold: number;
  readonly show: string;
  readonly seats: readonly number[];
}

type Told<Name extends DownMessage['type']> = Extract<DownMessage, { type: Name }>;

export class Belongings {
  readonly #person: Person;
  readonly #town: Town;
  readonly maps = new Map<string, ShownMap>();
  readonly holds = new Map<string, OwnHold>();
  readonly bookings = new Map<string, string>();
  /** What each payment was begun for. */
  readonly #payments = new Map<string, number>();
  /** What was last told of everything this session has, and when. */
  mine: { readonly told: Told<'mineFound'>; readonly heardUs: number } | undefined;

  constructor(person: Person, town: Town) {
    this.#person = person;
    this.#town = town;
  }

  /** The connection is lost: maps are old, whatever else there was stays. */
  stale(): void {
    this.maps.clear();
  }

  /** Seats that look free, nearest to a wish; any where there is no map. */
  someSeats(show: string, count: number, from: number): readonly number[] {
    const total = this.#town.seatsOfShow.get(show) ?? 1;
    const map = this.maps.get(show);
    const found: number[] = [];
    for (let step = 0; step < total && found.length < count; step++) {
      const seat = (from + step) % total;
      if (map === undefined || map.seats[seat] === SEAT.free) found.push(seat);
    }
    return found;
  }

  heard(message: DownMessage): void {
    switch (message.type) {
      case 'watching':
        return this.#snapshot(message);
      case 'seats':
        return this.#delta(message);
      case 'held':
        return this.#held(message);
      case 'released':
      case 'holdExpired':
        this.holds.delete(`${message.show}/${message.hold}`);
        return;
      case 'paying':
        this.#payments.set(`${message.show}/${message.payment}`, message.hold);
        return;
      case 'paymentFailed': {
        const hold = this.#payments.get(`${message.show}/${message.payment}`);
        if (hold !== undefined) this.#later(0.5, 'pay', message.show, { hold });
        return;
      }
      case 'paid':
      case 'booked':
        this.bookings.set(message.booking, message.show);
        return this.#later(0.15, 'cancel', message.show, { bookings: [message.booking] });
      case 'cancelled':
        for (const ref of message.bookings) this.bookings.delete(ref);
        return;
      case 'offer':
        return this.#offered(message);
      case 'mineFound':
        return this.#found(message);
      case 'rejected':
        return this.#rejected(message);
      default:
    }
  }

  #held({ hold, show, seats }: Told<'held'>): void {
    this.holds.set(`${show}/${hold}`, { hold, show, seats });
    const { temper, chance } = this.#person;
    if (temper === 'vanishing' && chance.chance(0.3)) {
      this.#person.gone = true;
      return this.#person.hangUp();
    }
    const buy = this.#town.paidShows.has(show) ? 'pay' : 'book';
    this.#later(temper === 'greedy' ? 0.2 : 0.5, buy, show, { hold });
  }

  #offered({ show, party }: Told<'offer'>): void {
    const { chance } = this.#person;
    const from = chance.below(this.#town.seatsOfShow.get(show) ?? 1);
    if (chance.chance(0.1)) return this.#later(1, 'leave', show, {});
    if (chance.chance(0.5)) {
      return this.#later(1, 'holdBest', show, { count: chance.between(1, party), tier: null });
    }
    const seats = this.someSeats(show, chance.between(1, party), from);
    if (seats.length > 0) this.#later(0.8, 'hold', show, { seats });
  }

  #rejected(message: Told<'rejected'>): void {
    const asked = this.#person.answered.at(-1);
    if (asked?.requestId !== message.requestId || !('show' in asked)) return;
    const { chance } = this.#person;
    if (message.reason === 'waitInLine') {
      this.#later(0.6, 'wait', asked.show, { party: chance.between(1, 4) });
    } else if (message.reason === 'seatsTaken') {
      this.#later(0.5, 'holdBest', asked.show, { count: chance.between(1, 4), tier: null });
    } else if (message.reason === 'chooseNow') {
      this.#later(0.7, 'holdBest', asked.show, { count: chance.between(1, 4), tier: null });
    }
  }

  #found(message: Told<'mineFound'>): void {
    this.mine = { told: message, heardUs: this.#town.kernel.nowUs };
    this.holds.clear();
    for (const { show, holds } of message.shows) {
      for (const { hold, seats } of holds) this.holds.set(`${show}/${hold}`, { hold, show, seats });
    }
  }

  /** After a while, perhaps, unless all has become calm. */
  #later(
    probability: number,
    type: 'book' | 'pay' | 'cancel' | 'leave' | 'hold' | 'holdBest' | 'wait',
    show: string,
    fields: object,
  ): void {
    const { chance, temper } = this.#person;
    if (this.#town.calm || !chance.chance(probability)) return;
    const slowest = temper === 'slow' ? 8_000_000 : 1_500_000;
    this.#town.kernel.after(this.#town.world, chance.between(20_000, slowest), () => {
      if (!this.#town.calm && !this.#person.gone) this.#person.ask(type, { show, ...fields });
    });
  }

  #snapshot(message: Told<'watching'>): void {
    const { show, seq, seats: packed } = message;
    const known = this.maps.get(show);
    if (known?.fresh === true && seq < known.seq) return;
    const count = this.#town.seatsOfShow.get(show) ?? 0;
    const seats = new Uint8Array(count);
    let hash = 0;
    for (let seat = 0; seat < count; seat++) {
      const state = ((packed[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
      seats[seat] = state;
      hash ^= seatHash(seat, state);
    }
    this.maps.set(show, { seats, seq, hash, fresh: true });
    this.#town.oracle.map(show, seq, hash);
  }

  #delta({ show, fromSeq, toSeq, changes }: Told<'seats'>): void {
    const map = this.maps.get(show);
    if (map === undefined || !map.fresh || toSeq <= map.seq) return;
    if (fromSeq > map.seq) {
      map.fresh = false;
      this.#person.ask('watch', { show });
      return;
    }
    for (const packed of changes) {
      const [seat, state] = [packed >> 2, packed & 3];
      map.hash ^= seatHash(seat, map.seats[seat] ?? 0) ^ seatHash(seat, state);
      map.seats[seat] = state;
    }
    map.seq = toSeq;
    this.#town.oracle.map(show, toSeq, map.hash);
  }
}
