/** What time alone decides [S3, H3, H4, P2, W4, W7, D2]. */
import type { ShowEvent } from '../../../../engine/show/events.ts';
import { serveLine } from './model-line.ts';
import { abandonFor } from './model-payments.ts';
import type { ModelHold, ModelShow } from './model-show.ts';
import { fullTerms, pinnedUntil } from './model-terms.ts';

const HOUR_MS = 60 * 60_000;

/**
 * What is due at a moment: the events of one decision, none where nothing is due. Asked again
 * until nothing is: a show that opens does so in a decision of its own.
 */
export function passModelTime(show: ModelShow, nowMs: number): readonly ShowEvent[] {
  const events: ShowEvent[] = [];
  const { onSaleAtMs, closesAtMs } = fullTerms(show.terms);
  if (show.phase === 'scheduled' && nowMs >= onSaleAtMs) {
    show.phase = 'onSale';
    events.push({ type: 'saleOpened' });
    return events;
  }
  if (show.phase === 'onSale' && nowMs >= closesAtMs) {
    show.phase = 'closed';
    events.push({ type: 'saleClosed' });
    endLine(show, 'saleClosed', events);
  }
  expireHolds(show, nowMs, events);
  lapseOffers(show, nowMs, events);
  endLongWaits(show, nowMs, events);
  if (events.length > 0) serveLine(show, nowMs, events);
  return events;
}

/** Every moment at which something now in the show falls due. */
export function dueTimes(show: ModelShow): readonly number[] {
  const { graceMs, onSaleAtMs, closesAtMs } = fullTerms(show.terms);
  return [
    ...(show.phase === 'scheduled' ? [onSaleAtMs] : []),
    ...(show.phase === 'onSale' ? [closesAtMs] : []),
    ...show.holds.map((hold) => actedOn(show, hold)),
    ...show.offers.map((offer) => offer.untilMs + graceMs),
    ...show.line.map((waiter) => waiter.untilMs),
  ];
}

/** Ends all waits and offers [S3]. */
export function endLine(
  show: ModelShow,
  reason: 'saleClosed' | 'showCancelled',
  events: ShowEvent[],
): void {
  for (const { user } of show.line) events.push({ type: 'waitEnded', user, reason });
  for (const { user } of show.offers) events.push({ type: 'offerEnded', user, reason });
  show.line = [];
  show.offers = [];
}

/** After an outage holds and offers stand at least until `floorMs`; waits do not change [D2]. */
export function extendModelDeadlines(show: ModelShow, floorMs: number): void {
  for (const hold of show.holds) hold.deadlineMs = Math.max(hold.deadlineMs, floorMs);
  for (const offer of show.offers) offer.untilMs = Math.max(offer.untilMs, floorMs);
}

/** Requests of those who have nothing here and asked nothing for an hour may be forgotten. */
export function forgetIdleUsers(show: ModelShow, nowMs: number): void {
  for (const request of show.requests) {
    if (request.user === undefined) continue;
    const own = show.requests.filter(({ user }) => user === request.user);
    const isIdle = own.every(({ timeMs }) => toSecond(timeMs) < nowMs - HOUR_MS);
    if (isIdle && !show.hasSomething(request.user)) request.mayBeForgotten = true;
  }
}

/** What an hour is counted from is known to the second only. */
function toSecond(timeMs: number): number {
  return timeMs - (timeMs % 1_000);
}

/** The server acts on a shown deadline only after the grace [H3]. */
function isOver(show: ModelShow, deadlineMs: number, nowMs: number): boolean {
  return nowMs >= deadlineMs + show.terms.graceMs;
}

function actedOn(show: ModelShow, hold: ModelHold): number {
  return hold.payment === undefined
    ? hold.deadlineMs + show.terms.graceMs
    : pinnedUntil(show.terms, hold.deadlineMs);
}

/** Oldest first; those that were waited for longer come after those that were not. */
function expireHolds(show: ModelShow, nowMs: number, events: ShowEvent[]): void {
  const over = show.holds.filter((hold) => nowMs >= actedOn(show, hold));
  const isPinned = (hold: ModelHold) => hold.payment !== undefined;
  for (const hold of [...over.filter((each) => !isPinned(each)), ...over.filter(isPinned)]) {
    show.holds = show.holds.filter((other) => other !== hold);
    show.mark(hold.seats, 'free');
    events.push({ type: 'holdExpired', hold: hold.id, user: hold.user });
    abandonFor(show, hold, events);
  }
}

function lapseOffers(show: ModelShow, nowMs: number, events: ShowEvent[]): void {
  for (const offer of show.offers.filter(({ untilMs }) => isOver(show, untilMs, nowMs))) {
    show.offers = show.offers.filter((other) => other !== offer);
    events.push({ type: 'offerEnded', user: offer.user, reason: 'offerLapsed' });
  }
}

/** The hour of a wait is the most, not the least: there is no grace [W7]. */
function endLongWaits(show: ModelShow, nowMs: number, events: ShowEvent[]): void {
  for (const waiter of show.line.filter(({ untilMs }) => nowMs >= untilMs)) {
    show.line = show.line.filter((other) => other !== waiter);
    events.push({ type: 'waitEnded', user: waiter.user, reason: 'waitTimeout' });
  }
}
