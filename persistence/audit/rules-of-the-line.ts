/** What the rules say of waiting and of offers: W1 to W7. */
import type { FactOf } from './facts.ts';
import type { Ruling } from './ruling.ts';
import type { Waiter } from './waiting-line.ts';

export function ruleJoined(ruling: Ruling, fact: FactOf<'joined'>): void {
  const { book, nowMs, tell } = ruling;
  const { ticket, inMs } = fact;
  const { line } = book;
  ruling.mustLead(fact, 'person');
  ruling.mustBeOnSale('A party joins the line');
  const user = ruling.user ?? '';
  const party = soundParty(ruling, fact.party);
  const before = line.get(user);
  if (before !== undefined || book.offers.has(user)) {
    tell('wait-twice', `${user} waits already, or has an offer, and joins the line again.`);
    if (before !== undefined) line.leave(before);
  }
  if (ticket !== line.lastTicket + 1) {
    tell('ticket-wrong', `Ticket ${ticket} follows ticket ${line.lastTicket}.`);
  }
  if (party > book.pool) {
    tell('wait-hopeless', `A party of ${party} joins while ${book.pool} seats are left.`);
  } else if (line.size === 0 && party <= book.grantable) {
    tell('wait-needless', `A party of ${party} joins while ${book.grantable} seats can be had.`);
  }
  if (inMs !== book.terms.waitTtlMs) {
    tell('wait-deadline-wrong', `A wait lasts ${inMs} ms, not ${book.terms.waitTtlMs}.`);
  }
  book.personOf(user, nowMs);
  line.join({ user, ticket, party, dueMs: nowMs + inMs, live: true, overtaken: 0 });
  book.waitsDue.add(line.get(user) as Waiter);
}

/** A party of a size that can be reckoned with; anything else is told. */
function soundParty(ruling: Ruling, party: number): number {
  const most = ruling.book.terms.seatsPerRequest;
  if (party >= 1 && party <= most) return party;
  ruling.tell('party-wrong', `A party of ${party} is none of 1 to ${most}.`);
  return Math.min(Math.max(party, 1), most);
}

export function ruleWaitEnded(ruling: Ruling, fact: FactOf<'waitEnded'>): void {
  const { book, tell } = ruling;
  const waiter = book.line.get(fact.user);
  if (waiter === undefined) {
    tell('not-waiting', `The wait of ${fact.user} ends, who does not wait.`);
    return;
  }
  checkWaitEnd(ruling, fact, waiter);
  leave(ruling, waiter);
}

function checkWaitEnd(ruling: Ruling, fact: FactOf<'waitEnded'>, waiter: Waiter): void {
  const { book, nowMs, tell, lead } = ruling;
  const { user, reason } = fact;
  const wrong = (why: string) =>
    tell('wait-ended-wrongly', `The wait of ${user} ends as "${reason}", but ${why}.`);
  switch (reason) {
    case 'left':
      if (lead !== fact || ruling.user !== user) wrong('it is not they who asked for it');
      return;
    case 'waitTimeout':
      ruling.mustBeBy('time', 'waitEnded');
      if (waiter.dueMs > nowMs) {
        tell('wait-ended-early', `The wait of ${user} ends ${waiter.dueMs - nowMs} ms early.`);
      }
      return;
    case 'tooFewLeft':
      if (waiter.party <= book.pool) {
        wrong(`${book.pool} seats are left for a party of ${waiter.party}`);
      }
      return;
    case 'saleClosed':
      if (lead.kind !== 'closed') wrong('the sale does not close');
      return;
    case 'showCancelled':
      if (lead.kind !== 'showCancelled') wrong('the show is not cancelled');
      return;
    default:
      wrong('there is no such reason');
  }
}

function leave(ruling: Ruling, waiter: Waiter): void {
  ruling.book.line.leave(waiter);
  ruling.book.waitsDue.ended();
}

