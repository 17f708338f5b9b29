/**
 * What six people, a theatre and a clock may do next. A step names its hold, offer or booking by
 * a number that picks one of those there are by then, so that most steps meet something, and a
 * run with steps left out still makes sense.
 */
import * as fc from 'fast-check';

/** How a selection of seats is made up. */
export type SeatChoice =
  /** So many of the free ones, from one of them on. */
  | { readonly of: 'free'; readonly from: number; readonly count: number }
  /** Each one any in the hall. */
  | { readonly of: 'any'; readonly picks: readonly number[] }
  /** Of those that are blocked. */
  | { readonly of: 'blocked'; readonly from: number; readonly count: number }
  /** Whatever a broken client may send. */
  | { readonly of: 'wild'; readonly seats: readonly number[] };

/** Who asks: anyone, or one of those who wait, or have an offer, or began to pay in vain. */
export interface Asker {
  readonly who: 'anyone' | 'waiting' | 'offered' | 'payer';
  readonly pick: number;
}

/** Something of somebody's; a stranger asks for what is not theirs. */
export interface Thing {
  readonly pick: number;
  readonly stranger: boolean;
}

/** What a provider says of a payment, by whatever way and as often as it likes [P4]. */
export interface PaymentStep {
  readonly type: 'openPayment' | 'failPayment' | 'capturePayment' | 'confirmRefund';
  /**
   * Of one that may be paid; that need not be any more; that failed, though its hold stands; or
   * whose money is to go back.
   */
  readonly of: 'live' | 'ended' | 'tried' | 'owed' | 'any' | 'unknown';
  readonly pick: number;
  /** How what it took differs from what it was to take. */
  readonly odd: 'no' | 'amount' | 'currency';
  readonly named: boolean;
}

export type Step =
  | { readonly type: 'hold'; readonly by: Asker; readonly seats: SeatChoice }
  | {
      readonly type: 'holdBest';
      readonly by: Asker;
      readonly count: number;
      readonly tier: number | undefined;
      readonly split: boolean | undefined;
    }
  | {
      readonly type: 'change';
      readonly thing: Thing;
      /** Seats kept of those it has, and what is added. */
      readonly keep: number;
      readonly add: SeatChoice;
    }
  | { readonly type: 'release' | 'book' | 'pay'; readonly thing: Thing }
  | { readonly type: 'wait'; readonly by: Asker; readonly party: number }
  | { readonly type: 'leave'; readonly by: Asker }
  | {
      readonly type: 'cancel';
      readonly thing: Thing;
      readonly count: number;
      readonly odd: 'no' | 'twice' | 'unknown' | 'none';
    }
  | {
      readonly type: 'block' | 'unblock';
      readonly seats: SeatChoice;
      /** Whether the house gives its request an id. */
      readonly named: boolean;
    }
  | { readonly type: 'openSale' | 'closeSale' | 'cancelShow' }
  | {
      readonly type: 'bookSeats';
      readonly owner: number;
      readonly seats: SeatChoice;
      readonly named: boolean;
    }
  | {
      readonly type: 'cancelBookings';
      readonly pick: number;
      readonly count: number;
      readonly odd: 'no' | 'twice' | 'unknown' | 'none';
      readonly named: boolean;
    }
  | PaymentStep
  /** An earlier request again: as it was, with another wish under its id, or by somebody else. */
  | {
      readonly type: 'again';
      readonly pick: number;
      readonly as: 'same' | 'otherWish' | 'otherUser';
    }
  | { readonly type: 'pass'; readonly ms: number }
  /** To the shown deadline, or to when it is acted on, of something; a little before or after. */
  | {
      readonly type: 'passToDue';
      readonly pick: number;
      readonly shown: boolean;
      readonly offsetMs: number;
    }
  | {
      readonly type: 'passToStart';
      readonly what: 'startsAtMs' | 'closesAtMs' | 'cancelsUntilMs';
      readonly offsetMs: number;
    }
  | { readonly type: 'outage'; readonly floorMs: number };

const pick = fc.nat(99);
const rarely = (times: number): fc.Arbitrary<boolean> =>
  fc.nat(times - 1).map((each) => each === 1);
const thing = fc.record({ pick, stranger: rarely(10) });
const size = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 10 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 11, 2.5, -1) },
);

