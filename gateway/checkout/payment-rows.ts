/**
 * What the checkout knows of each payment, as far as the log has told it: a table beside the log,
 * worked out from it alone.
 */
import type { Database, Statement } from 'better-sqlite3';
import { type Millis, type Minor, millis, type PaymentId, type ShowId } from '../../engine/ids.ts';
import type { PaymentState } from '../../engine/show/payments/payment-table.ts';

export interface PaymentRow {
  readonly name: string;
  readonly show: ShowId;
  readonly payment: PaymentId;
  readonly user: string;
  readonly seats: readonly number[];
  readonly amount: Minor;
  readonly pinnedUntilMs: Millis;
  readonly state: PaymentState;
  /** The provider's name for it, once it is known. */
  readonly reference: string | undefined;
  readonly booking: string | undefined;
  /** What goes back, where something does. */
  readonly owed: { readonly amount: Minor; readonly currency: string } | undefined;
}

interface RawRow {
  readonly name: string;
  readonly show: ShowId;
  readonly payment: PaymentId;
  readonly user: string;
  readonly seats: string;
  readonly amount: Minor;
  readonly pinned_until_ms: number;
  readonly state: PaymentState;
  readonly reference: string | null;
  readonly booking: string | null;
  readonly owed_amount: Minor | null;
  readonly owed_currency: string | null;
}

export function resetPaymentRows(db: Database): void {
  db.exec(`
    DROP TABLE IF EXISTS checkout_payments;
    CREATE TABLE checkout_payments (
      name TEXT PRIMARY KEY,
      show TEXT NOT NULL,
      payment INTEGER NOT NULL,
      user TEXT NOT NULL,
      seats TEXT NOT NULL,
      amount INTEGER NOT NULL,
      pinned_until_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      reference TEXT,
      booking TEXT,
      owed_amount INTEGER,
      owed_currency TEXT
    ) STRICT, WITHOUT ROWID;
  `);
}

export class PaymentRows {
  readonly #insert: Statement;
  readonly #setState: Statement;
  readonly #setReference: Statement;
  readonly #setBooking: Statement;
  readonly #setOwed: Statement;
  readonly #get: Statement;

  constructor(db: Database) {
    this.#insert = db.prepare(
      `INSERT OR REPLACE INTO checkout_payments
         (name, show, payment, user, seats, amount, pinned_until_ms, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'started')`,
    );
    const update = (set: string) =>
      db.prepare(`UPDATE checkout_payments SET ${set} WHERE name = ?`);
    this.#setState = update('state = ?');
    this.#setReference = update("state = 'opened', reference = ?");
    this.#setBooking = update("state = 'booked', booking = ?");
    this.#setOwed = update("state = 'owed', owed_amount = ?, owed_currency = ?");
    this.#get = db.prepare(
      `SELECT name, show, payment, user, seats, amount, pinned_until_ms, state, reference,
              booking, owed_amount, owed_currency
       FROM checkout_payments WHERE name = ?`,
    );
  }

  add(row: Omit<PaymentRow, 'state' | 'reference' | 'booking' | 'owed'>): void {
    const { name, show, payment, user, seats, amount, pinnedUntilMs } = row;
    const listed = JSON.stringify(seats);
    this.#insert.run(name, show, payment, user, listed, amount, pinnedUntilMs);
  }

  setState(name: string, state: PaymentState): void {
    this.#setState.run(state, name);
  }

  opened(name: string, reference: string): void {
    this.#setReference.run(reference, name);
  }

  booked(name: string, booking: string): void {
    this.#setBooking.run(booking, name);
  }

  owed(name: string, amount: Minor, currency: string): void {
    this.#setOwed.run(amount, currency, name);
  }

  get(name: string): PaymentRow | undefined {
    const raw = this.#get.get(name) as RawRow | undefined;
    if (raw === undefined) return undefined;
    const { owed_amount: owedAmount, owed_currency: owedCurrency } = raw;
    return {
      name: raw.name,
      show: raw.show,
      payment: raw.payment,
      user: raw.user,
      seats: JSON.parse(raw.seats) as number[],
      amount: raw.amount,
      pinnedUntilMs: millis(raw.pinned_until_ms),
      state: raw.state,
      reference: raw.reference ?? undefined,
      booking: raw.booking ?? undefined,
      owed:
        owedAmount === null || owedCurrency === null
          ? undefined
          : { amount: owedAmount, currency: owedCurrency },
    };
  }
}
