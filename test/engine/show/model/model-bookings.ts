/** Waiting, leaving, booking and cancelling [W1, W6, B1, B2, S3]. */
import { type Minor, millis, minor, ticket } from '../../../../engine/ids.ts';
import type { UserCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import { invalidCount, notOnSale, overLimit, tooFewLeft } from './model-checks.ts';
import type { Answer } from './model-holds.ts';
import { serveLine } from './model-line.ts';
import { oweFor } from './model-payments.ts';
import { type ModelBooking, type ModelShow, referenceOf, sum } from './model-show.ts';
import { fullTerms } from './model-terms.ts';

type Asked<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>;

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
  const untilMs = millis(nowMs + show.terms.waitTtlMs);
  show.lastTicket += 1;
  show.line.push({ user, party, ticket: show.lastTicket, untilMs, overtaken: 0 });
  const events: ShowEvent[] = [
    { type: 'waitJoined', ticket: ticket(show.lastTicket), party, untilMs },
  ];
  // Where the show backfills, there may be seats that only the newcomer can use.
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
  const total = sum(hold.prices);
  if (fullTerms(show.terms).payments === 'provider' && total > 0) {
    return { type: 'rejected', reason: 'paymentNeeded', total };
  }
  const prices = hold.prices.map(minor);
  const booking = referenceOf(show.name, show.seq + 1);
  const events: ShowEvent[] = [{ type: 'holdBooked', hold: id, booking, seats, prices }];
  show.holds = show.holds.filter((other) => other !== hold);
  show.mark(seats, 'booked');
  const payment = undefined;
  show.bookings.push({ ref: booking, user, seats, total, state: 'booked', payment });
  serveLine(show, nowMs, events);
  return events;
}

export function modelCancel(show: ModelShow, command: Asked<'cancel'>, nowMs: number): Answer {
  const { user } = command;
  const refs = [...new Set(command.bookings)];
  const own = show.bookings.filter((each) => each.user === user && each.state === 'booked');
  const missing = refs.filter((ref) => !own.some((booking) => booking.ref === ref));
  if (refs.length === 0 || missing.length > 0) {
    return { type: 'rejected', reason: 'bookingNotFound', bookings: missing };
  }
  const { startsAtMs, cancelsUntilMs } = fullTerms(show.terms);
  if (nowMs >= cancelsUntilMs) return { type: 'rejected', reason: 'showStarted', startsAtMs };
  const ended = refs.flatMap((ref) => own.filter((booking) => booking.ref === ref));
  const events: ShowEvent[] = [
    { type: 'bookingsCancelled', bookings: refs, refund: endBookings(show, ended) },
  ];
  oweFor(show, ended, 'bookingCancelled', events);
  serveLine(show, nowMs, events);
  return events;
}

/** Frees the seats; answers with what is owed back. */
export function endBookings(show: ModelShow, bookings: readonly ModelBooking[]): Minor {
  for (const booking of bookings) {
    booking.state = 'cancelled';
    show.mark(booking.seats, 'free');
  }
  return minor(sum(bookings.map((booking) => booking.total)));
}
