/** Compares one reply with the decision that it tells of; what differs is told in a sentence. */
import type { Fact } from './facts.ts';
import type { PastDecision, ShowHistory } from './history.ts';
import { sameNumbers, totalOf } from './prices.ts';
import { fingerprintOf, markNames } from './seat-marks.ts';
import type { SeenAccepted, SeenAnswer, SeenChanges, SeenMap, SeenPush } from './seen.ts';

/** A sentence where something differs. */
type Difference = string | undefined;

/** Whether the receipt is the log's own [F1]. */
export function receiptDiffers(seen: SeenAccepted, past: PastDecision): Difference {
  const { receipt, user, requestId } = seen;
  const { lsn, timeMs, hash, decision } = past;
  if (receipt.lsn !== lsn) return `it says LSN ${receipt.lsn}, the log says ${lsn}`;
  if (receipt.timeMs !== timeMs) return `it says time ${receipt.timeMs}, the log says ${timeMs}`;
  if (!sameNumbers([...receipt.hash], [...hash])) return 'it has another chain value than the log';
  if (decision.user !== user) return `the decision is of ${decision.user ?? 'nobody'}`;
  if (decision.requestId !== requestId) {
    return `the decision is of request ${decision.requestId ?? 'none'}, not ${requestId}`;
  }
  return undefined;
}

/** Whether the answer says what was decided. */
export function answerDiffers(
  answer: SeenAnswer,
  past: PastDecision,
  currency: string,
): Difference {
  const [lead] = past.decision.facts;
  if (lead === undefined) return 'nothing was decided';
  const expected = expectedAnswer(lead, past);
  if (answer.type !== expected.type) return `it says "${answer.type}", decided was "${lead.kind}"`;
  const told = { ...answer, currency: undefined } as Record<string, unknown>;
  for (const [field, value] of Object.entries(expected)) {
    const seen = told[field];
    if (seen !== undefined && !isSame(seen, value)) {
      return `it says ${field} ${String(seen)}, decided was ${String(value)}`;
    }
  }
  if (answer.currency !== undefined && answer.currency !== currency) {
    return `it says ${answer.currency}, the show is sold in ${currency}`;
  }
  return undefined;
}

function expectedAnswer(lead: Fact, { decision, timeMs }: PastDecision): SeenAnswer {
  switch (lead.kind) {
    case 'held':
    case 'changed': {
      const { seats, prices } = lead;
      const hold = lead.kind === 'held' ? decision.seq : lead.hold;
      const deadlineMs = timeMs + lead.inMs;
      return { type: 'held', hold, seats, prices, deadlineMs, total: totalOf(prices) };
    }
    case 'released':
      return { type: 'released', hold: lead.hold };
    case 'joined': {
      const { ticket, party } = lead;
      return { type: 'waiting', ticket, party, untilMs: timeMs + lead.inMs };
    }
    case 'waitEnded':
    case 'offerEnded':
      return { type: 'left' };
    case 'paymentBegun': {
      const { hold, amount } = lead;
      const pinnedUntilMs = timeMs + lead.inMs;
      return { type: 'paying', hold, payment: decision.seq, amount, pinnedUntilMs };
    }
    case 'seatsBooked':
    case 'booked': {
      const { booking, seats, prices } = lead;
      return { type: 'booked', booking, seats, prices, total: totalOf(prices) };
    }
    case 'cancelled':
      return { type: 'cancelled', bookings: lead.bookings, refund: lead.refund };
    default:
      return { type: 'done' };
  }
}

function isSame(seen: unknown, value: unknown): boolean {
  if (!Array.isArray(seen) || !Array.isArray(value)) return seen === value;
  return seen.length === value.length && seen.every((each, at) => each === value[at]);
}

/** Whether a person who asked for these seats got all of them and no other [H1]. */
export function gotOtherSeats(asked: readonly number[], past: PastDecision): Difference {
  const [lead] = past.decision.facts;
  if (lead === undefined || (lead.kind !== 'held' && lead.kind !== 'changed')) {
    return `asked was for seats, decided was "${lead?.kind ?? 'nothing'}"`;
  }
  const sorted = (seats: readonly number[]) => [...seats].sort((a, b) => a - b);
  if (sameNumbers(sorted(asked), sorted(lead.seats))) return undefined;
  return `asked was for seats ${asked.join(', ')}, given were ${lead.seats.join(', ')}`;
}

/** Whether news that nobody asked for is in the log. */
export function pushDiffers({ user, push }: SeenPush, past: PastDecision): Difference {
  const { decision, timeMs } = past;
  if (decision.facts.some((fact) => isTold(push, user, fact, timeMs))) return undefined;
  return `${user} is told "${push.type}", which decision ${decision.seq} does not say`;
}

