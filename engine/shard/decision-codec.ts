/**
 * How decisions stand in a frame. A frame's body is MessagePack:
 *
 *   [version, entry, entry …]
 *
 * An entry that begins with a text is a decision:
 *   [show, seq, user | null, requestId | null, event, event …]
 * and one that begins with a number belongs to the partition (`partition-entry.ts`).
 *
 * Events are arrays that begin with their code:
 *
 *    1 showScheduled      layout, terms (a map)
 *    2 saleOpened
 *    3 saleClosed
 *    4 showCancelled      refund?
 *    5 seatsHeld          seats, prices, deadline − frame time   (the hold's number is the seq)
 *    6 holdChanged        hold, seats, prices, deadline − frame time
 *    7 holdReleased       hold, user?                    (the user where the house released it)
 *    8 holdExpired        hold, user
 *    9 waitJoined         ticket, party, until − frame time
 *   10 waitEnded          user, reason
 *   11 offerMade          user, party, until − frame time, and where it overtakes the head:
 *                         head's ticket, head's party, grantable seats
 *   12 offerEnded         user, reason
 *   13 holdBooked         hold, booking, seats, prices, payment?, user?  (both where it was paid)
 *   14 bookingsCancelled  bookings, refund, user?        (the user where the house cancelled them)
 *   15 seatsBlocked       seats
 *   16 seatsUnblocked     seats
 *   17 paymentStarted     hold, seats, amount, pinned until − frame time    (its number is the seq)
 *   18 paymentOpened      payment, user, reference, url
 *   19 paymentFailed      payment, user, reason
 *   20 paymentCaptured    payment, user, amount, currency
 *   21 refundOwed         payment, user, amount, currency, reason
 *   22 refunded           payment, user, amount, currency
 *   23 seatsBooked        booking, user, seats, prices, payment?
 *   24 paymentAbandoned   payment, user
 *
 * A `?` marks a field that came later, at the end: older logs do not have it. A code is never
 * used for anything else again, so that old logs stay readable for ever.
 */
import { holdId, type Millis, millis, type Seq, seq as toSeq } from '../ids.ts';
import type { Writer } from '../msgpack/writer.ts';
import type { Decision, FrameRef, ShowEvent } from '../show/events.ts';
import { unreachable } from '../unreachable.ts';

/** A decision or an event as it is read back. */
export type Tuple = readonly unknown[];

/** Writes a decision straight into its frame's bytes. */
export function writeDecision(writer: Writer, decision: Decision): void {
  const { show, seq, user, requestId, events, frame } = decision;
  writer.array(4 + events.length);
  writer.text(show);
  writer.uint(seq);
  if (user === undefined) writer.nil();
  else writer.text(user);
  if (requestId === undefined) writer.nil();
  else writer.text(requestId);
  for (const event of events) writeEvent(writer, event, frame.timeMs);
}

export function writeEvent(writer: Writer, event: ShowEvent, timeMs: number): void {
  switch (event.type) {
    case 'seatsHeld':
      head(writer, 5, 3);
      writer.uints(event.seats);
      writer.uints(event.prices);
      return writer.uint(event.deadlineMs - timeMs);
    case 'holdChanged':
      head(writer, 6, 4);
      writer.uint(event.hold);
      writer.uints(event.seats);
      writer.uints(event.prices);
      // Within the grace the deadline has passed already, and the difference is below 0.
      return writer.value(event.deadlineMs - timeMs);
    case 'holdReleased':
      head(writer, 7, event.user === undefined ? 1 : 2);
      writer.uint(event.hold);
      if (event.user !== undefined) writer.text(event.user);
      return;
    case 'holdExpired':
      head(writer, 8, 2);
      writer.uint(event.hold);
      return writer.text(event.user);
    case 'holdBooked':
      head(writer, 13, event.paid === undefined ? 4 : 6);
      writer.uint(event.hold);
      writer.text(event.booking);
      writer.uints(event.seats);
      writer.uints(event.prices);
      if (event.paid === undefined) return;
      writer.uint(event.paid.payment);
      return writer.text(event.paid.user);
    case 'seatsBooked':
      head(writer, 23, event.payment === undefined ? 4 : 5);
      writer.text(event.booking);
      writer.text(event.user);
      writer.uints(event.seats);
      writer.uints(event.prices);
      if (event.payment !== undefined) writer.uint(event.payment);
      return;
    case 'bookingsCancelled':
      head(writer, 14, event.user === undefined ? 2 : 3);
      writer.value(event.bookings);
      writer.uint(event.refund);
      if (event.user !== undefined) writer.text(event.user);
      return;
    case 'waitJoined':
    case 'waitEnded':
    case 'offerMade':
    case 'offerEnded':
      return writeLineEvent(writer, event, timeMs);
    case 'paymentStarted':
    case 'paymentOpened':
    case 'paymentFailed':
    case 'paymentAbandoned':
    case 'paymentCaptured':
    case 'refundOwed':
    case 'refunded':
      return writePaymentEvent(writer, event, timeMs);
    default:
      return writeHouseEvent(writer, event);
  }
}

