/** What the rules say of bookings and of the money for them: B1 to B3, M4, P1, P3, P5. */
import type { FactOf } from './facts.ts';
import type { Payment } from './payment-ledger.ts';
import { sameNumbers, totalOf } from './prices.ts';
import { checkPrices } from './rules-of-holds.ts';
import { paymentOf, sameSeats } from './rules-of-payments.ts';
import type { Ruling } from './ruling.ts';
import { BOOKED, FREE, HELD } from './seat-marks.ts';
import type { Booked, Held } from './show-book.ts';

export function ruleBooked(ruling: Ruling, fact: FactOf<'booked'>): void {
  const { book, tell } = ruling;
  const { booking, seats, prices, paid } = fact;
  if (paid === undefined) ruling.mustLead(fact, 'person');
  if (book.phase === 'scheduled' || book.phase === 'cancelled')
    ruling.mustBeOnSale('A hold is booked');
  const hold = ruling.holdOf(fact.hold, 'booked', paid !== undefined);
  const payment = paid === undefined ? undefined : rulePaid(ruling, fact, paid);
  if (hold === undefined) return;
  if (!sameNumbers(hold.seats, seats)) {
    const names = `${book.plan.namesOf(hold.seats)} as ${book.plan.namesOf(seats)}`;
    tell('booking-seats-changed', `Hold ${hold.number} is booked with other seats: ${names}.`);
  }
  if (!sameNumbers(hold.prices, prices)) {
    const change = `${hold.prices.join(' + ')} to ${prices.join(' + ')}`;
    tell('price-changed', `The price of hold ${hold.number} changes from ${change} when booked.`);
  }
  const total = totalOf(hold.prices);
  if (payment === undefined && book.terms.paid && total > 0) {
    tell('booked-unpaid', `Hold ${hold.number} of ${hold.user} is booked and nobody has paid.`);
  }
  checkPaidFor(ruling, hold, total, payment);
  if (hold.payment !== 0 && hold.payment !== payment?.number) {
    book.payments.toAbandon.add(hold.payment);
  }
  checkReference(ruling, booking);
  book.drop(hold);
  ruling.mark(hold.seats, HELD, BOOKED, `booked by ${hold.user}`);
  enter(ruling, booking, { user: hold.user, seats: hold.seats, total, payment, live: true });
}

/** The payment that a booking names, if it is one that was captured just now [P1]. */
function rulePaid(
  ruling: Ruling,
  fact: FactOf<'booked'> | FactOf<'seatsBooked'>,
  { payment: number, user }: { readonly payment: number; readonly user: string },
): Payment | undefined {
  ruling.mustFollowCapture(fact, number);
  const payment = paymentOf(ruling, number, user, 'booked for');
  if (payment?.state === 'captured') return payment;
  const is = payment === undefined ? 'unknown' : payment.state;
  ruling.tell('booked-unpaid', `Payment ${number} is booked for, but it is ${is}.`);
  return undefined;
}

/** The money was taken for this hold as it is, and for nothing else [P3]. */
function checkPaidFor(
  { tell }: Ruling,
  { number, user, seats }: Held,
  total: number,
  payment: Payment | undefined,
): void {
  if (payment === undefined) return;
  const isSame = payment.hold === number && sameSeats(payment.seats, seats);
  if (isSame && payment.amount === total && payment.user === user) return;
  const what = `hold ${payment.hold} of ${payment.user} for ${payment.amount}`;
  tell('paid-otherwise', `Payment ${payment.number} is of ${what}; booked is hold ${number}.`);
}

/** Without a hold: the house's block of any size [B3], or what came too late and was free [P3]. */
export function ruleSeatsBooked(ruling: Ruling, fact: FactOf<'seatsBooked'>): void {
  const { book, tell } = ruling;
  const { booking, user, seats, prices } = fact;
  const sound = ruling.areSeats(seats);
  let payment: Payment | undefined;
  if (fact.payment === undefined) {
    ruling.mustLead(fact, 'house');
    checkHouseMay(ruling, fact);
  } else {
    payment = rulePaid(ruling, fact, { payment: fact.payment, user });
    if (payment !== undefined && !sameNumbers(payment.seats, seats)) {
      const names = `${book.plan.namesOf(payment.seats)}, booked are ${book.plan.namesOf(seats)}`;
      tell('paid-otherwise', `Payment ${payment.number} is of ${names}.`);
    }
  }
  if (sound) checkPrices(ruling, seats, prices);
  const total = totalOf(prices);
  if (payment !== undefined && payment.amount !== total) {
    tell('paid-otherwise', `Payment ${payment.number} of ${payment.amount} books for ${total}.`);
  }
  checkReference(ruling, booking);
  ruling.mark(seats, FREE, BOOKED, `booked for ${user}`);
  enter(ruling, booking, { user, seats, total, payment, live: true });
}

