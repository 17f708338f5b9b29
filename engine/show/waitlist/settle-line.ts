/**
 * What a decision means for the line, worked out before anything changes: parties that can no
 * longer be served are told so [W5], and while the head's party fits into what is grantable, the
 * head gets an offer [W3]. Nobody further back is looked at before the head is served [W2].
 */
import type { Millis, UserId } from '../../ids.ts';
import { millis } from '../../ids.ts';
import type { ShowEvent } from '../events.ts';
import { grantable, pool, type Show } from '../show.ts';

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
    if (waiter.party > seats) return;
    seats -= waiter.party;
    events.push({ type: 'offerMade', user: waiter.user, party: waiter.party, untilMs });
  }
}
