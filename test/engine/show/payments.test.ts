/** Paying: begun, kept waiting for, captured, failed, too late, given back [P1–P5]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HoldId, minor, type PaymentId, paymentId } from '../../../engine/ids.ts';
import type { ShowTerms } from '../../../engine/show/terms.ts';
import { MoneyLedger } from '../../support/money-ledger.ts';
import {
  decided,
  first,
  minute,
  onSale,
  second,
  type TestShow,
} from '../../support/show-harness.ts';

const paid: Partial<ShowTerms> = { payments: 'provider' };

function pay(show: TestShow, user: string, hold: HoldId): PaymentId {
  return first(show.ask(user, { type: 'pay', hold }), 'paymentStarted').payment;
}

function capture(show: TestShow, payment: PaymentId, amount: number, currency = 'INR') {
  return show.tell({ type: 'capturePayment', payment, amount: minor(amount), currency });
}

const fail = (show: TestShow, payment: PaymentId) =>
  show.tell({ type: 'failPayment', payment, reason: 'declined' });

const types = (answer: ReturnType<TestShow['tell']>) =>
  decided(answer).events.map((event) => event.type);

/** A show of four seats, a hold of two of them by ann, and a payment begun for it. */
function begun(): { show: TestShow; hold: HoldId; payment: PaymentId } {
  const show = onSale([4], paid);
  const hold = show.hold('ann', [0, 1]);
  return { show, hold, payment: pay(show, 'ann', hold) };
}

describe('paying for a hold', () => {
  it('[P1] is the only way to book it where a provider takes the money', () => {
    const { show, hold, payment } = begun();
    const wish = { type: 'book', hold } as const;
    expect(show.refusal('ann', wish)).toMatchObject({ reason: 'paymentNeeded', total: 2_000 });
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'holdBooked']);
    expect(show.map).toBe('bb..');
  });

  it('[P1] is not asked for where nothing is to be paid, or payments are off', () => {
    const free = onSale([2], { ...paid, prices: [minor(0)] });
    const hold = free.hold('ann', [0]);
    expect(free.refusal('ann', { type: 'pay', hold }).reason).toBe('paymentNotNeeded');
    free.book('ann', hold);
    const off = onSale([2]);
    const other = off.hold('ann', [0]);
    expect(off.refusal('ann', { type: 'pay', hold: other }).reason).toBe('paymentNotNeeded');
  });

  it('[P1] [H6] is the holder’s alone, and the amount is that of the hold', () => {
    const show = onSale([4], paid);
    const hold = show.hold('ann', [0, 1]);
    expect(show.refusal('bob', { type: 'pay', hold }).reason).toBe('holdNotFound');
    const begins = first(show.ask('ann', { type: 'pay', hold }), 'paymentStarted');
    expect(begins).toMatchObject({ hold, seats: [0, 1], amount: 2_000 });
  });

  it('[P2] keeps the hold for 60 seconds past its deadline, to the millisecond', () => {
    const { show, hold, payment } = begun();
    const held = show.show.pinned.get(hold);
    const deadlineMs = held?.deadlineMs ?? 0;
    show.advanceTo(deadlineMs + minute - 1);
    expect(show.map).toBe('hh..');
    show.advance(1);
    expect(show.map).toBe('....');
    expect(show.said.join()).toContain('paymentAbandoned');
    expect(show.show.payments.state(show.show.payments.find(payment))).toBe('abandoned');
  });

  it('[P2] a hold that nobody pays for ends as ever, also beside one that is paid for', () => {
    const { show } = begun();
    show.hold('bob', [2]);
    show.advance(5 * minute + 5 * second);
    expect(show.map).toBe('hh..');
  });

  it('[P2] a payment that failed leaves the hold as it was, to be tried again in time', () => {
    const { show, hold, payment } = begun();
    show.advance(4 * minute);
    expect(types(fail(show, payment))).toEqual(['paymentFailed']);
    const again = pay(show, 'ann', hold);
    expect(types(capture(show, again, 2_000))).toEqual(['paymentCaptured', 'holdBooked']);
  });

  it('[P2] a payment that failed after the deadline ends the hold at once', () => {
    const { show, payment } = begun();
    show.advance(5 * minute + 30 * second);
    expect(show.map).toBe('hh..');
    fail(show, payment);
    show.advance(0);
    expect(show.map).toBe('....');
  });

  it('[P2] the hold stays as it is meanwhile: it is not changed, nor paid for twice', () => {
    const { show, hold, payment } = begun();
    const pending = { reason: 'paymentPending', payment };
    expect(show.refusal('ann', { type: 'change', hold, seats: [2] })).toMatchObject(pending);
    expect(show.refusal('ann', { type: 'pay', hold })).toMatchObject(pending);
    expect(show.refusal('ann', { type: 'book', hold }).reason).toBe('paymentNeeded');
  });

  it('[P2] giving the hold back gives the payment up', () => {
    const { show, hold } = begun();
    const events = decided(show.ask('ann', { type: 'release', hold })).events;
    expect(events.map((event) => event.type)).toEqual(['holdReleased', 'paymentAbandoned']);
    expect(show.map).toBe('....');
  });

  it('[P2] [D2] deadlines that an outage puts off put off the end of payments with them', () => {
    const { show, hold } = begun();
    const bob = show.hold('bob', [2]);
    const floor = show.nowMs + 10 * minute;
    show.outage(floor);
    expect(show.show.pinned.get(hold)?.deadlineMs).toBe(floor);
    expect(show.show.holds.get(bob)?.deadlineMs).toBe(floor);
    show.advanceTo(floor + 5 * second);
    expect(show.map).toBe('hh..');
    show.advanceTo(floor + minute);
    expect(show.map).toBe('....');
  });
});

