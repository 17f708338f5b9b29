/**
 * Late successes, in both directions: booked where they could not be, and given back where they
 * could. And how long a hold stands while it is being paid for.
 */
import { describe, expect, it } from 'vitest';
import { userId } from '../../../engine/ids.ts';
import { Auditor, type LogRow } from '../../../persistence/audit/auditor.ts';
import type { TestShard } from '../../support/shard-harness.ts';
import { minute, opening, second } from '../../support/show-harness.ts';
import {
  ABANDONED,
  BOOKED,
  CAPTURED,
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
import { chanceOf } from './random-log.ts';
import { chainAnew, codesOf, eventOf, type LooseEvent, takeApart } from './tampered-log.ts';

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

describe('[P3] news of a payment in whatever state its show is', () => {
  it('is used by the engine as the auditor says that it has to be', async () => {
    const uses = new Map<string, number>();
    for (let seed = 1; seed <= 400; seed++) {
      const log = await anyMoment(chanceOf(seed));
      expect(codesOf(log), `seed ${seed}`).toEqual([]);
      const [, , , , , ...facts] = eventOf(takeApart(log), CAPTURED, -1).decision;
      const [code, ...fields] = facts[0] as LooseEvent;
      const use = code === OWED ? String(fields.at(-1)) : String(code);
      uses.set(use, (uses.get(use) ?? 0) + 1);
    }
    for (const use of [String(BOOKED), String(SEATS_BOOKED), 'tooLate', 'amountDiffers']) {
      expect(uses.get(use) ?? 0, use).toBeGreaterThan(15);
    }
  });

  /** A payment is begun, some of what may happen does, and then it was paid for after all. */
  async function anyMoment(chance: (below: number) => number): Promise<readonly LogRow[]> {
    const shard = await open({ seatsPerUser: 3 + chance(4), paymentGraceMs: 30 * second });
    const hold = await shard.hold('cid', [4, 5]);
    const payment = await payAgain(shard, 'cid', hold);
    const after = chance(3);
    if (after === 0) await tell(shard, { type: 'failPayment', payment, reason: 'declined' });
    if (after === 1) await shard.advance(7 * minute);
    for (let steps = chance(7); steps > 0; steps--) {
      const seats = [chance(18), chance(18), chance(18)].slice(chance(3));
      const first = chance(8);
      const block = Array.from({ length: 2 + chance(2) }, (_, at) => first + at);
      const user = ['ann', 'bob', 'cid', 'dan'][chance(4)] ?? '';
      const wishes: readonly (() => unknown)[] = [
        () => shard.ask(user, { type: 'hold', seats }),
        () => shard.ask('cid', { type: 'hold', seats }),
        () => shard.ask(user, { type: 'wait', party: 1 + chance(6) }),
        () => tell(shard, { type: 'bookSeats', owner: userId(user), seats: block }),
        () => tell(shard, { type: 'block', seats: [6, 7, 8, 9, 10, 11, 12, 13].slice(chance(8)) }),
        () => shard.ask('cid', { type: 'change', hold, seats: [4, 5, 6].slice(chance(2)) }),
        () => shard.ask('cid', { type: 'change', hold, seats: [3, 5] }),
        () => shard.ask('cid', { type: 'pay', hold }),
        () => (chance(6) === 0 ? tell(shard, { type: 'closeSale' }) : shard.advance(minute)),
      ];
      await wishes[chance(wishes.length)]?.();
      await shard.run();
    }
    await capture(shard, payment, 2 * PRICE + (chance(8) === 0 ? 1 : 0));
    return shard.frames();
  }
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