export function ruleOffered(ruling: Ruling, fact: FactOf<'offered'>): void {
  const { book, nowMs, tell } = ruling;
  const { user, party, inMs } = fact;
  const waiter = book.line.get(user);
  ruling.mustBeOnSale('An offer is made');
  checkTurn(ruling, fact, waiter);
  if (waiter !== undefined) {
    if (waiter.party !== party) {
      tell('offer-party-wrong', `${user} waits for ${waiter.party} and is offered ${party}.`);
    }
    if (waiter.dueMs <= nowMs) {
      tell('wait-ended-late', `${user} is offered seats, whose wait was over.`);
    }
    leave(ruling, waiter);
  }
  const before = book.offers.get(user);
  if (before !== undefined) {
    tell('offer-twice', `${user} is offered seats and has an offer already.`);
    book.endOffer(before);
  }
  if (party > book.grantable) {
    tell('over-promised', `${user} is offered ${party} seats of ${book.grantable} grantable ones.`);
  }
  if (inMs !== book.terms.offerTtlMs) {
    tell('offer-deadline-wrong', `An offer stands ${inMs} ms, not ${book.terms.offerTtlMs}.`);
  }
  book.open({ user, party, dueMs: nowMs + inMs, live: true });
}

/** It is the head's turn; in a show that backfills, that of the first party that fits [W2]. */
function checkTurn(ruling: Ruling, fact: FactOf<'offered'>, waiter: Waiter | undefined): void {
  const { line, grantable, terms } = ruling.book;
  const { user } = fact;
  const { head } = line;
  if (waiter === undefined) {
    ruling.tell('not-waiting', `${user} is offered seats and does not wait.`);
    return;
  }
  checkOvertaking(ruling, fact, head === waiter ? undefined : head);
  if (head === undefined || head === waiter) return;
  for (const passed of line.inOrder()) {
    if (passed === waiter) return;
    passed.overtaken++;
    const tickets = `ticket ${waiter.ticket} before ${passed.ticket}`;
    const what = `${user} is offered seats before ${passed.user}, ${tickets}`;
    if (terms.overtakes === 0) {
      ruling.tell('overtaken', `${what}.`);
      return;
    }
    if (passed.party <= grantable) {
      ruling.tell('overtaken', `${what}, although a party of ${passed.party} fits as well.`);
    }
    if (passed.overtaken > terms.overtakes) {
      const often = `overtaken ${passed.overtaken} times, of ${terms.overtakes} at most`;
      ruling.tell('overtaken-too-often', `${what}, who is ${often}.`);
    }
  }
}

/** Every overtaking is logged with its reason, and with the right one [W2]. */
function checkOvertaking(
  { book, tell }: Ruling,
  { user, overtaking }: FactOf<'offered'>,
  head: Waiter | undefined,
): void {
  if (head === undefined) {
    if (overtaking === undefined) return;
    tell('overtaking-unlogged', `${user} is logged to overtake, and overtakes nobody.`);
  } else if (overtaking === undefined) {
    tell('overtaking-unlogged', `${user} overtakes ${head.user}, and the log does not say why.`);
  } else if (
    overtaking.head !== head.ticket ||
    overtaking.headParty !== head.party ||
    overtaking.grantable !== book.grantable
  ) {
    const is = `ticket ${head.ticket} of ${head.party}, with ${book.grantable} seats to give`;
    tell('overtaking-unlogged', `${user} overtakes ${is}, and the log says otherwise.`);
  }
}

export function ruleOfferEnded(ruling: Ruling, fact: FactOf<'offerEnded'>): void {
  const { book, nowMs, tell, lead } = ruling;
  const { user, reason } = fact;
  const offer = book.offers.get(user);
  if (offer === undefined) {
    tell('offer-unknown', `The offer of ${user} ends, who has none.`);
    return;
  }
  const wrong = (why: string) =>
    tell('offer-ended-wrongly', `The offer of ${user} ends as "${reason}", but ${why}.`);
  const early = offer.dueMs + book.terms.graceMs - nowMs;
  switch (reason) {
    case 'taken':
      if (lead.kind !== 'held' || ruling.user !== user) wrong('they take no seats');
      break;
    case 'declined':
      if (lead !== fact || ruling.user !== user) wrong('it is not they who asked for it');
      break;
    case 'offerLapsed':
      ruling.mustBeBy('time', 'offerEnded');
      if (early > 0) tell('offer-lapsed-early', `The offer of ${user} lapses ${early} ms early.`);
      break;
    case 'saleClosed':
      if (lead.kind !== 'closed') wrong('the sale does not close');
      break;
    case 'showCancelled':
      if (lead.kind !== 'showCancelled') wrong('the show is not cancelled');
      break;
    default:
      wrong('there is no such reason');
  }
  book.endOffer(offer);
}
