/** Holding, changing and releasing seats, as the rules have it [H1–H8]. */
import { holdId, millis } from '../../../../engine/ids.ts';
import type { UserCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { Rejection } from '../../../../engine/show/rejections.ts';
import { bestChoices, largestBlock } from './model-best.ts';
import {
  invalid,
  invalidCount,
  invalidSeats,
  mustWait,
  notOnSale,
  orphansLeft,
  overLimit,
  takenSeats,
  tooFewLeft,
} from './model-checks.ts';
import { serveLine } from './model-line.ts';
import { pricesOf } from './model-money.ts';
import { abandonFor, pendingPayment } from './model-payments.ts';
import type { ModelShow } from './model-show.ts';

type Asked<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>;
export type Answer = Rejection | readonly ShowEvent[];

export function modelHold(show: ModelShow, command: Asked<'hold'>, nowMs: number): Answer {
  const { user, seats } = command;
  return (
    notOnSale(show) ??
    invalidSeats(show, seats) ??
    noRight(show, command, seats.length) ??
    takenSeats(show, seats) ??
    orphansLeft(show, seats, []) ??
    place(show, user, seats, nowMs)
  );
}

/** Of equally good choices the model takes `chosen` if it is one of them, else the first. */
export function modelHoldBest(
  show: ModelShow,
  command: Asked<'holdBest'>,
  nowMs: number,
  chosen: readonly number[],
): Answer {
  const { user, count, tier } = command;
  const tiers = show.layout.tiers.length;
  const refused =
    notOnSale(show) ??
    (tier === undefined || show.layout.tiers[tier] !== undefined
      ? undefined
      : ({ type: 'rejected', reason: 'noSuchTier', tiers } as const)) ??
    invalidCount(count) ??
    noRight(show, command, count);
  if (refused !== undefined) return refused;
  const choices = bestChoices(show, count, tier, command.split === true);
  const [first] = choices;
  if (first === undefined) {
    return { type: 'rejected', reason: 'noBlockLeft', largest: largestBlock(show, tier) };
  }
  return place(show, user, choices.find((each) => each.join() === chosen.join()) ?? first, nowMs);
}

/** The limit, what is left, the line; an offer's owner passes the line, for that many [W4]. */
function noRight(
  show: ModelShow,
  { user }: Asked<'hold' | 'holdBest'>,
  count: number,
): Rejection | undefined {
  const offer = show.offerOf(user);
  if (offer === undefined) {
    return (
      overLimit(show, user, count, 0) ?? tooFewLeft(show, count) ?? mustWait(show, user, count)
    );
  }
  const over = overLimit(show, user, count, offer.party);
  if (over !== undefined || count <= offer.party) return over;
  return { type: 'rejected', reason: 'overSeatLimit', left: offer.party, limit: offer.party };
}

function place(
  show: ModelShow,
  user: Asked<'hold'>['user'],
  seats: readonly number[],
  nowMs: number,
): readonly ShowEvent[] {
  const events: ShowEvent[] = [];
  const id = holdId(show.seq + 1);
  const prices = pricesOf(show, seats);
  const deadlineMs = nowMs + show.terms.holdTtlMs;
  show.mark(seats, 'held');
  show.holds.push({ id, user, seats, prices, deadlineMs, payment: undefined });
  show.holds.sort((a, b) => a.deadlineMs - b.deadlineMs);
  events.push({ type: 'seatsHeld', hold: id, seats, prices, deadlineMs: millis(deadlineMs) });
  const offer = show.offerOf(user);
  if (offer === undefined) return events;
  show.offers = show.offers.filter((other) => other !== offer);
  events.push({ type: 'offerEnded', user, reason: 'taken' });
  serveLine(show, nowMs, events);
  return events;
}

/** Dropped seats are free at once; others are added only where nobody waits for them [H5, W2]. */
export function modelChange(show: ModelShow, command: Asked<'change'>, nowMs: number): Answer {
  const { user, seats } = command;
  const hold = show.holds.find((each) => each.id === command.hold && each.user === user);
  if (hold === undefined) return notOnSale(show) ?? { type: 'rejected', reason: 'holdNotFound' };
  const pending = pendingPayment(hold);
  if (pending !== undefined) return pending;
  const added = seats.filter((seat) => !hold.seats.includes(seat));
  const dropped = hold.seats.filter((seat) => !seats.includes(seat));
  const refused =
    notOnSale(show) ??
    invalidSeats(show, seats) ??
    (added.length + dropped.length === 0 ? invalid('unchanged', []) : undefined) ??
    overLimit(show, user, seats.length, hold.seats.length) ??
    (added.length === 0 ? undefined : tooFewLeft(show, seats.length)) ??
    (added.length === 0 ? undefined : mustWait(show, user, added.length - dropped.length)) ??
    takenSeats(show, added) ??
    orphansLeft(show, seats, hold.seats);
  if (refused !== undefined) return refused;
  const events: ShowEvent[] = [];
  show.mark(dropped, 'free');
  show.mark(added, 'held');
  hold.seats = seats;
  const prices = pricesOf(show, seats);
  hold.prices = prices;
  const deadlineMs = millis(hold.deadlineMs);
  events.push({ type: 'holdChanged', hold: hold.id, seats, prices, deadlineMs });
  serveLine(show, nowMs, events);
  return events;
}

export function modelRelease(show: ModelShow, command: Asked<'release'>, nowMs: number): Answer {
  const { user } = command;
  const hold = show.holds.find((each) => each.id === command.hold && each.user === user);
  if (hold === undefined) return { type: 'rejected', reason: 'holdNotFound' };
  const events: ShowEvent[] = [{ type: 'holdReleased', hold: hold.id }];
  show.holds = show.holds.filter((other) => other !== hold);
  show.mark(hold.seats, 'free');
  abandonFor(show, hold, events);
  serveLine(show, nowMs, events);
  return events;
}
