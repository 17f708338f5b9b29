/**
 * Tells what a decision did as a person would: who, which seats, until when, for how much, behind
 * whom. It is asked before the decision is entered, when the book still knows what there was.
 */
import { unreachable } from '../../engine/unreachable.ts';
import type { Fact, FactOf, LoggedDecision } from './facts.ts';
import { paymentSentence } from './payment-sentences.ts';
import { totalOf } from './prices.ts';
import type { Held, ShowBook } from './show-book.ts';
import { clock, money } from './wording.ts';

/** One sentence, and whom and which seats it is about. */
export interface Sentence {
  readonly text: string;
  readonly users: readonly string[];
  readonly seats: readonly number[];
}

const NAMED = 5;

export function sentenceOf(
  book: ShowBook,
  decision: LoggedDecision,
  fact: Fact,
  nowMs: number,
): Sentence {
  const { plan, terms } = book;
  const asker = decision.user ?? 'The theatre';
  const until = (inMs: number) => clock(nowMs + inMs, nowMs);
  const about = (text: string, users: readonly string[] = [], seats: readonly number[] = []) => {
    return { text, users, seats };
  };
  switch (fact.kind) {
    case 'scheduled': {
      const { onSaleAtMs, startsAtMs } = fact.terms;
      const times = `on sale from ${clock(onSaleAtMs)}, starting ${clock(startsAtMs)}`;
      return about(`The show is scheduled: ${plan.count} seats, ${times}.`);
    }
    case 'opened':
      return about(nowMs < terms.onSaleAtMs ? 'The theatre opens the sale.' : 'Sale opens.');
    case 'closed':
      return about(nowMs < terms.closesAtMs ? 'The theatre closes the sale.' : 'Sale closes.');
    case 'showCancelled':
      return about('The theatre cancels the show.');
    case 'blocked':
      return about(`The theatre blocks ${plan.namesOf(fact.seats)}.`, [], fact.seats);
    case 'unblocked':
      return about(`The theatre unblocks ${plan.namesOf(fact.seats)}.`, [], fact.seats);
    case 'held': {
      const price = money(totalOf(fact.prices), terms.currency);
      const what = `${plan.namesOf(fact.seats)} until ${until(fact.inMs)}, for ${price}`;
      return about(`${asker} holds ${what} (hold ${decision.seq}).`, [asker], fact.seats);
    }
    case 'changed': {
      const before = book.holds.get(fact.hold)?.seats ?? [];
      const price = money(totalOf(fact.prices), terms.currency);
      const change = `from ${plan.namesOf(before)} to ${plan.namesOf(fact.seats)}`;
      const text = `${asker} changes hold ${fact.hold} ${change}, now for ${price}.`;
      return about(text, [asker], [...before, ...fact.seats]);
    }
    case 'released':
      return endOfHold(book, fact.hold, 'is released', nowMs);
    case 'expired':
      return endOfHold(book, fact.hold, 'has run out', nowMs);
    case 'booked':
      return bookedSentence(book, asker, fact);
    case 'cancelled': {
      const bookings = fact.bookings.map((each) => book.bookings.get(each));
      const seats = bookings.flatMap((each) => each?.seats ?? []);
      const users = [...new Set([asker, ...bookings.flatMap((each) => each?.user ?? [])])];
      const owed = money(fact.refund, terms.currency);
      const what = `${fact.bookings.join(', ')}; free now: ${plan.namesOf(seats)}`;
      return about(`${asker} cancels ${what}; ${owed} owed back.`, users, seats);
    }
    case 'joined':
    case 'waitEnded':
    case 'offered':
    case 'offerEnded':
      return lineSentence(book, asker, fact, nowMs);
    default:
      return paymentSentence(book, decision, fact, nowMs);
  }
}

function bookedSentence(book: ShowBook, asker: string, fact: FactOf<'booked'>): Sentence {
  const { hold, booking, seats, prices, paid } = fact;
  const price = money(totalOf(prices), book.terms.currency);
  const what = `${book.plan.namesOf(seats)} for ${price} (booking ${booking})`;
  if (paid === undefined) {
    return { text: `${asker} books hold ${hold}: ${what}.`, users: [asker], seats };
  }
  const { payment, user } = paid;
  const text = `Hold ${hold} of ${user} is booked by payment ${payment}: ${what}.`;
  return { text, users: [user], seats };
}

