/** What the theatre does, with its seats and with everybody's bookings [S1, S3, B3]. */
import { minor } from '../../../../engine/ids.ts';
import type { HouseCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import { endBookings } from './model-bookings.ts';
import { invalid, invalidSeats, notOnSale, takenSeats, tooFewLeft } from './model-checks.ts';
import type { Answer } from './model-holds.ts';
import { serveLine } from './model-line.ts';
import { pricesOf } from './model-money.ts';
import { abandonFor, oweFor } from './model-payments.ts';
import {
  type ModelBooking,
  type ModelHold,
  type ModelShow,
  referenceOf,
  sum,
} from './model-show.ts';
import { fullTerms } from './model-terms.ts';
import { endLine } from './model-time.ts';

type Told<Type extends HouseCommand['type']> = Extract<HouseCommand, { type: Type }>;

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

/** Everything that anybody has in the show ends; each is told what is theirs. */
export function modelCancelShow(show: ModelShow): Answer {
  if (show.phase === 'cancelled') return notOnSale(show) ?? [];
  show.phase = 'cancelled';
  const events: ShowEvent[] = [];
  endLine(show, 'showCancelled', events);
  const isPinned = (hold: ModelHold) => hold.payment !== undefined;
  const plain = show.holds.filter((hold) => !isPinned(hold));
  for (const hold of [...plain, ...show.holds.filter(isPinned)]) {
    show.mark(hold.seats, 'free');
    events.push({ type: 'holdReleased', hold: hold.id, user: hold.user });
    abandonFor(show, hold, events);
  }
  show.holds = [];
  const booked = show.bookings.filter((booking) => booking.state === 'booked');
  const refund = minor(sum(booked.map((booking) => booking.total)));
  events.push(...cancelEach(show, booked));
  oweFor(show, booked, 'showCancelled', events);
  return [{ type: 'showCancelled', refund }, ...events];
}

/** One event for everybody who had some of these, in the order in which they come first. */
function cancelEach(show: ModelShow, bookings: readonly ModelBooking[]): readonly ShowEvent[] {
  return [...new Set(bookings.map(({ user }) => user))].map((user) => {
    const own = bookings.filter((booking) => booking.user === user);
    const refs = own.map(({ ref }) => ref);
    return { type: 'bookingsCancelled', bookings: refs, refund: endBookings(show, own), user };
  });
}

/** Whose they are does not matter to the house [B3]. */
export function modelCancelBookings(
  show: ModelShow,
  command: Told<'cancelBookings'>,
  nowMs: number,
): Answer {
  const refs = [...new Set(command.bookings)];
  const found = refs.map((ref) =>
    show.bookings.find((booking) => booking.ref === ref && booking.state === 'booked'),
  );
  const missing = refs.filter((_, at) => found[at] === undefined);
  if (refs.length === 0 || missing.length > 0) {
    return { type: 'rejected', reason: 'bookingNotFound', bookings: missing };
  }
  const { startsAtMs, cancelsUntilMs } = fullTerms(show.terms);
  if (nowMs >= cancelsUntilMs) return { type: 'rejected', reason: 'showStarted', startsAtMs };
  const ended = found.filter((booking) => booking !== undefined);
  const events = [...cancelEach(show, ended)];
  oweFor(show, ended, 'bookingCancelled', events);
  serveLine(show, nowMs, events);
  return events;
}

/** Seats without a hold and without a limit, but not past the line [B3, W2]. */
export function modelBookSeats(
  show: ModelShow,
  { owner, seats }: Told<'bookSeats'>,
  nowMs: number,
): Answer {
  const refused =
    notOnSale(show) ??
    invalidSeats(show, seats) ??
    tooFewLeft(show, seats.length) ??
    (show.line.length > 0 || show.grantable < seats.length
      ? ({ type: 'rejected', reason: 'waitInLine', ahead: show.line.length } as const)
      : undefined) ??
    takenSeats(show, seats);
  if (refused !== undefined) return refused;
  const booking = referenceOf(show.name, show.seq + 1);
  const prices = pricesOf(show, seats);
  const events: ShowEvent[] = [{ type: 'seatsBooked', booking, user: owner, seats, prices }];
  show.mark(seats, 'booked');
  const [total, payment] = [sum(prices), undefined];
  show.bookings.push({ ref: booking, user: owner, seats, total, state: 'booked', payment });
  serveLine(show, nowMs, events);
  return events;
}

/** Before its time [S3]. */
export function modelOpenSale(show: ModelShow): Answer {
  if (show.phase !== 'scheduled') {
    return { type: 'rejected', reason: 'showNotScheduled', phase: show.phase };
  }
  show.phase = 'onSale';
  return [{ type: 'saleOpened' }];
}

/** Before its time; what is held may still be booked or paid for [S3]. */
export function modelCloseSale(show: ModelShow): Answer {
  const refused = notOnSale(show);
  if (refused !== undefined) return refused;
  show.phase = 'closed';
  const events: ShowEvent[] = [{ type: 'saleClosed' }];
  endLine(show, 'saleClosed', events);
  return events;
}
