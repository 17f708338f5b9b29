/**
 * A payment provider, and what the services would do for it: it hears of payments once they are
 * durable, takes money or does not, and says so through the house's desk: at once, late, twice, in
 * the wrong order, with another amount, or not before it is asked. What it took is in its own
 * books, so that at the end they can be held against the log's [P4, P5].
 */
import { minor, type PaymentId, type RequestId, requestId, type ShowId } from '../../engine/ids.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { Decision, ShowEvent } from '../../engine/show/events.ts';
import type { HouseAnswer, HouseDesk } from '../../gateway/services/house-desk.ts';
import type { Kernel, Thread } from './kernel.ts';
import type { Oracle } from './oracle.ts';
import { Random } from './random.ts';

export interface ProviderSettings {
  readonly kernel: Kernel;
  readonly world: Thread;
  readonly seed: number;
  readonly oracle: Oracle;
  /** The way to the shows while there is one, and the thread that it begins on. */
  desk(): { readonly house: HouseDesk; readonly main: Thread } | undefined;
}

interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** How a payment goes at the provider's. */
type Course =
  | 'paid'
  | 'late'
  | 'declined'
  | 'declinedFirst'
  | 'otherAmount'
  | 'otherCurrency'
  | 'silent';

export interface Bill {
  readonly show: ShowId;
  readonly payment: PaymentId;
  readonly due: Money;
  readonly chance: Random;
  readonly course: Course;
  /** What the provider has taken, and whether it has given it back. */
  taken: Money | undefined;
  isGivenBack: boolean;
  /** What the log says has become of it. */
  state: 'begun' | 'failed' | 'abandoned' | 'booked' | 'owed' | 'refunded';
  captured: Money | undefined;
}

type Saying = Extract<HouseCommand, { payment: PaymentId }>;

const SECOND = 1_000_000;
/** An answer that does not come is not waited for longer than this. */
const PATIENCE_US = 2 * SECOND;
/** The only currency that tickets are sold for. */
const CURRENCY = 'INR';

const courses: Readonly<Record<Course, number>> = {
  paid: 50,
  late: 18,
  declined: 10,
  declinedFirst: 8,
  otherAmount: 4,
  otherCurrency: 2,
  silent: 8,
};

export class Provider {
  readonly bills: Bill[] = [];
  readonly counts: Record<string, number> = {};
  readonly #settings: ProviderSettings;
  readonly #byName = new Map<string, Bill>();
  readonly #answers = new Map<string, number>();
  #isCalm = false;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  /** A decision is durable, so that a provider may be told of it [D1]. */
  durable({ show, events }: Decision): void {
    for (const event of events) {
      if (event.type === 'paymentStarted') this.#begin(show, event);
      else this.#follow(show, event);
    }
  }

  /** Nothing new comes: whatever has not been said is said now. */
  settle(): void {
    this.#isCalm = true;
    for (const bill of this.bills) {
      if (bill.course === 'silent') this.#fails(bill, 'expired');
      else if (bill.course !== 'declined') this.#takes(bill);
    }
  }

  #begin(show: ShowId, event: Extract<ShowEvent, { type: 'paymentStarted' }>): void {
    const { payment, amount } = event;
    const chance = new Random(this.#settings.seed, 'provider', show, payment);
    const course = chance.weighted(courses);
    const due = { amount, currency: CURRENCY };
    const state = 'begun' as const;
    const [taken, captured, isGivenBack] = [undefined, undefined, false];
    const bill: Bill = { show, payment, due, chance, course, taken, isGivenBack, state, captured };
    this.bills.push(bill);
    this.#byName.set(nameOf(bill), bill);
    this.#count(course);
    const url = `https://provider.test/${payment}`;
    const page = { type: 'openPayment', show, payment, reference: `r${payment}`, url } as const;
    // Now and then the page comes after the money.
    this.#later(bill, chance.chance(0.9) ? 0.3 : 6, () => this.#say(bill, page, 'open'));
    this.#play(bill);
  }

