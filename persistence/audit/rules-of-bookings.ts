/** What the rules say of bookings and of the money for them: B1, B2, M4, P5. */
import type { FactOf } from './facts.ts';
import { sameNumbers, totalOf } from './prices.ts';
import type { Ruling } from './ruling.ts';
import { BOOKED, FREE, HELD } from './seat-marks.ts';

export function ruleBooked(ruling: Ruling, fact: FactOf<'booked'>): void {
  const { book, tell } = ruling;
  const { booking, seats, prices } = fact;
  ruling.mustLead(fact, 'person');
  if (book.phase === 'scheduled' || book.phase === 'cancelled')
    ruling.mustBeOnSale('A hold is booked');
  const hold = ruling.holdOf(fact.hold, 'booked', false);
  if (hold === undefined) return;
  if (!sameNumbers(hold.seats, seats)) {
    const names = `${book.plan.namesOf(hold.seats)} as ${book.plan.namesOf(seats)}`;
    tell('booking-seats-changed', `Hold ${hold.number} is booked with other seats: ${names}.`);
  }
  if (!sameNumbers(hold.prices, prices)) {
    const change = `${hold.prices.join(' + ')} to ${prices.join(' + ')}`;
    tell('price-changed', `The price of hold ${hold.number} changes from ${change} when booked.`);
  }
  if (book.bookings.has(booking)) {
    tell('reference-twice', `The reference ${booking} was given before.`);
  }
  if (!isReference(booking, book.id, ruling.decision.seq)) {
    tell('reference-wrong', `${booking} is no reference of decision ${ruling.decision.seq}.`);
  }
  book.drop(hold);
  ruling.mark(hold.seats, HELD, BOOKED, `booked by ${hold.user}`);
  book.enter(booking, {
    user: hold.user,
    seats: hold.seats,
    total: totalOf(hold.prices),
    live: true,
  });
}

/** Bookings are cancelled by their owner before the start, or with the whole show. */
export function ruleRefunded(ruling: Ruling, fact: FactOf<'refunded'>): void {
  const { book, nowMs, tell } = ruling;
  const isShows = ruling.lead.kind === 'showCancelled';
  if (!isShows) {
    ruling.mustLead(fact, 'person');
    if (nowMs >= book.terms.cancelsUntilMs) {
      tell(
        'cancelled-late',
        `Bookings are cancelled ${nowMs - book.terms.cancelsUntilMs} ms late.`,
      );
    }
  }
  let owed = 0;
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
    if (!isShows && booked.user !== ruling.user) {
      const who = ruling.user ?? 'nobody in particular';
      tell('booking-not-theirs', `Booking ${reference} of ${booked.user} is cancelled by ${who}.`);
    }
    if (fact.user !== undefined && booked.user !== fact.user) {
      const whose = `as ${fact.user}'s`;
      tell('booking-not-theirs', `Booking ${reference} of ${booked.user} is refunded ${whose}.`);
    }
    owed += booked.total;
    book.strike(booked);
    ruling.mark(booked.seats, BOOKED, FREE, `freed with booking ${reference}`);
    booked.seats = [];
  }
  if (fact.refund !== owed) {
    const { currency } = book.terms;
    tell('refund-wrong', `${fact.refund} ${currency} are owed back, the bookings cost ${owed}.`);
  }
  book.refunded += fact.refund;
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
