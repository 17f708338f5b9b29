/** The line is served whenever seats may have come free or gone for good [W2, W3, W5]. */
import { millis, ticket } from '../../../../engine/ids.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { ModelShow, ModelWaiter } from './model-show.ts';
import { laterTerms } from './model-terms.ts';

/** Ends what waits in vain, then offers what is grantable to those whose turn it is. */
export function serveLine(show: ModelShow, nowMs: number, events: ShowEvent[]): void {
  endHopelessWaits(show, events);
  for (;;) {
    const next = nextToServe(show);
    if (next === undefined) return;
    makeOffer(show, next, nowMs, events);
  }
}

/** All parties larger than the pool: smaller ones first, each size in the order of the line. */
function endHopelessWaits(show: ModelShow, events: ShowEvent[]): void {
  const hopeless = show.line.filter((waiter) => waiter.party > show.pool);
  const inOrder = [...hopeless].sort((a, b) => a.party - b.party || a.ticket - b.ticket);
  for (const waiter of inOrder) {
    show.line = show.line.filter((other) => other !== waiter);
    events.push({ type: 'waitEnded', user: waiter.user, reason: 'tooFewLeft' });
  }
}

/**
 * The head, if its party fits. In a show that backfills, else the first party that fits further
 * back, unless it would pass one that has been overtaken as often as the show allows.
 */
function nextToServe(show: ModelShow): ModelWaiter | undefined {
  const { waiting, overtakesPerParty } = laterTerms(show.terms);
  const fits = (waiter: ModelWaiter) => waiter.party <= show.grantable;
  const [head] = show.line;
  if (head === undefined || fits(head)) return head;
  if (waiting === 'strict') return undefined;
  const next = show.line.find(fits);
  const mayPass = (passed: ModelWaiter) => passed.overtaken < overtakesPerParty;
  return next !== undefined && before(show, next).every(mayPass) ? next : undefined;
}

function before(show: ModelShow, waiter: ModelWaiter): readonly ModelWaiter[] {
  return show.line.slice(0, show.line.indexOf(waiter));
}

function makeOffer(show: ModelShow, waiter: ModelWaiter, nowMs: number, events: ShowEvent[]): void {
  const { user, party } = waiter;
  const untilMs = nowMs + show.terms.offerTtlMs;
  const [head] = show.line;
  const overtaking =
    head === undefined || head === waiter
      ? {}
      : {
          overtaking: {
            head: ticket(head.ticket),
            headParty: head.party,
            grantable: show.grantable,
          },
        };
  for (const passed of before(show, waiter)) passed.overtaken += 1;
  show.line = show.line.filter((other) => other !== waiter);
  show.offers.push({ user, party, untilMs });
  show.offers.sort((a, b) => a.untilMs - b.untilMs);
  events.push({ type: 'offerMade', user, party, untilMs: millis(untilMs), ...overtaking });
}