  #play(bill: Bill): void {
    switch (bill.course) {
      case 'silent':
        return;
      case 'declined':
        return this.#later(bill, 3, () => this.#fails(bill, 'declined'));
      case 'declinedFirst':
        this.#later(bill, 2, () => this.#fails(bill, 'declined'));
        return this.#later(bill, 6, () => this.#takes(bill));
      case 'late':
        return this.#later(bill, 45, () => this.#takes(bill));
      default:
        this.#later(bill, 3, () => this.#takes(bill));
    }
  }

  /** The money is taken once; that it was is said once or several times. */
  #takes(bill: Bill): void {
    const { chance, due, course, show, payment } = bill;
    if (bill.taken !== undefined) return;
    const amount = course === 'otherAmount' ? due.amount + chance.pick([-1, 1, 5_000]) : due.amount;
    const currency = course === 'otherCurrency' ? 'EUR' : due.currency;
    bill.taken = { amount, currency };
    const news = {
      type: 'capturePayment',
      show,
      payment,
      amount: minor(amount),
      currency,
    } as const;
    this.#say(bill, news, 'capture');
    if (!chance.chance(0.3)) return;
    this.#count('said twice');
    const id = chance.chance(0.5) ? 'capture' : 'capture again';
    this.#later(bill, 2, () => this.#say(bill, news, id));
  }

  #fails(bill: Bill, reason: 'declined' | 'expired'): void {
    const { show, payment } = bill;
    this.#say(bill, { type: 'failPayment', show, payment, reason }, 'fail');
  }

  #follow(show: ShowId, event: ShowEvent): void {
    switch (event.type) {
      case 'paymentFailed':
      case 'paymentAbandoned': {
        const bill = this.#bill(show, event.payment);
        if (bill !== undefined)
          bill.state = event.type === 'paymentFailed' ? 'failed' : 'abandoned';
        return;
      }
      case 'paymentCaptured':
        return this.#captured(this.#bill(show, event.payment), event);
      case 'holdBooked':
      case 'seatsBooked': {
        const payment = event.type === 'holdBooked' ? event.paid?.payment : event.payment;
        const bill = payment === undefined ? undefined : this.#bill(show, payment);
        if (bill === undefined) return;
        bill.state = 'booked';
        if (event.type === 'seatsBooked') this.#count('booked without its hold');
        return;
      }
      case 'refundOwed':
        return this.#owed(this.#bill(show, event.payment), event);
      case 'refunded': {
        const bill = this.#bill(show, event.payment);
        if (bill === undefined) return;
        if (!bill.isGivenBack) this.#violate(bill, 'is refunded, though nothing was given back');
        bill.state = 'refunded';
        return;
      }
      default:
    }
  }

  #captured(bill: Bill | undefined, { amount, currency }: Money): void {
    if (bill === undefined) return;
    if (bill.captured !== undefined) this.#violate(bill, 'is captured twice');
    bill.captured = { amount, currency };
    if (bill.taken === undefined || !isSame(bill.taken, bill.captured)) {
      this.#violate(bill, `is captured with ${amount} ${currency}, which was not taken`);
    }
  }

  /** Money that is owed is given back as it was taken, once. */
  #owed(bill: Bill | undefined, money: Money): void {
    if (bill === undefined) return;
    if (bill.taken === undefined || !isSame(bill.taken, money)) {
      this.#violate(bill, `is owed ${money.amount} ${money.currency}, which was not taken`);
    }
    if (bill.isGivenBack) this.#violate(bill, 'is owed back again');
    bill.state = 'owed';
    const { show, payment, chance } = bill;
    this.#later(bill, 4, () => {
      bill.isGivenBack = true;
      this.#say(bill, { type: 'confirmRefund', show, payment }, 'refund');
      if (chance.chance(0.2)) {
        this.#later(bill, 2, () =>
          this.#say(bill, { type: 'confirmRefund', show, payment }, 'again'),
        );
      }
    });
  }

  /** Says it until a show has heard it, each time under the one id. */
  #say(bill: Bill, command: Saying, what: string): void {
    const { kernel, world } = this.#settings;
    const id = requestId(`${what}-${bill.payment}`);
    let isDone = false;
    const again = () => {
      if (!isDone) this.#later(bill, 1, attempt);
    };
    const attempt = () => {
      if (isDone) return;
      const desk = this.#settings.desk();
      if (desk === undefined) return again();
      let isHeard = false;
      const heard = (answer: HouseAnswer) => {
        if (isHeard || isDone) return;
        isHeard = true;
        isDone = this.#answered(bill, command, id, answer);
        again();
      };
      kernel.after(desk.main, 50, () => {
        desk.house.ask(command, id).then((answer) => kernel.after(world, 50, () => heard(answer)));
      });
      kernel.after(world, PATIENCE_US, () => {
        if (isHeard) return;
        isHeard = true;
        again();
      });
    };
    attempt();
  }

  /** Whether it need not be said again. */
  #answered(bill: Bill, command: Saying, id: RequestId, answer: HouseAnswer): boolean {
    if (answer.type === 'failed') return false;
    if (answer.type === 'rejected') {
      this.#count(`${command.type}: ${answer.reason}`);
      if (answer.reason !== 'paymentSettled') {
        this.#violate(bill, `is answered ${answer.reason} to ${command.type}`);
      }
      return true;
    }
    this.#count(`${command.type}: accepted`);
    const decision = this.#settings.oracle.follower.show(bill.show).decisions[answer.seq];
    if (decision?.requestId !== id || decision.frame.lsn !== answer.lsn) {
      this.#violate(bill, `is told of decision ${answer.seq}, which the log does not have so`);
    }
    const name = `${bill.show}/${id}`;
    const earlier = this.#answers.get(name) ?? answer.seq;
    if (earlier !== answer.seq) this.#violate(bill, `is decided twice: ${id}`);
    this.#answers.set(name, answer.seq);
    return true;
  }

  #bill(show: ShowId, payment: PaymentId): Bill | undefined {
    const bill = this.#byName.get(`${show}/${payment}`);
    if (bill === undefined) {
      const text = `show ${show}: the log goes on with payment ${payment}, which was never begun`;
      this.#settings.oracle.violate('money', text);
    }
    return bill;
  }

  /** Within so many seconds; soon, once all is calm. */
  #later({ chance }: Bill, seconds: number, act: () => void): void {
    const { kernel, world } = this.#settings;
    const longest = (this.#isCalm ? Math.min(seconds, 1) : seconds) * SECOND;
    kernel.after(world, chance.between(20_000, longest), act);
  }

  #violate({ show, payment }: Bill, text: string): void {
    this.#settings.oracle.violate('money', `show ${show}: payment ${payment} ${text}`);
  }

  #count(what: string): void {
    const name = `provider: ${what}`;
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }
}

function nameOf({ show, payment }: Bill): string {
  return `${show}/${payment}`;
}

export function isSame(some: Money, other: Money): boolean {
  return some.amount === other.amount && some.currency === other.currency;
}
