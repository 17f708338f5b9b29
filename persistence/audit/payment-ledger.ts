/**
 * The payments of one show as an auditor keeps them, and the money that went through them, by
 * currency: captured money is booked, owed back or given back, and nothing else [P5].
 */

/** `captured` only within the decision that also says what the money is for. */
export type PaymentState =
  | 'begun'
  | 'opened'
  | 'abandoned'
  | 'failed'
  | 'captured'
  | 'booked'
  | 'owed'
  | 'given back';

export interface Payment {
  readonly number: number;
  readonly user: string;
  readonly hold: number;
  /** None once its money was given back: nobody asks for them any more. */
  seats: readonly number[];
  readonly amount: number;
  state: PaymentState;
  /** What the provider took. */
  taken: Money | undefined;
}

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** All the money of one currency. */
export interface Purse {
  captured: number;
  booked: number;
  owed: number;
  givenBack: number;
}

export class PaymentLedger {
  readonly purses = new Map<string, Purse>();
  /** Payments whose holds this decision has ended: nobody shall pay them any more. */
  readonly toAbandon = new Set<number>();
  /** Payments of bookings that this decision has cancelled, with the reason to owe them back. */
  readonly toOwe = new Map<number, string>();
  readonly #payments = new Map<number, Payment>();

  /** Nobody has ever begun to pay, and no money was named. */
  get isEmpty(): boolean {
    return this.#payments.size === 0 && this.purses.size === 0;
  }

  /** All of them, in the order they were begun. */
  values(): IterableIterator<Payment> {
    return this.#payments.values();
  }

  get(number: number): Payment | undefined {
    return this.#payments.get(number);
  }

  add(payment: Payment): void {
    this.#payments.set(payment.number, payment);
  }

  purse(currency: string): Purse {
    let purse = this.purses.get(currency);
    if (purse === undefined) {
      purse = { captured: 0, booked: 0, owed: 0, givenBack: 0 };
      this.purses.set(currency, purse);
    }
    return purse;
  }

  /** Captured money is for a booking from now on. */
  book(payment: Payment, { amount, currency }: Money): void {
    payment.state = 'booked';
    this.purse(currency).booked += amount;
  }

  /** Its booking is cancelled; what becomes of the money must be said in the same decision. */
  unbook(payment: Payment, reason: string): void {
    this.toOwe.set(payment.number, reason);
    if (payment.taken === undefined) return;
    this.purse(payment.taken.currency).booked -= payment.taken.amount;
  }
}
