/**
 * Logs of the real engine under chance: people who hold, change, book, cancel, wait and leave, a
 * theatre that blocks seats and cancels shows, time that passes, machines that crash. Where there
 * is a till, people pay, and its provider says what came of it: in time, late, twice, out of
 * order, never, or of another amount. One seed gives one log, and everything that was said while
 * it was written.
 */
import {
  type BookingRef,
  type HoldId,
  millis,
  minor,
  type PaymentId,
  requestId,
  showId,
  userId,
} from '../../../engine/ids.ts';
import { partitionOf } from '../../../engine/shard/route.ts';
import { makeReference } from '../../../engine/show/bookings/reference.ts';
import type { ShowTerms } from '../../../engine/show/terms.ts';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import type { SeenReply, SeenRequest } from '../../../persistence/audit/seen.ts';
import { type Said, TestShard } from '../../support/shard-harness.ts';
import { type HouseWish, minute, opening, second, type Wish } from '../../support/show-harness.ts';

export interface RandomLog {
  readonly rows: readonly LogRow[];
  readonly seen: readonly SeenReply[];
  /** What was done, by kind, so that a test can see that it had something to look at. */
  readonly done: ReadonlyMap<string, number>;
}

export interface RandomLogOptions {
  readonly seed: number;
  readonly steps: number;
  readonly terms?: Partial<ShowTerms>;
  /** Whether shows are paid for, and the theatre opens, closes, books and cancels in bulk. */
  readonly till?: boolean;
}

/** Two shows of one partition, and one of another. */
const shows = ['s', neighbourOf('s'), 'elsewhere'] as const;
const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal'];
const rows = [{ count: 6 }, { count: 5, tier: 1 }, { count: 3, tier: 2 }];
const seats = 14;

function neighbourOf(show: string): string {
  for (let index = 0; ; index++) {
    if (partitionOf(`s${index}`) === partitionOf(show)) return `s${index}`;
  }
}

const discounts: ShowTerms['discounts'] = [
  { type: 'timeOfDay', name: 'Afternoon', fromMinute: 720, untilMinute: 1_020, percent: 20 },
  { type: 'nthTicket', name: 'Third ticket', nth: 3, percent: 50 },
];

