/**
 * Reads back every message that a shard writes by the one table of messages, so that the order of
 * writing and the order in the table cannot drift apart.
 */
import { Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import {
  bookingRef,
  holdId,
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
import { Writer } from '../../../engine/msgpack/writer.ts';
import type { Output } from '../../../engine/shard/outputs.ts';
import type { ShowEvent } from '../../../engine/show/events.ts';
import {
  type Rejection,
  type RejectionReason,
  rejectionTable,
} from '../../../engine/show/rejections.ts';
import { compileLayout } from '../../../engine/show/seats/compiled-layout.ts';
import { newShow } from '../../../engine/show/show.ts';
import { hallPlans } from '../../../gateway/demo/hall-plans.ts';
import { layoutOf } from '../../../gateway/demo/halls.ts';
import { demoDiscounts } from '../../../gateway/demo/shows.ts';
import { type WireErrorReason, wireErrors } from '../../../gateway/wire/errors.ts';
import type { Down, DownMessage } from '../../../gateway/wire/message-types.ts';
import { down } from '../../../gateway/wire/messages.ts';
import { fromJson, fromTuple, toJson } from '../../../gateway/wire/positional.ts';
import {
  writeAccepted,
  writeError,
  writeMineChanged,
  writePush,
  writeRejected,
  writeWatching,
} from '../../../gateway/wire/write-down.ts';

const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });
const id = requestId('r-1');
const hash = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const receipt = { seq: 41, timeMs: 1_800_000_000_123, lsn: 42, hash };
const deadlineMs = millis(1_800_000_300_123);
const written = new Set<DownMessage['type']>();

/** A show in the afternoon with both of the demo's discounts. */
const show = newShow(
  showId('s-1'),
  compileLayout(firstLayout()),
  {
    onSaleAtMs: millis(0),
    startsAtMs: millis(1_900_000_000_000),
    localStartMinute: 14 * 60,
    currency: 'INR',
    prices: [1_000, 1_000, 1_000, 1_000].map(minor),
    discounts: demoDiscounts,
    seatsPerUser: 10,
    holdTtlMs: 300_000,
    offerTtlMs: 120_000,
    waitTtlMs: 3_600_000,
    graceMs: 5_000,
  },
  { add: () => undefined, remove: () => undefined },
);

function firstLayout() {
  const [plan] = hallPlans;
  if (plan === undefined) throw new Error('the demo has halls');
  return layoutOf(plan);
}

/** The message in what was written, by the table; it must have exactly the table's fields. */
function readBack(write: (writer: Writer) => void): DownMessage {
  const writer = new Writer(1);
  write(writer);
  const tuple = unpackr.unpack(writer.take()) as unknown[];
  const message = fromTuple(down, tuple);
  if (message === undefined) throw new Error(`no message has code ${tuple[0]}`);
  const { fields } = down[message.type];
  expect(tuple).toHaveLength(Object.keys(fields).length + 1);
  expect(Object.keys(message)).toEqual(['type', ...Object.keys(fields)]);
  // People get the same by way of JSON.
  expect(plain(fromJson(down, toJson(down, message)))).toEqual(plain(message));
  written.add(message.type);
  return plain(message) as DownMessage;
}

/** Bytes of whichever class as plain ones. */
function plain(message: unknown): unknown {
  const entries = Object.entries(message as object).map(([key, value]) => {
    return [key, value instanceof Uint8Array ? Uint8Array.from(value) : value];
  });
  return Object.fromEntries(entries);
}

type Accepted = Extract<Output<unknown>, { type: 'accepted' }>;

/** The answer to an accepted command whose first event is this. */
function answerTo(event: ShowEvent): DownMessage {
  const { seq: decision, timeMs, lsn: frame } = receipt;
  const made = {
    requestId: id,
    seq: seq(decision),
    event,
    frame: { timeMs: millis(timeMs), lsn: lsn(frame), hash },
  };
  const output: Accepted = {
    type: 'accepted',
    to: undefined,
    requestId: id,
    show,
    made,
    isNew: true,
    ahead: 6,
    serving: 3,
  };
  return readBack((writer) => writeAccepted(writer, output));
}

const named = { requestId: 'r-1', show: 's-1' };

