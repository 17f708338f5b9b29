/** Tells what was paid, what came of it and what goes back, as a person would. */
import { unreachable } from '../../engine/unreachable.ts';
import type { LoggedDecision } from './facts.ts';
import type { MovedMoney, PaymentFact } from './payment-facts.ts';
import { totalOf } from './prices.ts';
import type { Sentence } from './sentences.ts';
import type { ShowBook } from './show-book.ts';
import { clock, money } from './wording.ts';

export function paymentSentence(
  book: ShowBook,
  decision: LoggedDecision,
  fact: PaymentFact,
  nowMs: number,
): Sentence {
  const { plan, terms } = book;
  switch (fact.kind) {
    case 'paymentBegun': {
      const user = decision.user ?? 'somebody';
      const amount = money(fact.amount, terms.currency);
      const until = `it stands until ${clock(nowMs + fact.inMs, nowMs)} for that`;
      const text = `${user} begins to pay ${amount} for hold ${fact.hold}; ${until}`;
      return { text: `${text} (payment ${decision.seq}).`, users: [user], seats: fact.seats };
    }
    case 'paymentOpened':
      return about(book, fact, `can be made, the provider calls it ${fact.reference}`);
    case 'paymentFailed': {
      const how = failures[fact.reason] ?? `has failed (${fact.reason})`;
      const hold = book.payments.get(fact.payment)?.hold;
      const stands = hold !== undefined && book.holds.has(hold);
      return about(book, fact, stands ? `${how}; its hold is as it was` : how);
    }
    case 'paymentAbandoned':
      return about(book, fact, 'shall not be made any more, since its hold has ended');
    case 'captured':
      return about(book, fact, `is made: ${amountOf(fact)}`);
    case 'owed': {
      const why = reasons[fact.reason] ?? fact.reason;
      return about(book, fact, `is owed back, ${amountOf(fact)}, since ${why}`);
    }
    case 'givenBack':
      return about(book, fact, `is given back: ${amountOf(fact)}`);
    case 'seatsBooked': {
      const { payment, booking, user, seats } = fact;
      const price = money(totalOf(fact.prices), terms.currency);
      const what = `${plan.namesOf(seats)} for ${price} (booking ${booking})`;
      const text =
        payment === undefined
          ? `The theatre books for ${user}: ${what}.`
          : `Payment ${payment} came late; ${user} still gets ${what}.`;
      return { text, users: [user], seats };
    }
    default:
      return unreachable(fact);
  }
}

function about(
  book: ShowBook,
  { payment, user }: { readonly payment: number; readonly user: string },
  text: string,
): Sentence {
  const seats = book.payments.get(payment)?.seats ?? [];
  return { text: `Payment ${payment} of ${user} ${text}.`, users: [user], seats };
}

function amountOf({ amount, currency }: MovedMoney): string {
  return money(amount, currency);
}

const failures: Readonly<Record<string, string>> = {
  declined: 'is declined',
  cancelled: 'is broken off',
  expired: 'was not made in time',
  theatreRefused: 'cannot be made, since the theatre does not give these seats',
  providerUnavailable: 'cannot be made, since the provider is not there',
};

const reasons: Readonly<Record<string, string>> = {
  tooLate: 'it came too late',
  amountDiffers: 'it is another amount than was to be paid',
  bookingCancelled: 'the booking is cancelled',
  showCancelled: 'the show is cancelled',
};
