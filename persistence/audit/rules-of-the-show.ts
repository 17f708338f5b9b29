/** What the rules say of a show's life, of the theatre's own doings and of time: S2, S3, H4, W3. */
import { limits } from '../../engine/limits.ts';
import type { Fact, FactOf } from './facts.ts';
import type { FindingCode } from './finding-codes.ts';
import type { Ruling } from './ruling.ts';
import { BLOCKED, FREE } from './seat-marks.ts';
import type { Held } from './show-book.ts';

export function rulePhase(
  ruling: Ruling,
  fact: FactOf<'opened'> | FactOf<'closed'> | FactOf<'showCancelled'>,
): void {
  const { book, nowMs, tell } = ruling;
  const { onSaleAtMs, closesAtMs } = book.terms;
  const { phase } = book;
  if (fact.kind === 'opened') {
    ruling.mustLead(fact, nowMs < onSaleAtMs ? 'house' : 'time');
    if (phase !== 'scheduled') tell('phase-wrong', `Sale opens on a show that is ${phase}.`);
    const early = onSaleAtMs - nowMs;
    if (early > 0 && isOthers(ruling, fact)) tell('opened-early', `Sale opens ${early} ms early.`);
    book.phase = 'onSale';
  } else if (fact.kind === 'closed') {
    ruling.mustLead(fact, nowMs < closesAtMs ? 'house' : 'time');
    if (phase !== 'onSale') tell('phase-wrong', `Sale closes on a show that is ${phase}.`);
    const early = closesAtMs - nowMs;
    if (early > 0 && isOthers(ruling, fact)) tell('closed-early', `Sale closes ${early} ms early.`);
    book.phase = 'closed';
  } else {
    ruling.mustLead(fact, 'house');
    if (phase === 'cancelled') tell('phase-wrong', 'A cancelled show is cancelled again.');
    checkRefund(ruling, fact);
    book.phase = 'cancelled';
  }
}

/** Before its time only the house may do it: as a decision of its own, of no person's [S3]. */
function isOthers({ user, lead }: Ruling, fact: Fact): boolean {
  return user !== undefined || lead !== fact;
}

/** What is owed back to all together is the sum of what each is owed [P5]. */
function checkRefund({ decision, tell }: Ruling, { refund }: FactOf<'showCancelled'>): void {
  if (refund === undefined) return;
  let sum = 0;
  for (const fact of decision.facts) if (fact.kind === 'cancelled') sum += fact.refund;
  if (sum !== refund) tell('refund-wrong', `${refund} are owed back in all, to each ${sum}.`);
}

export function ruleBlocked(ruling: Ruling, fact: FactOf<'blocked'>): void {
  const { book, tell } = ruling;
  ruling.mustLead(fact, 'house');
  ruling.areSeats(fact.seats);
  if (fact.seats.length === 0) tell('no-seats', 'No seats are blocked.');
  if (fact.seats.length > book.grantable) {
    tell('seats-promised', `${fact.seats.length} seats are blocked that offers were promised.`);
  }
  ruling.mark(fact.seats, FREE, BLOCKED, 'blocked');
}

export function ruleUnblocked(ruling: Ruling, fact: FactOf<'unblocked'>): void {
  ruling.mustLead(fact, 'house');
  ruling.areSeats(fact.seats);
  if (fact.seats.length === 0) ruling.tell('no-seats', 'No seats are unblocked.');
  ruling.mark(fact.seats, BLOCKED, FREE, 'unblocked');
}

/** A show is scheduled once and by its first decision; that one is entered elsewhere. */
export function ruleScheduledAgain(ruling: Ruling, fact: Fact): void {
  if (ruling.lead !== fact || ruling.decision.seq !== 1) {
    ruling.tell('show-twice', 'The show is scheduled a second time.');
  }
}

/** Before a decision: what time had to decide first has been decided [S3, H4, W4, W7]. */
export function ruleBefore(ruling: Ruling): void {
  const { book, nowMs, tell, lead } = ruling;
  const { onSaleAtMs, closesAtMs } = book.terms;
  if (lead.kind === 'scheduled') return;
  if (book.phase === 'scheduled' && onSaleAtMs <= nowMs && lead.kind !== 'opened') {
    tell('opened-late', `Sale was to open ${nowMs - onSaleAtMs} ms before this.`);
  }
  if (book.phase === 'onSale' && closesAtMs <= nowMs && lead.kind !== 'closed') {
    tell('closed-late', `Sale was to close ${nowMs - closesAtMs} ms before this.`);
  }
  if (!ruling.isTimes) tellOverdue(ruling);
}

/** Where there is something to tell: its sentence. */
export type Fault = string | undefined;

/** Tells what is wrong with a show as it stands, once and not with every decision after. */
export function stand(
  { book, tell }: Pick<Ruling, 'book' | 'tell'>,
  code: FindingCode,
  fault: Fault,
): void {
  if (fault === undefined) {
    if (book.standing.size > 0) book.standing.delete(code);
  } else if (!book.standing.has(code)) {
    book.standing.add(code);
    tell(code, fault);
  }
}

