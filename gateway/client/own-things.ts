/**
 * What this session has in each show: holds, bookings, a place in line, an offer [W9]. Built from
 * `mine`, then kept current from replies and pushes, so that a page never has to ask again.
 *
 * The number of parties ahead is exact without a message a waiter [W8]: the reply that gave the
 * ticket counts them, and each `line` broadcast names the tickets that left.
 */
import { minor, paymentId, type ShowId, ticket } from '../../engine/ids.ts';
import type { MineHold, MineShow } from '../../engine/show/views.ts';
import type { Down, DownMessage } from '../wire/message-types.ts';

type Wait = NonNullable<MineShow['wait']>;

/** A session has few shows at once; beyond this the one heard of longest ago is dropped. */
const MAX_SHOWS = 512;
/** Departed tickets remembered while an answer to `mine` is under way. */
const MAX_DEPARTED = 4_096;

export interface OwnThingsHandlers {
  /** What the session has in this show is not what it was. */
  onChange(show: ShowId): void;
  /** Something cannot be known from here for certain: `mine` should be asked. */
  onDoubt(): void;
}

export function nothingIn(show: ShowId): MineShow {
  return { show, holds: [], bookings: [], wait: null, offer: null };
}

export class OwnThings {
  readonly #handlers: OwnThingsHandlers;
  readonly #byShow = new Map<ShowId, MineShow>();
  /** Shows whose entry changed since the `mine` under way was asked. */
  readonly #touched = new Set<ShowId>();
  /** Tickets that left a line since the `mine` under way was asked. */
  readonly #departed = new Map<ShowId, number[]>();
  /** Waits whose first `line` broadcast has not come yet; see `#moveLine`. */
  readonly #fresh = new Set<ShowId>();
  #asking = false;

  constructor(handlers: OwnThingsHandlers) {
    this.#handlers = handlers;
  }

  of(show: ShowId): MineShow {
    return this.#byShow.get(show) ?? nothingIn(show);
  }

