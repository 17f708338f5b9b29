/**
 * Small bugs, each planted in one door of the engine: what a tired programmer might write. The
 * model has to find every one of them, or it would not find the like of them in the engine.
 */
import { millis, minor, requestId } from '../../../../engine/ids.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import { BOOKED, FREE } from '../../../../engine/show/seats/seat-bitmap.ts';
import { grantable, type Show } from '../../../../engine/show/show.ts';
import { Waitlist } from '../../../../engine/show/waitlist/waitlist.ts';
import { bookingNamed } from '../../../support/show-books.ts';
import {
  type Answered,
  answering,
  bug,
  deciding,
  evolving,
  notServing,
  type PlantedBug,
  seeing,
  timing,
  withTerms,
  writing,
  writingEach,
} from './bug-kinds.ts';
import { type Engine, realEngine } from './engine.ts';
import { fullTerms } from './model-terms.ts';
import { plantedPaymentBugs } from './planted-payment-bugs.ts';

/** A party further back is offered what the head cannot use. */
const firstFit: Answered = (verdict, show, command, stamp) => {
  if (verdict.type !== 'decided' || command.type !== 'release') return verdict;
  if (verdict.events.some((event) => event.type === 'offerMade')) return verdict;
  const seats = grantable(show) + (show.holds.get(command.hold)?.seats.length ?? 0);
  const next = [...show.waitlist.inOrder()].find((waiter) => waiter.party <= seats);
  if (next === undefined) return verdict;
  const { user, party } = next;
  const untilMs = millis(stamp.timeMs + show.terms.offerTtlMs);
  return { ...verdict, events: [...verdict.events, { type: 'offerMade', user, party, untilMs }] };
};

/** Half a minor unit is rounded down, where one afternoon discount is all there is. */
function halfDown(event: Extract<ShowEvent, { type: 'seatsHeld' }>, show: Show): ShowEvent {
  const [discount, ...more] = show.terms.discounts;
  const minute = show.terms.localStartMinute;
  if (discount?.type !== 'timeOfDay' || more.length > 0) return event;
  if (minute < discount.fromMinute || minute >= discount.untilMinute) return event;
  const prices = event.prices.map((price, at) => {
    const list = show.terms.prices[show.layout.tierOf[event.seats[at] ?? 0] ?? 0] ?? 0;
    return (list * (100 - discount.percent)) % 100 === 50 ? minor(price - 1) : price;
  });
  return { ...event, prices };
}

/** The best block is taken one seat further to the right, if that one is free too. */
const besideTheBest: Answered = (verdict, show, command) => {
  const event = verdict.type === 'decided' ? verdict.events[0] : undefined;
  if (event?.type !== 'seatsHeld' || command.type !== 'holdBest') return verdict;
  const seats = event.seats.map((seat) => seat + 1);
  const last = seats.at(-1) ?? 0;
  const { runOf, tierOf, count } = show.layout;
  if (last >= count || runOf[last] !== runOf[last - 1] || tierOf[last] !== tierOf[last - 1]) {
    return verdict;
  }
  if (show.seats.get(last) !== FREE) return verdict;
  const rest = verdict.type === 'decided' ? verdict.events.slice(1) : [];
  return { type: 'decided', events: [{ ...event, seats }, ...rest] };
};

/** A lapsed offer keeps its seats promised. */
const stillEarmarked: Engine = {
  ...realEngine,
  evolve: (show, decision) => {
    const lapsed = decision.events.flatMap((event) =>
      event.type === 'offerEnded' && event.reason === 'offerLapsed'
        ? (show.offers.get(event.user)?.party ?? 0)
        : 0,
    );
    realEngine.evolve(show, decision);
    show.earmarked += lapsed.reduce((total, party) => total + party, 0);
  },
};

let evolved = 0;

