/**
 * A show as it is at this moment: a snapshot of its seats, then deltas. Decisions are numbered
 * without gaps [F1], so it is known for certain whether a delta fits onto what is here; where one
 * is missing, a new snapshot is asked for.
 *
 *   delta.toSeq ≤ seq            seen already: ignored
 *   delta.fromSeq ≤ seq < toSeq  applied: seats are states, not steps, so an overlap is harmless
 *   delta.fromSeq > seq          a gap: a new snapshot
 */
import type { ShowId } from '../../engine/ids.ts';
import type { ShowPhase } from '../../engine/show/show.ts';
import type { MineShow } from '../../engine/show/views.ts';
import type { Down, DownMessage } from '../wire/message-types.ts';
import type { UsherError } from './errors.ts';
import { Listeners, type Unsubscribe } from './listeners.ts';

export const seatStates = ['free', 'held', 'booked', 'blocked'] as const;
export type SeatState = (typeof seatStates)[number];

export interface SeatCounts {
  readonly free: number;
  readonly held: number;
  readonly booked: number;
  readonly blocked: number;
}

export interface LiveShowEvents {
  /** Seats whose state changed; after a snapshot, those that differ from what was shown before. */
  change: readonly number[];
  /** The line moved. */
  line: { readonly serving: number; readonly waiting: number };
  phase: ShowPhase;
  /** What this session has here changed. */
  mine: MineShow;
  /** The wait or the offer of this session ended, with the rule's reason. */
  waitEnded: string;
  offer: { readonly party: number; readonly untilMs: number };
  holdExpired: number;
  /** A hold of this session ended before its time, with the reason. */
  holdEnded: string;
  /** Bookings of this session were cancelled by the house; so much is owed back. */
  bookingsCancelled: { readonly bookings: readonly string[]; readonly refund: number };
  /** A payment of this session can be made, at `url`. */
  paymentReady: { readonly payment: number; readonly url: string };
  paymentFailed: { readonly payment: number; readonly reason: string };
  /** A payment was made and its seats are booked. */
  paid: Down<'paid'>;
  /** Money goes back, for `reason`. */
  refundOwed: Down<'refundOwed'>;
  refunded: Down<'refunded'>;
  /** Whether what is shown is current: false from a lost connection or a gap until a snapshot. */
  fresh: boolean;
  /** The show cannot be watched, e.g. because there is none of that name. */
  failed: Down<'rejected'> | UsherError;
}

export interface LiveShowOwner {
  /** Asks for a snapshot; the answer comes back by `snapshot`. */
  requestSnapshot(live: LiveShow): void;
  mineOf(show: ShowId): MineShow;
  /** True where nobody else watches the show any more. */
  unwatch(live: LiveShow): boolean;
}

export class LiveShow {
  readonly show: ShowId;
  readonly #owner: LiveShowOwner;
  readonly #listeners = new Listeners<LiveShowEvents>();
  #seats = new Uint8Array(0);
  #seatCount: number | undefined;
  readonly #counts = [0, 0, 0, 0];
  #seq = 0;
  #fresh = false;
  #phase: ShowPhase = 'scheduled';
  #serving = 0;
  #waiting = 0;
  #earmarked = 0;

  constructor(show: ShowId, seatCount: number | undefined, owner: LiveShowOwner) {
    this.show = show;
    this.#seatCount = seatCount;
    this.#owner = owner;
  }

  on<Name extends keyof LiveShowEvents>(
    event: Name,
    listener: (value: LiveShowEvents[Name]) => void,
  ): Unsubscribe {
    return this.#listeners.on(event, listener);
  }

  /** The decision up to which everything here is known; 0 before the first snapshot. */
  get seq(): number {
    return this.#seq;
  }

  /** False until the first snapshot, and again while a newer one is needed. */
  get fresh(): boolean {
    return this.#fresh;
  }

  get phase(): ShowPhase {
    return this.#phase;
  }

