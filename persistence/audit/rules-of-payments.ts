/** What the rules say of payments and of the money that goes through them: P1 to P5. */
import type { FactOf } from './facts.ts';
import type { FindingCode } from './finding-codes.ts';
import type { MovedMoney } from './payment-facts.ts';
import type { Payment, PaymentState } from './payment-ledger.ts';
import { sameNumbers, totalOf } from './prices.ts';
import { type Fault, stand } from './rules-of-the-show.ts';
import type { Ruling } from './ruling.ts';
import { FREE } from './seat-marks.ts';

const failures: ReadonlySet<string> = new Set([
  'declined',
  'cancelled',
  'expired',
  'theatreRefused',
  'providerUnavailable',
]);

/** Nobody has been told to stop paying, and the provider has said nothing yet. */
const underWay: readonly PaymentState[] = ['begun', 'opened'];
/** News comes out of order: what has failed or was abandoned may be paid after all [P4]. */
const notPaid: readonly PaymentState[] = ['begun', 'opened', 'abandoned', 'failed'];

export function rulePaymentBegun(ruling: Ruling, fact: FactOf<'paymentBegun'>): void {
  const { book, nowMs, tell, decision } = ruling;
  const { seats, amount, inMs } = fact;
  ruling.mustLead(fact, 'person');
  if (!book.terms.paid || amount === 0) {
    tell('payment-needless', `A payment of ${amount} is begun, where there is nothing to pay.`);
  }
  const user = ruling.user ?? '';
  const number = decision.seq;
  const hold = ruling.holdOf(fact.hold, 'paid for', false);
  book.payments.add({
    number,
    user,
    hold: fact.hold,
    seats,
    amount,
    state: 'begun',
    taken: undefined,
  });
  if (hold === undefined) return;
  const total = totalOf(hold.prices);
  if (!sameNumbers(hold.seats, seats) || total !== amount) {
    const is = `${book.plan.namesOf(hold.seats)} for ${total}`;
    const said = `${book.plan.namesOf(seats)} for ${amount}`;
    tell('payment-wrong', `Hold ${hold.number} is ${is}, to be paid is ${said}.`);
  }
  if (hold.payment !== 0) {
    const other = `payment ${hold.payment} is under way`;
    tell('payment-twice', `Payment ${number} for hold ${hold.number} is begun while ${other}.`);
  }
  const by = nowMs + inMs - hold.dueMs - book.terms.pinnedPastMs;
  if (by !== 0) {
    const right = `${book.terms.pinnedPastMs} ms after its deadline`;
    tell('pin-wrong', `Payment ${number} keeps its hold until ${by} ms off ${right}.`);
  }
  book.pin(hold, number);
}

export function rulePaymentOpened(ruling: Ruling, fact: FactOf<'paymentOpened'>): void {
  ruling.mustLead(fact, 'house');
  const payment = paymentOf(ruling, fact.payment, fact.user, 'opened');
  if (payment !== undefined) move(ruling, payment, ['begun'], 'opened');
}

/** The hold is as it was, with the deadline that it has [P2]. */
export function rulePaymentFailed(ruling: Ruling, fact: FactOf<'paymentFailed'>): void {
  ruling.mustLead(fact, 'house');
  if (!failures.has(fact.reason)) {
    ruling.tell('payment-reason-wrong', `A payment cannot fail as "${fact.reason}".`);
  }
  const payment = paymentOf(ruling, fact.payment, fact.user, 'failed');
  if (payment === undefined) return;
  move(ruling, payment, [...underWay, 'abandoned'], 'failed');
  unpin(ruling, payment);
}

/** Where its hold has ended otherwise than by it, and only there [P4]. */
export function rulePaymentAbandoned(ruling: Ruling, fact: FactOf<'paymentAbandoned'>): void {
  const { book, tell } = ruling;
  if (!book.payments.toAbandon.delete(fact.payment)) {
    tell('abandoned-wrongly', `Payment ${fact.payment} is abandoned, its hold has not ended.`);
  }
  const payment = paymentOf(ruling, fact.payment, fact.user, 'abandoned');
  if (payment === undefined) return;
  move(ruling, payment, underWay, 'abandoned');
  unpin(ruling, payment);
}

