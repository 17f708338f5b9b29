/** What payers were told, held against the log: one thing of it is changed, and it is found. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import type { SeenAnswer, SeenPush, SeenReply } from '../../../persistence/audit/seen.ts';
import {
  anEvening,
  BEGUN,
  BOOKED,
  CAPTURED,
  FAILED,
  GIVEN_BACK,
  OPENED,
  OWED,
  SEATS_BOOKED,
} from './paid-evening.ts';
import { codesOf, eventOf, takeApart } from './tampered-log.ts';

let rows: readonly LogRow[] = [];

beforeAll(async () => {
  rows = await anEvening();
});

/** Another value of the same kind. */
function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  return Array.isArray(value) ? [...value, 1] : `${String(value)}-`;
}

describe('[D1] news of a payment', () => {
  type Told = Omit<SeenPush['push'], 'seq'>;
  type Of = (event: readonly unknown[]) => { readonly user: unknown; readonly push: Told };
  const news: readonly (readonly [string, number, number, Of])[] = [
    [
      'its page',
      OPENED,
      0,
      ([, payment, user, , url]) => ({ user, push: as('paymentReady', { payment, url }) }),
    ],
    [
      'its failure',
      FAILED,
      0,
      ([, payment, user, reason]) => ({ user, push: as('paymentFailed', { payment, reason }) }),
    ],
    [
      'its booking',
      BOOKED,
      0,
      ([, , booking, seats, prices, payment, user]) => {
        return { user, push: as('paid', { payment, booking, seats, prices, total: 2_000 }) };
      },
    ],
    [
      'a late booking',
      SEATS_BOOKED,
      1,
      ([, booking, user, seats, prices, payment]) => {
        return { user, push: as('paid', { payment, booking, seats, prices, total: 1_000 }) };
      },
    ],
    [
      'its debt',
      OWED,
      0,
      ([, payment, user, amount, currency, reason]) => {
        return { user, push: as('refundOwed', { payment, amount, currency, reason }) };
      },
    ],
    [
      'its end',
      GIVEN_BACK,
      0,
      ([, payment, user, amount, currency]) => {
        return { user, push: as('refunded', { payment, amount, currency }) };
      },
    ],
  ];

  function as(type: string, fields: Readonly<Record<string, unknown>>): Told {
    return { type, ...fields } as Told;
  }

  for (const [what, code, nth, of] of news) {
    it(`tells of ${what} what the log says, and nothing else`, () => {
      const { decision, event } = eventOf(takeApart(rows), code, nth);
      const [show, seq] = decision as [string, number];
      const { user, push } = of(event);
      const codes = (whose: unknown, told: Told) => {
        const reply = { type: 'push', show, user: whose, push: { ...told, seq } } as SeenReply;
        return codesOf(rows, [reply]);
      };
      expect(codes(user, push)).toEqual([]);
      expect(codes('mallory', push)).toEqual(['push-false']);
      for (const [field, value] of Object.entries(push)) {
        expect(codes(user, { ...push, [field]: other(value) }), field).toEqual(['push-false']);
      }
    });
  }

  it('is of no kind that another fact could be taken for', () => {
    const { decision, event } = eventOf(takeApart(rows), CAPTURED);
    const [show, seq] = decision as [string, number];
    const push = { type: 'refunded', payment: event[1], seq };
    const reply = { type: 'push', show, user: String(event[2]), push } as SeenReply;
    expect(codesOf(rows, [reply])).toEqual(['push-false']);
  });
});

describe('[F1] the answer to who begins to pay', () => {
  it('says hold, payment, amount and until when as the log does', () => {
    const { frame, decision, event } = eventOf(takeApart(rows), BEGUN);
    const [show, seq, user, requestId] = decision as [string, number, string, string];
    const [, hold, , amount, inMs] = event as number[];
    const { lsn, timeMs, hash } = frame;
    const pinnedUntilMs = timeMs + Number(inMs);
    const currency = 'INR';
    const paying = { type: 'paying', hold, payment: seq, amount, pinnedUntilMs, currency };
    const codes = (answer: Readonly<Record<string, unknown>>) => {
      const receipt = { seq, lsn, timeMs, hash };
      const told = answer as unknown as SeenAnswer;
      return codesOf(rows, [{ type: 'accepted', show, user, requestId, receipt, answer: told }]);
    };
    expect(codes(paying)).toEqual([]);
    for (const [field, value] of Object.entries(paying)) {
      expect(codes({ ...paying, [field]: other(value) }), field).toEqual(['answer-differs']);
    }
  });
});
