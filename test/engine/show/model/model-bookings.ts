/** Waiting, leaving, booking, cancelling, and what the theatre does [W1, W6, B1, B2, S1, S3]. */
import { bookingRef, millis, minor, ticket } from '../../../../engine/ids.ts';
import type { HouseCommand, UserCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import {
  invalid,
  invalidCount,
  invalidSeats,
  notOnSale,
  overLimit,
  takenSeats,
  tooFewLeft,
} from './model-checks.ts';
import type { Answer } from './model-holds.ts';
import { serveLine } from './model-line.ts';
import { type ModelShow, sum } from './model-show.ts';
import { laterTerms } from './model-terms.ts';
import { endLine } from './model-time.ts';

type Asked<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>;
type Told<Type extends HouseCommand['type']> = Extract<HouseCommand, { type: Type }>;

export function modelWait(show: ModelShow, command: Asked<'wait'>, nowMs: number): Answer {
  const { user, party } = command;
  const isWaiting = show.waiterOf(user) !== undefined;
  const hasOffer = show.offerOf(user) !== undefined;
  const ahead = hasOffer ? 0 : show.ahead(user);
  const refused =
    notOnSale(show) ??
    invalidCount(party) ??
    (isWaiting || hasOffer
      ? ({ type: 'rejected', reason: 'alreadyWaiting', ahead } as const)
      : undefined) ??
    overLimit(show, user, party, 0) ??
    tooFewLeft(show, party);
  if (refused !== undefined) return refused;
  if (show.line.length === 0 && show.grantable >= party) {
    return { type: 'rejected', reason: 'chooseNow', free: show.grantable };
  }
  const untilMs = nowMs + show.terms.waitTtlMs;
  show.lastTicket += 1;
  show.line.push({ user, party, ticket: show.lastTicket, untilMs, overtaken: 0 });
  const joined = { type: 'waitJoined', ticket: ticket(show.lastTicket), party } as const;
  const events: ShowEvent[] = [{ ...joined, untilMs: millis(untilMs) }];
  serveLine(show, nowMs, events);
  return events;
}

export function modelLeave(show: ModelShow, { user }: Asked<'leave'>, nowMs: number): Answer {
  const offer = show.offerOf(user);
  const waiter = show.waiterOf(user);
  if (offer === undefined && waiter === undefined) {
    return { type: 'rejected', reason: 'notWaiting' };
  }
  const events: ShowEvent[] =
    offer === undefined
      ? [{ type: 'waitEnded', user, reason: 'left' }]
      : [{ type: 'offerEnded', user, reason: 'declined' }];
  show.offers = show.offers.filter((other) => other !== offer);
  show.line = show.line.filter((other) => other !== waiter);
  serveLine(show, nowMs, events);
  return events;
}

/** Also after sale has closed, while the hold stands [S3]. */
export function modelBook(show: ModelShow, command: Asked<'book'>, nowMs: number): Answer {
  const { user } = command;
  const hold = show.holds.find((each) => each.id === command.hold && each.user === user);
  if (hold === undefined) return { type: 'rejected', reason: 'holdNotFound' };
  const { id, seats } = hold;
  const prices = hold.prices.map(minor);
  const booking = referenceOf(show.name, show.seq + 1);
  const events: ShowEvent[] = [{ type: 'holdBooked', hold: id, booking, seats, prices }];
  show.holds = show.holds.filter((other) => other !== hold);
  show.mark(seats, 'booked');
  show.bookings.push({ ref: booking, user, seats, total: sum(prices), state: 'booked' });
  serveLine(show, nowMs, events);
  return events;
}

/** The show's name and the decision's number in 32 digits without I, L, O and U [B1]. */
function referenceOf(show: string, seq: number) {
  const digits = [...seq.toString(32)].map((digit) => Number.parseInt(digit, 32));
  const letters = digits.map((digit) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(digit)).join('');
  return bookingRef(`${show.toUpperCase()}-${letters.padStart(3, '0')}`);
}

export function modelCancel(show: ModelShow, command: Asked<'cancel'>, nowMs: number): Answer {
  const { user } = command;
  const refs = [...new Set(command.bookings)];
  const own = show.bookings.filter((each) => each.user === user && each.state === 'booked');
  const missing = refs.filter((ref) => !own.some((booking) => booking.ref === ref));
  if (refs.length === 0 || missing.length > 0) {
    return { type: 'rejected', reason: 'bookingNotFound', bookings: missing };
  }
  const { startsAtMs } = show.terms;
  if (nowMs >= laterTerms(show.terms).cancelsUntilMs)
    return { type: 'rejected', reason: 'showStarted', startsAtMs };
  return cancelBookings(show, refs, nowMs);
}

function cancelBookings(
  show: ModelShow,
  refs: readonly string[],
  nowMs: number,
): readonly ShowEvent[] {
  const ended = refs.flatMap((ref) => show.bookings.filter((booking) => booking.ref === ref));
  const refund = minor(sum(ended.map((booking) => booking.total)));
  const events: ShowEvent[] = [
    { type: 'bookingsCancelled', bookings: ended.map(({ ref }) => ref), refund },
  ];
  for (const booking of ended) {
    booking.state = 'cancelled';
    show.mark(booking.seats, 'free');
  }
  serveLine(show, nowMs, events);
  return events;
}

/** Free seats that nobody was promised. */
export function modelBlock(show: ModelShow, { seats }: Told<'block'>, nowMs: number): Answer {
  const refused = invalidSeats(show, seats) ?? takenSeats(show, seats);
  if (refused !== undefined) return refused;
  if (show.grantable < seats.length) {
    return { type: 'rejected', reason: 'waitInLine', ahead: show.line.length };
  }
  const events: ShowEvent[] = [{ type: 'seatsBlocked', seats }];
  show.mark(seats, 'blocked');
  serveLine(show, nowMs, events);
  return events;
}

export function modelUnblock(show: ModelShow, command: Told<'unblock'>, nowMs: number): Answer {
  const seats = [...new Set(command.seats)];
  const wrong = seats.filter((seat) => show.seats[seat] !== 'blocked');
  if (seats.length === 0) return invalid('none', []);
  if (wrong.length > 0) return invalid('unknown', wrong);
  const events: ShowEvent[] = [{ type: 'seatsUnblocked', seats }];
  show.mark(seats, 'free');
  serveLine(show, nowMs, events);
  return events;
}

/** Everything that anybody has in the show ends, and each is told what of theirs did. */
export function modelCancelShow(show: ModelShow): Answer {
  if (show.phase === 'cancelled') return notOnSale(show) ?? [];
  const booked = show.bookings.filter((booking) => booking.state === 'booked');
  const refund = minor(sum(booked.map(({ total }) => total)));
  const events: ShowEvent[] = [{ type: 'showCancelled', refund }];
  show.phase = 'cancelled';
  endLine(show, 'showCancelled', events);
  for (const { id, user, seats } of show.holds) {
    show.mark(seats, 'free');
    events.push({ type: 'holdReleased', hold: id, user });
  }
  show.holds = [];
  for (const user of new Set(booked.map((booking) => booking.user))) {
    const own = booked.filter((booking) => booking.user === user);
    for (const booking of own) {
      booking.state = 'cancelled';
      show.mark(booking.seats, 'free');
    }
    events.push({
      type: 'bookingsCancelled',
      bookings: own.map(({ ref }) => ref),
      refund: minor(sum(own.map(({ total }) => total))),
      user,
    });
  }
  return events;
}
