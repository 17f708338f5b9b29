/**
 * Logs of an evening on which people paid, tampered with: every rule of payments is broken, with
 * the chain worked out anew, and the finding for it is made.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import { type FindingCode, findingRules } from '../../../persistence/audit/finding-codes.ts';
import { minute, second } from '../../support/show-harness.ts';
import {
  ABANDONED,
  added,
  anEvening,
  BEGUN,
  BOOKED,
  byMallory,
  byNobody,
  CANCELLED,
  CAPTURED,
  CORNER,
  type Edit,
  FAILED,
  field,
  foundIn,
  GIVEN_BACK,
  more,
  notDecided,
  OPENED,
  OWED,
  owedInstead,
  PRICE,
  replaced,
  SCHEDULED,
  SEATS_BOOKED,
  takenOut,
} from './paid-evening.ts';
import { codesOf, eventOf, type LooseEvent } from './tampered-log.ts';

let rows: readonly LogRow[] = [];

beforeAll(async () => {
  rows = await anEvening();
  expect(codesOf(rows)).toEqual([]);
});

const ways: readonly (readonly [FindingCode, string, Edit])[] = [
  [
    'payment-needless',
    'paying in a show that is booked directly',
    (frames) => {
      Object.assign(eventOf(frames, SCHEDULED).event[2] as object, { payments: 'none' });
    },
  ],
  ['payment-wrong', 'another amount than the hold costs', more(BEGUN, 0, 3)],
  ['payment-wrong', 'other seats than the hold has', field(BEGUN, 0, 2, [0, 6])],
  [
    'booked-unpaid',
    'a hold booked by its holder',
    (frames) => {
      const { decision } = eventOf(frames, BOOKED);
      const [, hold, booking, seats, prices] = eventOf(frames, BOOKED).event;
      decision.splice(2, decision.length, 'ann', 'r-1', [BOOKED, hold, booking, seats, prices]);
    },
  ],
  ['booked-unpaid', 'a booking whose payment was not captured', takenOut(CAPTURED, 0)],
  ['booked-unpaid', 'a late booking whose payment was not captured', takenOut(CAPTURED, 2)],
  ['payment-twice', 'a second payment beside the first', notDecided(FAILED, 0)],
  ['pin-wrong', 'a hold kept a millisecond longer', more(BEGUN, 0, 4)],
  [
    'pin-cut-short',
    'a hold that expired while it was being paid for',
    (frames) => {
      eventOf(frames, ABANDONED, 0).frame.timeMs -= 31 * second;
    },
  ],
  ['pin-overstayed', 'a hold that nobody ended', notDecided(ABANDONED, 0)],
  [
    'changed-while-paid',
    'a hold that is another one now',
    (frames) => {
      const { decision, frame } = eventOf(frames, OPENED, 0);
      const [, hold, , , pinned] = eventOf(frames, BEGUN, 0).event;
      const begunMs = eventOf(frames, BEGUN, 0).frame.timeMs;
      const inMs = begunMs + Number(pinned) - minute - frame.timeMs;
      decision.splice(2, decision.length, 'ann', 'r-1', [6, hold, [0], [PRICE], inMs]);
    },
  ],
  ['paid-otherwise', 'other seats for late money', field(SEATS_BOOKED, 1, 3, [CORNER])],
  ['paid-otherwise', 'late money booked for less', field(SEATS_BOOKED, 1, 4, [PRICE - 1])],
  ['paid-otherwise', 'a hold that it was not begun for', field(BEGUN, 2, 1, 99)],
  ['paid-not-booked', 'in time, and owed back', replaced(BOOKED, 0, owedInstead('tooLate'))],
  ['paid-not-booked', 'in time, for a reason', replaced(BOOKED, 0, owedInstead('amountDiffers'))],
  ['paid-not-booked', 'late, and free', replaced(SEATS_BOOKED, 1, owedInstead('tooLate'))],
  ['paid-not-booked', 'and nothing is said of it', takenOut(BOOKED, 0)],
  [
    'booked-too-late',
    'a seat that somebody else has',
    replaced(OWED, 0, ([, payment, user]) => {
      return [SEATS_BOOKED, `S-${'00'}0`, user, [5], [PRICE], payment];
    }),
  ],
  ['payment-unknown', 'a page for nothing', field(OPENED, 0, 1, 9_999)],
  ['payment-unknown', 'money for nothing', field(CAPTURED, 0, 1, 9_999)],
  ['payment-not-theirs', 'a page', field(OPENED, 0, 2, 'mallory')],
  ['payment-not-theirs', 'a failure', field(FAILED, 0, 2, 'mallory')],
  ['payment-not-theirs', 'captured money', field(CAPTURED, 0, 2, 'mallory')],
  ['payment-not-theirs', 'a booking', field(BOOKED, 0, 6, 'mallory')],
  ['payment-not-theirs', 'a late booking', field(SEATS_BOOKED, 1, 2, 'mallory')],
  ['payment-not-theirs', 'owed money', field(OWED, 0, 2, 'mallory')],
  ['payment-not-theirs', 'money given back', field(GIVEN_BACK, 0, 2, 'mallory')],
  ['payment-not-theirs', 'an end', field(ABANDONED, 0, 2, 'mallory')],
  [
    'payment-out-of-turn',
    'a page for one that is booked',
    (frames) => {
      const [, payment, user] = eventOf(frames, CAPTURED, 0).event;
      eventOf(frames, OPENED, 1).event.splice(1, 2, payment, user);
    },
  ],
  [
    'payment-out-of-turn',
    'a failure of one that is booked',
    (frames) => {
      const [, payment, user] = eventOf(frames, CAPTURED, 0).event;
      eventOf(frames, FAILED, 1).event.splice(1, 2, payment, user);
    },
  ],
  ['payment-reason-wrong', 'a failure of no kind', field(FAILED, 0, 3, 'bored')],
  ['payment-reason-wrong', 'late money as another amount', field(OWED, 0, 5, 'amountDiffers')],
  ['payment-reason-wrong', 'another amount as late', field(OWED, 1, 5, 'tooLate')],
  ['payment-reason-wrong', 'a cancelled booking as late', field(OWED, 2, 5, 'tooLate')],
  ['payment-reason-wrong', 'a cancelled show as a booking', field(OWED, -1, 5, 'bookingCancelled')],
  ['payment-left-open', 'an expired hold', takenOut(ABANDONED, 0)],
  ['payment-left-open', 'a released hold', takenOut(ABANDONED, 2)],
  ['payment-left-open', 'after an outage', takenOut(ABANDONED, 3)],
  [
    'abandoned-wrongly',
    'a hold that stands',
    added(OPENED, 0, ([, payment, user]) => [ABANDONED, payment, user]),
  ],
  [
    'captured-twice',
    'money that is owed back already',
    replaced(GIVEN_BACK, 0, (event) => [CAPTURED, ...event.slice(1)]),
  ],
  ['other-amount-booked', 'a little more', more(CAPTURED, 0, 3)],
  ['other-amount-booked', 'of another currency', field(CAPTURED, 0, 4, 'EUR')],
  ['other-amount-booked', 'late and a little more', more(CAPTURED, 2, 3)],
  ['owed-wrongly', 'nothing was captured', takenOut(CAPTURED, 3)],
  [
    'owed-wrongly',
    'of a booking that stands',
    (frames) => {
      const [, payment, user, amount] = eventOf(frames, CAPTURED, 1).event;
      const owed: LooseEvent = [OWED, payment, user, amount, 'INR', 'bookingCancelled'];
      eventOf(frames, CANCELLED, 0).decision.push(owed);
    },
  ],
  ['owed-twice', 'in one decision', added(OWED, 2, (event) => [...event])],
  ['owed-otherwise', 'a little more', more(OWED, 2, 3)],
  ['owed-otherwise', 'of another currency', field(OWED, 0, 4, 'EUR')],
  ['refund-not-owed', 'by the house', takenOut(OWED, 2)],
  ['refund-not-owed', 'by its owner', takenOut(OWED, 3)],
  ['refund-not-owed', 'with the show', takenOut(OWED, 4)],
  [
    'given-back-unowed',
    'of a booking that stands',
    (frames) => {
      const [, payment, user, amount] = eventOf(frames, CAPTURED, 1).event;
      eventOf(frames, GIVEN_BACK, 0).event.splice(1, 3, payment, user, amount);
    },
  ],
  ['given-back-otherwise', 'a little more', more(GIVEN_BACK, 0, 3)],
  ['given-back-otherwise', 'of another currency', field(GIVEN_BACK, 0, 4, 'EUR')],
  ['given-back-twice', 'in one decision', added(GIVEN_BACK, 0, (event) => [...event])],
  ['money-lost', 'captured and forgotten', takenOut(BOOKED, 0)],
  ['money-lost', 'owed back and forgotten', takenOut(OWED, 2)],
  ['money-lost', 'given back without a debt', more(GIVEN_BACK, 0, 3)],
  ['decision-mixed', 'captured by a person', (frames) => byMallory(frames, CAPTURED)],
  ['decision-mixed', 'failed by a person', (frames) => byMallory(frames, FAILED)],
  ['decision-mixed', 'given back by a person', (frames) => byMallory(frames, GIVEN_BACK)],
  ['decision-mixed', 'booked in bulk by a person', (frames) => byMallory(frames, SEATS_BOOKED)],
  ['decision-mixed', 'begun by nobody', (frames) => byNobody(frames, BEGUN)],
  ['body-unreadable', 'a negative amount', field(CAPTURED, 0, 3, -1)],
  ['body-unreadable', 'a payment that is no number', field(CAPTURED, 0, 1, 'one')],
  ['body-unreadable', 'a page without an address', field(OPENED, 0, 4, null)],
  [
    'body-unreadable',
    'payments of a kind that is not known',
    (frames) => {
      Object.assign(eventOf(frames, SCHEDULED).event[2] as object, { payments: 'barter' });
    },
  ],
];

describe('an evening on which people paid, tampered with', () => {
  for (const [code, what, edit] of ways) {
    it(`[${findingRules[code]}] ${code}: ${what}`, () =>
      expect(foundIn(rows, edit)).toContain(code));
  }

  it('[P1] [P2] [P3] [P4] [P5] leaves no finding of payments out', () => {
    const all = Object.entries(findingRules).filter(([, rule]) => /^P[1-5]$/.test(rule));
    const others = ['refunded-twice'];
    const named = new Set<string>([...ways.map(([code]) => code), ...others]);
    expect(all.map(([code]) => code).filter((code) => !named.has(code))).toEqual([]);
  });
});