export function ruleCaptured(ruling: Ruling, fact: FactOf<'captured'>): void {
  const { book, tell } = ruling;
  const { amount, currency } = fact;
  ruling.mustLead(fact, 'house');
  const purse = book.payments.purse(currency);
  purse.captured += amount;
  const payment = paymentOf(ruling, fact.payment, fact.user, 'captured');
  if (payment === undefined) return;
  if (!notPaid.includes(payment.state)) {
    const what = `is captured, but it is ${payment.state} already`;
    tell('captured-twice', `Payment ${payment.number} of ${payment.user} ${what}.`);
    return;
  }
  checkUse(ruling, payment, fact);
  payment.state = 'captured';
  payment.taken = { amount, currency };
}

/** What money that was captured just now has to be used for, and why. */
type Use = 'hold' | 'seats' | 'tooLate' | 'amountDiffers';

/**
 * Booked if that can be, and only then: for the hold that it was begun for as that was then; where
 * it is gone, for just those seats if a newcomer could have them now; else it goes back [P3, P4].
 */
function rightUse(ruling: Ruling, payment: Payment, { amount, currency }: MovedMoney): Use {
  const { book } = ruling;
  const { terms, line } = book;
  const { seats } = payment;
  if (amount !== payment.amount || currency !== terms.currency) return 'amountDiffers';
  const hold = book.holds.get(payment.hold);
  if (hold !== undefined && sameSeats(hold.seats, seats) && totalOf(hold.prices) === amount) {
    return 'hold';
  }
  if (book.phase !== 'onSale' || line.size > 0 || seats.length > book.grantable) return 'tooLate';
  if (!seats.every((seat) => book.marks.get(seat) === FREE)) return 'tooLate';
  const left = Math.min(terms.seatsPerUser - book.countOf(payment.user), terms.seatsPerRequest);
  return seats.length <= left ? 'seats' : 'tooLate';
}

function checkUse(ruling: Ruling, payment: Payment, money: MovedMoney): void {
  const right = rightUse(ruling, payment, money);
  const is = useOf(ruling, payment.number);
  if (is === right) return;
  const { number, user } = payment;
  const who = `Payment ${number} of ${user}`;
  const isBooked = is === 'hold' || is === 'seats';
  switch (right) {
    case 'hold':
    case 'seats': {
      const what = right === 'hold' ? `hold ${payment.hold} stands` : 'its seats can be had';
      ruling.tell('paid-not-booked', `${who} is captured and ${what}, but it is not booked.`);
      return;
    }
    case 'amountDiffers': {
      const { amount, currency } = money;
      const what = `${amount} ${currency} instead of ${payment.amount}`;
      if (isBooked) ruling.tell('other-amount-booked', `${who} takes ${what} and is booked.`);
      else tellReason(ruling, number, is, right);
      return;
    }
    default:
      if (isBooked) {
        ruling.tell(
          'booked-too-late',
          `${who} is booked, though its seats cannot be had any more.`,
        );
      } else tellReason(ruling, number, is, right);
  }
}

/** Money without any use is missed where the purses are reckoned up. */
function tellReason(ruling: Ruling, number: number, is: string | undefined, right: Use): void {
  if (is === undefined) return;
  const what = `is owed back as "${is}", not as "${right}"`;
  ruling.tell('payment-reason-wrong', `Payment ${number} ${what}.`);
}

/** What the decision says that the money is for; undefined where it does not. */
function useOf({ decision }: Ruling, number: number): string | undefined {
  for (const fact of decision.facts) {
    if (fact.kind === 'booked' && fact.paid?.payment === number) return 'hold';
    if (fact.kind === 'seatsBooked' && fact.payment === number) return 'seats';
    if (fact.kind === 'owed' && fact.payment === number) return fact.reason;
  }
  return undefined;
}

/** What was just captured and is not used, or was paid for a booking that is just cancelled. */
export function ruleOwed(ruling: Ruling, fact: FactOf<'owed'>): void {
  const { book, lead } = ruling;
  const { payments } = book;
  if (lead.kind !== 'captured' && lead.kind !== 'cancelled' && lead.kind !== 'showCancelled') {
    ruling.tell('decision-mixed', `It has "owed" as a consequence of "${lead.kind}".`);
  }
  payments.purse(fact.currency).owed += fact.amount;
  const payment = paymentOf(ruling, fact.payment, fact.user, 'owed back');
  if (payment === undefined) return;
  const reason = payments.toOwe.get(payment.number);
  payments.toOwe.delete(payment.number);
  if (payment.state === 'owed' || payment.state === 'given back') {
    const again = `owed back, and it is ${payment.state} already`;
    return ruling.tell('owed-twice', `Payment ${payment.number} of ${payment.user} is ${again}.`);
  }
  if (payment.state !== 'captured' && reason === undefined) {
    const what = `owed back, but it is ${payment.state}`;
    ruling.tell('owed-wrongly', `Payment ${payment.number} of ${payment.user} is ${what}.`);
  }
  if (reason !== undefined && reason !== fact.reason) {
    const what = `is owed back as "${fact.reason}", not as "${reason}"`;
    ruling.tell('payment-reason-wrong', `Payment ${payment.number} ${what}.`);
  }
  checkMoney(ruling, payment, fact, 'owed-otherwise');
  payment.state = 'owed';
  unpin(ruling, payment);
}

