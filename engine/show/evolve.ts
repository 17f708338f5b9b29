/**
 * Applies decided facts to a show. It cannot refuse and cannot fail on a fact that `decide` gave;
 * an invariant that breaks here is a bug or a damaged log, and stops the shard. Recovery, audit
 * and replicas use this alone.
 */
import type { Millis, UserId } from '../ids.ts';
import { sumOf } from '../pricing/money.ts';
import { invariant, unreachable } from '../unreachable.ts';
import type { Decision, ShowEvent } from './events.ts';
import { type Remembered, RequestMemory } from './request-memory.ts';
import { BLOCKED, BOOKED, FREE, HELD, type SeatState } from './seats/seat-bitmap.ts';
import { type Hold, hasNothing, type Show, type UserRecord } from './show.ts';

/** A user without anything in a show is forgotten this long after their last decision. */
const FORGET_AFTER_MS = 60 * 60_000;

/**
 * Applies one decision; its number must be the next one [F1]. Answers with what is remembered of
 * it where a person asked.
 */
export function evolve(show: Show, decision: Decision): Remembered | undefined {
  invariant(decision.seq === show.seq + 1, 'decisions are applied in their order, without gaps');
  const { seq, user, requestId, events, frame } = decision;
  show.seq = seq;
  for (const event of events) apply(show, event, user, frame.timeMs);
  invariant(show.earmarked >= 0 && show.earmarked <= show.seats.free, 'offers promise free seats');
  const event = events[0];
  if (requestId === undefined || event === undefined) return undefined;
  const made = { requestId, seq, event, frame };
  if (user === undefined) houseMemory(show).add(made);
  else recordOf(show, user, frame.timeMs).remembered.add(made);
  return made;
}

/**
 * After an outage: whoever had a hold or an offer could not act, so each stands at least until
 * `floorMs` [D2]. The order of the deadlines stays.
 */
export function extendDeadlines(show: Show, floorMs: Millis): void {
  for (const hold of show.holds.values()) {
    if (hold.deadlineMs < floorMs) hold.deadlineMs = floorMs;
  }
  for (const offer of show.offers.values()) {
    if (offer.untilMs < floorMs) offer.untilMs = floorMs;
  }
}

function apply(show: Show, event: ShowEvent, user: UserId | undefined, timeMs: Millis): void {
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
      return bookHold(show, event, timeMs);
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
  const hold = { id, user, seats, prices, deadlineMs };
  show.holds.insert(id, hold, (other) => other.deadlineMs > deadlineMs);
  const record = recordOf(show, user, timeMs);
  record.holds.push(id);
  record.seats += seats.length;
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
  existing(show, hold.user).seats += event.seats.length - seats.length;
  hold.seats = event.seats;
  hold.prices = event.prices;
}

/** Takes a hold off the map and off its holder; its seats stay as they are. */
function takeHold(show: Show, id: Hold['id']): Hold {
  const hold = show.holds.get(id);
  invariant(hold !== undefined, 'only a live hold ends');
  show.holds.delete(id);
  const record = existing(show, hold.user);
  record.holds.splice(record.holds.indexOf(id), 1);
  record.seats -= hold.seats.length;
  return hold;
}

function bookHold(
  show: Show,
  event: Extract<ShowEvent, { type: 'holdBooked' }>,
  timeMs: Millis,
): void {
  const { booking: ref, seats } = event;
  const { user } = takeHold(show, event.hold);
  setSeats(show, seats, BOOKED);
  const total = sumOf(event.prices);
  show.bookings.set(ref, { ref, user, seats, total, state: 'booked' });
  const record = recordOf(show, user, timeMs);
  record.bookings.push(ref);
  record.seats += seats.length;
}

function cancelBookings(
  show: Show,
  event: Extract<ShowEvent, { type: 'bookingsCancelled' }>,
): void {
  for (const ref of event.bookings) {
    const booking = show.bookings.get(ref);
    invariant(booking?.state === 'booked', 'only a live booking is cancelled');
    booking.state = 'cancelled';
    setSeats(show, booking.seats, FREE);
    existing(show, booking.user).seats -= booking.seats.length;
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
  recordOf(show, user, timeMs).waiter = waiter;
}

function leaveLine(show: Show, user: UserId): void {
  const waiter = show.waitlist.remove(user);
  existing(show, user).waiter = undefined;
  show.departed?.push(waiter.ticket);
}

function makeOffer(show: Show, event: Extract<ShowEvent, { type: 'offerMade' }>): void {
  const { user, party, untilMs } = event;
  const { ticket } = show.waitlist.serve(user);
  existing(show, user).waiter = undefined;
  show.departed?.push(ticket);
  const offer = { user, party, untilMs };
  show.offers.insert(user, offer, (other) => other.untilMs > untilMs);
  existing(show, user).offer = offer;
  show.earmarked += party;
}

function endOffer(show: Show, user: UserId): void {
  const offer = show.offers.get(user);
  invariant(offer !== undefined, 'only an open offer ends');
  show.offers.delete(user);
  existing(show, user).offer = undefined;
  show.earmarked -= offer.party;
}

function setSeats(show: Show, seats: readonly number[], state: SeatState): void {
  for (const seat of seats) {
    show.seats.set(seat, state);
    show.changes?.push(seat * 4 + state);
  }
}

function recordOf(show: Show, user: UserId, timeMs: Millis): UserRecord {
  let record = show.users.get(user);
  if (record === undefined) {
    forgetIdle(show, timeMs);
    forgetIdle(show, timeMs);
    record = {
      user,
      seats: 0,
      holds: [],
      bookings: [],
      waiter: undefined,
      offer: undefined,
      remembered: new RequestMemory(),
      lastDecisionMs: timeMs,
    };
    show.users.set(user, record);
    show.directory.add(user, show.id);
  }
  record.lastDecisionMs = timeMs;
  return record;
}

function existing(show: Show, user: UserId): UserRecord {
  const record = show.users.get(user);
  invariant(record !== undefined, 'who has something here is known');
  return record;
}

function houseMemory(show: Show): RequestMemory {
  show.house ??= new RequestMemory();
  return show.house;
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
  const oldest = show.users.first();
  if (oldest === undefined) return;
  const stale = nowMs - FORGET_AFTER_MS;
  if (oldest.lastDecisionMs >= stale || !hasNothing(oldest)) return show.users.rotate();
  show.users.delete(oldest.user);
  show.directory.remove(oldest.user, show.id);
}
