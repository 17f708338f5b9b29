/**
 * The log as tables that any SQLite tool can read: shows, bookings, payments and what was sold.
 * Worked out from the log alone, so they can be dropped and made again with the same rows.
 *
 *   shows ─┬─ bookings      views: sales_by_show, sales_by_cinema, sales_by_day, money_by_currency
 *          └─ payments
 */
import type { Database, Statement } from 'better-sqlite3';
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import type { Millis } from '../../../engine/ids.ts';
import type { Decision, ShowEvent } from '../../../engine/show/events.ts';
import type { DurableEntry, LogReader } from '../log-reader.ts';
import { projectionTables } from './tables.ts';

/** The local day of an instant, `YYYY-MM-DD`: the engine knows no time zones. */
export type LocalDay = (timeZone: string, ms: Millis) => string;

export class Projections implements LogReader {
  readonly name = 'projections';
  readonly version = 1;
  readonly #localDay: LocalDay;
  #statements: Statements | undefined;

  constructor(localDay: LocalDay) {
    this.#localDay = localDay;
  }

  reset(db: Database): void {
    db.exec(projectionTables);
    this.#statements = undefined;
  }

  take(entries: readonly DurableEntry[], db: Database): void {
    this.#statements ??= prepare(db);
    for (const entry of entries) {
      if (entry.type === 'catalog') this.#catalog(this.#statements, entry.event);
      else decision(this.#statements, entry.decision, entry.timeMs);
    }
  }

  #catalog(to: Statements, event: CatalogEvent): void {
    switch (event.type) {
      case 'cityAdded':
        to.city.run(event.city.id, event.city.name, event.city.timeZone);
        return;
      case 'cinemaAdded': {
        const { id, city, name, partner } = event.cinema;
        to.cinema.run(id, city, name, partner ?? null);
        return;
      }
      case 'hallAdded':
        to.hall.run(event.hall.id, event.hall.cinema, event.hall.name);
        return;
      case 'movieAdded':
        to.movie.run(event.movie.id, event.movie.title);
        return;
      case 'showScheduled': {
        const { id, hall, movie, terms } = event.show;
        const zone = to.zone.get(hall) as string | undefined;
        const day = this.#localDay(zone ?? 'UTC', terms.startsAtMs);
        to.show.run(id, hall, movie, terms.startsAtMs, day, terms.currency);
        return;
      }
      default:
    }
  }
}

interface Statements {
  readonly city: Statement;
  readonly cinema: Statement;
  readonly hall: Statement;
  readonly movie: Statement;
  readonly zone: Statement;
  readonly show: Statement;
  readonly booking: Statement;
  readonly cancelled: Statement;
  readonly begun: Statement;
  readonly reference: Statement;
  readonly state: Statement;
  readonly captured: Statement;
  readonly owed: Statement;
}

function prepare(db: Database): Statements {
  return {
    city: db.prepare('INSERT OR REPLACE INTO p_cities (id, name, time_zone) VALUES (?, ?, ?)'),
    cinema: db.prepare(
      'INSERT OR REPLACE INTO p_cinemas (id, city, name, partner) VALUES (?, ?, ?, ?)',
    ),
    hall: db.prepare('INSERT OR REPLACE INTO p_halls (id, cinema, name) VALUES (?, ?, ?)'),
    movie: db.prepare('INSERT OR REPLACE INTO p_movies (id, title) VALUES (?, ?)'),
    zone: db
      .prepare(
        `SELECT time_zone FROM p_halls JOIN p_cinemas ON p_cinemas.id = p_halls.cinema
         JOIN p_cities ON p_cities.id = p_cinemas.city WHERE p_halls.id = ?`,
      )
      .pluck(),
    show: db.prepare(
      `INSERT OR REPLACE INTO p_shows (id, hall, movie, starts_at_ms, local_day, currency)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    booking: db.prepare(
      `INSERT OR REPLACE INTO p_bookings
         (show, booking, user, seats, tickets, total, booked_at_ms, state, payment)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'booked', ?)`,
    ),
    cancelled: db.prepare(
      `UPDATE p_bookings SET state = 'cancelled', cancelled_at_ms = ?
       WHERE show = ? AND booking = ?`,
    ),
    begun: db.prepare(
      `INSERT OR REPLACE INTO p_payments (show, payment, user, amount, state, begun_at_ms)
       VALUES (?, ?, ?, ?, 'begun', ?)`,
    ),
    reference: db.prepare(
      "UPDATE p_payments SET state = 'opened', reference = ? WHERE show = ? AND payment = ?",
    ),
    state: db.prepare(
      'UPDATE p_payments SET state = ?, changed_at_ms = ? WHERE show = ? AND payment = ?',
    ),
    captured: db.prepare(
      `UPDATE p_payments SET state = 'booked', captured = ?, currency = ?, changed_at_ms = ?
       WHERE show = ? AND payment = ?`,
    ),
    owed: db.prepare(
      `UPDATE p_payments SET state = 'owed', reason = ?, changed_at_ms = ?
       WHERE show = ? AND payment = ?`,
    ),
  };
}

function decision(to: Statements, { show, user, events }: Decision, timeMs: Millis): void {
  for (const event of events) take(to, show, user, event, timeMs);
}

function take(
  to: Statements,
  show: string,
  user: string | undefined,
  event: ShowEvent,
  timeMs: Millis,
): void {
  switch (event.type) {
    case 'holdBooked':
      return book(to, show, event.paid?.user ?? user ?? '', event, event.paid?.payment, timeMs);
    case 'seatsBooked':
      return book(to, show, event.user, event, event.payment, timeMs);
    case 'bookingsCancelled':
      for (const booking of event.bookings) to.cancelled.run(timeMs, show, booking);
      return;
    case 'paymentStarted':
      to.begun.run(show, event.payment, user ?? '', event.amount, timeMs);
      return;
    case 'paymentOpened':
      to.reference.run(event.reference, show, event.payment);
      return;
    case 'paymentFailed':
      to.state.run('failed', timeMs, show, event.payment);
      return;
    case 'paymentAbandoned':
      to.state.run('abandoned', timeMs, show, event.payment);
      return;
    case 'paymentCaptured':
      to.captured.run(event.amount, event.currency, timeMs, show, event.payment);
      return;
    case 'refundOwed':
      to.owed.run(event.reason, timeMs, show, event.payment);
      return;
    case 'refunded':
      to.state.run('refunded', timeMs, show, event.payment);
      return;
    default:
  }
}

function book(
  to: Statements,
  show: string,
  user: string,
  made: Pick<Extract<ShowEvent, { type: 'seatsBooked' }>, 'booking' | 'seats' | 'prices'>,
  payment: number | undefined,
  timeMs: Millis,
): void {
  const { booking, seats, prices } = made;
  const total = prices.reduce((sum, price) => sum + price, 0);
  const listed = JSON.stringify(seats);
  to.booking.run(show, booking, user, listed, seats.length, total, timeMs, payment ?? null);
}
