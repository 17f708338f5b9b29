/**
 * One show on a bench: commands go through time, decide and evolve as the shard's desk sends
 * them, at a time the test sets, and after every decision the books are counted from scratch, so
 * that whatever a test is about, S2 and the like are proved along the way.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type BookingRef,
  type HoldId,
  lsn,
  type Millis,
  millis,
  minor,
  requestId,
  seq,
  showId,
  type Ticket,
  userId,
} from '../../engine/ids.ts';
import { GENESIS_HASH } from '../../engine/shard/log-store.ts';
import type { Partition } from '../../engine/shard/partition.ts';
import { encodeState } from '../../engine/shard/snapshot-codec.ts';
import { UserShows } from '../../engine/shard/user-shows.ts';
import type { HouseCommand, ShowCommand, UserCommand } from '../../engine/show/command.ts';
import { decide } from '../../engine/show/decide.ts';
import type { Decision, FrameRef, ShowEvent } from '../../engine/show/events.ts';
import { evolve, extendDeadlines } from '../../engine/show/evolve.ts';
import { type Rejection, rejectionTable } from '../../engine/show/rejections.ts';
import { compileLayout } from '../../engine/show/seats/compiled-layout.ts';
import type { SeatRun } from '../../engine/show/seats/layout.ts';
import { newShow, type Show } from '../../engine/show/show.ts';
import type { ShowTerms } from '../../engine/show/terms.ts';
import { nextDueMs, passTime } from '../../engine/show/time/pass-time.ts';
import type { Verdict } from '../../engine/show/verdict.ts';
import { codec } from '../../persistence/codec.ts';
import { checkBooks } from '../engine/show/check-books.ts';
import { layoutOf } from '../engine/show/seats/layout-arbitrary.ts';

type WithoutNames<Command> = Command extends unknown
  ? Omit<Command, 'show' | 'user' | 'requestId'>
  : never;
/** What somebody wants, without who and where. */
export type Wish = WithoutNames<UserCommand>;
export type HouseWish = WithoutNames<HouseCommand>;

export type Answer =
  | { readonly type: 'decided'; readonly decision: Decision }
  | Exclude<Verdict, { type: 'decided' }>;

/** A refusal with its number, and whether it is final. */
export type Refusal = Rejection & { readonly code: number; readonly final: boolean };

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** When sale of a test's show opens. */
export const opening = Date.UTC(2026, 4, 5, 9);
/** And when the show starts. */
export const start = opening + 6 * hour;

/** The defaults of the rules, at 10.00, 15.00 and 20.00, without discounts. */
export const plainTerms: ShowTerms = {
  onSaleAtMs: millis(opening),
  startsAtMs: millis(start),
  localStartMinute: 20 * 60,
  currency: 'INR',
  prices: [minor(1_000), minor(1_500), minor(2_000)],
  discounts: [],
  seatsPerUser: 10,
  holdTtlMs: 5 * minute,
  offerTtlMs: 2 * minute,
  waitTtlMs: hour,
  graceMs: 5 * second,
};

const id = showId('s');

export class TestShow {
  readonly show: Show;
  nowMs: Millis = millis(opening - hour);
  /** Every decision so far. */
  readonly decisions: Decision[] = [];
  /** What was decided in the last turn, an event a line. */
  said: readonly string[] = [];
  /** Set to false where thousands of users would make an audit a decision too slow. */
  audited = true;
  #turn: Decision[] = [];
  #requests = 0;

  /** Rows of so many seats each (or of the given shape), an hour before sale opens. */
  constructor(rows: readonly (number | Partial<SeatRun>)[], terms: Partial<ShowTerms> = {}) {
    const runs = rows.map((row) => (typeof row === 'number' ? { count: row } : row));
    const layout = layoutOf(runs);
    const all = { ...plainTerms, ...terms };
    this.show = newShow(id, compileLayout(layout), all, new UserShows());
    this.#record([{ type: 'showScheduled', layout: layout.id, terms: all }], undefined);
    this.#endTurn();
  }

  /** What a user is answered now; the same `request` again is the same request. */
  ask(user: string, wish: Wish, request: string = this.#newRequest()): Answer {
    const names = { show: id, user: userId(user), requestId: requestId(request) };
    return this.#decide({ ...wish, ...names });
  }

