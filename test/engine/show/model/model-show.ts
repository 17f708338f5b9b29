/**
 * The reference model of one show: what the booking rules say, in plain arrays that are scanned
 * from end to end whenever something is asked. It keeps no running totals, no indexes and no
 * order that could go wrong unnoticed; it is slow, and meant to be obviously right. Written from
 * the rules, it shares only the names of events and rejections with the engine.
 */
import {
  type BookingRef,
  bookingRef,
  type HoldId,
  type Minor,
  type PaymentId,
  type RequestId,
  type UserId,
} from '../../../../engine/ids.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { Layout } from '../../../../engine/show/seats/layout.ts';
import type { ShowTerms } from '../../../../engine/show/terms.ts';

export type SeatState = 'free' | 'held' | 'booked' | 'blocked';

export interface ModelHold {
  readonly id: HoldId;
  readonly user: UserId;
  seats: readonly number[];
  prices: readonly number[];
  deadlineMs: number;
  /** The payment under way, which keeps it longer [P2]. */
  payment: PaymentId | undefined;
}

export interface ModelWaiter {
  readonly user: UserId;
  readonly party: number;
  readonly ticket: number;
  readonly untilMs: number;
  /** How many later parties were offered seats before this one [W2]. */
  overtaken: number;
}

export interface ModelOffer {
  readonly user: UserId;
  readonly party: number;
  untilMs: number;
}

export interface ModelBooking {
  readonly ref: BookingRef;
  readonly user: UserId;
  readonly seats: readonly number[];
  readonly total: number;
  state: 'booked' | 'cancelled';
  /** The one that it was booked by, where it was paid for. */
  readonly payment: PaymentId | undefined;
}

/** A payment, for ever: its provider may come back to it at any time [P4]. */
export interface ModelPayment {
  readonly id: PaymentId;
  readonly user: UserId;
  readonly hold: HoldId;
  readonly seats: readonly number[];
  /** What is to be paid. */
  readonly amount: Minor;
  state: 'started' | 'opened' | 'abandoned' | 'failed' | 'booked' | 'owed' | 'refunded';
  page?: { readonly reference: string; readonly url: string };
  /** What the provider took. */
  captured?: { readonly amount: Minor; readonly currency: string };
}

/** An accepted request, for ever [H7]. */
export interface ModelRequest {
  /** Undefined for the house. */
  readonly user: UserId | undefined;
  readonly requestId: RequestId;
  readonly seq: number;
  readonly event: ShowEvent;
  readonly timeMs: number;
  /** Whether its user once had nothing here and asked nothing for an hour: it may be forgotten. */
  mayBeForgotten: boolean;
}

/** One place of the hall as the rules need it. */
export interface ModelSeat {
  readonly tier: number;
  /** Index of its unbroken block of neighbouring seats. */
  readonly run: number;
  /** From the hall's left edge, in seat widths. */
  readonly x: number;
  /** From the hall's best point, in seat widths. */
  readonly distance: number;
}

export class ModelShow {
  readonly name: string;
  readonly layout: Layout;
  readonly terms: ShowTerms;
  readonly places: readonly ModelSeat[];
  readonly seats: SeatState[];
  phase: 'scheduled' | 'onSale' | 'closed' | 'cancelled' = 'scheduled';
  /** The number of the last decision [F1]; the first one scheduled the show. */
  seq = 1;
  lastTicket = 0;
  /** Earliest deadline first; equal ones in the order in which they came to be [H4]. */
  holds: ModelHold[] = [];
  /** As holds are. */
  offers: ModelOffer[] = [];
  /** From the head. */
  line: ModelWaiter[] = [];
  /** As they were booked. */
  readonly bookings: ModelBooking[] = [];
  /** As they were begun. */
  readonly payments: ModelPayment[] = [];
  readonly requests: ModelRequest[] = [];

  constructor(name: string, layout: Layout, terms: ShowTerms) {
    this.name = name;
    this.layout = layout;
    this.terms = terms;
    this.places = placesOf(layout);
    this.seats = this.places.map(() => 'free');
  }

  /** How many seats are in a state. */
  count(state: SeatState): number {
    return this.seats.filter((each) => each === state).length;
  }

  /** Free seats promised to open offers. */
  get earmarked(): number {
    return sum(this.offers.map((offer) => offer.party));
  }

  get grantable(): number {
    return this.count('free') - this.earmarked;
  }

  get pool(): number {
    return this.count('free') + this.count('held');
  }

  offerOf(user: UserId): ModelOffer | undefined {
    return this.offers.find((offer) => offer.user === user);
  }

  waiterOf(user: UserId): ModelWaiter | undefined {
    return this.line.find((waiter) => waiter.user === user);
  }

  /** Parties before this user: those before it in the line, or all of them [R3]. */
  ahead(user: UserId): number {
    const at = this.line.findIndex((waiter) => waiter.user === user);
    return at < 0 ? this.line.length : at;
  }

  /** Held, booked, offered and waited-for seats together [H2]. */
  counted(user: UserId): number {
    const held = this.holds.filter((hold) => hold.user === user);
    const booked = this.bookings.filter((each) => each.user === user && each.state === 'booked');
    return (
      sum(held.map((hold) => hold.seats.length)) +
      sum(booked.map((booking) => booking.seats.length)) +
      (this.offerOf(user)?.party ?? 0) +
      (this.waiterOf(user)?.party ?? 0)
    );
  }

  /** Whether the user has, or ever booked, anything here. */
  hasSomething(user: UserId): boolean {
    return (
      this.holds.some((hold) => hold.user === user) ||
      this.bookings.some((booking) => booking.user === user) ||
      this.offerOf(user) !== undefined ||
      this.waiterOf(user) !== undefined
    );
  }

  mark(seats: readonly number[], state: SeatState): void {
    for (const seat of seats) this.seats[seat] = state;
  }
}

/**
 * The engine keeps each seat's distance to the nearest 1/1024 of a seat width. Two sums of n of
 * them that differ by no more than this are equally near.
 */
const TOLERANCE_A_SEAT = 1 / 1024;

/** Those of the choices, all of one size, whose seats are nearest to the hall's best point. */
export function nearestOf(
  show: ModelShow,
  choices: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const distance = (seats: readonly number[]) =>
    sum(seats.map((seat) => show.places[seat]?.distance ?? Number.NaN));
  const nearest = Math.min(...choices.map(distance));
  const tolerance = (choices[0]?.length ?? 0) * TOLERANCE_A_SEAT;
  return choices.filter((seats) => distance(seats) <= nearest + tolerance);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The show's name and the decision's number in 32 digits without I, L, O and U [B1]. */
export function referenceOf(show: string, seq: number) {
  const digits = [...seq.toString(32)].map((digit) => Number.parseInt(digit, 32));
  const letters = digits.map((digit) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(digit)).join('');
  return bookingRef(`${show.toUpperCase()}-${letters.padStart(3, '0')}`);
}

/** Every seat of a layout in the order of its index; see `SeatRun` for what the numbers mean. */
function placesOf(layout: Layout): readonly ModelSeat[] {
  return layout.runs.flatMap((run, index) =>
    Array.from({ length: run.count }, (_, offset) => {
      const x = run.x + offset;
      // −1 at the hall's left edge, 1 at its right one: rows are parabolas, deepest in the middle.
      const side = x / (layout.width / 2) - 1;
      const y = run.y + layout.curve * (1 - side ** 2);
      return {
        tier: run.tier,
        run: index,
        x,
        distance: Math.hypot(x - layout.best.x, y - layout.best.y),
      };
    }),
  );
}
