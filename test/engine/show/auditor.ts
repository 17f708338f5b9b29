/**
 * An auditor who knows the rules and the log, and nothing of the engine's state [F2]: it follows
 * a show's decisions event by event with plain lists, and stops at the first that the rules do
 * not allow, above all at anyone who was overtaken [W2].
 */
import type { Decision, ShowEvent } from '../../../engine/show/events.ts';
import type { ShowTerms } from '../../../engine/show/terms.ts';

type Event<Type extends ShowEvent['type']> = Extract<ShowEvent, { type: Type }>;
type SeatMark = '.' | 'h' | 'b' | 'x';

interface Held {
  readonly user: string;
  readonly deadlineMs: number;
  seats: readonly number[];
  prices: readonly number[];
}

interface Waiting {
  readonly user: string;
  readonly party: number;
  readonly untilMs: number;
}

export class Auditor {
  readonly seats: SeatMark[];
  readonly holds = new Map<number, Held>();
  readonly bookings = new Map<string, { user: string; seats: readonly number[]; total: number }>();
  /** From the head. */
  line: Waiting[] = [];
  /** Oldest first. */
  offers: Waiting[] = [];
  phase: 'scheduled' | 'onSale' | 'closed' | 'cancelled' = 'scheduled';
  readonly #terms: ShowTerms;
  #lastSeq = 1;
  #lastTimeMs = 0;
  #lastTicket = 0;
  #now = 0;
  #by: string | undefined;
  #decision: readonly ShowEvent[] = [];

  constructor(seats: number, terms: ShowTerms) {
    this.seats = Array.from({ length: seats }, () => '.');
    this.#terms = terms;
  }

  get free(): number {
    return this.seats.filter((mark) => mark === '.').length;
  }

  get pool(): number {
    return this.free + this.seats.filter((mark) => mark === 'h').length;
  }

  get grantable(): number {
    return this.free - this.offers.reduce((sum, { party }) => sum + party, 0);
  }

  /** Held, booked, offered and waited-for seats of a user [H2]. */
  counted(user: string): number {
    const owned = [...this.holds.values(), ...this.bookings.values()];
    const own = (one: { user: string }) => one.user === user;
    return (
      owned.filter(own).reduce((sum, { seats }) => sum + seats.length, 0) +
      [...this.line, ...this.offers].filter(own).reduce((sum, { party }) => sum + party, 0)
    );
  }

  offerOf(user: string): Waiting | undefined {
    return this.offers.find((offer) => offer.user === user);
  }

  waitOf(user: string): Waiting | undefined {
    return this.line.find((waiter) => waiter.user === user);
  }

  /** @throws Error where the rules do not allow the decision. */
  follow(decision: Decision): void {
    const { seq, frame, user, events } = decision;
    this.#check(seq === this.#lastSeq + 1, `F1: decision ${seq} follows ${this.#lastSeq}`);
    this.#check(frame.timeMs >= this.#lastTimeMs, 'T1: time never runs backwards');
    this.#check(events.length > 0, 'a decision decides something');
    this.#lastSeq = seq;
    this.#lastTimeMs = frame.timeMs;
    this.#now = frame.timeMs;
    this.#by = user;
    this.#decision = events;
    for (const event of events) this.#apply(event, seq);
    const [head] = this.line;
    this.#check(this.grantable >= 0, 'W4: offers promise free seats only');
    this.#check(head === undefined || head.party > this.grantable, 'W3: the head is served');
    const hopeless = this.line.find(({ party }) => party > this.pool);
    this.#check(hopeless === undefined, `W5: ${hopeless?.user} waits in vain`);
    if (user !== undefined) this.#check(this.counted(user) <= 10, `H2: ${user} has too many`);
  }

  /** @throws Error where something that is due has not been done. */
  checkNothingDue(nowMs: number): void {
    const due = nowMs - this.#terms.graceMs;
    for (const hold of this.holds.values()) this.#check(hold.deadlineMs > due, 'H4: expiry');
    for (const offer of this.offers) this.#check(offer.untilMs > due, 'W4: an offer lapses');
    for (const waiter of this.line) this.#check(waiter.untilMs > nowMs, 'W7: a wait ends');
    if (this.phase === 'onSale') this.#check(nowMs < this.#terms.startsAtMs, 'S3: sale closes');
  }

