/**
 * Applies decided facts to a show. It cannot refuse and cannot fail on a fact that `decide` gave;
 * an invariant that breaks here is a bug or a damaged log, and stops the shard. Recovery, audit
 * and replicas use this alone.
 */
import { holdId, type Millis, type PaymentId, type Seq, type UserId } from '../ids.ts';
import { sumOf } from '../pricing/money.ts';
import { invariant, unreachable } from '../unreachable.ts';
import type { Accepted, Decision, ShowEvent } from './events.ts';
import {
  capturePayment,
  endPayment,
  openPayment,
  oweRefund,
  startPayment,
} from './payments/evolve-payment.ts';
import { BLOCKED, BOOKED, FREE, HELD, type SeatState } from './seats/seat-bitmap.ts';
import { findHold, type Hold, type Show } from './show.ts';
import { hashRequest } from './users/request-rings.ts';
import { HOUSE, UNKNOWN } from './users/user-table.ts';

/** A user without anything in a show is forgotten this long after their last decision. */
const FORGET_AFTER_MS = 60 * 60_000;

/**
 * Applies one decision; its number must be the next one [F1]. Answers with what is remembered of
 * it where a person asked.
 */
export function evolve(show: Show, decision: Decision): Accepted | undefined {
  invariant(decision.seq === show.seq + 1, 'decisions are applied in their order, without gaps');
  const { seq, user, requestId, events, frame } = decision;
  show.seq = seq;
  for (const event of events) apply(show, event, seq, user, frame.timeMs);
  invariant(show.earmarked >= 0 && show.earmarked <= show.seats.free, 'offers promise free seats');
  const event = events[0];
  if (requestId === undefined || event === undefined) return undefined;
  const row = user === undefined ? HOUSE : rowOf(show, user, frame.timeMs);
  show.users.remember(row, hashRequest(requestId), { seq, lsn: frame.lsn });
  return { requestId, seq, event, frame };
}

/**
 * After an outage: whoever had a hold or an offer could not act, so each stands at least until
 * `floorMs` [D2]. The order of the deadlines stays.
 */
export function extendDeadlines(show: Show, floorMs: Millis): void {
  for (const holds of [show.holds, show.pinned]) {
    for (const hold of holds.values()) {
      if (hold.deadlineMs < floorMs) hold.deadlineMs = floorMs;
    }
  }
  for (const offer of show.offers.values()) {
    if (offer.untilMs < floorMs) offer.untilMs = floorMs;
  }
}

function apply(
  show: Show,
  event: ShowEvent,
  seq: Seq,
  user: UserId | undefined,
  timeMs: Millis,
): void {
  switch (event.type) {
    case 'showScheduled':
      return;
    case 'saleOpened':
      show.phase = 'onSale';
      return;
    case 'saleClosed':
      show.phase = 'closed';
      return;
    case 'showCancelled':
      show.phase = 'cancelled';
      return;
    case 'seatsHeld':
      return placeHold(show, event, known(user), timeMs);
    case 'holdChanged':
      return changeHold(show, event);
    case 'holdReleased':
    case 'holdExpired':
      setSeats(show, takeHold(show, event.hold).seats, FREE);
      return;
    case 'holdBooked':
      return bookHold(show, event, seq, timeMs);
    case 'bookingsCancelled':
      return cancelBookings(show, event);
    case 'waitJoined':
      return joinLine(show, event, known(user), timeMs);
    case 'waitEnded':
      leaveLine(show, event.user);
      return;
    case 'offerMade':
      return makeOffer(show, event);
    case 'offerEnded':
      return endOffer(show, event.user);
    case 'seatsBooked':
      return addBooking(show, event.user, event, event.payment, seq, timeMs);
    case 'paymentStarted':
      return startPayment(show, event, known(user));
    case 'paymentOpened':
      return openPayment(show, event);
    case 'paymentFailed':
      return endPayment(show, event.payment, 'failed');
    case 'paymentAbandoned':
      return endPayment(show, event.payment, 'abandoned');
    case 'paymentCaptured':
      return capturePayment(show, event);
    case 'refundOwed':
      return oweRefund(show, event.payment);
    case 'refunded':
      show.payments.setState(show.payments.known(event.payment), 'refunded');
      return;
    case 'seatsBlocked':
      setSeats(show, event.seats, BLOCKED);
      return;
    case 'seatsUnblocked':
      setSeats(show, event.seats, FREE);
      return;
    default:
      return unreachable(event);
  }
}

function placeHold(
  show: Show,
  event: Extract<ShowEvent, { type: 'seatsHeld' }>,
  user: UserId,
  timeMs: Millis,
): void {
  const { hold: id, seats, prices, deadlineMs } = event;
  setSeats(show, seats, HELD);
  const row = rowOf(show, user, timeMs);
  const older = show.users.newestHold(row) as Hold['older'];
  const hold = { id, user, seats, prices, deadlineMs, older, payment: 0 as const };
  show.holds.insert(id, hold, (other) => other.deadlineMs > deadlineMs);
  show.users.setNewestHold(row, id);
  show.users.addSeats(row, seats.length);
}

function changeHold(show: Show, event: Extract<ShowEvent, { type: 'holdChanged' }>): void {
  const hold = show.holds.get(event.hold);
  invariant(hold !== undefined, 'only a live hold is changed');
  const { seats } = hold;
  setSeats(
    show,
    seats.filter((seat) => !event.seats.includes(seat)),
    FREE,
  );
  setSeats(
    show,
    event.seats.filter((seat) => !seats.includes(seat)),
    HELD,
  );
  const row = show.users.known(hold.user);
  show.users.addSeats(row, event.seats.length - seats.length);
  hold.seats = event.seats;
  hold.prices = event.prices;
}