  /** What the theatre is answered now. */
  tell(wish: HouseWish): Answer {
    return this.#decide({ ...wish, show: id });
  }

  /** A refusal that must come, in full; that it changed nothing is checked [R4]. */
  refusal(user: string, wish: Wish): Refusal {
    return refused(this.ask(user, wish));
  }

  houseRefusal(wish: HouseWish): Refusal {
    return refused(this.tell(wish));
  }

  /** Lets time pass at one stroke, and has the show act on what is due then. */
  advance(ms: number): void {
    this.nowMs = millis(this.nowMs + ms);
    this.#catchUp();
    this.#endTurn();
  }

  /** The same, up to a point in time. */
  advanceTo(ms: number): void {
    this.advance(ms - this.nowMs);
  }

  /** As after an outage: whatever has a deadline stands until then at least [D2]. */
  outage(floorMs: number): void {
    extendDeadlines(this.show, millis(floorMs));
  }

  hold(user: string, seats: readonly number[]): HoldId {
    return first(this.ask(user, { type: 'hold', seats }), 'seatsHeld').hold;
  }

  holdBest(user: string, count: number, tier?: number): readonly number[] {
    return first(this.ask(user, { type: 'holdBest', count, tier }), 'seatsHeld').seats;
  }

  change(user: string, hold: HoldId, seats: readonly number[]): void {
    first(this.ask(user, { type: 'change', hold, seats }), 'holdChanged');
  }

  release(user: string, hold: HoldId): void {
    first(this.ask(user, { type: 'release', hold }), 'holdReleased');
  }

  wait(user: string, party: number): Ticket {
    return first(this.ask(user, { type: 'wait', party }), 'waitJoined').ticket;
  }

  leave(user: string): void {
    decided(this.ask(user, { type: 'leave' }));
  }

  book(user: string, hold: HoldId): BookingRef {
    return first(this.ask(user, { type: 'book', hold }), 'holdBooked').booking;
  }

  /** Holds and books at once. */
  buy(user: string, seats: readonly number[]): BookingRef {
    return this.book(user, this.hold(user, seats));
  }

  cancel(user: string, ...bookings: readonly BookingRef[]): void {
    first(this.ask(user, { type: 'cancel', bookings }), 'bookingsCancelled');
  }

  block(seats: readonly number[]): void {
    decided(this.tell({ type: 'block', seats }));
  }

  unblock(seats: readonly number[]): void {
    decided(this.tell({ type: 'unblock', seats }));
  }

  cancelShow(): void {
    decided(this.tell({ type: 'cancelShow' }));
  }

  /** The seats, a mark each: free `.`, held `h`, booked `b`, blocked `x`. */
  get map(): string {
    return Array.from({ length: this.show.layout.count }, (_, seat) =>
      '.hbx'.charAt(this.show.seats.get(seat)),
    ).join('');
  }

  /** The line from its head, e.g. `bob 2, cid 1`. */
  get line(): string {
    const waiters = [...this.show.waitlist.inOrder()];
    return waiters.map(({ user, party }) => `${user} ${party}`).join(', ');
  }

  /** Open offers, oldest first, e.g. `bob 2, cid 1`. */
  get offers(): string {
    const offers = [...this.show.offers.values()];
    return offers.map(({ user, party }) => `${user} ${party}`).join(', ');
  }

  /** The state's bytes, which a replay must reach again [D3]. */
  get bytes(): Uint8Array {
    return bytesOf(this.show);
  }

  /** The state's bytes after a replay of the decisions by evolve alone [D3]. */
  replay(): Uint8Array {
    const { layout, terms } = this.show;
    const show = newShow(id, layout, terms, new UserShows());
    for (const decision of this.decisions) evolve(show, decision);
    return bytesOf(show);
  }

  #decide(command: ShowCommand): Answer {
    this.#catchUp();
    const before = this.audited ? this.bytes : undefined;
    const verdict = decide(this.show, command, { timeMs: this.nowMs, frame: this.#frame() });
    if (before !== undefined && !isDeepStrictEqual(this.bytes, before)) {
      throw new Error('decide has changed the show');
    }
    if (verdict.type !== 'decided') {
      this.#endTurn();
      return verdict;
    }
    this.#record(verdict.events, 'requestId' in command ? command : undefined);
    const decision = this.#turn.at(-1) as Decision;
    this.#endTurn();
    return { type: 'decided', decision };
  }

  #catchUp(): void {
    while (nextDueMs(this.show) <= this.nowMs) {
      const events = passTime(this.show, this.nowMs);
      if (events.length === 0) throw new Error('something is due and nothing is done about it');
      this.#record(events, undefined);
    }
  }

