/** Decisions with events of every kind, as the log may hold them: sense is not asked of them. */
import * as fc from 'fast-check';
import {
  bookingRef,
  holdId,
  layoutId,
  lsn,
  millis,
  minor,
  paymentId,
  requestId,
  seq,
  showId,
  ticket,
  userId,
} from '../../../engine/ids.ts';
import { GENESIS_HASH } from '../../../engine/shard/log-store.ts';
import type { LogEntry } from '../../../engine/shard/partition-entry.ts';
import type { Decision, FrameRef, ShowEvent } from '../../../engine/show/events.ts';
import { anyLayout } from '../../engine/show/seats/layout-arbitrary.ts';
import { plainTerms } from '../../support/show-harness.ts';

export const frame: FrameRef = {
  timeMs: millis(1_900_000_000_000),
  lsn: lsn(7),
  hash: GENESIS_HASH,
};

/** Every width of MessagePack's numbers, and every way that it says how long a text is. */
const number = fc.oneof(
  fc.nat(200),
  fc.nat(70_000),
  fc.constantFrom(127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 40),
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    'é'.repeat(16),
    'x'.repeat(31),
    'x'.repeat(32),
    'y'.repeat(256),
    'z'.repeat(70_000),
  ),
);
const seats = fc.oneof(
  fc.array(fc.nat(400), { maxLength: 6 }),
  fc.constant(Array.from({ length: 300 }, (_, seat) => seat)),
);
const amounts = fc.array(number.map(minor), { maxLength: 20 });
const amount = number.map(minor);
const soon = fc.nat(4_000_000).map((ms) => millis(frame.timeMs + ms));
/** Within the grace, a deadline has passed already. */
const around = fc.integer({ min: -70_000, max: 70_000 }).map((ms) => millis(frame.timeMs + ms));
const user = text.map(userId);
const hold = number.map(holdId);
const payment = number.map(paymentId);
const booking = text.map(bookingRef);
const currency = fc.constantFrom('INR', 'EUR');
const type = <Name extends string>(name: Name) => fc.constant(name);

/** `fields` that are always there, and `more` that are sometimes. */
const of = <Fields extends object, More extends object>(
  fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> },
  more?: { [Key in keyof More]: fc.Arbitrary<More[Key]> },
): fc.Arbitrary<unknown> =>
  more === undefined
    ? fc.record(fields)
    : fc.oneof(fc.record(fields), fc.record({ ...fields, ...more }));

const kinds: { [Type in ShowEvent['type']]: (name: fc.Arbitrary<Type>) => fc.Arbitrary<unknown> } =
  {
    showScheduled: (type) =>
      of({ type, layout: text.map(layoutId), terms: fc.constant(plainTerms) }),
    saleOpened: (type) => of({ type }),
    saleClosed: (type) => of({ type }),
    showCancelled: (type) => of({ type }, { refund: amount }),
    // Its number is the decision's.
    seatsHeld: (type) =>
      of({ type, hold: fc.constant(holdId(9)), seats, prices: amounts, deadlineMs: soon }),
    holdChanged: (type) => of({ type, hold, seats, prices: amounts, deadlineMs: around }),
    holdReleased: (type) => of({ type, hold }, { user }),
    holdExpired: (type) => of({ type, hold, user }),
    waitJoined: (type) => of({ type, ticket: number.map(ticket), party: number, untilMs: soon }),
    waitEnded: (type) => of({ type, user, reason: fc.constantFrom('left', 'tooFewLeft') }),
    offerMade: (type) =>
      of(
        { type, user, party: number, untilMs: soon },
        {
          overtaking: fc.record({
            head: number.map(ticket),
            headParty: number,
            grantable: number,
          }),
        },
      ),
    offerEnded: (type) => of({ type, user, reason: fc.constantFrom('taken', 'offerLapsed') }),
    holdBooked: (type) =>
      of({ type, hold, booking, seats, prices: amounts }, { paid: fc.record({ payment, user }) }),
    seatsBooked: (type) => of({ type, booking, user, seats, prices: amounts }, { payment }),
    bookingsCancelled: (type) =>
      of({ type, bookings: fc.array(booking, { maxLength: 20 }), refund: amount }, { user }),
    paymentStarted: (type) =>
      of({
        type,
        payment: fc.constant(paymentId(9)),
        hold,
        seats,
        amount,
        pinnedUntilMs: around,
      }),
    paymentOpened: (type) => of({ type, payment, user, reference: text, url: text }),
    paymentFailed: (type) => of({ type, payment, user, reason: fc.constantFrom('declined') }),
    paymentAbandoned: (type) => of({ type, payment, user }),
    paymentCaptured: (type) => of({ type, payment, user, amount, currency }),
    refundOwed: (type) =>
      of({ type, payment, user, amount, currency, reason: fc.constantFrom('tooLate') }),
    refunded: (type) => of({ type, payment, user, amount, currency }),
    seatsBlocked: (type) => of({ type, seats }),
    seatsUnblocked: (type) => of({ type, seats }),
  };

export const eventTypes = Object.keys(kinds) as readonly ShowEvent['type'][];

export const eventOf = (name: ShowEvent['type']): fc.Arbitrary<ShowEvent> =>
  kinds[name](type(name) as never) as fc.Arbitrary<ShowEvent>;

export const anyEvent = fc.oneof(...eventTypes.map(eventOf));

export const anyDecision: fc.Arbitrary<Decision> = fc.record({
  show: text.map(showId),
  seq: fc.constant(seq(9)),
  user: fc.option(user, { nil: undefined }),
  requestId: fc.option(text.map(requestId), { nil: undefined }),
  events: fc.array(anyEvent, { maxLength: 5 }),
  frame: fc.constant(frame),
});

export const anyEntry: fc.Arbitrary<LogEntry> = fc.oneof(
  {
    weight: 6,
    arbitrary: anyDecision.map((decision) => ({ type: 'decision', decision }) as const),
  },
  {
    weight: 1,
    arbitrary: anyLayout.map((layout) => ({ type: 'layoutDefined', layout }) as const),
  },
  { weight: 1, arbitrary: soon.map((floorMs) => ({ type: 'epochOpened', floorMs }) as const) },
);
