/**
 * Money as the log tells of it, counted from the events alone: what was captured of each payment,
 * and what became of it. Knows nothing of the engine's own tables [P5].
 */
import type { BookingRef, PaymentId } from '../../engine/ids.ts';
import type { ShowEvent } from '../../engine/show/events.ts';

interface Money {
  readonly amount: number;
  readonly currency: string;
}

export class MoneyLedger {
  readonly captured = new Map<PaymentId, Money>();
  readonly owed = new Map<PaymentId, Money>();
  readonly refunded = new Map<PaymentId, Money>();
  /** Payments by the live booking that they paid for. */
  readonly booked = new Map<BookingRef, PaymentId>();

  /** Takes in a decision. @throws Error where money appears, vanishes or goes twice. */
  take(events: readonly ShowEvent[]): void {
    for (const event of events) this.#take(event);
    for (const [payment, { amount, currency }] of this.captured) {
      const places = [
        [...this.booked.values()].filter((paid) => paid === payment).length,
        this.owed.has(payment) ? 1 : 0,
        this.refunded.has(payment) ? 1 : 0,
      ];
      const sum = places.reduce((total, count) => total + count, 0);
      if (sum !== 1) throw new Error(`payment ${payment} is in ${places.join('/')} places`);
      const back = this.owed.get(payment) ?? this.refunded.get(payment);
      if (back !== undefined && (back.amount !== amount || back.currency !== currency)) {
        throw new Error(`payment ${payment}: ${amount} came in, ${back.amount} goes out`);
      }
    }
  }

  #take(event: ShowEvent): void {
    switch (event.type) {
      case 'paymentCaptured':
        if (this.captured.has(event.payment)) throw new Error('captured twice');
        this.captured.set(event.payment, event);
        return;
      case 'holdBooked':
        if (event.paid !== undefined) this.booked.set(event.booking, event.paid.payment);
        return;
      case 'seatsBooked':
        if (event.payment !== undefined) this.booked.set(event.booking, event.payment);
        return;
      case 'bookingsCancelled':
        for (const booking of event.bookings) this.booked.delete(booking);
        return;
      case 'refundOwed':
        if (this.owed.has(event.payment)) throw new Error('owed twice');
        this.owed.set(event.payment, event);
        return;
      case 'refunded':
        if (!this.owed.delete(event.payment)) throw new Error('nothing was owed');
        this.refunded.set(event.payment, event);
        return;
      default:
    }
  }
}