type LineEvent = Extract<
  ShowEvent,
  { type: 'waitJoined' | 'waitEnded' | 'offerMade' | 'offerEnded' }
>;
type PaymentEvent = Extract<
  ShowEvent,
  {
    type:
      | 'paymentStarted'
      | 'paymentOpened'
      | 'paymentFailed'
      | 'paymentAbandoned'
      | 'paymentCaptured'
      | 'refundOwed'
      | 'refunded';
  }
>;
type HouseEvent = Extract<
  ShowEvent,
  {
    type:
      | 'showScheduled'
      | 'saleOpened'
      | 'saleClosed'
      | 'showCancelled'
      | 'seatsBlocked'
      | 'seatsUnblocked';
  }
>;

function writeLineEvent(writer: Writer, event: LineEvent, timeMs: number): void {
  switch (event.type) {
    case 'waitJoined':
      head(writer, 9, 3);
      writer.uint(event.ticket);
      writer.uint(event.party);
      return writer.uint(event.untilMs - timeMs);
    case 'waitEnded':
      head(writer, 10, 2);
      writer.text(event.user);
      return writer.text(event.reason);
    case 'offerMade':
      head(writer, 11, event.overtaking === undefined ? 3 : 6);
      writer.text(event.user);
      writer.uint(event.party);
      writer.uint(event.untilMs - timeMs);
      if (event.overtaking === undefined) return;
      writer.uint(event.overtaking.head);
      writer.uint(event.overtaking.headParty);
      return writer.uint(event.overtaking.grantable);
    case 'offerEnded':
      head(writer, 12, 2);
      writer.text(event.user);
      return writer.text(event.reason);
    default:
      return unreachable(event);
  }
}

function writePaymentEvent(writer: Writer, event: PaymentEvent, timeMs: number): void {
  if (event.type === 'paymentStarted') {
    head(writer, 17, 4);
    writer.uint(event.hold);
    writer.uints(event.seats);
    writer.uint(event.amount);
    return writer.value(event.pinnedUntilMs - timeMs);
  }
  const [code, fields] = paymentCodes[event.type];
  head(writer, code, fields);
  writer.uint(event.payment);
  writer.text(event.user);
  switch (event.type) {
    case 'paymentOpened':
      writer.text(event.reference);
      return writer.text(event.url);
    case 'paymentFailed':
      return writer.text(event.reason);
    case 'paymentAbandoned':
      return;
    case 'paymentCaptured':
    case 'refundOwed':
    case 'refunded':
      writer.uint(event.amount);
      writer.text(event.currency);
      if (event.type === 'refundOwed') writer.text(event.reason);
      return;
    default:
      return unreachable(event);
  }
}

/** Code and number of fields. */
const paymentCodes = {
  paymentOpened: [18, 4],
  paymentFailed: [19, 3],
  paymentCaptured: [20, 4],
  refundOwed: [21, 5],
  refunded: [22, 4],
  paymentAbandoned: [24, 2],
} as const;

function writeHouseEvent(writer: Writer, event: HouseEvent): void {
  switch (event.type) {
    case 'showScheduled':
      head(writer, 1, 2);
      writer.text(event.layout);
      return writer.value(event.terms);
    case 'saleOpened':
      return head(writer, 2, 0);
    case 'saleClosed':
      return head(writer, 3, 0);
    case 'showCancelled':
      head(writer, 4, event.refund === undefined ? 0 : 1);
      if (event.refund !== undefined) writer.uint(event.refund);
      return;
    case 'seatsBlocked':
      head(writer, 15, 1);
      return writer.uints(event.seats);
    case 'seatsUnblocked':
      head(writer, 16, 1);
      return writer.uints(event.seats);
    default:
      return unreachable(event);
  }
}

