/** The checks of a request, each a rule, in the order of the rules [R1–R4]. */
import type { UserId } from '../../../../engine/ids.ts';
import type { Rejection } from '../../../../engine/show/rejections.ts';
import { freeBlocks, orphansOf } from './model-best.ts';
import type { ModelShow } from './model-show.ts';
import { fullTerms } from './model-terms.ts';

export function notOnSale(show: ModelShow): Rejection | undefined {
  const { onSaleAtMs, startsAtMs } = show.terms;
  if (show.phase === 'onSale') return undefined;
  return { type: 'rejected', reason: 'showNotOnSale', phase: show.phase, onSaleAtMs, startsAtMs };
}

/** Of unknown and repeated seats the first is named, of blocked ones all. */
export function invalidSeats(show: ModelShow, seats: readonly number[]): Rejection | undefined {
  if (seats.length === 0) return invalid('none', []);
  const unknown = seats.filter((seat) => show.seats[seat] === undefined);
  if (unknown.length > 0) return invalid('unknown', unknown.slice(0, 1));
  const repeated = seats.filter((seat, at) => seats.indexOf(seat) < at);
  if (repeated.length > 0) return invalid('twice', repeated.slice(0, 1));
  const blocked = seats.filter((seat) => show.seats[seat] === 'blocked');
  if (blocked.length > 0) return invalid('blocked', blocked);
  return undefined;
}

/** A number of seats is a whole one from 1. */
export function invalidCount(count: number): Rejection | undefined {
  return Number.isInteger(count) && count >= 1 ? undefined : invalid('none', []);
}

export function invalid(
  problem: 'none' | 'unknown' | 'twice' | 'blocked' | 'unchanged',
  seats: readonly number[],
): Rejection {
  return { type: 'rejected', reason: 'invalidSeats', problem, seats };
}

/** Counting everything the user has but `instead`, which the seats asked for take the place of. */
export function overLimit(
  show: ModelShow,
  user: UserId,
  count: number,
  instead: number,
): Rejection | undefined {
  const limit = Math.min(show.terms.seatsPerUser, fullTerms(show.terms).seatsPerRequest);
  const left = Math.min(limit, show.terms.seatsPerUser - (show.counted(user) - instead));
  return count > left ? { type: 'rejected', reason: 'overSeatLimit', left, limit } : undefined;
}

export function tooFewLeft(show: ModelShow, count: number): Rejection | undefined {
  if (show.pool >= count) return undefined;
  return { type: 'rejected', reason: 'tooFewLeft', left: show.pool };
}

/** Whether a newcomer, or one who waits, may be given `count` more of the free seats now. */
export function mustWait(show: ModelShow, user: UserId, count: number): Rejection | undefined {
  if (show.line.length === 0 && show.grantable >= count) return undefined;
  return { type: 'rejected', reason: 'waitInLine', ahead: show.ahead(user) };
}

export function takenSeats(show: ModelShow, seats: readonly number[]): Rejection | undefined {
  const taken = seats.filter((seat) => show.seats[seat] !== 'free');
  return taken.length > 0 ? { type: 'rejected', reason: 'seatsTaken', seats: taken } : undefined;
}

/**
 * Where the show has the rule, seats that would leave others alone are refused, unless every
 * unbroken block of that many seats, in the tiers chosen, would do so too [H9]. Whoever changes a
 * hold may choose again among the seats that it has.
 */
export function orphansLeft(
  show: ModelShow,
  seats: readonly number[],
  own: readonly number[],
): Rejection | undefined {
  if (!fullTerms(show.terms).orphanRule) return undefined;
  const orphans = orphansOf(show, seats, own);
  if (orphans.length === 0) return undefined;
  const tiers = seats.map((seat) => show.places[seat]?.tier);
  const others = freeBlocks(show, seats.length, (tier) => tiers.includes(tier), own);
  const isBetter = (block: readonly number[]) => orphansOf(show, block, own).length === 0;
  if (!others.some(isBetter)) return undefined;
  return { type: 'rejected', reason: 'leavesOrphan', seats: orphans };
}