/** Of any number, but on sale, and behind those who wait like everybody [B3, W2]. */
function checkHouseMay(ruling: Ruling, { seats, user }: FactOf<'seatsBooked'>): void {
  const { book, tell } = ruling;
  ruling.mustBeOnSale('Seats are booked');
  if (seats.length === 0) tell('no-seats', 'A booking has no seats.');
  const { head, size } = book.line;
  if (head !== undefined) {
    const others = size === 1 ? '' : ` and ${size - 1} more`;
    tell('overtaken', `The theatre books for ${user} while ${head.user}${others} wait in line.`);
  }
  if (seats.length > book.grantable) {
    const of = `${book.marks.free} are free and ${book.promised} of them promised`;
    tell('seats-promised', `${seats.length} seats are booked for ${user} while ${of} to offers.`);
  }
}

function checkReference({ book, decision, tell }: Ruling, booking: string): void {
  if (book.bookings.has(booking)) {
    tell('reference-twice', `The reference ${booking} was given before.`);
  }
  if (!isReference(booking, book.id, decision.seq)) {
    tell('reference-wrong', `${booking} is no reference of decision ${decision.seq}.`);
  }
}

function enter({ book }: Ruling, booking: string, made: Booked): void {
  const { payment, total } = made;
  book.enter(booking, made);
  if (payment === undefined) return;
  // The two share one list from now on.
  payment.seats = made.seats;
  const { currency } = book.terms;
  book.payments.book(payment, payment.taken ?? { amount: total, currency });
}

/**
 * Bookings are cancelled by their owner or by the house, before the start; or with the whole show.
 * What was paid for them is owed back in the same decision [B2, B3, P5].
 */
export function ruleCancelled(ruling: Ruling, fact: FactOf<'cancelled'>): void {
  const { book, nowMs, tell, lead } = ruling;
  const isShows = lead.kind === 'showCancelled';
  const isHouses = !isShows && ruling.user === undefined;
  if (!isShows) {
    // The house may cancel bookings of several people at once, each named in a fact of their own.
    if (!isHouses || lead.kind !== 'cancelled') ruling.mustLead(fact, 'person');
    if (nowMs >= book.terms.cancelsUntilMs) {
      tell(
        'cancelled-late',
        `Bookings are cancelled ${nowMs - book.terms.cancelsUntilMs} ms late.`,
      );
    }
  }
  if (!isShows && fact.user !== undefined) ruling.mustBeBy('house', 'cancelled');
  if (isHouses && fact.user === undefined) {
    tell('booking-not-theirs', 'Bookings are cancelled, and the log does not say whose they are.');
  }
  const reason = isShows ? 'showCancelled' : 'bookingCancelled';
  let owed = 0;
  let paid = 0;
  for (const reference of fact.bookings) {
    const booked = book.bookings.get(reference);
    if (booked === undefined) {
      tell('booking-unknown', `There is no booking ${reference} to cancel.`);
      continue;
    }
    if (!booked.live) {
      tell('refunded-twice', `Booking ${reference} of ${booked.user} was refunded before.`);
      continue;
    }
    if (!isShows && !isHouses && booked.user !== ruling.user) {
      const who = ruling.user ?? 'nobody in particular';
      tell('booking-not-theirs', `Booking ${reference} of ${booked.user} is cancelled by ${who}.`);
    }
    if (fact.user !== undefined && booked.user !== fact.user) {
      const whose = `as ${fact.user}'s`;
      tell('booking-not-theirs', `Booking ${reference} of ${booked.user} is refunded ${whose}.`);
    }
    owed += booked.total;
    if (booked.payment !== undefined) {
      paid += booked.total;
      book.payments.unbook(booked.payment, reason);
    }
    book.strike(booked);
    ruling.mark(booked.seats, BOOKED, FREE, `freed with booking ${reference}`);
    booked.seats = [];
  }
  if (fact.refund !== owed) {
    const { currency } = book.terms;
    tell('refund-wrong', `${fact.refund} ${currency} are owed back, the bookings cost ${owed}.`);
  }
  // What was paid through a provider is in the payments' own purses.
  book.refunded += fact.refund - paid;
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A reference is the show in capitals and, after a dash, the decision's number in 32 digits. */
function isReference(booking: string, show: string, seq: number): boolean {
  const dash = booking.lastIndexOf('-');
  const text = booking.slice(dash + 1);
  let number = 0;
  for (const digit of text) number = number * 32 + digits.indexOf(digit);
  if (dash < 0 || booking.slice(0, dash) !== show.toUpperCase() || number !== seq) return false;
  return text.length === 3 || (text.length > 3 && text[0] !== '0');
}
