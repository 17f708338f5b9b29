/**
 * One decision under audit: the book it is entered into, when and by whom it was made, and where
 * what is wrong with it is told. One object serves all decisions of a log, one after the other.
 */
import type { Fact, FactKind, LoggedDecision } from './facts.ts';
import type { FindingCode } from './finding-codes.ts';
import { FREE, type Mark, markNames } from './seat-marks.ts';
import type { Held, ShowBook } from './show-book.ts';

/** What nobody has to ask for: time decides it. */
const timeDecides: ReadonlySet<FactKind> = new Set([
  'opened',
  'closed',
  'expired',
  'waitEnded',
  'offerEnded',
]);

/** What the theatre asks for, or the provider of its payments has said. */
const houseDecides: ReadonlySet<FactKind> = new Set([
  'scheduled',
  'opened',
  'closed',
  'showCancelled',
  'blocked',
  'unblocked',
  'seatsBooked',
  'cancelled',
  'paymentOpened',
  'paymentFailed',
  'captured',
  'givenBack',
]);

export type Tell = (code: FindingCode, sentence: string) => void;

export class Ruling {
  readonly book: ShowBook;
  readonly decision: LoggedDecision;
  readonly nowMs: number;
  /** What was asked for or fell due: the first fact. */
  readonly lead: Fact;
  readonly tell: Tell;
  /** Seat × 16 + mark before × 4 + mark after, where somebody keeps them. */
  readonly changes: number[] | undefined;

  constructor(
    book: ShowBook,
    decision: LoggedDecision,
    nowMs: number,
    tell: Tell,
    changes: number[] | undefined,
  ) {
    this.book = book;
    this.decision = decision;
    this.nowMs = nowMs;
    this.lead = decision.facts[0] as Fact;
    this.tell = tell;
    this.changes = changes;
  }

  get user(): string | undefined {
    return this.decision.user;
  }

  /** Whether time made this decision, and neither a person nor the theatre. */
  get isTimes(): boolean {
    const { lead, nowMs } = this;
    if (this.user !== undefined || !timeDecides.has(lead.kind)) return false;
    if (lead.kind === 'opened') return nowMs >= this.book.terms.onSaleAtMs;
    return lead.kind !== 'closed' || nowMs >= this.book.terms.closesAtMs;
  }

  /** Tells where a fact stands in a decision of another kind, or without its asker. */
  mustLead(fact: Fact, by: 'person' | 'house' | 'time'): void {
    if (this.lead !== fact) {
      this.tell('decision-mixed', `It has "${fact.kind}" as a consequence of "${this.lead.kind}".`);
    }
    this.mustBeBy(by, fact.kind);
  }

  mustBeBy(by: 'person' | 'house' | 'time', what: FactKind): void {
    const isBy =
      by === 'person'
        ? this.user !== undefined
        : by === 'time'
          ? this.isTimes
          : this.user === undefined && houseDecides.has(this.lead.kind);
    if (isBy) return;
    const who = this.user ?? 'nobody';
    this.tell(
      'decision-mixed',
      `"${what}" is decided by ${by}, but ${who} is logged to have asked.`,
    );
  }

  /** Tells where a fact is not the consequence of a payment that was captured just now. */
  mustFollowCapture(fact: Fact, payment: number): void {
    const { lead } = this;
    if (lead.kind === 'captured' && lead.payment === payment) return;
    const what = `"${fact.kind}" by payment ${payment} as a consequence of "${lead.kind}"`;
    this.tell('decision-mixed', `It has ${what}.`);
  }

  mustBeOnSale(what: string): void {
    const { phase } = this.book;
    if (phase !== 'onSale') this.tell('show-not-on-sale', `${what} while the show is ${phase}.`);
  }

  /** The live hold of that number, if it is the asker's or `anyones`. */
  holdOf(number: number, what: string, anyones: boolean): Held | undefined {
    const hold = this.book.holds.get(number);
    if (hold === undefined) {
      this.tell('hold-unknown', `Hold ${number} is ${what}, but there is no such hold.`);
    } else if (!anyones && hold.user !== this.user) {
      const who = this.user ?? 'nobody in particular';
      this.tell('hold-not-theirs', `Hold ${number} of ${hold.user} is ${what} by ${who}.`);
    }
    return hold;
  }

  /** Whether all are seats of the hall and each is named once; what is not is told. */
  areSeats(seats: readonly number[]): boolean {
    const { plan } = this.book;
    let sound = true;
    const named = seats.length > 16 ? new Set(seats).size < seats.length : hasTwins(seats);
    if (named) this.tell('seat-named-twice', `A seat is named twice among ${seats.join(', ')}.`);
    for (const seat of seats) {
      if (plan.isSeat(seat)) continue;
      sound = false;
      this.tell('seat-unknown', `There is no seat ${seat} among ${plan.count}.`);
    }
    return sound && !named;
  }

  /** Moves seats from one mark to another; a seat that has a third one is told and moved too. */
  mark(seats: readonly number[], from: Mark, to: Mark, why: string): void {
    const { marks, plan } = this.book;
    for (const seat of seats) {
      if (!plan.isSeat(seat)) continue;
      const before = marks.get(seat);
      if (before !== from) {
        const is = markNames[before];
        const name = plan.nameOf(seat);
        if (from === FREE) {
          const owner = before === FREE ? '' : ` by ${this.book.ownerOf(seat)}`;
          this.tell('seat-taken', `Seat ${name} is ${why}, but it is ${is} already${owner}.`);
        } else {
          this.tell('seat-not-theirs', `Seat ${name} is ${why}, but it is ${is}.`);
        }
      }
      marks.set(seat, to);
      this.changes?.push(seat * 16 + before * 4 + to);
    }
  }
}

function hasTwins(seats: readonly number[]): boolean {
  for (let at = 1; at < seats.length; at++) {
    if (seats.indexOf(seats[at] as number) < at) return true;
  }
  return false;
}