type LineFact = Extract<Fact, { kind: 'joined' | 'waitEnded' | 'offered' | 'offerEnded' }>;

function lineSentence(book: ShowBook, asker: string, fact: LineFact, nowMs: number): Sentence {
  const about = (text: string, user: string) => ({ text, users: [user], seats: [] });
  switch (fact.kind) {
    case 'joined': {
      const what = `a party of ${fact.party} with ticket ${fact.ticket}`;
      return about(`${asker} joins the line, ${what}; ${aheadOf(book)}.`, asker);
    }
    case 'waitEnded': {
      const waiter = book.line.get(fact.user);
      const waited = waiter === undefined ? '' : ` after ${waitedFor(book, waiter.dueMs, nowMs)}`;
      return about(`${fact.user} ${waitEnds[fact.reason] ?? fact.reason}${waited}.`, fact.user);
    }
    case 'offered': {
      const waiter = book.line.get(fact.user);
      const isHead = book.line.head === waiter;
      const turn = isHead ? 'first in line' : 'the next that fits';
      const ticket = waiter === undefined ? '' : ` with ticket ${waiter.ticket}`;
      const waited = waiter === undefined ? '' : ` after ${waitedFor(book, waiter.dueMs, nowMs)}`;
      const { overtaking } = fact;
      const why =
        overtaking === undefined
          ? ''
          : ` before the head, whose party of ${overtaking.headParty} does not fit`;
      const offer = `is offered ${fact.party} seats until ${clock(nowMs + fact.inMs, nowMs)}`;
      return about(`${fact.user}, ${turn}${ticket}${waited}, ${offer}${why}.`, fact.user);
    }
    case 'offerEnded': {
      const party = book.offers.get(fact.user)?.party ?? 0;
      const what = offerEnds[fact.reason] ?? fact.reason;
      return about(`${fact.user} ${what} (${party} seats).`, fact.user);
    }
    default:
      return unreachable(fact);
  }
}

const waitEnds: Readonly<Record<string, string>> = {
  left: 'leaves the line',
  waitTimeout: 'has waited as long as anybody may and is out of the line',
  tooFewLeft: 'is out of the line, since too few seats are left for the party,',
  saleClosed: 'is out of the line, since sale has closed,',
  showCancelled: 'is out of the line, since the show is cancelled,',
};

const offerEnds: Readonly<Record<string, string>> = {
  taken: 'has taken up the offer',
  declined: 'declines the offer',
  offerLapsed: 'let the offer lapse',
  saleClosed: 'loses the offer, since sale has closed',
  showCancelled: 'loses the offer, since the show is cancelled',
};

function endOfHold(book: ShowBook, number: number, how: string, nowMs: number): Sentence {
  const hold: Held | undefined = book.holds.get(number);
  if (hold === undefined) return { text: `Hold ${number} ${how}.`, users: [], seats: [] };
  const { user, seats, dueMs } = hold;
  const ended = `Hold ${number} of ${user}, shown until ${clock(dueMs, nowMs)}, ${how}`;
  return { text: `${ended}; free now: ${book.plan.namesOf(seats)}.`, users: [user], seats };
}

/** Who stands in line already. */
function aheadOf(book: ShowBook): string {
  const { size } = book.line;
  if (size === 0) return 'nobody is ahead';
  const names: string[] = [];
  for (const { user, party } of book.line.inOrder()) {
    if (names.length === NAMED) break;
    names.push(`${user} (${party})`);
  }
  const more = size > names.length ? ` and ${size - names.length} more` : '';
  return `ahead are ${names.join(', ')}${more}`;
}

function waitedFor(book: ShowBook, untilMs: number, nowMs: number): string {
  const waitedMs = nowMs - (untilMs - book.terms.waitTtlMs);
  const seconds = Math.floor(waitedMs / 1000);
  const part = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${part(hours)}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
}
