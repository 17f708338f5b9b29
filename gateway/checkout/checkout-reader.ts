/**
 * The checkout's reader of the log: what has been decided of payments becomes tasks, in the very
 * transaction that notes how far it has read, so that none is lost and none is made twice.
 *
 *   paymentStarted   ─▶ open     lock at the theatre, then have the provider make a page
 *   paymentOpened    ─▶ watch    ask what has become of it, until that is known [P4]
 *   paymentAbandoned ─▶ watch    tell the provider that nobody shall pay it any more
 *   refundOwed       ─▶ refund   have the provider give the money back, until it has
 *   booked, or not   ─▶ theatre  tell the theatre's own system which [B4]
 */
import type { Database } from 'better-sqlite3';
import { type Millis, millis } from '../../engine/ids.ts';
import type { Decision, ShowEvent } from '../../engine/show/events.ts';
import { paymentName } from '../../engine/show/payments/payment-name.ts';
import type { DurableEntry, LogReader } from '../../persistence/services/log-reader.ts';
import type { NewTask } from '../../persistence/services/tasks.ts';
import { PaymentRows, resetPaymentRows } from './payment-rows.ts';

/** How long a provider may be silent before it is asked. */
const FIRST_ASKED_AFTER_MS = 15_000;

/** When a payment that has failed is asked about once more. */
const ASKED_AGAIN_MS = [60_000, 15 * 60_000, 24 * 3_600_000] as const;

export const checkoutKinds = {
  open: 'payment-open',
  watch: 'payment-watch',
  refund: 'payment-refund',
  theatre: 'theatre',
} as const;

export interface CheckoutTask {
  readonly payment: string;
}

export interface TheatreTask extends CheckoutTask {
  readonly tell: 'confirm' | 'release';
}

export class CheckoutReader implements LogReader {
  readonly name = 'checkout';
  readonly version = 1;
  readonly #addTasks: (tasks: readonly NewTask[]) => void;
  #rows: PaymentRows | undefined;

  /** `addTasks` is called within the reader's transaction. */
  constructor(addTasks: (tasks: readonly NewTask[]) => void) {
    this.#addTasks = addTasks;
  }

  reset(db: Database): void {
    resetPaymentRows(db);
    this.#rows = undefined;
  }

  take(entries: readonly DurableEntry[], db: Database): void {
    this.#rows ??= new PaymentRows(db);
    const rows = this.#rows;
    const tasks: NewTask[] = [];
    for (const entry of entries) {
      if (entry.type !== 'decision') continue;
      const { decision, timeMs } = entry;
      decision.events.forEach((event, index) => {
        take(rows, decision, event, timeMs, tasks, index);
      });
    }
    if (tasks.length > 0) this.#addTasks(tasks);
  }
}

function take(
  rows: PaymentRows,
  { show, seq, user }: Decision,
  event: ShowEvent,
  timeMs: Millis,
  tasks: NewTask[],
  index: number,
): void {
  const add = (payment: string, kind: string, dueMs = timeMs): void => {
    const id = `${kind}:${show}.${seq}.${index}`;
    tasks.push({ id, kind, lane: '', body: { payment }, dueMs });
  };
  const tellTheatre = (payment: string, tell: TheatreTask['tell']): void => {
    const id = `theatre:${tell}:${payment}`;
    const lane = `theatre:${payment}`;
    tasks.push({ id, kind: checkoutKinds.theatre, lane, body: { payment, tell }, dueMs: timeMs });
  };
  switch (event.type) {
    case 'paymentStarted': {
      const { payment, seats, amount, pinnedUntilMs } = event;
      const name = paymentName(show, payment);
      rows.add({ name, show, payment, user: user ?? '', seats, amount, pinnedUntilMs });
      return add(name, checkoutKinds.open);
    }
    case 'paymentOpened': {
      const name = paymentName(show, event.payment);
      rows.opened(name, event.reference);
      return add(name, checkoutKinds.watch, millis(timeMs + FIRST_ASKED_AFTER_MS));
    }
    case 'paymentAbandoned': {
      const name = paymentName(show, event.payment);
      rows.setState(name, 'abandoned');
      return add(name, checkoutKinds.watch);
    }
    case 'paymentFailed': {
      const name = paymentName(show, event.payment);
      rows.setState(name, 'failed');
      // A provider may take the money after all, and its word of that may be lost [P4].
      ASKED_AGAIN_MS.forEach((afterMs, again) => {
        const kind = checkoutKinds.watch;
        const id = `${kind}:${show}.${seq}.${index}:${again}`;
        const dueMs = millis(timeMs + afterMs);
        tasks.push({ id, kind, lane: '', body: { payment: name }, dueMs });
      });
      return tellTheatre(name, 'release');
    }
    case 'holdBooked':
    case 'seatsBooked': {
      const payment = event.type === 'holdBooked' ? event.paid?.payment : event.payment;
      if (payment === undefined) return;
      const name = paymentName(show, payment);
      rows.booked(name, event.booking);
      return tellTheatre(name, 'confirm');
    }
    case 'refundOwed': {
      const name = paymentName(show, event.payment);
      rows.owed(name, event.amount, event.currency);
      tellTheatre(name, 'release');
      return add(name, checkoutKinds.refund);
    }
    case 'refunded':
      return rows.setState(paymentName(show, event.payment), 'refunded');
    default:
  }
}
