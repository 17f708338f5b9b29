/**
 * How often each thing came up in a run: a generator that never reaches a rule proves nothing of
 * it, so the counts are part of the proof.
 */
import type { PaymentId } from '../../../../engine/ids.ts';
import type { ShowCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { Verdict } from '../../../../engine/show/verdict.ts';
import type { ModelShow } from './model-show.ts';
import { fullTerms } from './model-terms.ts';

export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.counts.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** A command's answer; `model` is as it was when it was asked. */
  answer(command: ShowCommand, verdict: Verdict, nowMs: number, model: ModelShow): void {
    this.add('command');
    const outcome = verdict.type === 'rejected' ? verdict.reason : verdict.type;
    this.add(`${command.type}: ${outcome}`);
    if (verdict.type === 'rejected') {
      this.add(`rejected ${verdict.reason}`);
      if (verdict.reason === 'invalidSeats') this.add(`invalidSeats ${verdict.problem}`);
    }
    if (verdict.type !== 'decided') return;
    const has = (type: ShowEvent['type']) => verdict.events.some((event) => event.type === type);
    if (has('offerMade')) this.add(`${command.type} serves the line`);
    const [head] = model.line;
    const isPassedOver = (event: ShowEvent) =>
      event.type === 'waitEnded' && event.reason === 'tooFewLeft' && event.user !== head?.user;
    if (verdict.events.some(isPassedOver)) this.add('tooFewLeft behind the head');
    const [first] = verdict.events;
    if (command.type === 'holdBest' && first?.type === 'seatsHeld') {
      const runs = first.seats.map((seat) => model.places[seat]?.run);
      if (new Set(runs).size > 1) this.add('best split over rows');
    }
    if (command.type === 'book') {
      const deadlineMs = model.holds.find(({ id }) => id === command.hold)?.deadlineMs ?? nowMs;
      if (deadlineMs < nowMs) this.add('booked within the grace');
      if (model.phase === 'closed') this.add('booked after the start');
    }
    if (command.type === 'capturePayment') this.#captured(command.payment, verdict.events, model);
  }

  /** What the money was for, by what was known of the payment before. */
  #captured(id: PaymentId, events: readonly ShowEvent[], model: ModelShow): void {
    const payment = model.payments.find((each) => each.id === id);
    if (payment === undefined) return;
    const { state, seats } = payment;
    const hold = model.holds.find((each) => each.id === payment.hold);
    const [, second] = events;
    const isTooLate = second?.type === 'refundOwed' && second.reason === 'tooLate';
    if (second?.type === 'holdBooked' && state === 'failed') this.add('captured after it failed');
    if (second?.type === 'seatsBooked') this.add('booked without its hold');
    if (events.some(({ type }) => type === 'paymentAbandoned')) this.add('paid for twice over');
    if (isTooLate && hold !== undefined) this.add('too late for a hold that was changed');
    const isFree = seats.every((seat) => model.seats[seat] === 'free');
    if (isTooLate && isFree && model.phase === 'onSale') {
      if (model.line.length > 0) this.add('too late, since others wait');
      else if (seats.length > model.grantable) this.add('too late, since others have offers');
      else this.add('too late, since it would be above the cap');
    }
    if (isTooLate && !isFree) this.add('too late, since seats are taken');
  }

  /** Where time stopped, against the moments at which something was due or shown to be. */
  stop(nowMs: number, due: readonly number[], graceMs: number): void {
    for (const timeMs of due) {
      if (nowMs === timeMs) this.add('stopped when something was due');
      if (nowMs === timeMs - 1) this.add('stopped a millisecond before');
      if (nowMs === timeMs + 1) this.add('stopped a millisecond after');
      if (nowMs === timeMs - graceMs) this.add('stopped at a shown deadline');
    }
  }

  /** The events of one decision, with what came together in it; `model` is as it was after. */
  events(events: readonly ShowEvent[], nowMs: number, model: ModelShow): void {
    this.add('decision');
    const [cause] = events;
    if (cause?.type === 'holdExpired' && events.some(({ type }) => type === 'paymentAbandoned')) {
      this.add('expired with its payment');
    }
    const isOverdue = model.holds.some(
      ({ payment, deadlineMs }) =>
        payment === undefined && deadlineMs + model.terms.graceMs <= nowMs,
    );
    if (isOverdue) this.add('overdue once its payment ended');
    if (events.filter(({ type }) => type === 'refundOwed').length > 1) {
      this.add('several refunds in one decision');
    }
    for (const event of events) {
      this.add(event.type);
      if ('reason' in event) this.add(`${event.type} ${event.reason}`);
    }
    if (events.some((event) => event.type === 'offerMade' && event.overtaking !== undefined)) {
      this.add('overtaking');
      if (events[0]?.type === 'waitJoined') this.add('overtaking on joining');
    }
    const offers = events.filter(({ type }) => type === 'offerMade').length;
    const expired = events.filter(({ type }) => type === 'holdExpired').length;
    if (offers > 1) this.add('several offers in one decision');
    if (expired > 1) this.add('several holds expire in one decision');
    if (expired > 0 && offers > 0) this.add('expiry serves the line');
    if (model.offers.length > 1) this.add('several offers open');
    if (model.line.length > 2) this.add('three or more wait');
    const { waiting } = fullTerms(model.terms);
    if (waiting === 'backfill' && model.line.some(({ party }) => party <= model.grantable)) {
      this.add('a party that fits may not overtake again');
    }
    const [first] = events;
    if (first?.type === 'saleClosed' && nowMs === fullTerms(model.terms).closesAtMs) {
      this.add('closed at the very start');
    }
    if (first?.type === 'seatsHeld' || first?.type === 'holdChanged') {
      const list = first.seats.map((seat) => model.terms.prices[model.places[seat]?.tier ?? 0]);
      if (first.prices.some((price, at) => price !== list[at])) this.add('reduced price');
    }
  }

  /** Everything that came up, sorted by name, a line each. */
  report(): string {
    const lines = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return lines.map(([what, count]) => `${String(count).padStart(10)}  ${what}`).join('\n');
  }
}
