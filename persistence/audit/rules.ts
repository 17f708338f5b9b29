/** Which rule speaks of which fact, and what comes before and after every decision. */
import { limits } from '../../engine/limits.ts';
import { unreachable } from '../../engine/unreachable.ts';
import type { Fact } from './facts.ts';
import type { PaymentFact } from './payment-facts.ts';
import { ruleBooked, ruleCancelled, ruleSeatsBooked } from './rules-of-bookings.ts';
import { ruleChanged, ruleExpired, ruleHeld, ruleReleased } from './rules-of-holds.ts';
import {
  ruleAfterPayments,
  ruleCaptured,
  ruleGivenBack,
  ruleOwed,
  rulePaymentAbandoned,
  rulePaymentBegun,
  rulePaymentFailed,
  rulePaymentOpened,
} from './rules-of-payments.ts';
import { ruleJoined, ruleOfferEnded, ruleOffered, ruleWaitEnded } from './rules-of-the-line.ts';
import {
  ruleAfter,
  ruleBefore,
  ruleBlocked,
  rulePhase,
  ruleScheduledAgain,
  ruleUnblocked,
} from './rules-of-the-show.ts';
import type { Ruling } from './ruling.ts';
import { FORGOTTEN_AFTER_MS } from './show-book.ts';

/** Checks a decision against the rules and enters it into the show's book. */
export function rule(ruling: Ruling): void {
  const { book, decision, nowMs } = ruling;
  ruleBefore(ruling);
  ruleRequest(ruling);
  book.seq = decision.seq;
  book.lastMs = nowMs;
  for (const fact of decision.facts) ruleFact(ruling, fact);
  ruleAfterPayments(ruling);
  ruleAfter(ruling);
}

/** The house's requests are its own; no user has an empty name. */
const HOUSE = '';

/** A request is decided once, as long as it is among the latest of its user [H7]. */
function ruleRequest({ book, decision, nowMs, tell }: Ruling): void {
  const { user, requestId } = decision;
  if (requestId === undefined) {
    if (user === undefined) return;
    tell('request-anonymous', `${user} asked for this in a request without an id.`);
    return;
  }
  const person = book.personOf(user ?? HOUSE, nowMs);
  const { requests } = person;
  if (requests.includes(requestId) && nowMs - person.lastMs <= FORGOTTEN_AFTER_MS) {
    tell('request-twice', `The request ${requestId} of ${user ?? 'the house'} was decided before.`);
  }
  requests.push(requestId);
  if (requests.length > limits.rememberedRequests) requests.shift();
  person.lastMs = nowMs;
}

function ruleFact(ruling: Ruling, fact: Fact): void {
  switch (fact.kind) {
    case 'held':
      return ruleHeld(ruling, fact);
    case 'changed':
      return ruleChanged(ruling, fact);
    case 'released':
      return ruleReleased(ruling, fact);
    case 'expired':
      return ruleExpired(ruling, fact);
    case 'booked':
      return ruleBooked(ruling, fact);
    case 'seatsBooked':
      return ruleSeatsBooked(ruling, fact);
    case 'cancelled':
      return ruleCancelled(ruling, fact);
    case 'joined':
      return ruleJoined(ruling, fact);
    case 'waitEnded':
      return ruleWaitEnded(ruling, fact);
    case 'offered':
      return ruleOffered(ruling, fact);
    case 'offerEnded':
      return ruleOfferEnded(ruling, fact);
    case 'blocked':
      return ruleBlocked(ruling, fact);
    case 'unblocked':
      return ruleUnblocked(ruling, fact);
    case 'opened':
    case 'closed':
    case 'showCancelled':
      return rulePhase(ruling, fact);
    case 'scheduled':
      return ruleScheduledAgain(ruling, fact);
    default:
      return rulePaymentFact(ruling, fact);
  }
}

function rulePaymentFact(
  ruling: Ruling,
  fact: Exclude<PaymentFact, { kind: 'seatsBooked' }>,
): void {
  switch (fact.kind) {
    case 'paymentBegun':
      return rulePaymentBegun(ruling, fact);
    case 'paymentOpened':
      return rulePaymentOpened(ruling, fact);
    case 'paymentFailed':
      return rulePaymentFailed(ruling, fact);
    case 'paymentAbandoned':
      return rulePaymentAbandoned(ruling, fact);
    case 'captured':
      return ruleCaptured(ruling, fact);
    case 'owed':
      return ruleOwed(ruling, fact);
    case 'givenBack':
      return ruleGivenBack(ruling, fact);
    default:
      return unreachable(fact);
  }
}