/** Whether a fact is what this user is told; what the news leaves out is not compared. */
function isTold(push: SeenPush['push'], user: string, fact: Fact, timeMs: number): boolean {
  switch (push.type) {
    case 'offer': {
      if (fact.kind !== 'offered' || fact.user !== user) return false;
      const untilMs = timeMs + fact.inMs;
      return (push.party ?? fact.party) === fact.party && (push.untilMs ?? untilMs) === untilMs;
    }
    case 'waitEnded':
      if (fact.kind !== 'waitEnded' && fact.kind !== 'offerEnded') return false;
      return fact.user === user && (push.reason ?? fact.reason) === fact.reason;
    case 'holdExpired':
    case 'holdEnded':
      if (fact.kind !== (push.type === 'holdExpired' ? 'expired' : 'released')) return false;
      return fact.user === user && (push.hold ?? fact.hold) === fact.hold;
    case 'bookingsCancelled': {
      if (fact.kind !== 'cancelled' || fact.user !== user) return false;
      const { bookings = fact.bookings, refund = fact.refund } = push;
      return refund === fact.refund && isSame(bookings, fact.bookings);
    }
    default:
      return isToldOfPayment(push, user, fact);
  }
}

function isToldOfPayment(push: SeenPush['push'], user: string, fact: Fact): boolean {
  switch (push.type) {
    case 'paymentReady':
      if (fact.kind !== 'paymentOpened' || fact.user !== user) return false;
      return says(push, { payment: fact.payment, url: fact.url });
    case 'paymentFailed':
      if (fact.kind !== 'paymentFailed' || fact.user !== user) return false;
      return says(push, { payment: fact.payment, reason: fact.reason });
    case 'paid': {
      if (fact.kind !== 'booked' && fact.kind !== 'seatsBooked') return false;
      const payment = fact.kind === 'booked' ? fact.paid?.payment : fact.payment;
      const whose = fact.kind === 'booked' ? fact.paid?.user : fact.user;
      if (payment === undefined || whose !== user) return false;
      const { booking, seats, prices } = fact;
      return says(push, { payment, booking, seats, prices, total: totalOf(prices) });
    }
    case 'refundOwed':
    case 'refunded': {
      if (fact.kind !== (push.type === 'refunded' ? 'givenBack' : 'owed')) return false;
      const { payment, amount, currency } = fact;
      const reason = fact.kind === 'owed' ? { reason: fact.reason } : {};
      return fact.user === user && says(push, { payment, amount, currency, ...reason });
    }
    default:
      return false;
  }
}

/** Whether news says nothing else than this; what it leaves out is not compared. */
function says(push: SeenPush['push'], right: Partial<SeenPush['push']>): boolean {
  for (const [field, value] of Object.entries(right)) {
    const seen: unknown = push[field as keyof typeof push];
    if (seen !== undefined && !isSame(seen, value)) return false;
  }
  return true;
}

/** Whether a map is that of its decision. */
export function mapDiffers(seen: SeenMap, past: PastDecision, history: ShowHistory): Difference {
  const { phase, waiting, serving, promised } = past;
  if (seen.phase !== undefined && seen.phase !== phase) {
    return `it says ${seen.phase}, the log says ${phase}`;
  }
  const numbers = [
    ['waiting', seen.waiting, waiting],
    ['serving', seen.serving, serving],
    ['earmarked', seen.earmarked, promised],
  ] as const;
  for (const [what, said, right] of numbers) {
    if (said !== undefined && said !== right) return `it says ${what} ${said}, the log ${right}`;
  }
  const { plan } = history.book;
  if (seen.seats.length !== Math.ceil(plan.count / 4)) return 'it has another number of seats';
  const { low, high } = fingerprintOf(seen.seats, plan.count);
  if (low === past.low && high === past.high) return undefined;
  for (let seat = 0; seat < plan.count; seat++) {
    const said = ((seen.seats[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
    const right = history.markAt(seat, seen.seq);
    if (said === right) continue;
    const is = `${markNames[said as 0 | 1 | 2 | 3]}, the log says ${markNames[right]}`;
    return `it says that seat ${plan.nameOf(seat)} is ${is}`;
  }
  return 'it has bits after the last seat';
}

/** Whether changes lead from one map to the next: none wrong, none left out. */
export function changesDiffer(seen: SeenChanges, history: ShowHistory): Difference {
  const { plan } = history.book;
  const told = new Set<number>();
  for (const change of seen.changes) told.add(change >> 2);
  const last = new Map<number, number>();
  for (const change of seen.changes) last.set(change >> 2, change & 3);
  for (const [seat, said] of last) {
    const right = history.markAt(seat, seen.toSeq);
    if (said === right) continue;
    const is = `${markNames[said as 0 | 1 | 2 | 3]}, the log says ${markNames[right]}`;
    return `they say that seat ${plan.nameOf(seat)} is ${is}`;
  }
  for (let seq = seen.fromSeq + 1; seq <= seen.toSeq; seq++) {
    for (const change of history.at(seq)?.changes ?? []) {
      const seat = change >> 4;
      if (told.has(seat)) continue;
      if (history.markAt(seat, seen.fromSeq) === history.markAt(seat, seen.toSeq)) continue;
      return `they leave out seat ${plan.nameOf(seat)}, which decision ${seq} changed`;
    }
  }
  return undefined;
}
