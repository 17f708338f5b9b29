/**
 * What a decision means for the line, worked out before anything changes: parties that can no
 * longer be served are told so [W5], and while the head's party fits into what is grantable, the
 * head gets an offer [W3]. Nobody further back is looked at before the head is served, unless the
 * show backfills: then later parties get what the head cannot use [W2].
 */
import type { Millis, UserId } from '../../ids.ts';
import { millis } from '../../ids.ts';
import type { ShowEvent } from '../events.ts';
import { grantable, pool, type Show } from '../show.ts';
import { overtakesOf } from '../terms.ts';
import { firstThatFits } from './first-that-fits.ts';
import type { Waiter } from './waitlist.ts';

/** How the events decided so far will have changed the show. */
export interface LineEffect {
  /** Seats that will be free and promised to nobody, more (or fewer) than now. */
  readonly grantable: number;
  /** Seats free or held, more (or fewer) than now. */
  readonly pool: number;
  /** Parties that the events so far take out of the line. */
  readonly gone?: ReadonlySet<UserId>;
}

/**
 * Appends the line's consequences to `events`. Cost: proportional to the parties ended or
 * offered, never to the length of the line.
 */
export function settleLine(
  show: Show,
  effect: LineEffect,
  nowMs: Millis,
  events: ShowEvent[],
): void {
  const line = show.waitlist;
  if (line.size === 0) return;
  const seatsLeft = pool(show) + effect.pool;
  for (const waiter of line.largerThan(seatsLeft)) {
    if (effect.gone?.has(waiter.user)) continue;
    events.push({ type: 'waitEnded', user: waiter.user, reason: 'tooFewLeft' });
  }
  let seats = grantable(show) + effect.grantable;
  const untilMs = millis(nowMs + show.terms.offerTtlMs);
  for (const waiter of line.inOrder()) {
    if (seats <= 0) return;
    if (waiter.party > seatsLeft || effect.gone?.has(waiter.user)) continue;
    if (waiter.party > seats) {
      backfill(show, waiter, seats, effect.gone, nowMs, events);
      return;
    }
    seats -= waiter.party;
    events.push({ type: 'offerMade', user: waiter.user, party: waiter.party, untilMs });
  }
}

/**
 * By how many more parties the head may still be overtaken. It is the one most often overtaken,
 * so nobody behind it is passed too often either.
 */
export function overtakesLeft(show: Show, head: Waiter): number {
  const most = overtakesOf(show.terms);
  if (most === 0) return 0;
  return most - show.waitlist.overtakers.filter((other) => other > head.ticket).length;
}

/** Offers what `head` cannot use to the first of those behind it whom it suffices for [W2]. */
function backfill(
  show: Show,
  head: Waiter,
  seats: number,
  gone: ReadonlySet<UserId> | undefined,
  nowMs: Millis,
  events: ShowEvent[],
): void {
  let overtakes = overtakesLeft(show, head);
  if (overtakes <= 0) return;
  const untilMs = millis(nowMs + show.terms.offerTtlMs);
  const next = firstThatFits(show.waitlist, head, gone);
  for (let left = seats; overtakes > 0 && left > 0; overtakes--) {
    const waiter = next(left);
    if (waiter === undefined) return;
    const { user, party } = waiter;
    const overtaking = { head: head.ticket, headParty: head.party, grantable: left };
    events.push({ type: 'offerMade', user, party, untilMs, overtaking });
    left -= party;
  }
}
