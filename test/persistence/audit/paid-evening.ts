/**
 * Logs of shows that are paid for, and ways to tamper with them: what people and the provider do,
 * an evening on which nearly everything becomes of a payment that can, and edits of its events.
 */
import { minor, type PaymentId, userId } from '../../../engine/ids.ts';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import { TestShard } from '../../support/shard-harness.ts';
import { type HouseWish, minute } from '../../support/show-harness.ts';
import {
  chainAnew,
  codesOf,
  eventOf,
  type LooseEntry,
  type LooseEvent,
  type LooseFrame,
  takeApart,
} from './tampered-log.ts';

export const SCHEDULED = 1;
export const CANCELLED = 14;
export const BLOCKED = 15;
export const BOOKED = 13;
export const BEGUN = 17;
export const OPENED = 18;
export const FAILED = 19;
export const CAPTURED = 20;
export const OWED = 21;
export const GIVEN_BACK = 22;
export const SEATS_BOOKED = 23;
export const ABANDONED = 24;

/** A seat that nobody ever comes near. */
export const CORNER = 17;
export const PRICE = 1_000;

export async function tell(shard: TestShard, wish: HouseWish): Promise<void> {
  shard.tell(wish);
  await shard.run();
}

/** Holds seats and begins to pay for them. */
export async function pay(
  shard: TestShard,
  user: string,
  seats: readonly number[],
): Promise<PaymentId> {
  return payAgain(shard, user, await shard.hold(user, seats));
}

export async function payAgain(
  shard: TestShard,
  user: string,
  hold: Awaited<ReturnType<TestShard['hold']>>,
): Promise<PaymentId> {
  const { event } = await shard.accepted(user, { type: 'pay', hold });
  if (event.type === 'paymentStarted') return event.payment;
  throw new Error(`${event.type} instead of a payment`);
}

export async function capture(
  shard: TestShard,
  payment: PaymentId,
  amount: number,
  currency = 'INR',
): Promise<void> {
  await tell(shard, { type: 'capturePayment', payment, amount: minor(amount), currency });
}

export async function open(terms: Parameters<TestShard['schedule']>[1] = {}): Promise<TestShard> {
  const shard = await TestShard.open();
  await shard.schedule([6, 6, 6], { payments: 'provider', ...terms });
  return shard;
}

/** Nearly everything that can become of a payment does. */
export async function anEvening(): Promise<readonly LogRow[]> {
  let shard = await open();
  const ann = await pay(shard, 'ann', [0, 1]);
  const page = { type: 'openPayment', reference: 'r', url: 'https://pay.example/1' } as const;
  await tell(shard, { ...page, payment: ann });
  await capture(shard, ann, 2 * PRICE);
  const bobs = await shard.hold('bob', [2, 3]);
  const declined = await payAgain(shard, 'bob', bobs);
  await tell(shard, { ...page, payment: declined });
  await tell(shard, { type: 'failPayment', payment: declined, reason: 'declined' });
  await capture(shard, await payAgain(shard, 'bob', bobs), 2 * PRICE);
  const cid = await pay(shard, 'cid', [4]);
  await shard.advance(minute);
  const dan = await pay(shard, 'dan', [5]);
  await shard.advance(5 * minute);
  await shard.advance(minute);
  // Both came too late: the seat of the one is still free, that of the other is not.
  await tell(shard, { type: 'bookSeats', owner: userId('eve'), seats: [5, 8, 9, 10] });
  await capture(shard, cid, PRICE);
  await capture(shard, dan, PRICE);
  await tell(shard, { type: 'confirmRefund', payment: dan });
  const fay = await pay(shard, 'fay', [6]);
  await capture(shard, fay, PRICE - 1);
  const gus = await pay(shard, 'gus', [7]);
  const release = shard.said.findLast((said) => said.type === 'accepted');
  if (release?.event?.type !== 'paymentStarted') throw new Error('gus should be paying');
  await shard.accepted('gus', { type: 'release', hold: release.event.hold });
  await tell(shard, { type: 'failPayment', payment: gus, reason: 'expired' });
  await pay(shard, 'hal', [7]);
  shard = await shard.crash(7 * minute);
  await shard.run();
  await shard.advance(3 * minute);
  const bookings = bookingsIn(shard.frames());
  await tell(shard, { type: 'cancelBookings', bookings: [bookings[0], bookings[2]] as never[] });
  await tell(shard, { type: 'confirmRefund', payment: ann });
  await shard.accepted('bob', { type: 'cancel', bookings: [bookings[1]] as never[] });
  await tell(shard, { type: 'closeSale' });
  await tell(shard, { type: 'cancelShow' });
  return shard.frames();
}

/** References in the order they were made. */
export function bookingsIn(rows: readonly LogRow[]): readonly string[] {
  const made = takeApart(rows).flatMap(({ content }) => content.slice(1) as LooseEntry[]);
  return made.flatMap((entry) =>
    entry.slice(4).flatMap((event) => {
      const [code, first, other] = event as LooseEvent;
      return code === BOOKED ? [String(other)] : code === SEATS_BOOKED ? [String(first)] : [];
    }),
  );
}

export type Edit = (frames: LooseFrame[]) => void;

/** Sets a field of the nth event of that code. */
export function field(code: number, nth: number, at: number, value: unknown): Edit {
  return (frames) => {
    eventOf(frames, code, nth).event[at] = value;
  };
}

/** Adds one to it. */
export function more(code: number, nth: number, at: number): Edit {
  return (frames) => {
    const { event } = eventOf(frames, code, nth);
    event[at] = (event[at] as number) + 1;
  };
}

export function takenOut(code: number, nth = 0): Edit {
  return (frames) => {
    const { decision, event } = eventOf(frames, code, nth);
    decision.splice(decision.indexOf(event), 1);
  };
}

/** Another event in its place, made of it. */
export function replaced(code: number, nth: number, make: (event: LooseEvent) => LooseEvent): Edit {
  return (frames) => {
    const { decision, event } = eventOf(frames, code, nth);
    decision[decision.indexOf(event)] = make(event);
  };
}

/** The whole decision is another one: the theatre blocks a corner seat instead. */
export function notDecided(code: number, nth = 0): Edit {
  return (frames) => {
    const { decision } = eventOf(frames, code, nth);
    decision.splice(2, decision.length, null, null, [BLOCKED, [CORNER]]);
  };
}

/** One more event after it in its decision. */
export function added(code: number, nth: number, make: (event: LooseEvent) => LooseEvent): Edit {
  return (frames) => {
    const { decision, event } = eventOf(frames, code, nth);
    decision.push(make(event));
  };
}

/** A booking of the money becomes a debt, for this reason. */
export const owedInstead =
  (reason: string) =>
  (event: LooseEvent): LooseEvent => {
    const [code, ...rest] = event;
    const isHolds = code === BOOKED;
    const payment = rest[4];
    const user = isHolds ? rest[5] : rest[1];
    const prices = (isHolds ? rest[3] : rest[3]) as number[];
    return [OWED, payment, user, prices.reduce((sum, price) => sum + price, 0), 'INR', reason];
  };

/** What is found in that log once it was edited and its chain worked out anew. */
export function foundIn(rows: readonly LogRow[], edit: Edit): string[] {
  const frames = takeApart(rows);
  edit(frames);
  return codesOf(chainAnew(frames));
}

export function byMallory(frames: LooseFrame[], code: number): void {
  eventOf(frames, code).decision.splice(2, 2, 'mallory', 'r-1');
}

export function byNobody(frames: LooseFrame[], code: number): void {
  eventOf(frames, code).decision.splice(2, 2, null, null);
}
