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
 *    4 showCancelled
 *    5 seatsHeld          seats, prices, deadline − frame time   (the hold's number is the seq)
 *    6 holdChanged        hold, seats, prices, deadline − frame time
 *    7 holdReleased       hold
 *    8 holdExpired        hold, user
 *    9 waitJoined         ticket, party, until − frame time
 *   10 waitEnded          user, reason
 *   11 offerMade          user, party, until − frame time
 *   12 offerEnded         user, reason
 *   13 holdBooked         hold, booking, seats, prices
 *   14 bookingsCancelled  bookings, refund
 *   15 seatsBlocked       seats
 *   16 seatsUnblocked     seats
 *
 * A code is never used for anything else again, so that old logs stay readable for ever.
 */
import { holdId, millis, type Seq, seq as toSeq } from '../ids.ts';
import type { Decision, FrameRef, ShowEvent } from '../show/events.ts';
import { unreachable } from '../unreachable.ts';

export type Tuple = readonly unknown[];

export function encodeDecision(decision: Decision): Tuple {
  const { show, seq, user, requestId, events, frame } = decision;
  const tuple: unknown[] = [show, seq, user ?? null, requestId ?? null];
  for (const event of events) tuple.push(encodeEvent(event, frame.timeMs));
  return tuple;
}

function encodeEvent(event: ShowEvent, timeMs: number): Tuple {
  switch (event.type) {
    case 'showScheduled':
      return [1, event.layout, event.terms];
    case 'saleOpened':
      return [2];
    case 'saleClosed':
      return [3];
    case 'showCancelled':
      return [4];
    case 'seatsHeld':
      return [5, event.seats, event.prices, event.deadlineMs - timeMs];
    case 'holdChanged':
      return [6, event.hold, event.seats, event.prices, event.deadlineMs - timeMs];
    case 'holdReleased':
      return [7, event.hold];
    case 'holdExpired':
      return [8, event.hold, event.user];
    case 'waitJoined':
      return [9, event.ticket, event.party, event.untilMs - timeMs];
    case 'waitEnded':
      return [10, event.user, event.reason];
    case 'offerMade':
      return [11, event.user, event.party, event.untilMs - timeMs];
    case 'offerEnded':
      return [12, event.user, event.reason];
    case 'holdBooked':
      return [13, event.hold, event.booking, event.seats, event.prices];
    case 'bookingsCancelled':
      return [14, event.bookings, event.refund];
    case 'seatsBlocked':
      return [15, event.seats];
    case 'seatsUnblocked':
      return [16, event.seats];
    default:
      return unreachable(event);
  }
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
function decodeEvent(tuple: Tuple, timeMs: number, seq: Seq): ShowEvent {
  const [code, a, b, c, d] = tuple;
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
        return { type: 'showCancelled' };
      case 5:
        return { type: 'seatsHeld', hold: holdId(seq), seats: a, prices: b, deadlineMs: later(c) };
      case 6:
        return { type: 'holdChanged', hold: a, seats: b, prices: c, deadlineMs: later(d) };
      case 7:
        return { type: 'holdReleased', hold: a };
      case 8:
        return { type: 'holdExpired', hold: a, user: b };
      case 9:
        return { type: 'waitJoined', ticket: a, party: b, untilMs: later(c) };
      case 10:
        return { type: 'waitEnded', user: a, reason: b };
      case 11:
        return { type: 'offerMade', user: a, party: b, untilMs: later(c) };
      case 12:
        return { type: 'offerEnded', user: a, reason: b };
      case 13:
        return { type: 'holdBooked', hold: a, booking: b, seats: c, prices: d };
      case 14:
        return { type: 'bookingsCancelled', bookings: a, refund: b };
      case 15:
        return { type: 'seatsBlocked', seats: a };
      case 16:
        return { type: 'seatsUnblocked', seats: a };
      default:
        throw new Error(`event code ${String(code)} is not known to this version`);
    }
  };
  return fields() as ShowEvent;
}
