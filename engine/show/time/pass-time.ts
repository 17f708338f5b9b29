/**
 * What time alone decides: sale opens and closes, holds and offers fall due, waits run out. All
 * of it is found from heads of insertion-ordered maps, never by a scan [H4], and one decision
 * does all that is due, with the line served at its end.
 */
import type { Millis, UserId } from '../../ids.ts';
import { millis } from '../../ids.ts';
import { limits } from '../../limits.ts';
import type { ShowEvent } from '../events.ts';
import { endLine } from '../house/cancel-show.ts';
import { abandonPayment } from '../payments/abandon.ts';
import type { Hold, Show } from '../show.ts';
import { closesAtOf, pinnedPastMs } from '../terms.ts';
import { settleLine } from '../waitlist/settle-line.ts';

const NEVER = millis(Number.POSITIVE_INFINITY);

/** When time next has something to decide in this show; infinity where it has nothing. */
export function nextDueMs(show: Show): Millis {
  let due: number = NEVER;
  if (show.phase === 'scheduled') due = show.terms.onSaleAtMs;
  else if (show.phase === 'onSale') due = closesAtOf(show.terms);
  const hold = show.holds.first();
  if (hold !== undefined) due = Math.min(due, actsAt(show, hold.deadlineMs));
  const pinned = show.pinned.first();
  if (pinned !== undefined) due = Math.min(due, pinned.deadlineMs + pinnedPastMs(show.terms));
  const offer = show.offers.first();
  if (offer !== undefined) due = Math.min(due, actsAt(show, offer.untilMs));
  const waiter = show.waitlist.head;
  if (waiter !== undefined) due = Math.min(due, waiter.untilMs);
  return millis(due);
}

/** The events of what is due at `nowMs`; of holds and offers `expiriesPerDecision` at most. */
export function passTime(show: Show, nowMs: Millis): readonly ShowEvent[] {
  const events: ShowEvent[] = [];
  if (show.phase === 'scheduled' && show.terms.onSaleAtMs <= nowMs) {
    return [{ type: 'saleOpened' }];
  }
  const closing = show.phase === 'onSale' && closesAtOf(show.terms) <= nowMs;
  if (closing) {
    events.push({ type: 'saleClosed' });
    endLine(show, 'saleClosed', events);
  }
  let freed = expireHolds(show, nowMs, events);
  if (closing || show.phase !== 'onSale') return events;
  freed += lapseOffers(show, nowMs, events);
  const gone = endWaits(show, nowMs, events);
  settleLine(show, { grantable: freed, pool: 0, gone }, nowMs, events);
  return events;
}

/** A shown deadline is acted on only after the grace, so the client always times out first [H3]. */
function actsAt(show: Show, deadlineMs: Millis): number {
  return deadlineMs + show.terms.graceMs;
}

function expireHolds(show: Show, nowMs: Millis, events: ShowEvent[]): number {
  let freed = 0;
  let count = 0;
  const expire = (hold: Hold): void => {
    events.push({ type: 'holdExpired', hold: hold.id, user: hold.user });
    abandonPayment(hold, events);
    freed += hold.seats.length;
    count++;
  };
  for (const hold of show.holds.values()) {
    if (actsAt(show, hold.deadlineMs) > nowMs || count === limits.expiriesPerDecision) break;
    expire(hold);
  }
  const pastMs = pinnedPastMs(show.terms);
  for (const hold of show.pinned.values()) {
    if (hold.deadlineMs + pastMs > nowMs || count === limits.expiriesPerDecision) break;
    expire(hold);
  }
  return freed;
}

function lapseOffers(show: Show, nowMs: Millis, events: ShowEvent[]): number {
  let freed = 0;
  let count = 0;
  for (const offer of show.offers.values()) {
    if (actsAt(show, offer.untilMs) > nowMs || count === limits.expiriesPerDecision) break;
    events.push({ type: 'offerEnded', user: offer.user, reason: 'offerLapsed' });
    freed += offer.party;
    count++;
  }
  return freed;
}

/**
 * A wait has no grace: its hour is a promise about the longest, not the shortest, wait [W7]. All
 * that are due end in the one decision, since the line is served right after: nobody whose hour
 * is over may be offered seats.
 */
function endWaits(show: Show, nowMs: Millis, events: ShowEvent[]): ReadonlySet<UserId> {
  const gone = new Set<UserId>();
  for (const waiter of show.waitlist.inOrder()) {
    if (waiter.untilMs > nowMs) break;
    events.push({ type: 'waitEnded', user: waiter.user, reason: 'waitTimeout' });
    gone.add(waiter.user);
  }
  return gone;
}
