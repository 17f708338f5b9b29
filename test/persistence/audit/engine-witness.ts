/**
 * Whether the engine itself would have decided a log just so: every decision is asked for again,
 * at its time, of a show that went through all those before. A log that was changed and that the
 * auditor finds nothing wrong with is harmless if it is such a history: nobody could tell that it
 * is not what happened, and by the rules it might have been.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Millis, millis } from '../../../engine/ids.ts';
import { decodeEntries } from '../../../engine/shard/partition-entry.ts';
import { UserShows } from '../../../engine/shard/user-shows.ts';
import type { ShowCommand } from '../../../engine/show/command.ts';
import { decide } from '../../../engine/show/decide.ts';
import type { Decision, ShowEvent } from '../../../engine/show/events.ts';
import { evolve, extendDeadlines } from '../../../engine/show/evolve.ts';
import { type CompiledLayout, compileLayout } from '../../../engine/show/seats/compiled-layout.ts';
import { newShow, type Show } from '../../../engine/show/show.ts';
import { closesAtOf } from '../../../engine/show/terms.ts';
import { nextDueMs, passTime } from '../../../engine/show/time/pass-time.ts';
import type { LogRow } from '../../../persistence/audit/auditor.ts';
import { codec } from '../../../persistence/codec.ts';

/** A sentence where the engine would have decided otherwise. */
export function engineDiffers(rows: readonly LogRow[]): string | undefined {
  const shows = new Map<string, { show: Show; partition: number }>();
  const layouts = new Map<string, CompiledLayout>();
  for (const { body, lsn, hash, timeMs, partition } of rows) {
    const frame = { timeMs: millis(timeMs), lsn: lsn as never, hash };
    for (const entry of decodeEntries(codec.decode(body), frame)) {
      if (entry.type === 'layoutDefined') {
        layouts.set(`${partition} ${entry.layout.id}`, compileLayout(entry.layout));
      } else if (entry.type === 'epochOpened') {
        for (const one of shows.values()) {
          if (one.partition === partition) extendDeadlines(one.show, entry.floorMs);
        }
      } else {
        const { decision } = entry;
        const place = `${decision.show} ${decision.seq}`;
        try {
          const difference = decideAgain(decision, shows, layouts, partition);
          if (difference !== undefined) return `${place}: ${difference}`;
        } catch (error) {
          return `${place}: ${String(error)}`;
        }
      }
    }
  }
  return undefined;
}

function decideAgain(
  decision: Decision,
  shows: Map<string, { show: Show; partition: number }>,
  layouts: ReadonlyMap<string, CompiledLayout>,
  partition: number,
): string | undefined {
  const [first] = decision.events;
  if (first === undefined) return 'decides nothing';
  const known = shows.get(decision.show)?.show;
  if (first.type === 'showScheduled') {
    const layout = layouts.get(`${partition} ${first.layout}`);
    if (known !== undefined || layout === undefined || decision.events.length > 1) return 'no show';
    const show = newShow(decision.show, layout, first.terms, new UserShows());
    shows.set(decision.show, { show, partition });
    evolve(show, decision);
    return undefined;
  }
  if (known === undefined) return 'an unknown show';
  const { timeMs } = decision.frame;
  const events = eventsOf(known, decision, first, timeMs);
  if (typeof events === 'string') return events;
  const logged = inOrder(decision.events);
  if (!isDeepStrictEqual(asOldAs(logged, inOrder(events)), plain(logged))) {
    return `${JSON.stringify(events)} instead of ${JSON.stringify(decision.events)}`;
  }
  evolve(known, decision);
  return undefined;
}

function eventsOf(
  show: Show,
  decision: Decision,
  first: ShowEvent,
  timeMs: Millis,
): readonly ShowEvent[] | string {
  const command = isTimes(show, decision, first) ? undefined : commandOf(decision, first);
  if (command === undefined) return passTime(show, timeMs);
  if (nextDueMs(show) <= timeMs) return 'something was due before this';
  const verdict = decide(show, command, { timeMs, frame: decision.frame });
  if (verdict.type === 'decided') return verdict.events;
  return verdict.type === 'rejected' ? verdict.reason : 'a repeated request';
}

