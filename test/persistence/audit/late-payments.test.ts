/**
 * Late successes, in both directions: booked where they could not be, and given back where they
 * could. And how long a hold stands while it is being paid for.
 */
import { describe, expect, it } from 'vitest';
import { Auditor, type LogRow } from '../../../persistence/audit/auditor.ts';
import type { TestShard } from '../../support/shard-harness.ts';
import { minute, opening, second } from '../../support/show-harness.ts';
import {
  ABANDONED,
  capture,
  type Edit,
  foundIn,
  OWED,
  open,
  owedInstead,
  PRICE,
  pay,
  payAgain,
  replaced,
  SEATS_BOOKED,
  takenOut,
  tell,
} from './paid-evening.ts';
import { chainAnew, codesOf, eventOf, takeApart } from './tampered-log.ts';

describe('[P3] a success that comes after its hold is gone', () => {
  /** Cid's seat is free again, after `before` has happened; then the money comes. */
  async function late(
    before: (shard: TestShard) => Promise<void>,
    terms: Parameters<TestShard['schedule']>[1] = {},
  ): Promise<readonly LogRow[]> {
    const shard = await open(terms);
    const cid = await pay(shard, 'cid', [4, 5]);
    await shard.advance(7 * minute);
    await before(shard);
    await capture(shard, cid, 2 * PRICE);
    return shard.frames();
  }

  const obstacles: readonly (readonly [string, (shard: TestShard) => Promise<void>])[] = [
    ['somebody holds one of them', async (shard) => void (await shard.hold('eve', [5]))],
    ['one of them is blocked', (shard) => tell(shard, { type: 'block', seats: [5] })],
    [
      'somebody waits',
      async (shard) => {
        await shard.hold('eve', [6, 7, 8, 9, 10, 11]);
        await shard.hold('fay', [12, 13, 14, 15, 16, 17]);
        await shard.accepted('gus', { type: 'wait', party: 7 });
      },
    ],
    [
      'the seats are promised to somebody',
      async (shard) => {
        await shard.hold('eve', [6, 7, 8, 9, 10, 11, 0, 1, 2, 3]);
        const hold = await shard.hold('fay', [12, 13, 14, 15, 16, 17]);
        await shard.accepted('gus', { type: 'wait', party: 8 });
        await shard.accepted('fay', { type: 'release', hold });
      },
    ],
    [
      'they have too many seats by now',
      async (shard) => {
        await shard.hold('cid', [6, 7, 8]);
      },
    ],
    ['the sale is closed', (shard) => tell(shard, { type: 'closeSale' })],
    ['the show is cancelled', (shard) => tell(shard, { type: 'cancelShow' })],
  ];

  for (const [what, before] of obstacles) {
    it(`goes back where ${what}, and is not booked`, async () => {
      const log = await late(before, { seatsPerUser: what.includes('too many') ? 4 : 10 });
      expect(codesOf(log)).toEqual([]);
      const { event } = eventOf(takeApart(log), OWED);
      expect(event[5]).toBe('tooLate');
      const booked = replaced(OWED, 0, ([, payment, user]) => {
        return [SEATS_BOOKED, 'S-000', user, [4, 5], [PRICE, PRICE], payment];
      });
      expect(foundIn(log, booked)).toContain('booked-too-late');
    });
  }

  it('is booked where nothing is in the way, and does not go back', async () => {
    const log = await late(async (shard) => void (await shard.hold('eve', [6])));
    expect(codesOf(log)).toEqual([]);
    for (const reason of ['tooLate', 'amountDiffers']) {
      const codes = foundIn(log, replaced(SEATS_BOOKED, 0, owedInstead(reason)));
      expect(codes).toEqual(['paid-not-booked']);
    }
  });

  it('is booked by the first of two payments that is captured, and the other goes back', async () => {
    const shard = await open();
    const hold = await shard.hold('ann', [0, 1]);
    const first = await payAgain(shard, 'ann', hold);
    await tell(shard, { type: 'failPayment', payment: first, reason: 'declined' });
    const second_ = await payAgain(shard, 'ann', hold);
    await capture(shard, first, 2 * PRICE);
    await capture(shard, second_, 2 * PRICE);
    await tell(shard, { type: 'confirmRefund', payment: second_ });
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    expect(foundIn(log, takenOut(ABANDONED, 0))).toContain('payment-left-open');
  });
});

describe('[P2] a hold under payment', () => {
  for (const [graceMs, paymentGraceMs, stands] of [
    [5 * second, 60 * second, 60 * second],
    [5 * second, 2 * second, 5 * second],
    [90 * second, 60 * second, 90 * second],
  ] as const) {
    it(`stands ${stands / second} s past its deadline, not shorter and not longer`, async () => {
      const shard = await open({ graceMs, paymentGraceMs });
      await pay(shard, 'ann', [0]);
      await shard.advance(5 * minute + stands);
      const log = shard.frames();
      expect(codesOf(log)).toEqual([]);
      const ended = (ms: number): Edit => {
        return (frames) => {
          eventOf(frames, ABANDONED).frame.timeMs += ms;
        };
      };
      expect(foundIn(log, ended(-1))).toEqual(['pin-cut-short']);
      const late = new Auditor();
      const frames = takeApart(log).slice(0, -1);
      for (const row of chainAnew(frames)) late.frame(row);
      const dueMs = opening + 5 * minute + stands;
      expect(late.finish(dueMs - 1)).toEqual([]);
      expect(late.finish(dueMs).map(({ code }) => code)).toEqual(['pin-overstayed']);
    });
  }

  it('[D2] stands longer after an outage, by the floor and the payment’s own grace', async () => {
    let shard = await open();
    await pay(shard, 'ann', [0]);
    await shard.advance(5 * minute);
    shard = await shard.crash(0);
    await shard.run();
    await shard.advance(2 * minute);
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    expect(eventOf(takeApart(log), ABANDONED).frame.timeMs).toBe(opening + 7 * minute);
    const early: Edit = (frames) => {
      eventOf(frames, ABANDONED).frame.timeMs -= 1;
    };
    expect(foundIn(log, early)).toEqual(['pin-cut-short']);
  });

  it('is as it was once the payment has failed, with the deadline that it had', async () => {
    const shard = await open();
    const ann = await pay(shard, 'ann', [0]);
    await shard.advance(minute);
    await tell(shard, { type: 'failPayment', payment: ann, reason: 'cancelled' });
    await shard.advance(4 * minute + 5 * second);
    const log = shard.frames();
    expect(codesOf(log)).toEqual([]);
    const expiry = 8;
    const early: Edit = (frames) => {
      eventOf(frames, expiry).frame.timeMs -= 1;
    };
    expect(foundIn(log, early)).toEqual(['expired-early']);
  });
});