const asker = fc.record({
  who: fc.oneof(
    { weight: 5, arbitrary: fc.constant('anyone' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('waiting' as const, 'offered' as const, 'payer' as const),
    },
  ),
  pick,
});
const leaver = fc.record({
  who: fc.constantFrom('waiting' as const, 'offered' as const, 'anyone' as const),
  pick: fc.oneof(fc.constant(0), pick),
});
const offered = fc.record({ who: fc.constant('offered' as const), pick });
const payer = fc.record({ who: fc.constant('payer' as const), pick });

const free = fc.record({
  of: fc.constant('free' as const),
  from: pick,
  count: fc.integer({ min: 1, max: 6 }),
});
const any = fc.record({
  of: fc.constant('any' as const),
  picks: fc.array(fc.nat(29), { minLength: 1, maxLength: 5 }),
});
const wild = fc.record({
  of: fc.constant('wild' as const),
  seats: fc.array(fc.constantFrom(-1, 0, 1, 2, 3, 0.5, 30, 99_999, Number.NaN), { maxLength: 12 }),
});
const blocked = fc.record({
  of: fc.constant('blocked' as const),
  from: pick,
  count: fc.integer({ min: 1, max: 4 }),
});
const choice: fc.Arbitrary<SeatChoice> = fc.oneof(
  { weight: 12, arbitrary: free },
  { weight: 5, arbitrary: any },
  { weight: 1, arbitrary: wild },
);

const offsetMs = fc.constantFrom(0, 0, -1, 1);

function payment(
  type: PaymentStep['type'],
  ...usually: readonly PaymentStep['of'][]
): fc.Arbitrary<PaymentStep> {
  return fc.record({
    type: fc.constant(type),
    of: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...usually) },
      { weight: 1, arbitrary: fc.constant('any' as const) },
      { weight: 1, arbitrary: fc.constant('unknown' as const) },
    ),
    pick: fc.oneof(fc.constant(0), pick),
    odd: fc.oneof(
      { weight: 12, arbitrary: fc.constant('no' as const) },
      { weight: 1, arbitrary: fc.constantFrom('amount' as const, 'currency' as const) },
    ),
    named: fc.boolean(),
  });
}

const steps: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [170, fc.record({ type: fc.constant('hold' as const), by: asker, seats: choice })],
  [40, fc.record({ type: fc.constant('hold' as const), by: offered, seats: free })],
  [50, fc.record({ type: fc.constant('hold' as const), by: payer, seats: free })],
  [
    70,
    fc.record({
      type: fc.constant('holdBest' as const),
      by: asker,
      count: size,
      tier: fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        { weight: 2, arbitrary: fc.nat(2) },
        { weight: 1, arbitrary: fc.constantFrom(3, -1, 0.5) },
      ),
      split: fc.constantFrom(undefined, false, true, true),
    }),
  ],
  [
    70,
    fc.record({
      type: fc.constant('change' as const),
      thing,
      keep: fc.nat(4),
      add: fc.oneof(choice, fc.constant({ of: 'any' as const, picks: [] })),
    }),
  ],
  [70, fc.record({ type: fc.constant('release' as const), thing })],
  [80, fc.record({ type: fc.constant('book' as const), thing })],
  [110, fc.record({ type: fc.constant('pay' as const), thing })],
  [25, payment('openPayment', 'live')],
  [20, payment('failPayment', 'live', 'live', 'ended')],
  [75, payment('capturePayment', 'live', 'live', 'ended', 'ended', 'tried')],
  [15, payment('confirmRefund', 'owed')],
  [220, fc.record({ type: fc.constant('wait' as const), by: asker, party: size })],
  [50, fc.record({ type: fc.constant('leave' as const), by: leaver })],
  [
    35,
    fc.record({
      type: fc.constant('cancel' as const),
      thing,
      count: fc.integer({ min: 1, max: 3 }),
      odd: fc.constantFrom('no', 'no', 'no', 'no', 'twice', 'unknown', 'none'),
    }),
  ],
  [20, fc.record({ type: fc.constant('block' as const), seats: choice, named: fc.boolean() })],
  [
    20,
    fc.record({
      type: fc.constant('unblock' as const),
      seats: fc.oneof(blocked, blocked, choice),
      named: fc.boolean(),
    }),
  ],
  [
    10,
    fc.record({
      type: fc.constant('bookSeats' as const),
      owner: pick,
      seats: choice,
      named: fc.boolean(),
    }),
  ],
  [
    10,
    fc.record({
      type: fc.constant('cancelBookings' as const),
      pick,
      count: fc.integer({ min: 1, max: 4 }),
      odd: fc.constantFrom('no', 'no', 'no', 'no', 'twice', 'unknown', 'none'),
      named: fc.boolean(),
    }),
  ],
  [15, fc.constant({ type: 'openSale' as const })],
  [1, fc.constant({ type: 'closeSale' as const })],
  [2, fc.constant({ type: 'cancelShow' as const })],
  [
    40,
    fc.record({
      type: fc.constant('again' as const),
      // Mostly a late one, which is the same one still where earlier steps are left out.
      pick: fc.oneof(fc.nat(3), pick),
      as: fc.constantFrom('same', 'same', 'otherWish', 'otherUser'),
    }),
  ],
  [
    30,
    fc.record({ type: fc.constant('pass' as const), ms: fc.oneof(fc.nat(3_000), fc.nat(100_000)) }),
  ],
  [
    110,
    fc.record({
      type: fc.constant('passToDue' as const),
      pick: fc.oneof(fc.constant(0), pick),
      shown: rarely(4),
      offsetMs,
    }),
  ],
  [
    2,
    fc.record({
      type: fc.constant('passToStart' as const),
      what: fc.constantFrom('startsAtMs', 'closesAtMs', 'cancelsUntilMs'),
      offsetMs,
    }),
  ],
  [
    5,
    fc.record({ type: fc.constant('outage' as const), floorMs: fc.constantFrom(0, 7_000, 60_000) }),
  ],
  [2, fc.constant({ type: 'pass' as const, ms: 61 * 60_000 })],
];

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  ...steps.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);