describe('what answers a command', () => {
  const seats = [3, 4, 5];
  const prices = [800, 800, 400].map(minor);
  const booking = bookingRef('S-1-019');

  it('has a hold with its price, its discounts and its receipt', () => {
    const held = {
      type: 'held',
      ...named,
      seats,
      deadlineMs,
      currency: 'INR',
      prices,
      total: 2_000,
      ...receipt,
    };
    const event = { seats, prices, deadlineMs } as const;
    const lines = [
      ...seats.map((seat) => ({ name: 'Afternoon −20 %', seat, off: 200 })),
      { name: 'Third ticket −50 %', seat: 5, off: 400 },
    ];
    for (const type of ['seatsHeld', 'holdChanged'] as const) {
      const answer = answerTo({ type, hold: holdId(41), ...event }) as Down<'held'>;
      const { discounts, ...rest } = answer;
      expect(rest).toEqual({ ...held, hold: 41 });
      expect(discounts).toHaveLength(lines.length);
      expect(discounts).toEqual(expect.arrayContaining(lines));
    }
  });

  it('tells that a payment has begun, and until when the hold is kept for it', () => {
    const event = {
      type: 'paymentStarted',
      payment: paymentId(41),
      hold: holdId(40),
      seats: [3, 4],
      amount: minor(1_200),
      pinnedUntilMs: deadlineMs,
    } as const;
    expect(answerTo(event)).toEqual({
      type: 'paying',
      requestId: id,
      show: show.id,
      hold: 40,
      payment: 41,
      currency: 'INR',
      amount: 1_200,
      pinnedUntilMs: deadlineMs,
      ...receipt,
    });
  });

  it('has what was released, waited for, left, booked and cancelled', () => {
    const user = userId('u');
    expect(answerTo({ type: 'holdReleased', hold: holdId(7) })).toEqual({
      type: 'released',
      ...named,
      hold: 7,
      ...receipt,
    });
    const untilMs = millis(1_800_003_600_123);
    expect(answerTo({ type: 'waitJoined', ticket: ticket(9), party: 2, untilMs })).toEqual({
      type: 'waiting',
      ...named,
      ticket: 9,
      party: 2,
      ahead: 6,
      serving: 3,
      untilMs,
      ...receipt,
    });
    const left = { type: 'left', ...named, ...receipt };
    expect(answerTo({ type: 'waitEnded', user, reason: 'left' })).toEqual(left);
    expect(answerTo({ type: 'offerEnded', user, reason: 'declined' })).toEqual(left);
    expect(answerTo({ type: 'holdBooked', hold: holdId(7), booking, seats, prices })).toEqual({
      type: 'booked',
      ...named,
      booking,
      seats,
      currency: 'INR',
      prices,
      total: 2_000,
      ...receipt,
    });
    const bookings = [booking, bookingRef('S-1-01A')];
    expect(answerTo({ type: 'bookingsCancelled', bookings, refund: minor(2_000) })).toEqual({
      type: 'cancelled',
      ...named,
      bookings,
      currency: 'INR',
      refund: 2_000,
      ...receipt,
    });
  });

  it('is never made of what nobody asked for', () => {
    for (const type of ['saleOpened', 'saleClosed', 'showCancelled'] as const) {
      expect(() => answerTo({ type })).toThrow(type);
    }
  });
});

describe('what refuses', () => {
  const startsAtMs = millis(5);
  /** One of each reason, with the details that its user needs next. */
  const rejections: { [Reason in RejectionReason]: Extract<Rejection, { reason: Reason }> } = {
    showNotFound: { type: 'rejected', reason: 'showNotFound' },
    showNotOnSale: {
      type: 'rejected',
      reason: 'showNotOnSale',
      phase: 'closed',
      onSaleAtMs: millis(4),
      startsAtMs,
    },
    invalidSeats: { type: 'rejected', reason: 'invalidSeats', problem: 'twice', seats: [3] },
    overSeatLimit: { type: 'rejected', reason: 'overSeatLimit', left: -2, limit: 10 },
    holdNotFound: { type: 'rejected', reason: 'holdNotFound' },
    bookingNotFound: { type: 'rejected', reason: 'bookingNotFound', bookings: [bookingRef('K')] },
    notWaiting: { type: 'rejected', reason: 'notWaiting' },
    alreadyWaiting: { type: 'rejected', reason: 'alreadyWaiting', ahead: 3 },
    showStarted: { type: 'rejected', reason: 'showStarted', startsAtMs },
    noSuchTier: { type: 'rejected', reason: 'noSuchTier', tiers: 3 },
    paymentNeeded: { type: 'rejected', reason: 'paymentNeeded', total: 4_000 },
    paymentNotNeeded: { type: 'rejected', reason: 'paymentNotNeeded' },
    paymentPending: { type: 'rejected', reason: 'paymentPending', payment: paymentId(7) },
    paymentNotFound: { type: 'rejected', reason: 'paymentNotFound' },
    paymentSettled: { type: 'rejected', reason: 'paymentSettled', state: 'booked' },
    showNotScheduled: { type: 'rejected', reason: 'showNotScheduled', phase: 'closed' },
    tooFewLeft: { type: 'rejected', reason: 'tooFewLeft', left: 1 },
    waitInLine: { type: 'rejected', reason: 'waitInLine', ahead: 70_000 },
    chooseNow: { type: 'rejected', reason: 'chooseNow', free: 8 },
    seatsTaken: { type: 'rejected', reason: 'seatsTaken', seats: [1, 300] },
    noBlockLeft: { type: 'rejected', reason: 'noBlockLeft', largest: 2 },
    leavesOrphan: { type: 'rejected', reason: 'leavesOrphan', seats: [4] },
  };

  it.each(Object.values(rejections))('by a rule: $reason', (rejection) => {
    const { type, reason, ...details } = rejection;
    const message = readBack((writer) => writeRejected(writer, id, rejection));
    const { text, ...rest } = message as Down<'rejected'>;
    const { code, final } = rejectionTable[reason];
    expect(rest).toEqual({ type, requestId: id, code, reason, final, details });
    expect(text).toMatch(/^[A-Z0-9].{10,}\.$/);
  });

  it.each(['none', 'unknown', 'twice', 'blocked', 'unchanged'] as const)(
    'seats for a reason in plain words: %s',
    (problem) => {
      const rejection: Rejection = { type: 'rejected', reason: 'invalidSeats', problem, seats: [] };
      const message = readBack((writer) => writeRejected(writer, id, rejection));
      expect((message as Down<'rejected'>).text).toMatch(/^[A-Z].{10,}\.$/);
    },
  );

  it.each(Object.keys(wireErrors) as WireErrorReason[])('before any rule: %s', (reason) => {
    const { code, text } = wireErrors[reason];
    for (const asked of [id, null]) {
      expect(readBack((writer) => writeError(writer, asked, reason))).toEqual({
        type: 'error',
        requestId: asked,
        code,
        reason,
        text,
      });
    }
    const own = readBack((writer) => writeError(writer, id, reason, 'hold.seats: too many'));
    expect(own).toMatchObject({ text: 'hold.seats: too many' });
  });
});

