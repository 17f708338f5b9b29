/**
 * What a frame's body says, as plain facts. Read from the text that describes the format
 * (`engine/shard/decision-codec.ts`), field by field and with every shape checked, since a log
 * under audit is trusted in nothing.
 */
import type { Layout } from '../../engine/show/seats/layout.ts';
import { Unreadable } from './message-reader.ts';
import { type PaymentFact, readPayment, readPaymentFact } from './payment-facts.ts';
import { readLayout, readTerms, type Terms } from './plan-facts.ts';
import { array, text, whole, wholes } from './shapes.ts';

/** Why an offer was made out of turn: how the head stood then, and what there was to give [W2]. */
export interface Overtaking {
  readonly head: number;
  readonly headParty: number;
  readonly grantable: number;
}

export type Fact =
  | { readonly kind: 'scheduled'; readonly layout: string; readonly terms: Terms }
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed' }
  /** `refund`: what is owed back to all together; older logs do not say it. */
  | { readonly kind: 'showCancelled'; readonly refund: number | undefined }
  | {
      readonly kind: 'held';
      readonly seats: readonly number[];
      readonly prices: readonly number[];
      /** Deadline less the frame's time. */
      readonly inMs: number;
    }
  | {
      readonly kind: 'changed';
      readonly hold: number;
      readonly seats: readonly number[];
      readonly prices: readonly number[];
      readonly inMs: number;
    }
  /** `user`: the holder, where the house released it. */
  | { readonly kind: 'released'; readonly hold: number; readonly user: string | undefined }
  | { readonly kind: 'expired'; readonly hold: number; readonly user: string }
  | {
      readonly kind: 'joined';
      readonly ticket: number;
      readonly party: number;
      readonly inMs: number;
    }
  | { readonly kind: 'waitEnded'; readonly user: string; readonly reason: string }
  | {
      readonly kind: 'offered';
      readonly user: string;
      readonly party: number;
      readonly inMs: number;
      readonly overtaking: Overtaking | undefined;
    }
  | { readonly kind: 'offerEnded'; readonly user: string; readonly reason: string }
  | {
      readonly kind: 'booked';
      readonly hold: number;
      readonly booking: string;
      readonly seats: readonly number[];
      readonly prices: readonly number[];
      /** The payment that it was booked by, and whose it is. */
      readonly paid: { readonly payment: number; readonly user: string } | undefined;
    }
  | {
      readonly kind: 'cancelled';
      readonly bookings: readonly string[];
      readonly refund: number;
      /** Whose they are, where the house cancelled them. */
      readonly user: string | undefined;
    }
  | { readonly kind: 'blocked'; readonly seats: readonly number[] }
  | { readonly kind: 'unblocked'; readonly seats: readonly number[] }
  | PaymentFact;

export type FactKind = Fact['kind'];
export type FactOf<Kind extends FactKind> = Extract<Fact, { readonly kind: Kind }>;

/** One numbered decision of one show, as the log has it. */
export interface LoggedDecision {
  readonly type: 'decision';
  readonly show: string;
  readonly seq: number;
  readonly user: string | undefined;
  readonly requestId: string | undefined;
  readonly facts: readonly Fact[];
}

export type LoggedEntry =
  | LoggedDecision
  | { readonly type: 'layout'; readonly layout: Layout }
  | { readonly type: 'epoch'; readonly floorMs: number };

/** @throws Unreadable for a shape that the format does not have. */
export function readEntries(content: unknown): readonly LoggedEntry[] {
  const [version, ...entries] = array(content, 'the body');
  if (version !== 1) throw new Unreadable(`its version ${String(version)} is not known`);
  return entries.map(readEntry);
}

function readEntry(entry: unknown): LoggedEntry {
  const tuple = array(entry, 'an entry');
  const [kind] = tuple;
  if (typeof kind === 'string') return readDecision(kind, tuple);
  if (kind === 1) return { type: 'layout', layout: readLayout(tuple[1]) };
  if (kind === 2) return { type: 'epoch', floorMs: whole(tuple[1], 'a floor') };
  throw new Unreadable(`its entry ${String(kind)} is not known`);
}