describe('a success that comes late', () => {
  it('[P3] is booked where exactly those seats can still be had', () => {
    const { show, payment } = begun();
    show.advance(7 * minute);
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'seatsBooked']);
    expect(show.map).toBe('bb..');
  });

  it('[P3] is given back where one of the seats has gone to somebody else', () => {
    const { show, payment } = begun();
    show.advance(7 * minute);
    show.hold('bob', [1]);
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'refundOwed']);
    expect(show.map).toBe('.h..');
  });

  it('[P3] [W2] is given back where anybody waits, though the seats are free', () => {
    const show = onSale([4], paid);
    const hold = show.hold('ann', [0, 1]);
    const payment = pay(show, 'ann', hold);
    show.hold('bob', [2, 3]);
    show.wait('cid', 4);
    show.release('ann', hold);
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'refundOwed']);
  });

  it('[P3] [W4] is given back where the seats are promised to somebody’s offer', () => {
    const show = onSale([2], paid);
    const hold = show.hold('ann', [0, 1]);
    const payment = pay(show, 'ann', hold);
    show.wait('bob', 2);
    show.release('ann', hold);
    expect(show.offers).toBe('bob 2');
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'refundOwed']);
  });

  it('[P3] [H2] is given back where the payer has as many seats as anybody may have', () => {
    const show = onSale([12], paid);
    const hold = show.hold('ann', [0, 1]);
    const payment = pay(show, 'ann', hold);
    show.release('ann', hold);
    show.hold('ann', [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'refundOwed']);
  });

  it('[P3] [S3] is given back once the sale has closed', () => {
    const { show, payment } = begun();
    show.advanceTo(show.show.terms.startsAtMs);
    expect(types(capture(show, payment, 2_000))).toEqual(['paymentCaptured', 'refundOwed']);
  });

  it('[P3] [P4] counts also after it was said to have failed', () => {
    const { show, hold, payment } = begun();
    fail(show, payment);
    const other = pay(show, 'ann', hold);
    expect(types(capture(show, payment, 2_000))).toEqual([
      'paymentCaptured',
      'holdBooked',
      'paymentAbandoned',
    ]);
    expect(types(capture(show, other, 2_000))).toEqual(['paymentCaptured', 'refundOwed']);
  });
});

describe('what a provider says', () => {
  it('[P4] counts once: the same news again changes nothing', () => {
    const { show, payment } = begun();
    capture(show, payment, 2_000);
    for (const again of [capture(show, payment, 2_000), fail(show, payment)]) {
      expect(again).toMatchObject({ reason: 'paymentSettled', state: 'booked' });
    }
    expect(show.houseRefusal({ type: 'confirmRefund', payment }).reason).toBe('paymentSettled');
  });

  it('[P4] of another amount or currency is given back as it came, and the hold is free of it', () => {
    for (const [amount, currency] of [
      [1_999, 'INR'],
      [2_000, 'USD'],
    ] as const) {
      const { show, hold, payment } = begun();
      const answer = decided(capture(show, payment, amount, currency));
      const money = { payment, amount, currency };
      expect(answer.events).toMatchObject([
        { type: 'paymentCaptured', ...money },
        { type: 'refundOwed', ...money, reason: 'amountDiffers' },
      ]);
      const back = decided(show.tell({ type: 'confirmRefund', payment }));
      expect(back.events).toMatchObject([{ type: 'refunded', ...money }]);
      capture(show, pay(show, 'ann', hold), 2_000);
      expect(show.map).toBe('bb..');
    }
  });

  it('[P4] of a payment that nobody began is refused', () => {
    const { show } = begun();
    expect(capture(show, paymentId(999), 1)).toMatchObject({ reason: 'paymentNotFound' });
  });

  it('[P4] about its page is too late once nobody shall pay', () => {
    const { show, hold, payment } = begun();
    const page = { type: 'openPayment', payment, reference: 'r', url: 'https://p/1' } as const;
    decided(show.tell(page));
    expect(show.show.payments.page(0)).toEqual({ reference: 'r', url: 'https://p/1' });
    show.release('ann', hold);
    expect(show.show.payments.page(0)).toBeUndefined();
    expect(show.houseRefusal(page)).toMatchObject({ state: 'abandoned' });
  });
});

