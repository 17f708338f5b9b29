/**
 * Eight people and a theatre do as they please with a hall of twelve seats. Whatever they do, the
 * books balance, every refusal is deserved, an auditor who only reads the log finds nobody
 * overtaken, and a replay of the log gives the same bytes.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BookingRef, type HoldId, millis } from '../../../engine/ids.ts';
import type { ShowTerms } from '../../../engine/show/terms.ts';
import {
  type Answer,
  type HouseWish,
  minute,
  opening,
  second,
  TestShow,
  type Wish,
} from '../../support/show-harness.ts';
import { Auditor } from './auditor.ts';

const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal'];
const seatCount = 12;

/** Short times, so that everything falls due in a run now and then. */
const hasty: Partial<ShowTerms> = {
  startsAtMs: millis(opening + 40 * minute),
  holdTtlMs: minute,
  offerTtlMs: 20 * second,
  waitTtlMs: 90 * second,
  graceMs: 5 * second,
};

/** `pick` stands for one of the holds or bookings that are there by then. */
interface Step {
  readonly user: string;
  readonly kind:
    | Wish['type']
    | HouseWish['type']
    /** The same request once more. */
    | 'again';
  readonly seats: readonly number[];
  readonly party: number;
  readonly pick: number;
  readonly passMs: number;
}

const likely: readonly [Step['kind'], number][] = [
  ['hold', 16],
  ['holdBest', 8],
  ['change', 8],
  ['release', 8],
  ['wait', 20],
  ['leave', 4],
  ['book', 4],
  ['cancel', 6],
  ['block', 2],
  ['unblock', 3],
  ['again', 4],
];

const anyStep = (kinds: readonly [Step['kind'], number][]): fc.Arbitrary<Step> =>
  fc.record({
    user: fc.constantFrom(...users),
    kind: fc.oneof(...kinds.map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind) }))),
    seats: fc.uniqueArray(fc.nat(seatCount - 1), { minLength: 1, maxLength: 7 }),
    party: fc.integer({ min: 1, max: 7 }),
    pick: fc.nat(99),
    passMs: fc.oneof(
      { weight: 30, arbitrary: fc.constant(0) },
      { weight: 4, arbitrary: fc.nat(3_000) },
      { weight: 1, arbitrary: fc.constantFrom(24_999, 25_000, 64_999, 65_000, 90_000) },
      { weight: 1, arbitrary: fc.nat(100_000) },
    ),
  });

interface Asked {
  readonly user: string;
  readonly wish: Wish | HouseWish;
}

/** What a step asks for, given what there is: mostly of one's own, sometimes of somebody else's. */
function askOf(step: Step, auditor: Auditor): Asked {
  const { kind, seats, party, pick } = step;
  const isStranger = pick % 8 === 0;
  const choose = <Thing>(things: readonly Thing[]): Thing | undefined =>
    things[pick % things.length];
  const [hold, held] = choose([...auditor.holds]) ?? [0, undefined];
  const id = hold as HoldId;
  const holder = isStranger ? step.user : (held?.user ?? step.user);
  switch (kind) {
    case 'change':
      return { user: holder, wish: { type: kind, hold: id, seats: seats.slice(0, 4) } };
    case 'release':
    case 'book':
      return { user: holder, wish: { type: kind, hold: id } };
    case 'leave': {
      const waiter = choose([...auditor.line, ...auditor.offers]);
      return { user: isStranger ? step.user : (waiter?.user ?? step.user), wish: { type: kind } };
    }
    case 'cancel': {
      const owner = choose([...auditor.bookings.values()])?.user ?? step.user;
      const user = isStranger ? step.user : owner;
      const refs = [...auditor.bookings.keys()] as BookingRef[];
      const bookings = refs.filter((ref) => auditor.bookings.get(ref)?.user === owner);
      return { user, wish: { type: kind, bookings: bookings.slice(0, 1 + (pick % 2)) } };
    }
    default:
      return { user: step.user, wish: newWish(step, party, auditor) };
  }
}

function newWish(step: Step, party: number, auditor: Auditor): Wish | HouseWish {
  const { kind, seats, user, pick } = step;
  const marked = (wanted: string) =>
    auditor.seats.flatMap((mark, seat) => (mark === wanted ? seat : []));
  switch (kind) {
    case 'holdBest':
      return { type: kind, count: party, tier: undefined };
    case 'wait':
      return { type: kind, party };
    case 'block':
      return { type: kind, seats: seats.slice(0, 2) };
    case 'unblock':
      return { type: kind, seats: marked('x') };
    case 'cancelShow':
      return { type: kind };
    default: {
      const offer = auditor.offerOf(user);
      const most = 1 + (pick % (offer?.party ?? 4));
      return { type: 'hold', seats: pick % 3 > 0 ? marked('.').slice(0, most) : seats };
    }
  }
}

