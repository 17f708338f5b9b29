/** What people and the house do, each operation from its own dice and from what is known then. */

import { type BookingRef, type ShowId, showId, userId } from '../../engine/ids.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { UpMessage } from '../../gateway/wire/message-types.ts';
import type { Connection as Origin } from '../../gateway/workers/shard-connections.ts';
import type { OwnHold } from './belongings.ts';
import { SEAT } from './log-follower.ts';
import type { Oracle } from './oracle.ts';
import type { Person } from './person.ts';
import type { HouseKind, PersonKind } from './plan.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** How a person acts upon a wish; false where there is nothing to act on. */
export function act(
  person: Person,
  kind: PersonKind,
  operation: number,
  scenario: Scenario,
): boolean {
  const chance = new Random(scenario.seed, 'act', operation);
  const show = chance.pick(scenario.shows);
  const ask = (type: UpMessage['type'], fields: object) => {
    person.ask(type, { ...fields });
    return true;
  };
  switch (kind) {
    case 'hold':
      return ask('hold', { show, seats: chooseSeats(person, show, chance, scenario) });
    case 'holdBest': {
      const tier = chance.chance(0.2) ? chance.below(4) : null;
      return ask('holdBest', { show, count: aCount(person, chance), tier });
    }
    case 'wait':
      return ask('wait', { show, party: aCount(person, chance) });
    case 'leave':
      return ask('leave', { show });
    case 'change':
    case 'release':
    case 'book':
      return withHold(person, kind, chance, scenario);
    case 'cancel': {
      const found = [...person.things.bookings];
      if (found.length === 0) return false;
      const [ref, of] = chance.pick(found);
      return ask('cancel', { show: of, bookings: [ref] });
    }
    case 'watch':
    case 'unwatch':
      return ask(kind, { show });
    case 'mine':
    case 'ping':
      return ask(kind, {});
    case 'tickets': {
      const found = [...person.things.bookings];
      if (found.length === 0) return false;
      const [booking, of] = chance.pick(found);
      return ask('tickets', { show: of, booking });
    }
    case 'browse':
      return ask(chance.chance(0.5) ? 'cities' : 'show', { show });
    default:
      return misbehave(person, kind, chance, show);
  }
}

function misbehave(person: Person, kind: PersonKind, chance: Random, show: string): boolean {
  switch (kind) {
    case 'again': {
      if (person.answered.length === 0 || person.session.user === undefined) return false;
      person.askAs(chance.pick(person.answered));
      return true;
    }
    case 'nonsense':
      person.sendRaw(nonsense(chance));
      return true;
    case 'flood':
      for (let left = chance.between(10, 80); left > 0; left--) person.ask('ping', {});
      return true;
    case 'vanish':
      person.gone = true;
      person.hangUp();
      return true;
    case 'hangUp':
      person.hangUp();
      return true;
    default:
      person.ask('watch', { show });
      return true;
  }
}

function aCount(person: Person, chance: Random): number {
  if (person.temper === 'greedy') return chance.between(4, 14);
  return chance.pick([1, 1, 2, 2, 2, 3, 4, 5]);
}

function chooseSeats(
  person: Person,
  show: string,
  chance: Random,
  scenario: Scenario,
): readonly number[] {
  const total = scenario.seatsOfShow.get(show) ?? 1;
  const count = aCount(person, chance);
  if (person.temper === 'malicious' && chance.chance(0.5)) {
    // Seats that are none, and seats named twice.
    return Array.from({ length: chance.below(8) }, () => chance.below(total + 3));
  }
  return person.things.someSeats(show, count, chance.below(total));
}

function withHold(
  person: Person,
  kind: 'change' | 'release' | 'book',
  chance: Random,
  scenario: Scenario,
): boolean {
  const held = [...person.things.holds.values()];
  let chosen: OwnHold | undefined = held.length === 0 ? undefined : chance.pick(held);
  if (person.temper === 'malicious' && chance.chance(0.3)) {
    // Somebody else's, perhaps.
    chosen = { hold: chance.between(1, 60), show: chance.pick(scenario.shows), seats: [] };
  }
  if (chosen === undefined) return false;
  const { hold, show } = chosen;
  if (kind === 'book' && scenario.paidShows.has(show)) {
    person.ask(chance.chance(0.9) ? 'pay' : 'book', { show, hold });
  } else if (kind !== 'change') person.ask(kind, { show, hold });
  else {
    const kept = chosen.seats.filter(() => chance.chance(0.6));
    const from = chance.below(scenario.seatsOfShow.get(show) ?? 1);
    const added = person.things.someSeats(show, chance.below(4), from);
    person.ask('change', { show, hold, seats: [...new Set([...kept, ...added])] });
  }
  return true;
}

/** Bytes from strangers; some of them begin like a message. */
function nonsense(chance: Random): Uint8Array | string {
  switch (chance.below(5)) {
    case 0:
      return chance.bytes(chance.between(0, 40));
    case 1:
      return Uint8Array.from([0x94, chance.between(0, 20), 0xa2, 0x78, 0x78, ...chance.bytes(12)]);
    case 2:
      return chance.bytes(chance.pick([2_049, 3_000, 17_000]));
    case 3:
      return Uint8Array.from([0x93, 8, 0xa1, 0x61, 0xa2, 0x73, 0x30, 0xdd, 0xff, 0xff, 0xff, 0xff]);
    default:
      return '{"type":"hold","requestId":"x","show":7}';
  }
}

const HOUSE: Origin = { gateway: -1, ref: 0, user: userId('house'), ofUser: [] };

export interface House {
  readonly scenario: Scenario;
  readonly oracle: Oracle;
  /** Has the shard that hosts the show take in what the house asks. */
  submit(show: string, origin: Origin, command: HouseCommand): boolean;
}

/** The theatre blocks seats, books and cancels in bulk, and now and then cancels a show. */
export function actForHouse(house: House, kind: HouseKind, operation: number): boolean {
  const { scenario, oracle } = house;
  const chance = new Random(scenario.seed, 'house', operation);
  const id = chance.pick(scenario.shows);
  const show: ShowId = showId(id);
  if (kind === 'cancelShow') return house.submit(id, HOUSE, { type: kind, show });
  const known = oracle.follower.show(id);
  if (kind === 'cancelBookings') {
    const found = [...known.bookings.keys()] as BookingRef[];
    const bookings = found.filter(() => chance.chance(0.2)).slice(-3);
    return bookings.length > 0 && house.submit(id, HOUSE, { type: kind, show, bookings });
  }
  const wanted = kind === 'unblock' ? SEAT.blocked : SEAT.free;
  const total = scenario.seatsOfShow.get(id) ?? 1;
  const seats: number[] = [];
  const from = chance.below(total);
  for (let step = 0; step < total && seats.length < chance.between(1, 6); step++) {
    const seat = (from + step) % total;
    if (known.state(seat) === wanted) seats.push(seat);
  }
  if (seats.length === 0) return false;
  const owner = userId('partner:one');
  const command =
    kind === 'bookSeats' ? { type: kind, owner, show, seats } : { type: kind, show, seats };
  return house.submit(id, HOUSE, command);
}
