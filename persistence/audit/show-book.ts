/**
 * One show as an auditor keeps it: who has which seats, who stands in line, who was offered how
 * many, what was paid. It holds facts and does sums; what is allowed is said in the rules beside
 * it.
 */
import { type Dated, DueQueue } from './due-queue.ts';
import { type Payment, PaymentLedger } from './payment-ledger.ts';
import type { Terms } from './plan-facts.ts';
import { SeatMarks } from './seat-marks.ts';
import type { SeatPlan } from './seat-plan.ts';
import { type Waiter, WaitingLine } from './waiting-line.ts';

export type Phase = 'scheduled' | 'onSale' | 'closed' | 'cancelled';

export interface Held extends Dated {
  readonly number: number;
  readonly user: string;
  seats: readonly number[];
  prices: readonly number[];
  /** Number of the payment under way, 0 for none. */
  payment: number;
}

export interface Offered extends Dated {
  readonly user: string;
  readonly party: number;
}

export interface Booked {
  readonly user: string;
  /** None once it is cancelled: only the reference has to be remembered then. */
  seats: readonly number[];
  readonly total: number;
  /** The payment that it was booked by; undefined where none was asked for. */
  readonly payment: Payment | undefined;
  live: boolean;
}

/** What one user has in the show, and which requests of theirs were decided last. */
export interface Person {
  readonly user: string;
  /** Seats held and booked. */
  seats: number;
  bookings: number;
  readonly requests: string[];
  lastMs: number;
}

/** A user who has nothing may be forgotten this long after their last decision [H7]. */
export const FORGOTTEN_AFTER_MS = 60 * 60_000;

export class ShowBook {
  readonly id: string;
  readonly partition: number;
  readonly terms: Terms;
  readonly plan: SeatPlan;
  readonly marks: SeatMarks;
  readonly holds = new Map<number, Held>();
  readonly bookings = new Map<string, Booked>();
  readonly offers = new Map<string, Offered>();
  readonly line = new WaitingLine();
  readonly payments = new PaymentLedger();
  /** Holds that nobody is paying for just now, and those that somebody is. */
  readonly holdsDue = new DueQueue<Held>(({ payment }) => payment === 0);
  readonly pinnedDue = new DueQueue<Held>(({ payment }) => payment !== 0);
  readonly offersDue = new DueQueue<Offered>();
  readonly waitsDue = new DueQueue<Waiter>();
  phase: Phase = 'scheduled';
  seq = 0;
  lastMs = 0;
  /** Seats promised to open offers. */
  promised = 0;
  /** Seats of all live holds and of all live bookings, added up from those [S2]. */
  heldSeats = 0;
  bookedSeats = 0;
  /**
   * Money taken for bookings without a payment, what of it is owed back, and what live bookings
   * of that kind are worth.
   */
  captured = 0;
  refunded = 0;
  booked = 0;
  /** What is wrong with the show as it stands and was told, so that it is told once. */
  readonly standing = new Set<string>();
  readonly #people = new Map<string, Person>();
  #toLookAt: IterableIterator<Person> | undefined;

  constructor(id: string, partition: number, terms: Terms, plan: SeatPlan) {
    this.id = id;
    this.partition = partition;
    this.terms = terms;
    this.plan = plan;
    this.marks = new SeatMarks(plan.count);
  }

  /** Free seats that are promised to nobody. */
  get grantable(): number {
    return this.marks.free - this.promised;
  }

  /** Seats that are, or may yet become, available. */
  get pool(): number {
    return this.marks.free + this.marks.held;
  }

  person(user: string): Person | undefined {
    return this.#people.get(user);
  }

  /** Held, booked, offered and waited-for seats of a user together [H2]. */
  countOf(user: string): number {
    const seats = this.#people.get(user)?.seats ?? 0;
    return seats + (this.offers.get(user)?.party ?? 0) + (this.line.get(user)?.party ?? 0);
  }

  /** The user's page in the book, begun where there is none. */
  personOf(user: string, nowMs: number): Person {
    let person = this.#people.get(user);
    if (person === undefined) {
      this.#forget(nowMs);
      this.#forget(nowMs);
      person = { user, seats: 0, bookings: 0, requests: [], lastMs: nowMs };
      this.#people.set(user, person);
    }
    return person;
  }