  /** State of a seat as everyone sees it; one's own held seats are `held` as well. */
  state(seat: number): SeatState {
    return seatStates[this.#seats[seat] ?? 3] ?? 'blocked';
  }

  get counts(): SeatCounts {
    const [free = 0, held = 0, booked = 0, blocked = 0] = this.#counts;
    return { free, held, booked, blocked };
  }

  /** `serving`: the ticket at the head, 0 when nobody waits. `waiting`: parties in the line. */
  get line(): { readonly serving: number; readonly waiting: number } {
    return { serving: this.#serving, waiting: this.#waiting };
  }

  /** Free seats that were promised to open offers when the last snapshot was taken. */
  get earmarked(): number {
    return this.#earmarked;
  }

  /** Holds, bookings, wait and offer of this session in this show, with the exact `ahead`. */
  get mine(): MineShow {
    return this.#owner.mineOf(this.show);
  }

  /**
   * Ends one `watch`. When every caller of `watch` has done so the updates stop and listeners
   * hear nothing more.
   */
  unwatch(): void {
    if (this.#owner.unwatch(this)) this.#listeners.clear();
  }

  /** How many seats the show has, where that becomes known after the snapshot. */
  setSeatCount(count: number): void {
    if (this.#seatCount !== undefined) return;
    this.#seatCount = count;
    this.#replaceSeats(this.#seats.slice(0, count));
  }

  /** What is shown may be old from now on. */
  stale(): void {
    this.#setFresh(false);
  }

  fail(error: Down<'rejected'> | UsherError): void {
    this.#listeners.emit('failed', error);
  }

  /** What this session has here changed. */
  mineChanged(): void {
    this.#listeners.emit('mine', this.mine);
  }

  snapshot(message: Down<'watching'>): void {
    // A slow answer to an earlier asking must not take back what deltas have told since.
    if (this.#fresh && message.seq < this.#seq) return;
    this.#seq = message.seq;
    this.#earmarked = message.earmarked;
    this.#replaceSeats(unpackSeats(message.seats, this.#seatCount));
    this.#setPhase(message.phase);
    this.#setLine(message.serving, message.waiting);
    this.#setFresh(true);
  }

  /** Takes in a push about this show. */
  pushed(message: DownMessage): void {
    switch (message.type) {
      case 'seats':
        this.#delta(message);
        break;
      case 'line':
        this.#setLine(message.serving, message.waiting);
        break;
      case 'phaseChanged':
        this.#setPhase(message.phase);
        break;
      case 'waitEnded':
        this.#listeners.emit('waitEnded', message.reason);
        break;
      case 'offer':
        this.#listeners.emit('offer', message);
        break;
      case 'holdExpired':
        this.#listeners.emit('holdExpired', message.hold);
        break;
      case 'holdEnded':
        this.#listeners.emit('holdEnded', message.reason);
        break;
      case 'bookingsCancelled':
        this.#listeners.emit('bookingsCancelled', message);
        break;
      case 'paymentReady':
        this.#listeners.emit('paymentReady', message);
        break;
      case 'paymentFailed':
        this.#listeners.emit('paymentFailed', message);
        break;
      case 'paid':
        this.#listeners.emit('paid', message);
        break;
      case 'refundOwed':
        this.#listeners.emit('refundOwed', message);
        break;
      case 'refunded':
        this.#listeners.emit('refunded', message);
        break;
      default:
    }
  }

  #delta(delta: Down<'seats'>): void {
    if (!this.#fresh || delta.toSeq <= this.#seq) return;
    if (delta.fromSeq > this.#seq) {
      this.#setFresh(false);
      this.#owner.requestSnapshot(this);
      return;
    }
    this.#seq = delta.toSeq;
    const changed: number[] = [];
    for (const packed of delta.changes) {
      const seat = Math.floor(packed / 4);
      if (this.#setSeat(seat, packed % 4)) changed.push(seat);
    }
    if (changed.length > 0) this.#listeners.emit('change', changed);
  }

  #setSeat(seat: number, state: number): boolean {
    const before = this.#seats[seat];
    if (before === undefined || before === state) return false;
    this.#seats[seat] = state;
    this.#counts[before] = (this.#counts[before] ?? 0) - 1;
    this.#counts[state] = (this.#counts[state] ?? 0) + 1;
    return true;
  }

  #replaceSeats(next: Uint8Array<ArrayBuffer>): void {
    const before = this.#seats;
    this.#seats = next;
    this.#counts.fill(0);
    const changed: number[] = [];
    next.forEach((state, seat) => {
      this.#counts[state] = (this.#counts[state] ?? 0) + 1;
      if (state !== before[seat]) changed.push(seat);
    });
    if (changed.length > 0) this.#listeners.emit('change', changed);
  }

  #setPhase(phase: ShowPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#listeners.emit('phase', phase);
  }

  #setLine(serving: number, waiting: number): void {
    if (serving === this.#serving && waiting === this.#waiting) return;
    this.#serving = serving;
    this.#waiting = waiting;
    this.#listeners.emit('line', this.line);
  }

  #setFresh(fresh: boolean): void {
    if (fresh === this.#fresh) return;
    this.#fresh = fresh;
    this.#listeners.emit('fresh', fresh);
  }
}

/** One state a byte from two bits a seat; the last byte's unused bits are cut off by `count`. */
export function unpackSeats(packed: Uint8Array, count?: number): Uint8Array<ArrayBuffer> {
  const states = new Uint8Array(Math.min(count ?? Number.POSITIVE_INFINITY, packed.length * 4));
  for (let seat = 0; seat < states.length; seat++) {
    states[seat] = ((packed[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
  }
  return states;
}
