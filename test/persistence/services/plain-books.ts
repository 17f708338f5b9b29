/**
 * What was sold and paid, reckoned from decisions in plain maps: no tables, no SQL, nothing of the
 * code that it is compared with.
 */
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import type { Decision, ShowEvent } from '../../../engine/show/events.ts';
import { MoneyLedger } from '../../support/money-ledger.ts';

interface Sold {
  readonly show: string;
  readonly user: string;
  readonly seats: readonly number[];
  readonly total: number;
  readonly bookedAtMs: number;
  readonly payment: number | null;
  cancelledAtMs: number | null;
}

interface Paid {
  readonly show: string;
  readonly payment: number;
  readonly user: string;
  readonly amount: number;
  readonly begunAtMs: number;
  state: string;
  reference: string | null;
  changedAtMs: number | null;
  captured: number | null;
  currency: string | null;
  reason: string | null;
}

type ShowFact = Extract<CatalogEvent, { type: 'showScheduled' }>['show'];

export type Row = Record<string, unknown>;

export class PlainBooks {
  readonly ledgers = new Map<string, MoneyLedger>();
  readonly #bookings = new Map<string, Sold>();
  readonly #payments = new Map<string, Paid>();
  readonly #shows = new Map<string, ShowFact>();
  readonly #halls = new Map<string, string>();
  readonly #cinemas = new Map<string, { readonly city: string; readonly partner: string | null }>();
  readonly #zones = new Map<string, string>();

  catalog(event: CatalogEvent): void {
    if (event.type === 'cityAdded') this.#zones.set(event.city.id, event.city.timeZone);
    if (event.type === 'hallAdded') this.#halls.set(event.hall.id, event.hall.cinema);
    if (event.type === 'showScheduled') this.#shows.set(event.show.id, event.show);
    if (event.type !== 'cinemaAdded') return;
    const { id, city, partner } = event.cinema;
    this.#cinemas.set(id, { city, partner: partner ?? null });
  }

  take({ show, user, events }: Decision, timeMs: number): void {
    for (const event of events) this.#take(show, user ?? '', event, timeMs);
    const ledger = this.ledgers.get(show) ?? new MoneyLedger();
    this.ledgers.set(show, ledger);
    ledger.take(events);
  }

  #take(show: string, asker: string, event: ShowEvent, timeMs: number): void {
    if (event.type === 'holdBooked' || event.type === 'seatsBooked') {
      const { booking, seats, prices } = event;
      const paid = event.type === 'holdBooked' ? event.paid?.payment : event.payment;
      const user = event.type === 'seatsBooked' ? event.user : (event.paid?.user ?? asker);
      const total = prices.reduce((sum, price) => sum + price, 0);
      const rest = { bookedAtMs: timeMs, payment: paid ?? null, cancelledAtMs: null };
      this.#bookings.set(`${show} ${booking}`, { show, user, seats, total, ...rest });
      return;
    }
    if (event.type === 'bookingsCancelled') {
      for (const booking of event.bookings) {
        const sold = this.#bookings.get(`${show} ${booking}`);
        if (sold !== undefined) sold.cancelledAtMs = timeMs;
      }
      return;
    }
    if (!('payment' in event) || event.payment === undefined) return;
    const key = `${show} ${event.payment}`;
    if (event.type === 'paymentStarted') {
      const { payment, amount } = event;
      const begun = { show, payment, user: asker, amount, begunAtMs: timeMs, state: 'begun' };
      const none = { captured: null, currency: null, reason: null };
      this.#payments.set(key, { ...begun, ...none, reference: null, changedAtMs: null });
      return;
    }
    const payment = this.#payments.get(key);
    if (payment === undefined) return;
    if (event.type === 'paymentOpened') {
      Object.assign(payment, { state: 'opened', reference: event.reference });
      return;
    }
    payment.changedAtMs = timeMs;
    payment.state = stateAfter[event.type];
    if (event.type === 'refundOwed') payment.reason = event.reason;
    if (event.type !== 'paymentCaptured') return;
    Object.assign(payment, { captured: event.amount, currency: event.currency });
  }

  get bookings(): readonly Row[] {
    return [...this.#bookings].map(([key, { seats, total, ...sold }]) => ({
      ...sold,
      booking: key.slice(sold.show.length + 1),
      seats: JSON.stringify(seats),
      tickets: seats.length,
      total,
      state: sold.cancelledAtMs === null ? 'booked' : 'cancelled',
    }));
  }

  get payments(): readonly Row[] {
    return [...this.#payments.values()].map((payment) => ({ ...payment }));
  }

  /** Sums by what `keyOf` says of a show; shows that sold nothing too. */
  sales(keys: readonly ('partner' | 'cinema' | 'day' | 'show' | 'currency')[]): readonly Row[] {
    const sums = new Map<string, Row & Record<(typeof counted)[number], number>>();
    for (const [id, { hall, terms }] of this.#shows) {
      const cinema = this.#halls.get(hall) ?? '';
      const { city = '', partner = null } = this.#cinemas.get(cinema) ?? {};
      const day = dayIn(this.#zones.get(city) ?? '', terms.startsAtMs);
      const facts = { partner, cinema, day, show: id, currency: terms.currency };
      const names = keys.map((key) => [key, facts[key]]);
      const name = JSON.stringify(names);
      const zero = { shows: 0, bookings: 0, tickets: 0, revenue: 0, cancelled_tickets: 0 };
      const sum = sums.get(name) ?? { ...Object.fromEntries(names), ...zero };
      sums.set(name, sum);
      sum.shows++;
      for (const sold of this.#bookings.values()) {
        if (sold.show !== id) continue;
        if (sold.cancelledAtMs !== null) {
          sum.cancelled_tickets += sold.seats.length;
          continue;
        }
        sum.bookings++;
        sum.tickets += sold.seats.length;
        sum.revenue += sold.total;
      }
    }
    return [...sums.values()];
  }

  /** From the ledgers, which know nothing of a payment's state [P5]. */
  get money(): readonly Row[] {
    const sums = new Map<
      string,
      { captured: number; booked: number; owed: number; refunded: number }
    >();
    for (const { captured, owed, refunded } of this.ledgers.values()) {
      for (const [payment, { amount, currency }] of captured) {
        const zero = { captured: 0, booked: 0, owed: 0, refunded: 0 };
        const sum = sums.get(currency) ?? zero;
        sums.set(currency, sum);
        sum.captured += amount;
        if (owed.has(payment)) sum.owed += amount;
        else if (refunded.has(payment)) sum.refunded += amount;
        else sum.booked += amount;
      }
    }
    return [...sums].map(([currency, sum]) => ({ currency, ...sum }));
  }
}

const counted = ['shows', 'bookings', 'tickets', 'revenue', 'cancelled_tickets'] as const;

const stateAfter = {
  paymentFailed: 'failed',
  paymentAbandoned: 'abandoned',
  paymentCaptured: 'booked',
  refundOwed: 'owed',
  refunded: 'refunded',
} as const;

/** The local day, from the platform's own tables. */
export function dayIn(timeZone: string, ms: number): string {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts }).format(ms);
}
