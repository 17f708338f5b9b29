/** The checks of a request, each a rule, in the order of the rules [R1–R4]. */
import type { UserId } from '../../../../engine/ids.ts';
import type { Rejection } from '../../../../engine/show/rejections.ts';
import { orphansOf, wholeBlocks } from './model-best.ts';
import type { ModelShow } from './model-show.ts';
import { laterTerms } from './model-terms.ts';

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
  const limit = Math.min(show.terms.seatsPerUser, laterTerms(show.terms).seatsPerRequest);
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
 * Where the show minds: the seats that a selection leaves alone, unless every unbroken choice of
 * that size in the same tiers would leave one too [H9]. A hold that is changed may choose among
 * its own seats again.
 */
export function leftAlone(
  show: ModelShow,
  seats: readonly number[],
  instead: readonly number[],
): Rejection | undefined {
  if (!laterTerms(show.terms).orphanRule) return undefined;
  const orphans = orphansOf(show, seats, instead);
  const tiers = seats.map((seat) => show.places[seat]?.tier);
  const others = wholeBlocks(show, seats.length, undefined, instead).filter((block) =>
    tiers.includes(show.places[block[0] ?? -1]?.tier),
  );
  const isBetter = others.some((block) => orphansOf(show, block, instead).length === 0);
  if (orphans.length === 0 || !isBetter) return undefined;
  return { type: 'rejected', reason: 'leavesOrphan', seats: orphans };
}