function stoodTooLong(
  { book, nowMs }: Pick<Ruling, 'book' | 'nowMs'>,
  hold: Held | undefined,
): Fault {
  if (hold === undefined) return undefined;
  const late = nowMs - book.endsAtMs(hold);
  if (late < 0) return undefined;
  const paid = hold.payment === 0 ? '' : ` for all that payment ${hold.payment} is under way`;
  return `Hold ${hold.number} of ${hold.user} was to expire ${late} ms before${paid}.`;
}

/** Tells of each kind the one that is overdue the longest. */
export function tellOverdue(ruling: Pick<Ruling, 'book' | 'nowMs' | 'tell'>): void {
  const { book, nowMs } = ruling;
  const { graceMs } = book.terms;
  stand(ruling, 'expired-late', stoodTooLong(ruling, book.holdsDue.first()));
  if (!book.payments.isEmpty) {
    stand(ruling, 'pin-overstayed', stoodTooLong(ruling, book.pinnedDue.first()));
  }
  const offer = book.offersDue.first();
  const offerIsLate = offer !== undefined && offer.dueMs + graceMs <= nowMs;
  stand(
    ruling,
    'offer-lapsed-late',
    offerIsLate
      ? `The offer of ${offer.user} was to lapse ${nowMs - offer.dueMs - graceMs} ms before.`
      : undefined,
  );
  const waiter = book.waitsDue.first();
  const waitIsLate = waiter !== undefined && waiter.dueMs <= nowMs;
  stand(
    ruling,
    'wait-ended-late',
    waitIsLate
      ? `The wait of ${waiter.user} was to end ${nowMs - waiter.dueMs} ms before.`
      : undefined,
  );
}

/** After a decision: nothing is left undone that it had to do [S2, S3, H2, W3, W4, W5]. */
export function ruleAfter(ruling: Ruling): void {
  const { book, user, lead } = ruling;
  const { marks, promised } = book;
  stand(ruling, 'counts-differ', countsDiffer(ruling));
  const over = promised > marks.free;
  stand(
    ruling,
    'over-promised',
    over ? `${promised} seats are promised, ${marks.free} are free.` : undefined,
  );
  stand(ruling, 'head-not-served', headIsNotServed(ruling));
  stand(ruling, 'gap-not-filled', gapIsNotFilled(ruling));
  const largest = book.phase === 'onSale' ? book.line.largestParty : 0;
  const inVain = largest > book.pool;
  stand(
    ruling,
    'waits-in-vain',
    inVain ? `A party of ${largest} goes on waiting, ${book.pool} seats are left.` : undefined,
  );
  stand(ruling, 'left-behind', leftBehind(ruling));
  // Time decides all that is due at once, as far as one decision may be long.
  if (ruling.isTimes && ruling.decision.facts.length < limits.expiriesPerDecision) {
    tellOverdue(ruling);
  }
  if (user === undefined) return;
  if (lead.kind !== 'held' && lead.kind !== 'changed' && lead.kind !== 'joined') return;
  const count = book.countOf(user);
  const cap = book.terms.seatsPerUser;
  if (count <= cap) return;
  ruling.tell('over-cap', `${user} has ${count} seats in this show, of ${cap} at most.`);
}

function countsDiffer({ book }: Ruling): Fault {
  const { marks, heldSeats, bookedSeats } = book;
  if (marks.held === heldSeats && marks.booked === bookedSeats) return undefined;
  const marked = `${marks.held} held and ${marks.booked} booked`;
  return `${marked} seats are marked, but holds have ${heldSeats} and bookings ${bookedSeats}.`;
}

function headIsNotServed({ book }: Ruling): Fault {
  const { head } = book.line;
  if (book.phase !== 'onSale' || head === undefined || head.party > book.grantable)
    return undefined;
  const fits = `a party of ${head.party} fits into ${book.grantable} seats`;
  return `${head.user} stands first in line and is not served: ${fits}.`;
}

/** Where a show backfills, what the head cannot use goes to those whom it suffices for [W2]. */
function gapIsNotFilled({ book }: Ruling): Fault {
  const { line, grantable, terms } = book;
  const { head } = line;
  if (terms.overtakes === 0 || book.phase !== 'onSale' || head === undefined) return undefined;
  if (head.party <= grantable || head.overtaken >= terms.overtakes) return undefined;
  const { smallestParty } = line;
  if (smallestParty > grantable) return undefined;
  return `A party of ${smallestParty} is not served, and the head cannot use ${grantable} seats.`;
}

function leftBehind({ book }: Ruling): Fault {
  const { phase, line, offers, holds, bookedSeats } = book;
  if (phase === 'onSale') return undefined;
  if (line.size > 0 || offers.size > 0) {
    return `The show is ${phase}; ${line.size} waits and ${offers.size} offers are still there.`;
  }
  if (phase !== 'cancelled' || (holds.size === 0 && bookedSeats === 0)) return undefined;
  return `The show is cancelled; ${holds.size} holds and ${bookedSeats} booked seats are still there.`;
}
