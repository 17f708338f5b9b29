/**
 * What a frame says of payments, and of bookings that were made without a hold: codes 17 to 24 of
 * the format, every shape checked.
 */
import { Unreadable } from './message-reader.ts';
import { text, whole, wholes } from './shapes.ts';

/** An amount that was captured, is owed or was given back, and whose payment it is of. */
export interface MovedMoney {
  readonly payment: number;
  readonly user: string;
  readonly amount: number;
  readonly currency: string;
}

export type PaymentFact =
  /** The payment's number is that of its decision. */
  | {
      readonly kind: 'paymentBegun';
      readonly hold: number;
      readonly seats: readonly number[];
      readonly amount: number;
      /** Until when its hold stands at the most, less the frame's time. */
      readonly inMs: number;
    }
  | {
      readonly kind: 'paymentOpened';
      readonly payment: number;
      readonly user: string;
      readonly reference: string;
      readonly url: string;
    }
  | {
      readonly kind: 'paymentFailed';
      readonly payment: number;
      readonly user: string;
      readonly reason: string;
    }
  | { readonly kind: 'paymentAbandoned'; readonly payment: number; readonly user: string }
  | ({ readonly kind: 'captured' } & MovedMoney)
  | ({ readonly kind: 'owed'; readonly reason: string } & MovedMoney)
  | ({ readonly kind: 'givenBack' } & MovedMoney)
  /** Without a hold: in bulk by the house, or for a payment that came late. */
  | {
      readonly kind: 'seatsBooked';
      readonly booking: string;
      readonly user: string;
      readonly seats: readonly number[];
      readonly prices: readonly number[];
      readonly payment: number | undefined;
    };

/** @throws Unreadable for a shape that the format does not have. */
export function readPaymentFact(tuple: readonly unknown[]): PaymentFact {
  const [code, a, b, c, d] = tuple;
  switch (code) {
    case 17: {
      const [hold, amount] = [whole(a, 'a hold'), readAmount(c)];
      return { kind: 'paymentBegun', hold, seats: wholes(b), amount, inMs: whole(d, 'a deadline') };
    }
    case 18: {
      const [reference, url] = [text(c, 'a reference'), text(d, 'an address')];
      return { kind: 'paymentOpened', ...readWhose(tuple), reference, url };
    }
    case 19:
      return { kind: 'paymentFailed', ...readWhose(tuple), reason: text(c, 'a reason') };
    case 20:
      return { kind: 'captured', ...readMoney(tuple) };
    case 21:
      return { kind: 'owed', ...readMoney(tuple), reason: text(tuple[5], 'a reason') };
    case 22:
      return { kind: 'givenBack', ...readMoney(tuple) };
    case 23: {
      const [booking, user] = [text(a, 'a booking'), text(b, 'a user')];
      const [seats, prices, payment] = [wholes(c), wholes(d), readPayment(tuple[5])];
      return { kind: 'seatsBooked', booking, user, seats, prices, payment };
    }
    case 24:
      return { kind: 'paymentAbandoned', ...readWhose(tuple) };
    default:
      throw new Unreadable(`its event code ${String(code)} is not known`);
  }
}

/** The payment that something was booked by; undefined where nobody paid. */
export function readPayment(value: unknown): number | undefined {
  return value === undefined ? undefined : whole(value, 'a payment');
}

function readWhose([, payment, user]: readonly unknown[]): { payment: number; user: string } {
  return { payment: whole(payment, 'a payment'), user: text(user, 'a user') };
}

function readMoney(tuple: readonly unknown[]): MovedMoney {
  const [, , , amount, currency] = tuple;
  return {
    ...readWhose(tuple),
    amount: readAmount(amount),
    currency: text(currency, 'a currency'),
  };
}

function readAmount(value: unknown): number {
  const amount = whole(value, 'an amount');
  if (amount < 0) throw new Unreadable(`${amount} is no amount`);
  return amount;
}