describe('what a watcher and an owner hear', () => {
  it('has the map as it is', () => {
    const view = {
      show: show.id,
      seq: seq(300),
      phase: 'onSale',
      seats: Uint8Array.of(0b11_10_01_00, 0xff),
      serving: 5,
      waiting: 6,
      earmarked: 7,
    } as const;
    expect(readBack((writer) => writeWatching(writer, id, view))).toEqual({
      type: 'watching',
      requestId: id,
      ...view,
    });
  });

  it('has offers, ends and lapses', () => {
    const payment = { show: show.id, payment: paymentId(7), seq: seq(9) };
    const money = { currency: 'INR', amount: minor(35_000) };
    const pushes = [
      { type: 'offer', show: show.id, party: 2, untilMs: deadlineMs, seq: seq(9) },
      { type: 'waitEnded', show: show.id, reason: 'tooFewLeft', seq: seq(9) },
      { type: 'holdExpired', show: show.id, hold: holdId(4), seq: seq(9) },
      {
        type: 'holdEnded',
        show: show.id,
        hold: holdId(4),
        reason: 'showCancelled',
        seq: seq(9),
      },
      {
        type: 'bookingsCancelled',
        show: show.id,
        bookings: [bookingRef('S-1-001'), bookingRef('S-1-002')],
        currency: 'INR',
        refund: minor(70_000),
        reason: 'showCancelled',
        seq: seq(9),
      },
      { type: 'paymentReady', ...payment, url: 'https://pay.example/x?y=1' },
      { type: 'paymentFailed', ...payment, reason: 'declined' },
      { type: 'refundOwed', ...payment, ...money, reason: 'tooLate' },
      { type: 'refunded', ...payment, ...money },
    ] as const;
    for (const push of pushes) expect(readBack((writer) => writePush(writer, push))).toEqual(push);
    const paid = {
      type: 'paid',
      show: show.id,
      payment: paymentId(7),
      booking: bookingRef('S-1-001'),
      seats: [3, 4],
      currency: 'INR',
      prices: [minor(100), minor(250)],
      seq: seq(9),
    } as const;
    expect(readBack((writer) => writePush(writer, paid))).toEqual({ ...paid, total: 350 });
    expect(readBack((writer) => writeMineChanged(writer, 's-1'))).toEqual({
      type: 'mineChanged',
      show: 's-1',
    });
  });
});

describe('the table', () => {
  it('has no other messages but those that a gateway writes by it', () => {
    const byGateway: readonly DownMessage['type'][] = [
      'welcome',
      'citiesFound',
      'moviesFound',
      'showsFound',
      'showFound',
      'unwatched',
      'mineFound',
      'ticketsFound',
      'pong',
      'contactKept',
      'seats',
      'line',
      'phaseChanged',
    ];
    expect([...written, ...byGateway].sort()).toEqual(Object.keys(down).sort());
  });
});
