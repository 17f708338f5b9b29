/** Bugs planted in what is done with payments, and in the house's bulk commands [P1–P5, B3]. */
import { seq } from '../../../../engine/ids.ts';
import { quote } from '../../../../engine/pricing/quote.ts';
import { makeReference } from '../../../../engine/show/bookings/reference.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import { Waitlist } from '../../../../engine/show/waitlist/waitlist.ts';
import {
  type Answered,
  answering,
  bug,
  evolving,
  type PlantedBug,
  seeing,
  timing,
  withTerms,
  writing,
} from './bug-kinds.ts';
import { type Engine, realEngine } from './engine.ts';
import { fullTerms } from './model-terms.ts';

/** A success that comes too late is booked all the same, whoever has the seats by now. */
const bookedAnyway: Answered = (verdict, show) => {
  const [captured, owed] = verdict.type === 'decided' ? verdict.events : [];
  if (captured?.type !== 'paymentCaptured' || owed?.type !== 'refundOwed') return verdict;
  if (owed.reason !== 'tooLate') return verdict;
  const { user, payment } = owed;
  const seats = show.payments.seats(show.payments.known(payment));
  const { prices } = quote(show.terms, show.layout, seats);
  const booking = makeReference(show.id, seq(show.seq + 1));
  const booked = { type: 'seatsBooked', booking, user, seats, prices, payment } as const;
  return { type: 'decided', events: [captured, booked] };
};

/** Where the hold is gone the money goes back, though its seats are still there. */
const neverBookedLate: Answered = (verdict) => {
  const [captured, booked] = verdict.type === 'decided' ? verdict.events : [];
  if (captured?.type !== 'paymentCaptured' || booked?.type !== 'seatsBooked') return verdict;
  const owed = { ...captured, type: 'refundOwed', reason: 'tooLate' } as const;
  return { type: 'decided', events: [captured, owed] };
};

/** Whatever the provider took is taken for what it was to take. */
const uncompared: Engine = {
  ...realEngine,
  decide: (show, command, stamp) => {
    if (command.type !== 'capturePayment') return realEngine.decide(show, command, stamp);
    const index = show.payments.find(command.payment);
    const amount = index < 0 ? command.amount : show.payments.amount(index);
    return realEngine.decide(show, { ...command, amount }, stamp);
  },
};

const uncomparedCurrency: Engine = {
  ...realEngine,
  decide: (show, command, stamp) => {
    if (command.type !== 'capturePayment') return realEngine.decide(show, command, stamp);
    const { currency } = command;
    return realEngine.decide(
      withTerms(show, () => ({ currency })),
      command,
      stamp,
    );
  },
};

const without = (type: ShowEvent['type'], cause: ShowEvent['type']): Engine =>
  writing((events) =>
    events[0]?.type === cause ? events.filter((event) => event.type !== type) : events,
  );

const inHolds: readonly PlantedBug[] = [
  bug(
    'P1',
    'a hold is booked though it was to be paid for',
    answering((verdict, show, command, stamp) =>
      command.type === 'book'
        ? realEngine.decide(
            withTerms(show, () => ({ payments: 'none' })),
            command,
            stamp,
          )
        : verdict,
    ),
  ),
  bug(
    'P2',
    'a hold that is paid for expires at the plain deadline',
    timing(() => ({ paymentGraceMs: 0 })),
  ),
  bug(
    'P2',
    '`>` for `>=` when the wait for a provider is over',
    timing((terms) => {
      const { paymentGraceMs, graceMs } = fullTerms(terms);
      return { paymentGraceMs: Math.max(paymentGraceMs, graceMs) + 1 };
    }),
  ),
  bug(
    'P2',
    'a failed payment still keeps its hold',
    evolving((show, event) => {
      if (event.type !== 'paymentFailed') return;
      const id = show.payments.hold(show.payments.known(event.payment));
      const hold = show.holds.get(id);
      if (hold === undefined) return;
      hold.payment = event.payment;
      show.holds.delete(id);
      show.pinned.insert(id, hold, () => false);
    }),
  ),
  bug(
    'P2',
    'nobody is told that an expired hold need not be paid',
    without('paymentAbandoned', 'holdExpired'),
  ),
];

const inCaptures: readonly PlantedBug[] = [
  bug('P3', 'a late success is booked though the seats were given away', answering(bookedAnyway)),
  bug('P3', 'a late success is never booked', answering(neverBookedLate)),
  bug(
    'P3',
    'a late success passes the line',
    seeing(['capturePayment'], () => ({ waitlist: new Waitlist() })),
  ),
  bug(
    'P3',
    'a late success takes what others were promised',
    seeing(['capturePayment'], () => ({ earmarked: 0 })),
  ),
  bug('P4', 'the amount is not compared', uncompared),
  bug('P4', 'the currency is not compared', uncomparedCurrency),
  bug(
    'P4',
    'a success after a failure is not heard',
    answering((verdict, show, command) => {
      const isAfter =
        command.type === 'capturePayment' &&
        verdict.type === 'decided' &&
        show.payments.state(show.payments.known(command.payment)) === 'failed';
      return isAfter ? { type: 'rejected', reason: 'paymentSettled', state: 'failed' } : verdict;
    }),
  ),
];

const inRefunds: readonly PlantedBug[] = [
  bug('B2', 'a cancelled booking owes nothing', without('refundOwed', 'bookingsCancelled')),
  bug(
    'P5',
    'what was given back is owed once more',
    evolving(({ payments }, event) => {
      if (event.type === 'refunded') payments.setState(payments.known(event.payment), 'owed');
    }),
  ),
  bug(
    'P5',
    'what was to be paid goes back, not what was taken',
    writing((events, { payments }) =>
      events.map((event) =>
        event.type === 'refundOwed'
          ? { ...event, amount: payments.amount(payments.known(event.payment)) }
          : event,
      ),
    ),
  ),
];

const inBulk: readonly PlantedBug[] = [
  bug(
    'B3',
    'the house books past the line',
    seeing(['bookSeats'], () => ({ waitlist: new Waitlist() })),
  ),
  bug(
    'B3',
    'of the bookings of several only one hears that they are cancelled',
    writing((events) =>
      events[0]?.type === 'bookingsCancelled'
        ? events.filter((event, at) => event.type !== 'bookingsCancelled' || at === 0)
        : events,
    ),
  ),
];

export const plantedPaymentBugs: readonly PlantedBug[] = [
  ...inHolds,
  ...inCaptures,
  ...inRefunds,
  ...inBulk,
];