/** A small generator of numbers, the same for the same seed (mulberry32). */
export function chanceOf(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

interface Sent {
  readonly show: string;
  readonly user: string;
  readonly asked: SeenRequest;
  readonly askedAtMs: number;
}

function askedBy(wish: Wish): SeenRequest {
  if (wish.type === 'hold' || wish.type === 'change') return { type: 'seats', seats: wish.seats };
  return wish.type === 'holdBest' ? { ...wish, type: 'best' } : { type: 'other' };
}

/** A payment that somebody began. */
interface Begun {
  readonly show: string;
  readonly payment: PaymentId;
  readonly amount: number;
}

class Story {
  shard: TestShard;
  readonly seen: SeenReply[] = [];
  readonly done = new Map<string, number>();
  readonly #chance: (below: number) => number;
  readonly #sent = new Map<string, Sent>();
  readonly #retried = new Set<string>();
  readonly #holds: { user: string; show: string; hold: HoldId }[] = [];
  readonly #bookings: { user: string; show: string; booking: BookingRef }[] = [];
  readonly #payments: Begun[] = [];
  readonly #till: boolean;
  #heard = 0;
  #told = 0;
  /** A clock that only counts what happens: real time for the order of replies. */
  #tick = 0;
  #lastRequest = '';

  constructor(shard: TestShard, chance: (below: number) => number, till: boolean) {
    this.shard = shard;
    this.#chance = chance;
    this.#till = till;
  }

  async step(): Promise<void> {
    if (this.#till && this.#chance(2) === 0) {
      if (this.#chance(12) === 0) this.#bulk();
      else this.#settle();
    }
    const dice = this.#chance(100);
    if (dice < 70) this.#ask();
    else if (dice < 72) this.#house();
    else if (dice < 76) await this.shard.advance(this.#chance(40) * second);
    else if (dice < 78) await this.shard.advance(this.#chance(12) * minute);
    else if (dice < 79) await this.#crash();
    else if (dice < 83) this.#watch();
    else await this.shard.run();
    this.hear();
  }

  hear(): void {
    const { said } = this.shard;
    for (const each of said.slice(this.#heard)) this.#hearOne(each);
    this.#heard = said.length;
  }

  #pick<Thing>(things: readonly Thing[]): Thing {
    return things[this.#chance(things.length)] as Thing;
  }

  #seats(): readonly number[] {
    const first = this.#chance(seats);
    const count = 1 + this.#chance(4);
    const step = 1 + this.#chance(3);
    return Array.from({ length: count }, (_, at) => (first + at * step) % seats);
  }

  #ask(): void {
    const user = this.#pick(users);
    const show = this.#pick(shows);
    const isOwn = (one: { user: string; show: string }) => one.user === user && one.show === show;
    const hold = this.#holds.filter(isOwn).at(-1)?.hold ?? (1 as HoldId);
    const booking = this.#bookings.filter(isOwn).map((one) => one.booking);
    const chosen = this.#seats();
    const wishes: readonly Wish[] = [
      { type: 'hold', seats: chosen },
      { type: 'hold', seats: chosen },
      { type: 'hold', seats: chosen },
      { type: 'holdBest', count: 1 + this.#chance(4), tier: undefined },
      { type: 'holdBest', count: 2 + this.#chance(4), tier: undefined, split: true },
      { type: 'change', hold, seats: chosen },
      { type: 'release', hold },
      { type: 'book', hold },
      { type: 'cancel', bookings: booking.slice(-2) },
      { type: 'wait', party: 1 + this.#chance(5) },
      { type: 'wait', party: 1 + this.#chance(3) },
      { type: 'leave' },
      ...(this.#till ? this.#payerWishes(hold) : []),
    ];
    const wish = this.#pick(wishes);
    const isRetry = this.#chance(12) === 0 && this.#lastRequest !== '';
    const id = this.shard.ask(user, wish, isRetry ? this.#lastRequest : undefined, show);
    const asked = askedBy(wish);
    this.#tick++;
    // An id that was sent twice says no more whose answer comes back; it is not compared.
    if (isRetry) this.#retried.add(id);
    this.#sent.set(id, { show, user, asked, askedAtMs: this.#tick });
    this.#lastRequest = id;
  }

  #payerWishes(hold: HoldId): readonly Wish[] {
    const pay = { type: 'pay', hold } as const;
    const change = { type: 'change', hold, seats: this.#seats() } as const;
    return [pay, pay, pay, pay, pay, change, { type: 'wait', party: 4 + this.#chance(5) }];
  }

  #house(): void {
    const show = this.#pick(shows);
    const dice = this.#chance(20);
    if (dice === 0) this.shard.tell({ type: 'cancelShow' }, show);
    else if (dice < 12) this.shard.tell({ type: 'block', seats: this.#seats() }, show);
    else this.shard.tell({ type: 'unblock', seats: this.#seats() }, show);
  }

  /** The provider has news of one of the latest payments, or says again what it said before. */
  #settle(): void {
    const begun = this.#payments.at(-1 - this.#chance(Math.min(9, this.#payments.length)));
    if (begun === undefined) return;
    const { show, payment, amount } = begun;
    const capture = { type: 'capturePayment', payment, currency: 'INR' } as const;
    const reason = this.#pick(['declined', 'cancelled', 'expired', 'theatreRefused'] as const);
    const wishes: readonly HouseWish[] = [
      { type: 'openPayment', payment, reference: `p-${payment}`, url: `https://pay/${payment}` },
      { type: 'openPayment', payment, reference: `p-${payment}`, url: `https://pay/${payment}` },
      { type: 'failPayment', payment, reason },
      { type: 'failPayment', payment, reason },
      { ...capture, amount: minor(amount) },
      { ...capture, amount: minor(amount) },
      { ...capture, amount: minor(amount) },
      this.#chance(2) === 0
        ? { ...capture, amount: minor(amount + 1) }
        : { ...capture, amount: minor(amount), currency: 'EUR' },
      { type: 'confirmRefund', payment },
      { type: 'confirmRefund', payment },
    ];
    this.#tell(this.#pick(wishes), show);
  }

  /** What the theatre does to a whole show, or to many at once. */
  #bulk(): void {
    const show = this.#pick(shows);
    const owner = userId(this.#pick(users));
    const booked = this.#bookings.filter((one) => one.show === show).map((one) => one.booking);
    const from = this.#chance(booked.length);
    const wishes: readonly HouseWish[] = [
      { type: 'bookSeats', owner, seats: this.#seats() },
      { type: 'bookSeats', owner, seats: this.#seats() },
      { type: 'cancelBookings', bookings: booked.slice(from, from + 1 + this.#chance(3)) },
      { type: 'cancelBookings', bookings: booked.slice(from, from + 1) },
      { type: 'cancelBookings', bookings: booked.slice(-1) },
      { type: 'cancelBookings', bookings: booked.slice(-2) },
      { type: 'openSale' },
      this.#chance(6) === 0 ? { type: 'closeSale' } : { type: 'openSale' },
    ];
    this.#tell(this.#pick(wishes), show);
  }

  /** With an id of the house's or without one; now and then it is said twice. */
  #tell(wish: HouseWish, show: string): void {
    const command = { ...wish, show: showId(show) };
    if (this.#chance(3) === 0) return this.shard.tell(wish, show);
    this.#told++;
    const asked = { type: 'house', show: showId(show), command } as const;
    const id = requestId(`house-${this.#told}`);
    for (let times = this.#chance(6) === 0 ? 2 : 1; times > 0; times--) {
      this.shard.shard.submit('house', { ...asked, requestId: id });
    }
  }

  #watch(): void {
    const show = this.#pick(shows);
    this.#tick++;
    const id = this.shard.watch('looker', show);
    this.#sent.set(id, { show, user: 'looker', asked: { type: 'other' }, askedAtMs: this.#tick });
  }

  async #crash(): Promise<void> {
    this.hear();
    this.shard = await this.shard.crash(this.#chance(5) * minute);
    this.#heard = 0;
  }

  #hearOne(said: Said): void {
    this.#tick++;
    const answeredAtMs = this.#tick;
    if (said.type === 'push') {
      this.seen.push({ type: 'push', show: said.push.show, user: said.user, push: said.push });
    } else if (said.type === 'changed') {
      this.seen.push(said);
    } else if (said.to === 'house') {
      this.#hearHouse(said);
    } else {
      const sent = this.#sent.get(said.requestId);
      if (sent !== undefined && !this.#retried.has(said.requestId))
        this.#hearAnswer(said, sent, answeredAtMs);
    }
    this.done.set(said.type, (this.done.get(said.type) ?? 0) + 1);
  }

  /** What was booked then, if anything was, has a reference made of its decision. */
  #hearHouse(said: Said): void {
    if (said.type !== 'accepted') return;
    const { event, answer } = said;
    if (event.type !== 'paymentCaptured' && event.type !== 'seatsBooked') return;
    const { show, seq } = answer.receipt;
    this.#bookings.push({ user: event.user, show, booking: makeReference(show, seq) });
  }

  #hearAnswer(said: Said, sent: Sent, answeredAtMs: number): void {
    const { show, user, asked, askedAtMs } = sent;
    if (said.type === 'watching') {
      const { view } = said;
      this.seen.push({ ...view, type: 'map', askedAtMs, answeredAtMs });
    } else if (said.type === 'rejected') {
      const { rejection, requestId } = said;
      const named = { type: 'rejected', show, user, requestId } as const;
      this.seen.push({ ...rejection, ...named, askedAtMs, answeredAtMs });
    } else if (said.type === 'accepted') {
      const { answer, requestId } = said;
      const { receipt } = answer;
      const named = { type: 'accepted', show, user, requestId, receipt, answer, asked } as const;
      this.seen.push({ ...named, askedAtMs, answeredAtMs });
      if (answer.type === 'held') this.#holds.push({ user, show, hold: answer.hold });
      if (answer.type === 'booked') this.#bookings.push({ user, show, booking: answer.booking });
      const { event } = said;
      if (event.type === 'paymentStarted') {
        this.#payments.push({ show, payment: event.payment, amount: event.amount });
      }
      this.done.set(answer.type, (this.done.get(answer.type) ?? 0) + 1);
    }
  }
}

/** What a show may choose otherwise than most. */
function choices(chance: (below: number) => number): Partial<ShowTerms> {
  return {
    waiting: chance(2) === 0 ? 'strict' : 'backfill',
    overtakesPerParty: chance(4),
    orphanRule: chance(2) === 0,
    ...(chance(3) === 0 ? { seatsPerRequest: 4 } : {}),
  };
}

/** Most shows are paid for; some seats of theirs cost nothing, and one is not on sale yet. */
function tillTerms(show: string, chance: (below: number) => number): Partial<ShowTerms> {
  const graces = [60, 60, 2, 300].map((seconds) => seconds * second);
  const isLate = show === 'elsewhere' && chance(2) === 0;
  return {
    payments: chance(5) === 0 ? 'none' : 'provider',
    paymentGraceMs: graces[chance(graces.length)] ?? 0,
    seatsPerUser: 3 + chance(8),
    ...(chance(2) === 0 ? { prices: [minor(1_000), minor(1_500), minor(0)] } : {}),
    ...(isLate ? { onSaleAtMs: millis(opening + 3 * minute) } : {}),
  };
}

/** A log that nothing is wrong with, as long as the engine keeps the rules. */
export async function randomLog(options: RandomLogOptions): Promise<RandomLog> {
  const chance = chanceOf(options.seed);
  const partitions = [partitionOf('s'), partitionOf('elsewhere')];
  const till = options.till ?? false;
  const story = new Story(await TestShard.open({ partitions }), chance, till);
  const localStartMinute = chance(2) === 0 ? 900 : 1_200;
  for (const show of shows) {
    const own = { ...choices(chance), ...(till ? tillTerms(show, chance) : {}) };
    const terms = { discounts, localStartMinute, ...own, ...options.terms };
    await story.shard.schedule(rows, terms, show);
  }
  for (let step = 0; step < options.steps; step++) await story.step();
  await story.shard.run();
  story.hear();
  const logged = partitions.flatMap((partition) => story.shard.disk.get(partition)?.frames ?? []);
  return { rows: logged, seen: story.seen, done: story.done };
}