/** What would have to be asked for to be decided so; undefined where time decides. */
function commandOf(decision: Decision, first: ShowEvent): ShowCommand | undefined {
  const { show, user, requestId } = decision;
  if (user === undefined || requestId === undefined) {
    return houseCommandOf(decision, first);
  }
  const from = { show, user, requestId };
  switch (first.type) {
    case 'seatsHeld':
      return { ...from, type: 'hold', seats: first.seats };
    case 'holdChanged':
      return { ...from, type: 'change', hold: first.hold, seats: first.seats };
    case 'holdReleased':
      return { ...from, type: 'release', hold: first.hold };
    case 'holdBooked':
      return { ...from, type: 'book', hold: first.hold };
    case 'paymentStarted':
      return { ...from, type: 'pay', hold: first.hold };
    case 'bookingsCancelled':
      return { ...from, type: 'cancel', bookings: first.bookings };
    case 'waitJoined':
      return { ...from, type: 'wait', party: first.party };
    default:
      return { ...from, type: 'leave' };
  }
}

/** Sale opens and closes by itself; before its time, where the house says so [S3]. */
function isTimes({ terms }: Show, { user, frame }: Decision, first: ShowEvent): boolean {
  if (user !== undefined) return false;
  if (first.type === 'saleOpened') return frame.timeMs >= terms.onSaleAtMs;
  return first.type === 'saleClosed' && frame.timeMs >= closesAtOf(terms);
}

/** What the theatre or the provider of its payments has said; undefined where time decides. */
function houseCommandOf({ show, events }: Decision, first: ShowEvent): ShowCommand | undefined {
  switch (first.type) {
    case 'seatsBlocked':
      return { type: 'block', show, seats: first.seats };
    case 'seatsUnblocked':
      return { type: 'unblock', show, seats: first.seats };
    case 'showCancelled':
      return { type: 'cancelShow', show };
    case 'saleOpened':
      return { type: 'openSale', show };
    case 'saleClosed':
      return { type: 'closeSale', show };
    case 'seatsBooked':
      return { type: 'bookSeats', show, owner: first.user, seats: first.seats };
    case 'bookingsCancelled': {
      const bookings = events.flatMap((event) =>
        event.type === 'bookingsCancelled' ? event.bookings : [],
      );
      return { type: 'cancelBookings', show, bookings };
    }
    case 'paymentOpened':
      return { ...first, type: 'openPayment', show };
    case 'paymentFailed':
      return { ...first, type: 'failPayment', show };
    case 'paymentCaptured':
      return { ...first, type: 'capturePayment', show };
    case 'refunded':
      return { ...first, type: 'confirmRefund', show };
    default:
      return undefined;
  }
}

/** In what order the money of several bookings is owed back says nothing. */
function inOrder(events: readonly ShowEvent[]): readonly ShowEvent[] {
  const owed = events.filter((event) => event.type === 'refundOwed');
  const sorted = owed.toSorted((a, b) => a.payment - b.payment);
  return events.map((event) => (event.type === 'refundOwed' ? (sorted.shift() ?? event) : event));
}

/** Without the fields that an older log does not have, where the logged ones do not either. */
function asOldAs(logged: readonly ShowEvent[], events: readonly ShowEvent[]): unknown {
  const older = events.map((event, at) => {
    const copy: Record<string, unknown> = { ...event };
    const isOlder = (field: string) => !(field in (logged[at] ?? {}));
    if (event.type === 'showCancelled' && isOlder('refund')) delete copy.refund;
    if (event.type === 'holdReleased' && isOlder('user')) delete copy.user;
    if (event.type === 'bookingsCancelled' && isOlder('user')) delete copy.user;
    return copy;
  });
  return plain(older);
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