  all(): readonly MineShow[] {
    return [...this.#byShow.values()].filter(isSomething);
  }

  /** `mine` is being asked: what happens from now on may or may not be in its answer. */
  asked(): void {
    this.#asking = true;
    this.#touched.clear();
    this.#departed.clear();
  }

  /** Asking `mine` came to nothing. */
  askFailed(): void {
    this.#asking = false;
  }

  /** Takes in any message; those that say nothing of this session's things change nothing. */
  apply(message: DownMessage): void {
    switch (message.type) {
      case 'held':
        this.#update(message.show, (mine) => withHold(mine, message));
        break;
      case 'released':
      case 'holdExpired':
      case 'holdEnded':
        this.#update(message.show, (mine) => ({
          ...mine,
          holds: mine.holds.filter((hold) => hold.hold !== message.hold),
        }));
        break;
      case 'waiting':
        this.#fresh.add(message.show);
        // An offer that came before this answer was made in joining: the wait is over already.
        this.#update(message.show, (mine) =>
          mine.offer === null ? { ...mine, wait: waitOf(message) } : mine,
        );
        break;
      case 'offer':
        this.#update(message.show, (mine) => ({
          ...mine,
          wait: null,
          offer: { party: message.party, untilMs: message.untilMs },
        }));
        break;
      case 'left':
      case 'waitEnded':
        this.#update(message.show, (mine) => ({ ...mine, wait: null, offer: null }));
        break;
      case 'booked':
        this.#update(message.show, (mine) => withBooking(mine, message));
        break;
      case 'paid':
        this.#update(message.show, (mine) => withBooking(mine, message));
        break;
      case 'paying':
      case 'paymentReady':
      case 'paymentFailed':
        this.#update(message.show, (mine) => withPayment(mine, message));
        break;
      case 'refundOwed':
      case 'refunded':
        // Which booking it was for is the show's to say.
        this.#handlers.onDoubt();
        break;
      case 'cancelled':
      case 'bookingsCancelled':
        this.#update(message.show, (mine) => withCancelled(mine, message));
        break;
      case 'line':
        this.#moveLine(message);
        break;
      case 'mineFound':
        this.#replace(message);
        break;
      default:
    }
  }

  #update(show: ShowId, change: (mine: MineShow) => MineShow): void {
    if (this.#asking) this.#touched.add(show);
    this.#set(show, change(this.of(show)));
    this.#handlers.onChange(show);
  }

  #set(show: ShowId, mine: MineShow): void {
    this.#byShow.delete(show);
    if (!isSomething(mine)) return;
    this.#byShow.set(show, mine);
    const oldest = this.#byShow.size > MAX_SHOWS ? this.#byShow.keys().next().value : undefined;
    if (oldest !== undefined) this.#byShow.delete(oldest);
  }

  #replace(message: Down<'mineFound'>): void {
    const before = new Set(this.#byShow.keys());
    this.#asking = false;
    for (const mine of message.shows) {
      before.delete(mine.show);
      // What changed meanwhile is newer than this answer, or older: nobody can tell from here.
      if (this.#touched.has(mine.show)) continue;
      if (mine.wait) this.#fresh.add(mine.show);
      this.#set(mine.show, mine);
      this.#handlers.onChange(mine.show);
      const departed = this.#departed.get(mine.show);
      if (mine.wait && departed?.some((left) => isDoubtful(left, mine.wait))) {
        this.#handlers.onDoubt();
      }
    }
    for (const show of before) {
      if (this.#touched.has(show)) continue;
      this.#byShow.delete(show);
      this.#handlers.onChange(show);
    }
    if (this.#touched.size > 0) this.#handlers.onDoubt();
  }

  /**
   * Counts those who left before this session's ticket. A broadcast may gather some moments, so
   * the first one after a ticket was given can name tickets that the count given with it already
   * leaves out. Those below the head of that time are such for certain; the head itself left
   * later for certain; for those between (who gave up inside the line) `mine` is asked again.
   */
  #moveLine(line: Down<'line'>): void {
    if (this.#asking) {
      const known = this.#departed.get(line.show) ?? [];
      for (const left of line.departed) if (known.length < MAX_DEPARTED) known.push(left);
      this.#departed.set(line.show, known);
    }
    const mine = this.#byShow.get(line.show);
    const wait = mine?.wait;
    if (!mine || !wait) return;
    const doubtful = this.#fresh.delete(line.show)
      ? line.departed.some((left) => isDoubtful(left, wait))
      : false;
    const gone = line.departed.filter((left) => left >= wait.serving && left < wait.ticket).length;
    const serving = line.serving > 0 ? line.serving : wait.serving;
    // Never more than there are tickets from the head up to one's own.
    const ahead = Math.max(0, Math.min(wait.ahead - gone, wait.ticket - serving));
    this.#set(line.show, { ...mine, wait: { ...wait, serving: ticket(serving), ahead } });
    this.#handlers.onChange(line.show);
    if (doubtful) this.#handlers.onDoubt();
  }
}

/** Whether a departure may or may not be in the count that came with this wait. */
function isDoubtful(left: number, wait: Wait | null): boolean {
  return wait !== null && left > wait.serving && left < wait.ticket;
}

function isSomething(mine: MineShow): boolean {
  return (
    mine.holds.length > 0 || mine.bookings.length > 0 || mine.wait !== null || mine.offer !== null
  );
}

function waitOf(message: Down<'waiting'>): Wait {
  const { party, ahead, untilMs } = message;
  return {
    ticket: ticket(message.ticket),
    party,
    ahead,
    serving: ticket(message.serving),
    untilMs,
  };
}

/** A new hold uses up an open offer: what it left over goes to the next in line [W4]. */
function withHold(mine: MineShow, message: Down<'held'>): MineShow {
  const { hold, seats, deadlineMs, currency, total, discounts } = message;
  const prices = message.prices.map(minor);
  const entry: MineHold = { hold, seats, deadlineMs, currency, prices, total, discounts };
  const isNew = !mine.holds.some((other) => other.hold === hold);
  const others = mine.holds.filter((other) => other.hold !== hold);
  return { ...mine, holds: [...others, entry], offer: isNew ? null : mine.offer };
}

function withBooking(mine: MineShow, message: Down<'booked'> | Down<'paid'>): MineShow {
  const { booking, seats, currency, total } = message;
  const others = mine.bookings.filter((other) => other.booking !== booking);
  const paidFor = new Set(seats);
  return {
    ...mine,
    holds: mine.holds.filter((hold) => !hold.seats.every((seat) => paidFor.has(seat))),
    bookings: [...others, { booking, seats, currency, total, state: 'booked' }],
  };
}

function withCancelled(
  mine: MineShow,
  message: Down<'cancelled'> | Down<'bookingsCancelled'>,
): MineShow {
  const cancelled = new Set(message.bookings);
  return {
    ...mine,
    bookings: mine.bookings.map((booking) =>
      cancelled.has(booking.booking) ? { ...booking, state: 'cancelled' } : booking,
    ),
  };
}

/** The payment under way of a hold: begun, ready to be made, or come to nothing. */
function withPayment(
  mine: MineShow,
  message: Down<'paying'> | Down<'paymentReady'> | Down<'paymentFailed'>,
): MineShow {
  return { ...mine, holds: mine.holds.map((hold) => paidBy(hold, message)) };
}

function paidBy(
  hold: MineHold,
  message: Down<'paying'> | Down<'paymentReady'> | Down<'paymentFailed'>,
): MineHold {
  const { payment: known, ...unpaid } = hold;
  const payment = paymentId(message.payment);
  if (message.type === 'paying') {
    if (hold.hold !== message.hold) return hold;
    const url = known?.payment === payment ? known.url : null;
    return { ...unpaid, payment: { payment, pinnedUntilMs: message.pinnedUntilMs, url } };
  }
  if (known?.payment !== payment) return hold;
  return message.type === 'paymentReady'
    ? { ...unpaid, payment: { ...known, url: message.url } }
    : unpaid;
}
