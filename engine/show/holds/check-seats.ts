/** The checks that every selection of seats goes through, in the order of R1. */
import { limits } from '../../limits.ts';
import type { Rejection } from '../rejections.ts';
import { BLOCKED, FREE } from '../seats/seat-bitmap.ts';
import type { Show } from '../show.ts';
import { seatsPerRequestOf } from '../terms.ts';

/** Refuses a show on which nothing can be held or waited for just now. */
export function checkOnSale(show: Show): Rejection | undefined {
  if (show.phase === 'onSale') return undefined;
  return {
    type: 'rejected',
    reason: 'showNotOnSale',
    phase: show.phase,
    onSaleAtMs: show.terms.onSaleAtMs,
    startsAtMs: show.terms.startsAtMs,
  };
}

/** Refuses seats that do not exist, are named twice or are blocked. */
export function checkSeats(show: Show, seats: readonly number[]): Rejection | undefined {
  if (seats.length === 0) return invalid('none', []);
  for (const seat of seats) {
    if (!isSeat(show, seat)) return invalid('unknown', [seat]);
  }
  const repeated = firstRepeated(seats);
  if (repeated !== undefined) return invalid('twice', [repeated]);
  for (const seat of seats) {
    if (show.seats.get(seat) === BLOCKED) {
      return invalid(
        'blocked',
        seats.filter((each) => show.seats.get(each) === BLOCKED),
      );
    }
  }
  return undefined;
}

export function isSeat(show: Show, seat: number): boolean {
  return Number.isInteger(seat) && seat >= 0 && seat < show.layout.count;
}

/** Refuses a number of seats that is none: 0, a fraction, not a number. */
export function checkCount(count: number): Rejection | undefined {
  return Number.isInteger(count) && count >= 1 ? undefined : invalid('none', []);
}

/** Refuses more seats than one request, or one user (by row) in this show, may have [H2]. */
export function checkCap(
  show: Show,
  user: number,
  count: number,
  alreadyCounted: number,
): Rejection | undefined {
  const left = show.terms.seatsPerUser - show.users.countedSeats(user) + alreadyCounted;
  const most = seatsPerRequestOf(show.terms);
  if (count <= left && count <= most) return undefined;
  const limit = Math.min(show.terms.seatsPerUser, most);
  return { type: 'rejected', reason: 'overSeatLimit', left: Math.min(left, limit), limit };
}

/** Names exactly which of the seats are not free [R4]. */
export function checkFree(show: Show, seats: readonly number[]): Rejection | undefined {
  for (const seat of seats) {
    if (show.seats.get(seat) !== FREE) {
      const taken = seats.filter((each) => show.seats.get(each) !== FREE);
      return { type: 'rejected', reason: 'seatsTaken', seats: taken };
    }
  }
  return undefined;
}

/** For the few seats of a person a search beats a set; a theatre may name thousands. */
function firstRepeated(seats: readonly number[]): number | undefined {
  if (seats.length <= limits.largestParty) {
    return seats.find((seat, index) => seats.indexOf(seat) !== index);
  }
  const seen = new Set<number>();
  for (const seat of seats) {
    if (seen.has(seat)) return seat;
    seen.add(seat);
  }
  return undefined;
}

function invalid(
  problem: 'none' | 'unknown' | 'twice' | 'blocked' | 'unchanged',
  seats: readonly number[],
): Rejection {
  return { type: 'rejected', reason: 'invalidSeats', problem, seats };
}