  #apply(event: ShowEvent, seq: number): void {
    switch (event.type) {
      case 'seatsHeld':
        return this.#held(event, seq);
      case 'holdChanged':
        return this.#changed(event);
      case 'holdReleased':
      case 'holdExpired':
        return this.#ended(event);
      case 'holdBooked':
        return this.#booked(event);
      case 'bookingsCancelled':
        return this.#cancelled(event);
      case 'waitJoined':
        return this.#joined(event);
      case 'waitEnded':
        return this.#waitEnded(event);
      case 'offerMade':
        return this.#offered(event);
      case 'offerEnded':
        return this.#offerEnded(event);
      case 'seatsBlocked':
        this.#check(event.seats.length <= this.grantable, 'W4: promised seats are not blocked');
        return this.#mark(event.seats, '.', 'x');
      case 'seatsUnblocked':
        return this.#mark(event.seats, 'x', '.');
      default:
        return this.#passed(event.type);
    }
  }

  #passed(type: Exclude<ShowEvent['type'], 'seatsHeld'>): void {
    const { onSaleAtMs, startsAtMs } = this.#terms;
    if (type === 'saleOpened') {
      this.#check(this.phase === 'scheduled' && this.#now >= onSaleAtMs, 'S3: sale opens');
      this.phase = 'onSale';
    } else if (type === 'saleClosed') {
      this.#check(this.phase === 'onSale' && this.#now >= startsAtMs, 'S3: sale closes');
      this.phase = 'closed';
    } else {
      this.#check(type === 'showCancelled' && this.phase !== 'cancelled', 'S3: cancelled once');
      this.phase = 'cancelled';
    }
  }

  #held({ hold, seats, prices, deadlineMs }: Event<'seatsHeld'>, seq: number): void {
    const user = this.#asker();
    const offer = this.offerOf(user);
    this.#check(this.phase === 'onSale', 'S3: only a show on sale takes holds');
    this.#check(seats.length >= 1 && seats.length <= 10, 'H2: one to ten seats a request');
    this.#check(hold === seq, 'a hold is named after its decision');
    this.#check(deadlineMs === this.#now + this.#terms.holdTtlMs, 'H3: the deadline');
    if (offer === undefined) {
      this.#check(this.line.length === 0, `W2: ${user} is served while others wait`);
      this.#check(seats.length <= this.grantable, `W4: ${user} is given promised seats`);
    } else {
      this.#check(seats.length <= offer.party, 'W4: up to as many as were offered');
      const ended = this.#decision.some((each) => each.type === 'offerEnded' && each.user === user);
      this.#check(ended, 'W4: an offer is used once');
    }
    this.#mark(seats, '.', 'h');
    this.holds.set(hold, { user, deadlineMs, seats, prices });
  }

  #changed({ hold: id, seats, prices, deadlineMs }: Event<'holdChanged'>): void {
    const hold = this.#hold(id);
    this.#check(hold.user === this.#by, 'H6: only the holder changes a hold');
    this.#check(deadlineMs === hold.deadlineMs, 'H5: changing never gains time');
    const added = seats.filter((seat) => !hold.seats.includes(seat));
    const dropped = hold.seats.filter((seat) => !seats.includes(seat));
    this.#check(added.length === 0 || this.line.length === 0, 'W2: changing overtakes the line');
    this.#mark(dropped, 'h', '.');
    this.#check(added.length <= this.grantable, 'W4: promised seats are not given away');
    this.#mark(added, '.', 'h');
    hold.seats = seats;
    hold.prices = prices;
  }

  #ended(event: Event<'holdReleased'> | Event<'holdExpired'>): void {
    const hold = this.#hold(event.hold);
    if (event.type === 'holdReleased') {
      const mayEnd = hold.user === this.#by || this.phase === 'cancelled';
      this.#check(mayEnd, 'H6: only the holder releases a hold');
    } else {
      this.#check(event.user === hold.user, 'an expiry names the holder');
      const due = hold.deadlineMs + this.#terms.graceMs;
      this.#check(this.#now >= due, 'H3: not before deadline and grace');
      const [oldest] = this.holds.keys();
      this.#check(oldest === event.hold, 'H4: oldest first');
    }
    this.#mark(hold.seats, 'h', '.');
    this.holds.delete(event.hold);
  }

  #booked({ hold: id, booking, seats, prices }: Event<'holdBooked'>): void {
    const hold = this.#hold(id);
    this.#check(hold.user === this.#by, 'H6: only the holder books a hold');
    this.#check(seats.join() === hold.seats.join(), 'B1: the booking has the seats of its hold');
    this.#check(prices.join() === hold.prices.join(), 'M4: the price is that of the hold');
    this.#check(!this.bookings.has(booking), 'B1: references are unique');
    this.#mark(seats, 'h', 'b');
    const total = hold.prices.reduce((sum, price) => sum + price, 0);
    this.bookings.set(booking, { user: hold.user, seats, total });
    this.holds.delete(id);
  }

  #cancelled({ bookings, refund }: Event<'bookingsCancelled'>): void {
    let owed = 0;
    for (const ref of bookings) {
      const booking = this.bookings.get(ref);
      if (booking === undefined) throw new Error(`B2: there is no live booking ${ref}`);
      const byOwner = booking.user === this.#by && this.#now < this.#terms.startsAtMs;
      this.#check(byOwner || this.phase === 'cancelled', 'B2: by its owner, before the start');
      owed += booking.total;
      this.#mark(booking.seats, 'b', '.');
      this.bookings.delete(ref);
    }
    this.#check(refund === owed, `B2: ${owed} is owed back, not ${refund}`);
  }

  #joined({ ticket, party, untilMs }: Event<'waitJoined'>): void {
    const user = this.#asker();
    this.#check(this.phase === 'onSale', 'S3: only a show on sale takes waiters');
    this.#check(ticket > this.#lastTicket, 'W2: tickets rise');
    this.#check(!this.waitOf(user) && !this.offerOf(user), 'W1: one wait a user');
    const chooses = this.line.length === 0 && party <= this.grantable;
    this.#check(!chooses && party <= this.pool, 'W1: who can choose now need not wait');
    this.#check(untilMs === this.#now + this.#terms.waitTtlMs, 'W7: an hour at the most');
    this.#lastTicket = ticket;
    this.line.push({ user, party, untilMs });
  }

  #waitEnded({ user, reason }: Event<'waitEnded'>): void {
    const waiter = this.waitOf(user);
    if (waiter === undefined) throw new Error(`${user} does not wait`);
    const isRight = {
      left: user === this.#by,
      waitTimeout: this.#now >= waiter.untilMs,
      tooFewLeft: waiter.party > this.pool,
      saleClosed: this.phase === 'closed',
      showCancelled: this.phase === 'cancelled',
    }[reason];
    this.#check(isRight, `W5: ${user}'s wait ends as ${reason}`);
    this.line = this.line.filter((other) => other !== waiter);
  }

  #offered({ user, party, untilMs }: Event<'offerMade'>): void {
    const [head] = this.line;
    this.#check(head?.user === user, `W2: ${user} overtakes ${head?.user}`);
    this.#check(head?.party === party && party <= this.grantable, 'W3: an offer for the party');
    this.#check(untilMs === this.#now + this.#terms.offerTtlMs, 'W4: how long an offer lasts');
    this.line = this.line.slice(1);
    this.offers.push({ user, party, untilMs });
  }

  #offerEnded({ user, reason }: Event<'offerEnded'>): void {
    const offer = this.offerOf(user);
    if (offer === undefined) throw new Error(`${user} has no offer`);
    const isRight = {
      taken: user === this.#by && this.#decision[0]?.type === 'seatsHeld',
      declined: user === this.#by && this.#decision[0]?.type === 'offerEnded',
      offerLapsed: this.#now >= offer.untilMs + this.#terms.graceMs,
      saleClosed: this.phase === 'closed',
      showCancelled: this.phase === 'cancelled',
    }[reason];
    this.#check(isRight, `W4: ${user}'s offer ends as ${reason}`);
    this.offers = this.offers.filter((other) => other !== offer);
  }

  #mark(seats: readonly number[], from: SeatMark, to: SeatMark): void {
    for (const seat of seats) {
      this.#check(
        this.seats[seat] === from,
        `S1: seat ${seat} is ${this.seats[seat]}, not ${from}`,
      );
      this.seats[seat] = to;
    }
  }

  #hold(id: number): Held {
    const hold = this.holds.get(id);
    if (hold === undefined) throw new Error(`there is no hold ${id}`);
    return hold;
  }

  #asker(): string {
    if (this.#by === undefined) throw new Error('a person asks for this');
    return this.#by;
  }

  #check(holds: boolean, what: string): void {
    if (!holds) throw new Error(`decision ${this.#lastSeq}: ${what}`);
  }
}
