/**
 * What the sandbox knows of its payments, in a small database of its own: as with a real provider
 * it is there after a crash, of either side.
 */
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';

export type SandboxState = 'open' | 'captured' | 'declined' | 'cancelled' | 'expired';

export interface SandboxPayment {
  readonly reference: string;
  /** The merchant's name for it. */
  readonly payment: string;
  readonly amount: number;
  readonly currency: string;
  readonly description: string;
  readonly expiresAtMs: number;
  readonly returnUrl: string;
  readonly cancelUrl: string;
  readonly callbackUrl: string;
  readonly state: SandboxState;
  /** What was taken, which on purpose may be something else. */
  readonly capturedAmount: number;
  readonly capturedCurrency: string;
  readonly refund: 'none' | 'pending' | 'refunded';
}

export type NewSandboxPayment = Pick<
  SandboxPayment,
  | 'payment'
  | 'amount'
  | 'currency'
  | 'description'
  | 'expiresAtMs'
  | 'returnUrl'
  | 'cancelUrl'
  | 'callbackUrl'
>;

export class SandboxStore {
  readonly #db: Database.Database;

  /** @param file a path, or `:memory:`. */
  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS payments (
        reference TEXT PRIMARY KEY,
        payment TEXT NOT NULL UNIQUE,
        facts TEXT NOT NULL,
        state TEXT NOT NULL,
        captured_amount INTEGER NOT NULL DEFAULT 0,
        captured_currency TEXT NOT NULL DEFAULT '',
        refund TEXT NOT NULL DEFAULT 'none'
      ) STRICT
    `);
  }

  /** The same payment again is the one that is there. */
  open(facts: NewSandboxPayment): SandboxPayment {
    const reference = `sb_${randomBytes(16).toString('base64url')}`;
    this.#db
      .prepare(
        `INSERT INTO payments (reference, payment, facts, state) VALUES (?, ?, ?, 'open')
         ON CONFLICT (payment) DO NOTHING`,
      )
      .run(reference, facts.payment, JSON.stringify(facts));
    const row = this.#get('payment', facts.payment);
    if (row === undefined) throw new Error('a payment that was made is there');
    return row;
  }

  get(reference: string): SandboxPayment | undefined {
    return this.#get('reference', reference);
  }

  /** Ends an open payment without money; what has ended before stays as it is. */
  end(reference: string, state: 'declined' | 'cancelled' | 'expired'): void {
    this.#db
      .prepare("UPDATE payments SET state = ? WHERE reference = ? AND state = 'open'")
      .run(state, reference);
  }

  /** `late`: also where it had ended without money, as networks of cards sometimes do. */
  capture(reference: string, amount: number, currency: string, late: boolean): void {
    this.#db
      .prepare(
        `UPDATE payments SET state = 'captured', captured_amount = ?, captured_currency = ?
         WHERE reference = ? AND (state = 'open' OR (? AND state <> 'captured'))`,
      )
      .run(amount, currency, reference, late ? 1 : 0);
  }

  setRefund(reference: string, refund: 'pending' | 'refunded'): void {
    this.#db
      .prepare(
        `UPDATE payments SET refund = ?
         WHERE reference = ? AND state = 'captured' AND refund <> 'refunded'`,
      )
      .run(refund, reference);
  }

  /** Payments that were ever made. */
  get count(): number {
    return Number(this.#db.prepare('SELECT count(*) FROM payments').pluck().get());
  }

  /** All money that came in and went out, by currency: what an audit compares with. */
  totals(): readonly { currency: string; captured: number; refunded: number; count: number }[] {
    return this.#db
      .prepare(
        `SELECT captured_currency AS currency, sum(captured_amount) AS captured,
                sum(CASE WHEN refund = 'refunded' THEN captured_amount ELSE 0 END) AS refunded,
                count(*) AS count
         FROM payments WHERE state = 'captured' GROUP BY captured_currency`,
      )
      .all() as { currency: string; captured: number; refunded: number; count: number }[];
  }

  close(): void {
    this.#db.close();
  }

  #get(column: 'reference' | 'payment', value: string): SandboxPayment | undefined {
    const row = this.#db.prepare(`SELECT * FROM payments WHERE ${column} = ?`).get(value) as
      | {
          reference: string;
          facts: string;
          state: SandboxState;
          captured_amount: number;
          captured_currency: string;
          refund: SandboxPayment['refund'];
        }
      | undefined;
    if (row === undefined) return undefined;
    return {
      ...(JSON.parse(row.facts) as NewSandboxPayment),
      reference: row.reference,
      state: row.state,
      capturedAmount: row.captured_amount,
      capturedCurrency: row.captured_currency,
      refund: row.refund,
    };
  }
}