/** Checks an answer to somebody who wanted seats against the books as they stood [R1–R4]. */
function checkAnswer(auditor: Auditor, user: string, wish: Wish | HouseWish, answer: Answer): void {
  if (wish.type !== 'hold' && wish.type !== 'holdBest' && wish.type !== 'wait') return;
  if (answer.type === 'repeated') return;
  const reason = answer.type === 'rejected' ? answer.reason : 'decided';
  expect(reason, `${user} ${JSON.stringify(wish)} of ${auditor.seats.join('')}`).toBe(
    expectedAnswer(auditor, user, wish),
  );
  if (answer.type === 'rejected' && answer.reason === 'seatsTaken' && wish.type === 'hold') {
    expect(answer.seats).toEqual(wish.seats.filter((seat) => auditor.seats[seat] !== '.'));
  }
}

function expectedAnswer(
  auditor: Auditor,
  user: string,
  wish: Extract<Wish, { type: 'hold' | 'holdBest' | 'wait' }>,
): string {
  const { seats, pool, grantable, line } = auditor;
  const count =
    wish.type === 'hold' ? wish.seats.length : 'count' in wish ? wish.count : wish.party;
  const offer = auditor.offerOf(user);
  if (auditor.phase !== 'onSale') return 'showNotOnSale';
  if (wish.type === 'hold' && wish.seats.length === 0) return 'invalidSeats';
  if (wish.type === 'wait' && (offer ?? auditor.waitOf(user))) return 'alreadyWaiting';
  if (wish.type === 'hold' && wish.seats.some((seat) => seats[seat] === 'x')) return 'invalidSeats';
  const counted = auditor.counted(user) - (offer?.party ?? 0);
  if (counted + count > 10 || (offer !== undefined && count > offer.party)) return 'overSeatLimit';
  if (offer === undefined && pool < count) return 'tooFewLeft';
  const mayChoose = offer !== undefined || (line.length === 0 && count <= grantable);
  if (wish.type === 'wait') return mayChoose ? 'chooseNow' : 'decided';
  if (!mayChoose) return 'waitInLine';
  if (wish.type === 'hold' && wish.seats.some((seat) => seats[seat] !== '.')) return 'seatsTaken';
  if (wish.type === 'holdBest' && !seats.join('').includes('.'.repeat(count))) return 'noBlockLeft';
  return 'decided';
}

interface Run {
  readonly show: TestShow;
  /** How often each kind of event came up. */
  readonly seen: ReadonlyMap<string, number>;
}

/** Runs the steps, checking everything after each. */
function run(steps: readonly Step[]): Run {
  const show = new TestShow([seatCount], hasty);
  const auditor = new Auditor(seatCount, show.show.terms);
  const seen = new Map<string, number>();
  const audit = () => {
    for (const decision of show.decisions.slice(audited)) {
      auditor.follow(decision);
      for (const event of decision.events) {
        const kind = 'reason' in event ? `${event.type} ${event.reason}` : event.type;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    }
    audited = show.decisions.length;
    auditor.checkNothingDue(show.nowMs);
    expect(auditor.seats.join('')).toBe(show.map);
  };
  let audited = show.decisions.length;
  show.advanceTo(opening);
  audit();
  let requests = 0;
  const sent = new Map<string, { wish: Wish; request: string; wasDecided: boolean }>();
  for (const step of steps) {
    if (step.passMs > 0) {
      show.advance(step.passMs);
      audit();
    }
    const last = sent.get(step.user);
    if (step.kind === 'again' && last?.wasDecided) {
      expect(show.ask(step.user, last.wish, last.request).type, '[H7]').toBe('repeated');
      audit();
      continue;
    }
    const { user, wish } = askOf(step, auditor);
    if (wish.type === 'block' || wish.type === 'unblock' || wish.type === 'cancelShow') {
      show.tell(wish);
    } else {
      requests++;
      const request = `request-${requests}`;
      const answer = show.ask(user, wish, request);
      checkAnswer(auditor, user, wish, answer);
      sent.set(user, { wish, request, wasDecided: answer.type === 'decided' });
    }
    audit();
  }
  expect(show.replay(), '[D3]').toEqual(show.bytes);
  return { show, seen };
}

describe('anything that eight users and a theatre can do', () => {
  it('[S2] [H2] [W2] [W3] [W5] [F1] [D3] in many short runs keeps the rules', () => {
    const steps = fc.array(anyStep([...likely, ['cancelShow', 1]]), {
      minLength: 20,
      maxLength: 120,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (each) => {
        run(each);
      }),
      { numRuns: 100 },
    );
  });

  it('[S2] [H2] [W2] [W3] [W5] [F1] [D3] in long runs keeps them, and all of it comes up', () => {
    const total = new Map<string, number>();
    for (const seed of [1, 2, 3, 4]) {
      const steps = fc.sample(anyStep(likely), { seed, numRuns: 1_500 });
      for (const [kind, count] of run(steps).seen) total.set(kind, (total.get(kind) ?? 0) + count);
    }
    for (const kind of [
      'seatsHeld',
      'holdChanged',
      'holdReleased',
      'holdExpired',
      'holdBooked',
      'bookingsCancelled',
      'waitJoined',
      'waitEnded left',
      'waitEnded waitTimeout',
      'waitEnded tooFewLeft',
      'offerMade',
      'offerEnded taken',
      'offerEnded declined',
      'offerEnded offerLapsed',
      'seatsBlocked',
      'seatsUnblocked',
      'saleClosed',
    ]) {
      expect(total.get(kind), kind).toBeGreaterThan(0);
    }
  });
});