/** Only what is owed is given back, all of it and once [P5]. */
export function ruleGivenBack(ruling: Ruling, fact: FactOf<'givenBack'>): void {
  ruling.mustLead(fact, 'house');
  const purse = ruling.book.payments.purse(fact.currency);
  purse.owed -= fact.amount;
  purse.givenBack += fact.amount;
  const payment = paymentOf(ruling, fact.payment, fact.user, 'given back');
  if (payment === undefined) return;
  const who = `Payment ${payment.number} of ${payment.user}`;
  if (payment.state === 'given back') {
    ruling.tell('given-back-twice', `${who} is given back, and was before.`);
  } else if (payment.state !== 'owed') {
    ruling.tell('given-back-unowed', `${who} is given back, but it is ${payment.state}.`);
  }
  checkMoney(ruling, payment, fact, 'given-back-otherwise');
  payment.state = 'given back';
  payment.seats = [];
}

function checkMoney(
  { tell }: Ruling,
  { number, taken }: Payment,
  { amount, currency }: MovedMoney,
  code: FindingCode,
): void {
  if (taken === undefined || (taken.amount === amount && taken.currency === currency)) return;
  const was = `of which ${taken.amount} ${taken.currency} were captured`;
  tell(code, `${amount} ${currency} go back for payment ${number}, ${was}.`);
}

/** The payment of that number, which must be this user's. */
export function paymentOf(
  { book, tell }: Ruling,
  number: number,
  user: string,
  what: string,
): Payment | undefined {
  const payment = book.payments.get(number);
  if (payment === undefined) {
    tell('payment-unknown', `Payment ${number} is ${what}, but nobody has begun it.`);
  } else if (payment.user !== user) {
    tell('payment-not-theirs', `Payment ${number} of ${payment.user} is ${what} as ${user}'s.`);
  }
  return payment;
}

/** The same seats, in whatever order. */
export function sameSeats(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((seat) => others.includes(seat));
}

function move(
  { tell }: Ruling,
  payment: Payment,
  from: readonly PaymentState[],
  to: PaymentState,
): void {
  if (from.includes(payment.state)) {
    payment.state = to;
    return;
  }
  const what = `is ${to}, but it is ${payment.state} already`;
  tell('payment-out-of-turn', `Payment ${payment.number} of ${payment.user} ${what}.`);
}

function unpin({ book }: Ruling, { number, hold: of }: Payment): void {
  const hold = book.holds.get(of);
  if (hold?.payment === number) book.unpin(hold);
}

/** After a decision: no payment is left hanging, and no money is missing [P4, P5]. */
export function ruleAfterPayments(ruling: Ruling): void {
  const { payments } = ruling.book;
  if (payments.isEmpty) return;
  const { toAbandon, toOwe } = payments;
  for (const number of toAbandon) {
    const what = 'its hold has ended and it is not abandoned';
    ruling.tell('payment-left-open', `Payment ${number} is under way; ${what}.`);
  }
  toAbandon.clear();
  for (const number of toOwe.keys()) {
    const what = 'its booking is cancelled and its money is not owed back';
    ruling.tell('refund-not-owed', `Payment ${number} was captured; ${what}.`);
  }
  toOwe.clear();
  stand(ruling, 'money-lost', moneyIsLost(ruling));
}

function moneyIsLost({ book }: Ruling): Fault {
  for (const [currency, { captured, booked, owed, givenBack }] of book.payments.purses) {
    if (captured === booked + owed + givenBack && owed >= 0) continue;
    const parts = `${booked} booked, ${owed} owed back and ${givenBack} given back`;
    return `${captured} ${currency} were captured, but there is ${parts}.`;
  }
  return undefined;
}
