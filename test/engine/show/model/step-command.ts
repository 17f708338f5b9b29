/** Makes a step of the generator a command of a model-based run. */
import type * as fc from 'fast-check';
import {
  type BookingRef,
  bookingRef,
  type HoldId,
  holdId,
  requestId,
  type UserId,
} from '../../../../engine/ids.ts';
import type { UserCommand } from '../../../../engine/show/command.ts';
import { unreachable } from '../../../../engine/unreachable.ts';
import { type Bench, companies, show, users } from './bench.ts';
import type { Asked } from './decide-model.ts';
import type { ModelShow } from './model-show.ts';
import { fullTerms } from './model-terms.ts';
import { dueTimes } from './model-time.ts';
import { paymentNews } from './payment-news.ts';
import type { Asker, SeatChoice, Step, Thing } from './step-arbitrary.ts';

export class StepCommand implements fc.Command<ModelShow, Bench> {
  readonly #step: Step;

  constructor(step: Step) {
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  run(model: ModelShow, bench: Bench): void {
    const step = this.#step;
    switch (step.type) {
      case 'pass':
        return bench.passTo(bench.nowMs + step.ms);
      case 'passToStart':
        return bench.passTo(fullTerms(model.terms)[step.what] + step.offsetMs);
      case 'passToDue':
        return bench.passTo(dueTime(model, bench.nowMs, step));
      case 'outage':
        return bench.recover(bench.nowMs + step.floorMs);
      default:
        bench.ask(askedBy(step, model, bench));
    }
  }

  toString(): string {
    return this.#step.type;
  }
}

function dueTime(
  model: ModelShow,
  nowMs: number,
  { pick, shown, offsetMs }: Extract<Step, { type: 'passToDue' }>,
): number {
  const { closesAtMs, graceMs } = fullTerms(model.terms);
  const isNext = (timeMs: number) => timeMs > nowMs && (nowMs >= closesAtMs || timeMs < closesAtMs);
  const moments = dueTimes(model).filter(isNext);
  const timeMs =
    choose(
      [...moments].sort((a, b) => a - b),
      pick,
    ) ?? nowMs;
  return timeMs - (shown ? graceMs : 0) + offsetMs;
}

type Asking = Exclude<Step, { type: 'pass' | 'passToStart' | 'passToDue' | 'outage' }>;

function askedBy(step: Asking, model: ModelShow, bench: Bench): Asked {
  const id = requestId(`request-${bench.sent.length}`);
  switch (step.type) {
    case 'block':
    case 'unblock': {
      const command = { type: step.type, show, seats: seatsOf(model, step.seats) };
      return { command, requestId: step.named ? id : undefined };
    }
    case 'openSale':
    case 'closeSale':
    case 'cancelShow':
      return { command: { type: step.type, show }, requestId: id };
    case 'bookSeats': {
      const [owner, seats] = [choose(companies, step.owner), seatsOf(model, step.seats)];
      const command = { type: step.type, show, owner: owner ?? strangerTo(undefined), seats };
      return { command, requestId: step.named ? id : undefined };
    }
    case 'cancelBookings': {
      const bookings = oddly(step.odd, bookingsFrom(model.bookings, step));
      return {
        command: { type: step.type, show, bookings },
        requestId: step.named ? id : undefined,
      };
    }
    case 'openPayment':
    case 'failPayment':
    case 'capturePayment':
    case 'confirmRefund':
      return { command: paymentNews(step, model), requestId: step.named ? id : undefined };
    case 'again':
      return repeat(step, bench, id);
    default:
      return { command: userCommandOf(step, model, id), requestId: id };
  }
}

type Personal = Extract<Asking, { type: UserCommand['type'] }>;

function userCommandOf(
  step: Personal,
  model: ModelShow,
  id: UserCommand['requestId'],
): UserCommand {
  const by = (user: UserId) => ({ show, user, requestId: id });
  switch (step.type) {
    case 'hold':
      return { type: 'hold', ...by(askerOf(model, step.by)), seats: seatsOf(model, step.seats) };
    case 'holdBest':
      return {
        type: 'holdBest',
        ...by(askerOf(model, step.by)),
        count: step.count,
        tier: step.tier,
        split: step.split,
      };
    case 'wait':
      return { type: 'wait', ...by(askerOf(model, step.by)), party: step.party };
    case 'leave':
      return { type: 'leave', ...by(askerOf(model, step.by)) };
    case 'change': {
      const hold = choose(model.holds, step.thing.pick);
      const kept = (hold?.seats ?? []).slice(0, step.keep);
      const seats = [...kept, ...seatsOf(model, step.add)];
      return {
        type: 'change',
        ...by(ownerOf(hold, step.thing)),
        hold: hold?.id ?? anyHoldId(model, step.thing),
        seats,
      };
    }
    case 'release':
    case 'book':
    case 'pay': {
      const hold = choose(model.holds, step.thing.pick);
      return {
        type: step.type,
        ...by(ownerOf(hold, step.thing)),
        hold: hold?.id ?? anyHoldId(model, step.thing),
      };
    }
    case 'cancel':
      return cancelOf(step, model, id);
    default:
      return unreachable(step);
  }
}

function cancelOf(
  { thing, count, odd }: Extract<Step, { type: 'cancel' }>,
  model: ModelShow,
  id: UserCommand['requestId'],
): UserCommand {
  const user = ownerOf(choose(model.bookings, thing.pick), { ...thing, stranger: false });
  const own = model.bookings.filter((booking) => booking.user === user);
  const bookings = oddly(odd, bookingsFrom(own, { pick: thing.pick, count }));
  return {
    type: 'cancel',
    show,
    user: thing.stranger ? strangerTo(user) : user,
    requestId: id,
    bookings,
  };
}

/** So many of them, of which usually none was cancelled before. */
function bookingsFrom(
  bookings: ModelShow['bookings'],
  { pick, count }: { readonly pick: number; readonly count: number },
): readonly BookingRef[] {
  const live = bookings.filter((booking) => booking.state === 'booked');
  return (pick % 3 === 0 ? bookings : live).slice(0, count).map((booking) => booking.ref);
}

function oddly(
  odd: Extract<Step, { type: 'cancel' }>['odd'],
  refs: readonly BookingRef[],
): readonly BookingRef[] {
  return {
    no: refs,
    twice: [...refs, ...refs],
    unknown: [...refs, bookingRef('S-ZZZ')],
    none: [],
  }[odd];
}

/** The same id again; the engine answers by the id alone [H7]. */
function repeat(
  { pick, as }: Extract<Step, { type: 'again' }>,
  bench: Bench,
  id: UserCommand['requestId'],
): Asked {
  const earlier = choose(
    bench.sent.filter((sent) => sent.requestId !== undefined).toReversed(),
    pick,
  );
  const { command, requestId: again = id } = earlier ?? {};
  if (command === undefined || !('user' in command)) {
    const house = command ?? ({ type: 'unblock', show, seats: [0] } as const);
    return {
      command: as === 'otherWish' ? { type: 'block', show, seats: [0] } : house,
      requestId: again,
    };
  }
  const { user } = command;
  const asker = as === 'otherUser' ? strangerTo(user) : user;
  if (as === 'otherWish') {
    return { command: { type: 'leave', show, user, requestId: again }, requestId: again };
  }
  return { command: { ...command, user: asker }, requestId: again };
}

function seatsOf(model: ModelShow, choice: SeatChoice): readonly number[] {
  switch (choice.of) {
    case 'wild':
      return choice.seats;
    case 'any':
      return choice.picks.map((pick) => pick % model.seats.length);
    default: {
      const marked = model.seats.flatMap((state, seat) => (state === choice.of ? [seat] : []));
      if (marked.length === 0) return [choice.from % model.seats.length];
      const from = choice.from % marked.length;
      return [...marked.slice(from), ...marked.slice(0, from)].slice(0, choice.count);
    }
  }
}

function askerOf(model: ModelShow, { who, pick }: Asker): UserId {
  const askers = {
    anyone: [],
    waiting: model.line,
    offered: model.offers,
    payer: model.payments.filter(({ state }) => state === 'abandoned').slice(-1),
  }[who];
  const user = choose(askers as readonly { user: UserId }[], pick)?.user;
  return user ?? choose(users, pick) ?? strangerTo(undefined);
}

function ownerOf(owned: { readonly user: UserId } | undefined, thing: Thing): UserId {
  const owner = owned?.user ?? choose(users, thing.pick) ?? strangerTo(undefined);
  return thing.stranger ? strangerTo(owner) : owner;
}

/** A hold that is gone, or never was. */
function anyHoldId(model: ModelShow, { pick }: Thing): HoldId {
  return holdId(1 + (pick % (model.seq + 1)));
}

function strangerTo(user: UserId | undefined): UserId {
  return users.find((other) => other !== user) as UserId;
}

function choose<Each>(things: readonly Each[], pick: number): Each | undefined {
  return things[pick % things.length];
}