function readDecision(show: string, tuple: readonly unknown[]): LoggedDecision {
  const facts: Fact[] = [];
  for (let index = 4; index < tuple.length; index++) {
    facts.push(readFact(array(tuple[index], 'an event')));
  }
  return {
    type: 'decision',
    show,
    seq: whole(tuple[1], 'a decision number'),
    user: tuple[2] === null ? undefined : text(tuple[2], 'a user'),
    requestId: tuple[3] === null ? undefined : text(tuple[3], 'a request id'),
    facts,
  };
}

function readFact(tuple: readonly unknown[]): Fact {
  const [code, a, b, c, d] = tuple;
  switch (code) {
    case 1:
      return { kind: 'scheduled', layout: text(a, 'a layout id'), terms: readTerms(b) };
    case 2:
      return { kind: 'opened' };
    case 3:
      return { kind: 'closed' };
    case 4:
      return { kind: 'showCancelled', refund: a === undefined ? a : whole(a, 'a refund') };
    case 5:
      return { kind: 'held', seats: wholes(a), prices: wholes(b), inMs: whole(c, 'a deadline') };
    case 6: {
      const inMs = whole(d, 'a deadline');
      return { kind: 'changed', hold: hold(a), seats: wholes(b), prices: wholes(c), inMs };
    }
    case 7:
      return { kind: 'released', hold: hold(a), user: userOr(b) };
    case 8:
      return { kind: 'expired', hold: hold(a), user: text(b, 'a user') };
    case 13: {
      const [booking, paid] = [text(b, 'a booking'), readPaid(tuple)];
      return { kind: 'booked', hold: hold(a), booking, seats: wholes(c), prices: wholes(d), paid };
    }
    case 14: {
      const bookings = array(a, 'the bookings').map((each) => text(each, 'a booking'));
      return { kind: 'cancelled', bookings, refund: whole(b, 'a refund'), user: userOr(c) };
    }
    case 15:
      return { kind: 'blocked', seats: wholes(a) };
    case 16:
      return { kind: 'unblocked', seats: wholes(a) };
    default:
      return readLineFact(tuple);
  }
}

function readLineFact(tuple: readonly unknown[]): Fact {
  const [code, a, b, c] = tuple;
  switch (code) {
    case 9: {
      const party = whole(b, 'a party');
      return { kind: 'joined', ticket: whole(a, 'a ticket'), party, inMs: whole(c, 'a deadline') };
    }
    case 10:
      return { kind: 'waitEnded', user: text(a, 'a user'), reason: text(b, 'a reason') };
    case 11: {
      const party = whole(b, 'a party');
      const inMs = whole(c, 'a deadline');
      const overtaking = readOvertaking(tuple);
      return { kind: 'offered', user: text(a, 'a user'), party, inMs, overtaking };
    }
    case 12:
      return { kind: 'offerEnded', user: text(a, 'a user'), reason: text(b, 'a reason') };
    default:
      return readPaymentFact(tuple);
  }
}

function readPaid(tuple: readonly unknown[]): FactOf<'booked'>['paid'] {
  const payment = readPayment(tuple[5]);
  return payment === undefined ? undefined : { payment, user: text(tuple[6], 'a user') };
}

function readOvertaking(tuple: readonly unknown[]): Overtaking | undefined {
  const [, , , , head, headParty, grantable] = tuple;
  if (head === undefined) return undefined;
  return {
    head: whole(head, 'a ticket'),
    headParty: whole(headParty, 'a party'),
    grantable: whole(grantable, 'a number of seats'),
  };
}

/** A field that came later and that older logs do not have. */
function userOr(value: unknown): string | undefined {
  return value === undefined ? undefined : text(value, 'a user');
}

function hold(value: unknown): number {
  return whole(value, 'a hold');
}
