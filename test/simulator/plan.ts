/**
 * The operations of a run, all of them known beforehand: what each person tries when, and which
 * fault comes when. A run can be replayed with any part of them, which is how a failure is made
 * short. Each operation has dice of its own, so that leaving one out changes no other's chances.
 */
import { Random } from './random.ts';
import { type FaultKind, faultKinds, type Scenario, takesMoney } from './scenario.ts';

export const personKinds = [
  'hold',
  'holdBest',
  'change',
  'release',
  'wait',
  'leave',
  'book',
  'cancel',
  'watch',
  'unwatch',
  'mine',
  'tickets',
  'ping',
  'browse',
  'again',
  'nonsense',
  'flood',
  'vanish',
  'hangUp',
] as const;
export type PersonKind = (typeof personKinds)[number];

export const houseKinds = [
  'block',
  'unblock',
  'cancelShow',
  'bookSeats',
  'cancelBookings',
] as const;
export type HouseKind = (typeof houseKinds)[number];

type Planned = { readonly atMs: number } & (
  | { readonly type: 'person'; readonly kind: PersonKind; readonly person: number }
  | { readonly type: 'house'; readonly kind: HouseKind }
  | { readonly type: 'fault'; readonly kind: FaultKind }
);
export type Operation = Planned & { readonly id: number };

/** Nothing is tried or goes wrong before the first start is over. */
const QUIET_MS = 500;

const weights: Readonly<Record<PersonKind, number>> = {
  hold: 30,
  holdBest: 18,
  change: 7,
  release: 6,
  wait: 10,
  leave: 3,
  book: 12,
  cancel: 5,
  watch: 6,
  unwatch: 1,
  mine: 3,
  tickets: 1,
  ping: 1,
  browse: 1,
  again: 5,
  nonsense: 3,
  flood: 0.3,
  vanish: 0.5,
  hangUp: 2,
};

export function makePlan(scenario: Scenario): readonly Operation[] {
  const chance = new Random(scenario.seed, 'plan');
  const lastMs = scenario.minutes * 60_000;
  const at = () => QUIET_MS + chance.below(lastMs - QUIET_MS);
  const wishes: Record<PersonKind, number> = { ...weights };
  for (const kind of personKinds) wishes[kind] *= chance.logBetween(0.4, 2.5);
  const operations: Planned[] = [];
  // A rush: a good part of all wishes come within a few seconds.
  const rushAt = at();
  for (let left = Math.round(scenario.opsPerMinute * scenario.minutes); left > 0; left--) {
    const rushes = chance.chance(0.2);
    const atMs = rushes ? Math.min(lastMs - 1, rushAt + chance.below(3_000)) : at();
    const person = chance.below(scenario.people);
    operations.push({ type: 'person', kind: chance.weighted(wishes), person, atMs });
  }
  for (let left = chance.below(12 * scenario.minutes); left > 0; left--) {
    const kind = chance.weighted({ block: 5, unblock: 5, cancelShow: 0.7 });
    operations.push({ type: 'house', kind, atMs: at() });
  }
  for (const kind of faultKinds) {
    const expected = scenario.rates[kind] * scenario.minutes;
    const count = Math.floor(expected) + (chance.chance(expected % 1) ? 1 : 0);
    for (let left = count; left > 0; left--) operations.push({ type: 'fault', kind, atMs: at() });
  }
  if (takesMoney(scenario.seed)) {
    for (let left = chance.below(20 * scenario.minutes); left > 0; left--) {
      const kind = chance.pick(['bookSeats', 'cancelBookings'] as const);
      operations.push({ type: 'house', kind, atMs: at() });
    }
  }
  return operations
    .sort((left, right) => left.atMs - right.atMs)
    .map((operation, id) => ({ ...operation, id }));
}

/** One operation in a line. */
export function tell(operation: Operation): string {
  const who = operation.type === 'person' ? `person ${operation.person}` : operation.type;
  return `#${operation.id} at ${(operation.atMs / 1000).toFixed(3)} s: ${who} ${operation.kind}`;
}