const inTime: readonly PlantedBug[] = [
  bug(
    'H3',
    '`>` for `>=` when a deadline and its grace are over',
    timing(({ graceMs }) => ({ graceMs: graceMs + 1 })),
  ),
  bug(
    'H3',
    'no grace',
    timing(() => ({ graceMs: 0 })),
  ),
  bug(
    'H3',
    'a hold of a millisecond more',
    deciding(({ holdTtlMs }) => ({ holdTtlMs: holdTtlMs + 1 })),
  ),
  bug(
    'S3',
    '`>` for `>=` at the start',
    timing((terms) => ({ closesAtMs: millis(fullTerms(terms).closesAtMs + 1) })),
  ),
  bug(
    'W7',
    'a wait with grace',
    writingEach('waitJoined', (event, { terms }) => {
      return { ...event, untilMs: millis(event.untilMs + terms.graceMs) };
    }),
  ),
  bug(
    'H5',
    'a change that gains time',
    writingEach('holdChanged', (event, { terms }, nowMs) => {
      return { ...event, deadlineMs: millis(nowMs + terms.holdTtlMs) };
    }),
  ),
  bug(
    'H4',
    'holds that expire newest first',
    writing((events) => {
      const expired = events.filter((event) => event.type === 'holdExpired').reverse();
      return [...expired, ...events.filter((event) => event.type !== 'holdExpired')];
    }),
  ),
];

const inLine: readonly PlantedBug[] = [
  bug(
    'W2',
    'a newcomer passes the line',
    seeing(['hold', 'holdBest'], () => ({ waitlist: new Waitlist() })),
  ),
  bug('W2', 'a smaller party overtakes the head', answering(firstFit)),
  bug(
    'W3',
    'an expiry that does not serve the line',
    notServing((first) => first.type === 'holdExpired'),
  ),
  bug(
    'W3',
    'leaving does not serve those behind',
    notServing((first) => first.type === 'waitEnded' && first.reason === 'left'),
  ),
  bug(
    'W4',
    'what an offer did not use is not freed to the next',
    notServing((first) => first.type === 'seatsHeld'),
  ),
  bug('W4', 'a lapsed offer stays earmarked', stillEarmarked),
  bug(
    'W4',
    'promised seats are blocked',
    seeing(['block'], () => ({ earmarked: 0 })),
  ),
  bug(
    'W5',
    'only the head is told that too few are left',
    writing((events, show) =>
      events.filter(
        (event) =>
          event.type !== 'waitEnded' ||
          event.reason !== 'tooFewLeft' ||
          event.user === show.waitlist.head?.user,
      ),
    ),
  ),
  bug(
    'R3',
    'one party too many is ahead',
    answering((verdict) =>
      verdict.type === 'rejected' && verdict.reason === 'waitInLine'
        ? { ...verdict, ahead: verdict.ahead + 1 }
        : verdict,
    ),
  ),
];

const inBackfill: readonly PlantedBug[] = [
  bug(
    'W2',
    'a party is overtaken once too often',
    deciding((terms) => ({ overtakesPerParty: fullTerms(terms).overtakesPerParty + 1 })),
  ),
  bug(
    'W2',
    'an overtaking is not logged',
    writingEach('offerMade', ({ overtaking: _overtaking, ...event }) => event),
  ),
  bug(
    'W2',
    'an overtaking is said to be of the whole free seats',
    writingEach('offerMade', (event, show) =>
      event.overtaking === undefined
        ? event
        : { ...event, overtaking: { ...event.overtaking, grantable: show.seats.free } },
    ),
  ),
  bug(
    'W2',
    'overtakings are forgotten where someone in between leaves',
    evolving((show, event) => {
      if (event.type === 'waitEnded') show.waitlist.restoreOvertakers([]);
    }),
  ),
  bug(
    'H9',
    'a lone seat is nobody’s concern',
    deciding(() => ({ orphanRule: false })),
  ),
  bug(
    'H9',
    'the orphan rule for shows that have none',
    deciding(() => ({ orphanRule: true })),
  ),
  bug('H8', 'seats are split though the request does not say so', {
    ...realEngine,
    decide: (show, command, stamp) =>
      realEngine.decide(
        show,
        command.type === 'holdBest' ? { ...command, split: true } : command,
        stamp,
      ),
  }),
];

