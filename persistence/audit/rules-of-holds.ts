/** What the rules say of holds: H1 to H6, and of the seats that go into them. */
import type { FactOf } from './facts.ts';
import { orphansLeft } from './orphans.ts';
import { pricesOf, sameNumbers } from './prices.ts';
import type { Ruling } from './ruling.ts';
import { FREE, HELD } from './seat-marks.ts';
import type { Held } from './show-book.ts';

export function ruleHeld(ruling: Ruling, fact: FactOf<'held'>): void {
  const { book, nowMs, tell } = ruling;
  const { seats, prices, inMs } = fact;
  ruling.mustLead(fact, 'person');
  ruling.mustBeOnSale('Seats are held');
  checkNumber(ruling, seats);
  const sound = ruling.areSeats(seats);
  const user = ruling.user ?? '';
  checkRight(ruling, user, seats.length);
  if (inMs !== book.terms.holdTtlMs) {
    tell('deadline-wrong', `A hold stands ${inMs} ms, not ${book.terms.holdTtlMs}.`);
  }
  checkOrphans(ruling, seats, []);
  ruling.mark(seats, FREE, HELD, `held for ${user}`);
  if (sound) checkPrices(ruling, seats, prices);
  const number = ruling.decision.seq;
  book.place({ number, user, seats, prices, payment: 0, dueMs: nowMs + inMs, live: true });
}

/** Whether the asker may be given so many seats now, past the line or without one [W2, W4]. */
function checkRight(ruling: Ruling, user: string, count: number): void {
  const { book, tell, decision } = ruling;
  const offer = book.offers.get(user);
  if (offer === undefined) {
    const { head, size } = book.line;
    if (head !== undefined) {
      const others = size === 1 ? '' : ` and ${size - 1} more`;
      tell('overtaken', `${user} is given seats while ${head.user}${others} wait in line.`);
    }
    if (count > book.grantable) {
      const { free } = book.marks;
      const of = `${free} are free and ${book.promised} of them promised`;
      tell('seats-promised', `${user} is given ${count} seats while ${of} to offers.`);
    }
    return;
  }
  if (count > offer.party) {
    tell('offer-exceeded', `${user} takes ${count} seats of ${offer.party} that were offered.`);
  }
  const isEnded = decision.facts.some((each) => each.kind === 'offerEnded' && each.user === user);
  if (!isEnded) tell('offer-kept', `${user} has taken up an offer and keeps it.`);
}

function checkNumber(ruling: Ruling, seats: readonly number[]): void {
  if (seats.length === 0) ruling.tell('no-seats', 'A hold has no seats.');
  if (seats.length > ruling.book.terms.seatsPerRequest) {
    ruling.tell('too-many-seats', `${seats.length} seats are held in one request.`);
  }
}

/** Where the show has the rule: nobody's neighbour is left alone if that can be helped [H9]. */
function checkOrphans(ruling: Ruling, seats: readonly number[], instead: readonly number[]): void {
  const { book, tell } = ruling;
  if (!book.terms.orphanRule) return;
  const orphans = orphansLeft(book, seats, instead);
  if (orphans.length === 0) return;
  const names = `${book.plan.namesOf(seats)} leave ${book.plan.namesOf(orphans)} alone`;
  tell('orphan-left', `${names}, and other seats would leave none.`);
}

export function checkPrices(
  ruling: Ruling,
  seats: readonly number[],
  prices: readonly number[],
): void {
  const { terms, plan } = ruling.book;
  const right = pricesOf(terms, plan, seats);
  if (sameNumbers(right, prices)) return;
  const found = `${prices.join(' + ')} ${terms.currency}`;
  ruling.tell(
    'price-wrong',
    `Seats ${plan.namesOf(seats)} cost ${found}, by the terms ${right.join(' + ')}.`,
  );
}

export function ruleChanged(ruling: Ruling, fact: FactOf<'changed'>): void {
  const { book, nowMs, tell } = ruling;
  const { seats, prices, inMs } = fact;
  ruling.mustLead(fact, 'person');
  ruling.mustBeOnSale('A hold is changed');
  checkNumber(ruling, seats);
  const sound = ruling.areSeats(seats);
  const hold = ruling.holdOf(fact.hold, 'changed', false);
  if (hold === undefined) return;
  if (nowMs + inMs !== hold.dueMs) {
    const by = nowMs + inMs - hold.dueMs;
    tell('deadline-moved', `Changing hold ${hold.number} moves its deadline by ${by} ms.`);
  }
  if (hold.payment !== 0) {
    const during = `while payment ${hold.payment} for it is under way`;
    tell('changed-while-paid', `Hold ${hold.number} is changed ${during}.`);
  }
  checkOrphans(ruling, seats, hold.seats);
  const added = seats.filter((seat) => !hold.seats.includes(seat));
  const dropped = hold.seats.filter((seat) => !seats.includes(seat));
  ruling.mark(dropped, HELD, FREE, `dropped from hold ${hold.number}`);
  const { head } = book.line;
  if (added.length > 0 && head !== undefined) {
    tell('overtaken', `${hold.user} adds seats to a hold while ${head.user} waits in line.`);
  }
  if (added.length > book.grantable) {
    tell('seats-promised', `${hold.user} adds ${added.length} seats that offers were promised.`);
  }
  ruling.mark(added, FREE, HELD, `added to hold ${hold.number} of ${hold.user}`);
  if (sound) checkPrices(ruling, seats, prices);
  book.alter(hold, seats, prices);
}

export function ruleReleased(ruling: Ruling, fact: FactOf<'released'>): void {
  const isShows = ruling.lead.kind === 'showCancelled';
  if (!isShows) ruling.mustLead(fact, 'person');
  const hold = ruling.holdOf(fact.hold, 'released', isShows);
  if (hold === undefined) return;
  if (fact.user !== undefined && fact.user !== hold.user) {
    const whose = `as ${fact.user}'s`;
    ruling.tell('hold-not-theirs', `Hold ${hold.number} of ${hold.user} is released ${whose}.`);
  }
  free(ruling, hold, 'released');
}

export function ruleExpired(ruling: Ruling, fact: FactOf<'expired'>): void {
  const { book, nowMs, tell } = ruling;
  ruling.mustBeBy('time', 'expired');
  const hold = ruling.holdOf(fact.hold, 'expired', true);
  if (hold === undefined) return;
  if (hold.user !== fact.user) {
    tell('hold-not-theirs', `Hold ${hold.number} of ${hold.user} expires as ${fact.user}'s.`);
  }
  const early = book.endsAtMs(hold) - nowMs;
  if (early > 0) tellEarly(ruling, hold, early);
  const oldest = (hold.payment === 0 ? book.holdsDue : book.pinnedDue).first();
  if (oldest !== undefined && oldest.dueMs < hold.dueMs) {
    tell('expired-out-of-turn', `Hold ${hold.number} expires before the older ${oldest.number}.`);
  }
  free(ruling, hold, 'expired');
}

function tellEarly({ tell }: Ruling, { number, user, payment }: Held, earlyMs: number): void {
  const what = `Hold ${number} of ${user} expires ${earlyMs} ms early`;
  if (payment === 0) tell('expired-early', `${what}.`);
  else tell('pin-cut-short', `${what}, while payment ${payment} is under way.`);
}

/** A payment under way for it is to be abandoned in the same decision. */
function free(ruling: Ruling, hold: Held, what: string): void {
  if (hold.payment !== 0) ruling.book.payments.toAbandon.add(hold.payment);
  ruling.mark(hold.seats, HELD, FREE, `${what} with hold ${hold.number} of ${hold.user}`);
  ruling.book.drop(hold);
}