/** Takes a hold off the map and off its holder; its seats stay as they are. */
function takeHold(show: Show, id: Hold['id']): Hold {
  const hold = findHold(show, id);
  invariant(hold !== undefined, 'only a live hold ends');
  if (hold.payment === 0) show.holds.delete(id);
  else show.pinned.delete(id);
  const row = show.users.known(hold.user);
  unchain(show, row, hold);
  show.users.addSeats(row, -hold.seats.length);
  return hold;
}

/** Takes a hold out of its user's chain, in which there are as many as the cap lets them have. */
function unchain(show: Show, row: number, { id, older }: Hold): void {
  const newest = show.users.newestHold(row);
  if (newest === id) return show.users.setNewestHold(row, older);
  let newer = findHold(show, holdId(newest));
  while (newer !== undefined && newer.older !== id) newer = findHold(show, holdId(newer.older));
  invariant(newer !== undefined, 'a hold is in the chain of its user');
  newer.older = older;
}

function bookHold(
  show: Show,
  event: Extract<ShowEvent, { type: 'holdBooked' }>,
  seq: Seq,
  timeMs: Millis,
): void {
  const { user } = takeHold(show, event.hold);
  addBooking(show, user, event, event.paid?.payment, seq, timeMs);
}

function addBooking(
  show: Show,
  user: UserId,
  { seats, prices }: Extract<ShowEvent, { type: 'holdBooked' | 'seatsBooked' }>,
  payment: PaymentId | undefined,
  seq: Seq,
  timeMs: Millis,
): void {
  const { users, bookings, payments } = show;
  setSeats(show, seats, BOOKED);
  const row = rowOf(show, user, timeMs);
  const older = users.newestBooking(row);
  const index = bookings.add(seq, row, seats, sumOf(prices), older, payment);
  users.setNewestBooking(row, index + 1);
  users.addSeats(row, seats.length);
  if (payment !== undefined) payments.setState(payments.known(payment), 'booked');
}

function cancelBookings(
  show: Show,
  event: Extract<ShowEvent, { type: 'bookingsCancelled' }>,
): void {
  const { users, bookings } = show;
  for (const ref of event.bookings) {
    const index = bookings.find(ref);
    invariant(index >= 0, 'only a booking that was made is cancelled');
    bookings.cancel(index);
    setSeats(show, bookings.seats(index), FREE);
    users.addSeats(bookings.user(index), -bookings.seatCount(index));
  }
}

function joinLine(
  show: Show,
  event: Extract<ShowEvent, { type: 'waitJoined' }>,
  user: UserId,
  timeMs: Millis,
): void {
  const { ticket, party, untilMs } = event;
  const waiter = { user, ticket, party, untilMs };
  show.waitlist.join(waiter);
  show.users.setWaitsFor(rowOf(show, user, timeMs), party);
}

function leaveLine(show: Show, user: UserId): void {
  const waiter = show.waitlist.remove(user);
  show.users.setWaitsFor(show.users.known(user), 0);
  show.departed?.push(waiter.ticket);
}

function makeOffer(show: Show, event: Extract<ShowEvent, { type: 'offerMade' }>): void {
  const { user, party, untilMs } = event;
  const { ticket } = show.waitlist.serve(user);
  const row = show.users.known(user);
  show.users.setWaitsFor(row, 0);
  show.departed?.push(ticket);
  const offer = { user, party, untilMs };
  show.offers.insert(user, offer, (other) => other.untilMs > untilMs);
  show.users.setOffered(row, party);
  show.earmarked += party;
}

function endOffer(show: Show, user: UserId): void {
  const offer = show.offers.get(user);
  invariant(offer !== undefined, 'only an open offer ends');
  show.offers.delete(user);
  show.users.setOffered(show.users.known(user), 0);
  show.earmarked -= offer.party;
}

function setSeats(show: Show, seats: readonly number[], state: SeatState): void {
  for (const seat of seats) {
    show.seats.set(seat, state);
    show.changes?.push(seat * 4 + state);
  }
}

function rowOf(show: Show, user: UserId, timeMs: Millis): number {
  const { users } = show;
  let row = users.find(user);
  if (row === UNKNOWN) {
    forgetIdle(show, timeMs);
    forgetIdle(show, timeMs);
    row = users.add(user);
    show.directory.add(user, show.id);
  }
  users.setLastDecisionMs(row, timeMs);
  return row;
}

function known(user: UserId | undefined): UserId {
  invariant(user !== undefined, 'a person asked for this');
  return user;
}

/**
 * Looks at the longest-known user: one who has nothing and asked nothing for an hour is
 * forgotten, anyone else goes to the back. Two looks for each new user keep the memory bounded
 * by those who matter, without ever scanning.
 */
function forgetIdle(show: Show, nowMs: Millis): void {
  const { users } = show;
  const oldest = users.first;
  if (oldest === UNKNOWN) return;
  const stale = nowMs - FORGET_AFTER_MS;
  if (users.lastDecisionMs(oldest) >= stale || !users.hasNothing(oldest)) return users.rotate();
  const user = users.user(oldest);
  users.remove(oldest);
  show.directory.remove(user, show.id);
}