function head(writer: Writer, code: number, fields: number): void {
  writer.array(1 + fields);
  writer.uint(code);
}

/**
 * A decision as it was encoded. The log is ours and its chain is checked before this, so shapes
 * are trusted; an unknown code means a log from a later version.
 */
export function decodeDecision(tuple: Tuple, frame: FrameRef): Decision {
  const [show, seq, user, requestId] = tuple as [
    Decision['show'],
    Seq,
    Decision['user'] | null,
    Decision['requestId'] | null,
  ];
  const events: ShowEvent[] = [];
  for (let index = 4; index < tuple.length; index++) {
    events.push(decodeEvent(tuple[index] as Tuple, frame.timeMs, seq));
  }
  return {
    show,
    seq: toSeq(seq),
    user: user ?? undefined,
    requestId: requestId ?? undefined,
    events,
    frame,
  };
}

/** The event of each code with its fields by name; `time` fields are kept relative in the log. */
export function decodeEvent(tuple: Tuple, timeMs: number, seq: Seq): ShowEvent {
  const [code, a, b, c, d, e, f] = tuple;
  const later = (relative: unknown) => millis(timeMs + (relative as number));
  const fields = (): unknown => {
    switch (code) {
      case 1:
        return { type: 'showScheduled', layout: a, terms: b };
      case 2:
        return { type: 'saleOpened' };
      case 3:
        return { type: 'saleClosed' };
      case 4:
        return a === undefined ? { type: 'showCancelled' } : { type: 'showCancelled', refund: a };
      case 5:
        return { type: 'seatsHeld', hold: holdId(seq), seats: a, prices: b, deadlineMs: later(c) };
      case 6:
        return { type: 'holdChanged', hold: a, seats: b, prices: c, deadlineMs: later(d) };
      case 7:
        return { type: 'holdReleased', hold: a, ...(b === undefined ? {} : { user: b }) };
      case 8:
        return { type: 'holdExpired', hold: a, user: b };
      case 9:
        return { type: 'waitJoined', ticket: a, party: b, untilMs: later(c) };
      case 10:
        return { type: 'waitEnded', user: a, reason: b };
      case 11:
        return {
          type: 'offerMade',
          user: a,
          party: b,
          untilMs: later(c),
          ...(d === undefined ? {} : { overtaking: { head: d, headParty: e, grantable: f } }),
        };
      case 12:
        return { type: 'offerEnded', user: a, reason: b };
      case 13:
        return {
          type: 'holdBooked',
          hold: a,
          booking: b,
          seats: c,
          prices: d,
          ...(e === undefined ? {} : { paid: { payment: e, user: f } }),
        };
      case 14:
        return {
          type: 'bookingsCancelled',
          bookings: a,
          refund: b,
          ...(c === undefined ? {} : { user: c }),
        };
      case 15:
        return { type: 'seatsBlocked', seats: a };
      case 16:
        return { type: 'seatsUnblocked', seats: a };
      case 23:
        return {
          type: 'seatsBooked',
          booking: a,
          user: b,
          seats: c,
          prices: d,
          ...(e === undefined ? {} : { payment: e }),
        };
      default:
        return paymentFields(tuple, seq, later);
    }
  };
  return fields() as ShowEvent;
}

function paymentFields(tuple: Tuple, seq: Seq, later: (relative: unknown) => Millis): unknown {
  const [code, payment, user, c, d, e] = tuple;
  switch (code) {
    case 17:
      return {
        type: 'paymentStarted',
        payment: seq,
        hold: payment,
        seats: user,
        amount: c,
        pinnedUntilMs: later(d),
      };
    case 18:
      return { type: 'paymentOpened', payment, user, reference: c, url: d };
    case 19:
      return { type: 'paymentFailed', payment, user, reason: c };
    case 20:
      return { type: 'paymentCaptured', payment, user, amount: c, currency: d };
    case 21:
      return { type: 'refundOwed', payment, user, amount: c, currency: d, reason: e };
    case 22:
      return { type: 'refunded', payment, user, amount: c, currency: d };
    case 24:
      return { type: 'paymentAbandoned', payment, user };
    default:
      throw new Error(`event code ${String(code)} is not known to this version`);
  }
}