const inRequests: readonly PlantedBug[] = [
  bug(
    'H2',
    'one seat too many over the cap',
    deciding(({ seatsPerUser }) => ({ seatsPerUser: seatsPerUser + 1 })),
  ),
  bug('H6', 'anyone releases a hold', {
    ...realEngine,
    decide: (show, command, stamp) => {
      const hold = command.type === 'release' ? show.holds.get(command.hold) : undefined;
      if (command.type !== 'release' || hold === undefined) {
        return realEngine.decide(show, command, stamp);
      }
      return realEngine.decide(show, { ...command, user: hold.user }, stamp);
    },
  }),
  bug('H7', 'a retry is decided anew', {
    ...realEngine,
    decide: (show, command, stamp) => {
      const isAnew = 'requestId' in command;
      const renamed = isAnew ? { ...command, requestId: requestId('another') } : command;
      return realEngine.decide(show, renamed, stamp);
    },
  }),
  bug('H8', 'not the best block but the one beside it', answering(besideTheBest)),
  bug(
    'R4',
    'only the first taken seat is named',
    answering((verdict) =>
      verdict.type === 'rejected' && verdict.reason === 'seatsTaken'
        ? { ...verdict, seats: verdict.seats.slice(0, 1) }
        : verdict,
    ),
  ),
];

const inMoney: readonly PlantedBug[] = [
  bug(
    'M2',
    'the ticket after the nth is reduced',
    deciding(({ discounts }) => ({
      discounts: discounts.map((each) =>
        each.type === 'nthTicket' ? { ...each, nth: each.nth + 1 } : each,
      ),
    })),
  ),
  bug(
    'M3',
    'an afternoon of a minute more',
    deciding(({ discounts }) => ({
      discounts: discounts.map((each) =>
        each.type === 'timeOfDay' ? { ...each, untilMinute: each.untilMinute + 1 } : each,
      ),
    })),
  ),
  bug('M4', 'half is rounded down', writingEach('seatsHeld', halfDown)),
  bug(
    'B2',
    'of many bookings the first is refunded',
    writingEach('bookingsCancelled', (event, show) => {
      const [first] = event.bookings;
      const refund = first === undefined ? event.refund : bookingNamed(show, first)?.total;
      return { ...event, refund: refund ?? event.refund };
    }),
  ),
  bug(
    'B2',
    'cancelling after the start',
    answering((verdict, show, command, stamp) =>
      command.type === 'cancel'
        ? realEngine.decide(
            withTerms(show, () => ({ cancelsUntilMs: millis(stamp.timeMs + 1) })),
            command,
            stamp,
          )
        : verdict,
    ),
  ),
  bug(
    'S2',
    'a seat stays booked after its booking is cancelled',
    evolving((show, event) => {
      if (event.type !== 'bookingsCancelled') return;
      for (const ref of event.bookings.slice(0, 1)) {
        for (const seat of bookingNamed(show, ref)?.seats.slice(0, 1) ?? []) {
          if (show.seats.get(seat) === FREE) show.seats.set(seat, BOOKED);
        }
      }
    }),
  ),
  bug(
    'D3',
    'evolve counts what is not in the log',
    evolving((show, event) => {
      evolved++;
      if (event.type !== 'seatsHeld') return;
      const { users } = show;
      for (const row of users.rows()) users.setLastDecisionMs(row, millis(evolved * 1_000));
    }),
  ),
];

export const plantedBugs: readonly PlantedBug[] = [
  ...inTime,
  ...inLine,
  ...inBackfill,
  ...inRequests,
  ...inMoney,
  ...plantedPaymentBugs,
];
