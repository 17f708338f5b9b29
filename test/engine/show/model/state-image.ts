/**
 * The whole state of a show as plain data, once from the engine's actor and once from the model,
 * so that the two can be laid side by side after every command.
 */
import type { UserId } from '../../../../engine/ids.ts';
import { grantable, pool, type Show } from '../../../../engine/show/show.ts';
import { nextDueMs } from '../../../../engine/show/time/pass-time.ts';
import { bookingsIn, userNamed } from '../../../support/show-books.ts';
import type { ModelHold, ModelShow } from './model-show.ts';
import { dueTimes } from './model-time.ts';

const marks = { free: '.', held: 'h', booked: 'b', blocked: 'x' } as const;

/** What the engine's actor holds, read field by field from where the engine keeps it. */
export function imageOfShow(show: Show, users: readonly UserId[]): object {
  const { seats, waitlist } = show;
  const due = nextDueMs(show);
  return {
    phase: show.phase,
    seq: show.seq,
    due: Number.isFinite(due) ? due : 'never',
    seats: Array.from({ length: show.layout.count }, (_, seat) => '.hbx'.charAt(seats.get(seat))),
    counts: [seats.free, seats.held, seats.booked, seats.blocked],
    promised: [show.earmarked, grantable(show), pool(show)],
    holds: [...show.holds.values()].map(imageOfHold),
    pinned: [...show.pinned.values()].map((each) => [each.payment, ...imageOfHold(each)]),
    payments: Array.from({ length: show.payments.size }, (_, index) => imageOfPayment(show, index)),
    offers: [...show.offers.values()].map((each) => [each.user, each.party, each.untilMs]),
    line: [...waitlist.inOrder()].map((each) => {
      const overtaken = waitlist.overtakers.filter((ticket) => ticket > each.ticket).length;
      return [each.user, each.party, each.ticket, each.untilMs, waitlist.ahead(each), overtaken];
    }),
    tickets: [waitlist.size, waitlist.serving, waitlist.nextTicket],
    bookings: bookingsIn(show).map((each) => {
      return [each.ref, each.user, each.seats, each.total, each.state];
    }),
    paidBy: Array.from({ length: show.bookings.size }, (_, index) => show.bookings.payment(index)),
    users: users.map((user) => {
      const record = userNamed(show, user);
      return {
        counted: record?.counted ?? 0,
        holds: record?.holds ?? [],
        bookings: record?.bookings ?? [],
        waits: record?.waiter?.ticket ?? 0,
        offered: record?.offer?.party ?? 0,
      };
    }),
  };
}

function imageOfHold(hold: Omit<ModelHold, 'payment'>): readonly unknown[] {
  return [hold.id, hold.user, hold.seats, hold.prices, hold.deadlineMs];
}

/** What was captured is kept by itself only where it is not what was to be paid. */
function imageOfPayment({ payments, terms }: Show, index: number): readonly unknown[] {
  const [state, amount, page] = [
    payments.state(index),
    payments.amount(index),
    payments.page(index),
  ];
  const hasMoney = state === 'booked' || state === 'owed' || state === 'refunded';
  const captured = payments.captured(index) ?? { amount, currency: terms.currency };
  const user = payments.user(index);
  return [
    [payments.payment(index), user, payments.hold(index), payments.seats(index), amount, state],
    page === undefined ? [] : [page.reference, page.url],
    hasMoney ? [captured.amount, captured.currency] : [],
  ];
}

/** The same of the model, everything counted anew. */
export function imageOfModel(model: ModelShow, users: readonly UserId[]): object {
  const dues = dueTimes(model);
  return {
    phase: model.phase,
    seq: model.seq,
    due: dues.length > 0 ? Math.min(...dues) : 'never',
    seats: model.seats.map((state) => marks[state]),
    counts: (['free', 'held', 'booked', 'blocked'] as const).map((state) => model.count(state)),
    promised: [model.earmarked, model.grantable, model.pool],
    holds: model.holds.filter((each) => each.payment === undefined).map(imageOfHold),
    pinned: model.holds
      .filter((each) => each.payment !== undefined)
      .map((each) => [each.payment, ...imageOfHold(each)]),
    payments: model.payments.map((each) => {
      const { id, user, hold, seats, amount, state } = each;
      const { page, captured } = each;
      const isOpen = state === 'opened';
      return [
        [id, user, hold, seats, amount, state],
        isOpen ? [page?.reference, page?.url] : [],
        captured === undefined ? [] : [captured.amount, captured.currency],
      ];
    }),
    offers: model.offers.map((each) => [each.user, each.party, each.untilMs]),
    line: model.line.map((each, ahead) => {
      return [each.user, each.party, each.ticket, each.untilMs, ahead, each.overtaken];
    }),
    tickets: [model.line.length, model.line[0]?.ticket ?? 0, model.lastTicket + 1],
    bookings: model.bookings.map((each) => {
      return [each.ref, each.user, each.seats, each.total, each.state];
    }),
    paidBy: model.bookings.map(({ payment }) => payment ?? 0),
    users: users.map((user) => {
      const own = (each: { readonly user: UserId }) => each.user === user;
      const holds = model.holds.filter(own).map((hold) => hold.id);
      return {
        counted: model.counted(user),
        holds: holds.sort((a, b) => a - b),
        bookings: model.bookings.filter(own).map((booking) => booking.ref),
        waits: model.waiterOf(user)?.ticket ?? 0,
        offered: model.offerOf(user)?.party ?? 0,
      };
    }),
  };
}