  #record(events: readonly ShowEvent[], asked: UserCommand | undefined): void {
    const last = this.decisions.at(-1)?.seq ?? 0;
    const decision: Decision = {
      show: id,
      seq: seq(last + 1),
      user: asked?.user,
      requestId: asked?.requestId,
      events,
      frame: this.#frame(),
    };
    evolve(this.show, decision);
    this.decisions.push(decision);
    this.#turn.push(decision);
    if (this.audited) checkBooks(this.show);
  }

  #frame(): FrameRef {
    return { timeMs: this.nowMs, lsn: lsn(this.decisions.length + 1), hash: GENESIS_HASH };
  }

  #endTurn(): void {
    this.said = this.#turn.flatMap(({ events }) => events.map(line));
    this.#turn = [];
  }

  #newRequest(): string {
    this.#requests++;
    return `request-${this.#requests}`;
  }
}

/** Every seat is held: `zoe` has the first of them and `yan` the rest, until they let go. */
export function fullHouse(
  seats: number,
  zoes: number,
): TestShow & { zoe: () => void; yan: () => void } {
  const show = onSale([seats]);
  const all = Array.from({ length: seats }, (_, seat) => seat);
  const zoe = show.hold('zoe', all.slice(0, zoes));
  const yan = show.hold('yan', all.slice(zoes));
  return Object.assign(show, {
    zoe: () => show.release('zoe', zoe),
    yan: () => show.release('yan', yan),
  });
}

function bytesOf(show: Show): Uint8Array {
  const layouts = new Map([[show.layout.layout.id, show.layout]]);
  return encodeState({ layouts, shows: new Map([[show.id, show]]) } as unknown as Partition, codec);
}

/** A show on sale: rows of so many seats each (or of the given shape). */
export function onSale(
  rows: readonly (number | Partial<SeatRun>)[],
  terms?: Partial<ShowTerms>,
): TestShow {
  const show = new TestShow(rows, terms);
  show.advanceTo(show.show.terms.onSaleAtMs);
  return show;
}

function refused(answer: Answer): Refusal {
  if (answer.type !== 'rejected') throw new Error(`${answer.type}, and should have been refused`);
  return { ...answer, ...rejectionTable[answer.reason] };
}

/** The decision that must have been made. */
export function decided(answer: Answer): Decision {
  if (answer.type === 'decided') return answer.decision;
  throw new Error(`should have been decided: ${JSON.stringify(answer)}`);
}

/** The first event of a decision that must have been made. */
export function first<Type extends ShowEvent['type']>(
  answer: Answer,
  type: Type,
): Extract<ShowEvent, { type: Type }> {
  const [event] = decided(answer).events;
  if (event?.type !== type) throw new Error(`${String(event?.type)} instead of ${type}`);
  return event as Extract<ShowEvent, { type: Type }>;
}

/** An event as a line of text, e.g. `offerMade bob 2`. Times are left out. */
export function line(event: ShowEvent): string {
  switch (event.type) {
    case 'seatsHeld':
    case 'holdChanged':
      return `${event.type} #${event.hold} ${event.seats.join()}`;
    case 'holdReleased':
      return `${event.type} #${event.hold}`;
    case 'holdExpired':
      return `${event.type} #${event.hold} ${event.user}`;
    case 'waitJoined':
      return `${event.type} ticket ${event.ticket} party ${event.party}`;
    case 'waitEnded':
    case 'offerEnded':
      return `${event.type} ${event.user} ${event.reason}`;
    case 'offerMade':
      return `${event.type} ${event.user} ${event.party}`;
    case 'holdBooked':
      return `${event.type} #${event.hold} ${event.booking} ${event.seats.join()}`;
    case 'bookingsCancelled':
      return `${event.type} ${event.bookings.join()} refund ${event.refund}`;
    case 'seatsBlocked':
    case 'seatsUnblocked':
      return `${event.type} ${event.seats.join()}`;
    default:
      return event.type;
  }
}