  place(hold: Held): void {
    this.holds.set(hold.number, hold);
    this.holdsDue.add(hold);
    this.heldSeats += hold.seats.length;
    this.personOf(hold.user, this.lastMs).seats += hold.seats.length;
  }

  /** When time ends a hold: later than shown, and later still where it is being paid for. */
  endsAtMs({ dueMs, payment }: Held): number {
    return dueMs + (payment === 0 ? this.terms.graceMs : this.terms.pinnedPastMs);
  }

  /** A payment for a hold is under way. */
  pin(hold: Held, payment: number): void {
    if (hold.payment !== 0) this.unpin(hold);
    hold.payment = payment;
    this.holdsDue.ended();
    this.pinnedDue.add(hold);
  }

  /** It is as it was before. */
  unpin(hold: Held): void {
    hold.payment = 0;
    this.pinnedDue.ended();
    this.holdsDue.add(hold);
  }

  /** Gives a hold other seats and prices. */
  alter(hold: Held, seats: readonly number[], prices: readonly number[]): void {
    const more = seats.length - hold.seats.length;
    this.heldSeats += more;
    this.personOf(hold.user, this.lastMs).seats += more;
    hold.seats = seats;
    hold.prices = prices;
  }

  /** Takes a hold out of the book; its seats stay marked as they are. */
  drop(hold: Held): void {
    hold.live = false;
    this.holds.delete(hold.number);
    this.#dueOf(hold).ended();
    this.heldSeats -= hold.seats.length;
    this.personOf(hold.user, this.lastMs).seats -= hold.seats.length;
  }

  enter(booking: string, booked: Booked): void {
    this.bookings.set(booking, booked);
    this.bookedSeats += booked.seats.length;
    if (booked.payment === undefined) {
      this.captured += booked.total;
      this.booked += booked.total;
    }
    const person = this.personOf(booked.user, this.lastMs);
    person.seats += booked.seats.length;
    person.bookings++;
  }

  strike(booked: Booked): void {
    booked.live = false;
    this.bookedSeats -= booked.seats.length;
    if (booked.payment === undefined) this.booked -= booked.total;
    this.personOf(booked.user, this.lastMs).seats -= booked.seats.length;
  }

  open(offer: Offered): void {
    this.offers.set(offer.user, offer);
    this.offersDue.add(offer);
    this.promised += offer.party;
  }

  endOffer(offer: Offered): void {
    offer.live = false;
    this.offers.delete(offer.user);
    this.offersDue.ended();
    this.promised -= offer.party;
  }

  /** After an outage holds and offers stand at least until then [D2]. */
  extend(floorMs: number): void {
    for (const hold of this.holds.values()) lift(hold, floorMs, this.#dueOf(hold));
    for (const offer of this.offers.values()) lift(offer, floorMs, this.offersDue);
  }

  /** Whoever has something of a seat, for a sentence. */
  ownerOf(seat: number): string {
    for (const hold of this.holds.values()) {
      if (hold.seats.includes(seat)) return `${hold.user} (hold ${hold.number})`;
    }
    for (const [booking, { live, seats, user }] of this.bookings) {
      if (live && seats.includes(seat)) return `${user} (booking ${booking})`;
    }
    return 'the house';
  }

  #dueOf({ payment }: Held): DueQueue<Held> {
    return payment === 0 ? this.holdsDue : this.pinnedDue;
  }

  /** Looks at one page; two looks for each new user keep the book from growing for ever. */
  #forget(nowMs: number): void {
    this.#toLookAt ??= this.#people.values();
    const { value: person, done } = this.#toLookAt.next();
    if (done === true) this.#toLookAt = undefined;
    if (person === undefined || nowMs - person.lastMs <= FORGOTTEN_AFTER_MS) return;
    const { user, seats, bookings } = person;
    if (seats > 0 || bookings > 0 || this.offers.has(user) || this.line.get(user)) return;
    this.#people.delete(user);
  }
}

function lift<Thing extends Dated>(thing: Thing, floorMs: number, queue: DueQueue<Thing>): void {
  if (thing.dueMs >= floorMs) return;
  thing.dueMs = floorMs;
  queue.moved(thing);
}
