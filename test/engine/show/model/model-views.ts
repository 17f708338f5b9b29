/** What a show tells of itself and what it tells one of its users, from the model [W8, W9, M4]. */
import {
  millis,
  minor,
  type PaymentId,
  seq,
  showId,
  ticket,
  type UserId,
} from '../../../../engine/ids.ts';
import type { MineShow, ShowView } from '../../../../engine/show/views.ts';
import { quoteOf } from './model-money.ts';
import { type ModelShow, sum } from './model-show.ts';
import { pinnedUntil } from './model-terms.ts';

const codes = { free: 0, held: 1, booked: 2, blocked: 3 } as const;

export function modelView(model: ModelShow): ShowView {
  const seats = new Uint8Array(Math.ceil(model.seats.length / 4));
  model.seats.forEach((state, seat) => {
    const byte = Math.floor(seat / 4);
    seats[byte] = (seats[byte] ?? 0) + codes[state] * 4 ** (seat % 4);
  });
  return {
    show: showId(model.name),
    seq: seq(model.seq),
    phase: model.phase,
    seats,
    serving: model.line[0]?.ticket ?? 0,
    waiting: model.line.length,
    earmarked: model.earmarked,
  };
}

/** Undefined where the user has nothing here and never booked anything. */
export function modelMine(model: ModelShow, user: UserId): MineShow | undefined {
  if (!model.hasSomething(user)) return undefined;
  const own = (each: { readonly user: UserId }) => each.user === user;
  const { currency } = model.terms;
  const waiter = model.waiterOf(user);
  const offer = model.offerOf(user);
  const holds = model.holds.filter(own).sort((a, b) => a.id - b.id);
  return {
    show: showId(model.name),
    holds: holds.map(({ id, seats, deadlineMs, payment }) => {
      const { prices, lines } = quoteOf(model, seats);
      const discounts = lines.map((line) => ({ ...line, off: minor(line.off) }));
      const total = sum(prices);
      return {
        hold: id,
        seats,
        deadlineMs: millis(deadlineMs),
        currency,
        prices,
        total,
        discounts,
        ...(payment === undefined ? {} : { payment: viewPayment(model, payment, deadlineMs) }),
      };
    }),
    bookings: model.bookings.filter(own).map(({ ref, seats, total, state, payment }) => {
      const money = model.payments.find(({ id }) => id === payment)?.state;
      const refund = money === 'owed' || money === 'refunded' ? { refund: money } : {};
      return { booking: ref, seats, currency, total, state, ...refund };
    }),
    wait:
      waiter === undefined
        ? null
        : {
            ticket: ticket(waiter.ticket),
            party: waiter.party,
            ahead: model.ahead(user),
            serving: model.line[0]?.ticket ?? 0,
            untilMs: millis(waiter.untilMs),
          },
    offer: offer === undefined ? null : { party: offer.party, untilMs: millis(offer.untilMs) },
  };
}

function viewPayment(model: ModelShow, payment: PaymentId, deadlineMs: number) {
  const url = model.payments.find(({ id }) => id === payment)?.page?.url ?? null;
  return { payment, pinnedUntilMs: millis(pinnedUntil(model.terms, deadlineMs)), url };
}