describe('money that goes back', () => {
  it('[B2] [P5] is owed in the decision that cancels a paid booking', () => {
    const { show, payment } = begun();
    capture(show, payment, 2_000);
    const booking = show.show.bookings.ref(0);
    const { events } = decided(show.ask('ann', { type: 'cancel', bookings: [booking] }));
    expect(events).toMatchObject([
      { type: 'bookingsCancelled', refund: 2_000 },
      { type: 'refundOwed', payment, amount: 2_000, reason: 'bookingCancelled' },
    ]);
  });

  it('[S3] [P5] is owed to everybody who paid when the show is cancelled', () => {
    const { show, payment } = begun();
    capture(show, payment, 2_000);
    const open = pay(show, 'bob', show.hold('bob', [2]));
    show.cancelShow();
    const { events } = show.decisions.at(-1) ?? { events: [] };
    expect(events.map((event) => event.type)).toEqual([
      'showCancelled',
      'holdReleased',
      'paymentAbandoned',
      'bookingsCancelled',
      'refundOwed',
    ]);
    expect(types(capture(show, open, 1_000))).toEqual(['paymentCaptured', 'refundOwed']);
  });
});

type Step = readonly [kind: number, who: number, what: number, time: number];

describe('any history', () => {
  it('[P4] [P5] [D3] keeps all money in one place each, and replays to the same bytes', () => {
    const step = fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 7 }),
      fc.integer({ min: 0, max: 200 }),
    );
    let captures = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 90 }), (steps) => {
        const show = onSale([8], { ...paid, seatsPerUser: 6 });
        for (const each of steps) play(show, each);
        const ledger = new MoneyLedger();
        for (const { events } of show.decisions) ledger.take(events);
        captures += ledger.captured.size;
        expect(show.replay()).toEqual(show.bytes);
      }),
      { numRuns: 300 },
    );
    expect(captures).toBeGreaterThan(300);
  });
});

function play(show: TestShow, [kind, who, what, time]: Step): void {
  const user = ['ann', 'bob', 'cid', 'dan'][who] ?? 'ann';
  const holds = [...show.show.holds.values(), ...show.show.pinned.values()];
  const hold = holds[what % Math.max(1, holds.length)];
  const { payments, bookings } = show.show;
  const index = time % 3 === 0 ? what % Math.max(1, payments.size) : payments.size - 1;
  const payment = paymentId(payments.size === 0 ? 1 : payments.payment(index));
  const due = payments.size === 0 ? 0 : payments.amount(payments.find(payment));
  const amount = time % 7 === 0 ? due + 1 : due;
  switch (kind) {
    case 0:
    case 1:
      return void show.ask(user, { type: 'hold', seats: [what] });
    case 2:
    case 3:
      if (hold !== undefined) show.ask(hold.user, { type: 'pay', hold: hold.id });
      return;
    case 4:
    case 5:
      return void capture(show, payment, amount);
    case 6:
      return void (time % 2 === 0
        ? fail(show, payment)
        : show.tell({ type: 'confirmRefund', payment }));
    case 7:
      if (hold !== undefined) show.ask(hold.user, { type: 'release', hold: hold.id });
      return;
    case 8:
      if (bookings.size > 0) {
        const index = what % bookings.size;
        const owner = show.show.users.user(bookings.user(index));
        show.ask(owner, { type: 'cancel', bookings: [bookings.ref(index)] });
      }
      return;
    default:
      show.ask(user, { type: 'wait', party: 1 + (what % 3) });
      show.advance(time * second);
  }
}
