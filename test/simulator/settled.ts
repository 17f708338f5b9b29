/** What must be so once everything has settled: what people were told last, and the log itself. */
import type { ShowId, UserId } from '../../engine/ids.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import { viewMine } from '../../engine/show/views.ts';
import { sameBytes } from '../../persistence/bytes.ts';
import type { SimDisk } from './disk.ts';
import type { Oracle } from './oracle.ts';
import type { Person } from './person.ts';
import type { Bill } from './provider.ts';
import type { Scenario } from './scenario.ts';

export interface Settled {
  readonly oracle: Oracle;
  readonly scenario: Scenario;
  readonly disk: SimDisk;
}

type MineShow = NonNullable<ReturnType<typeof viewMine>>;

const TURN_US = 2_000_000;

/** What a person was last told to have is what the log gives them [W9]. */
export function compareMine(
  person: Person | undefined,
  { oracle, scenario }: Settled,
  calmUs: number,
): void {
  const { user } = person?.session ?? {};
  const mine = person?.things.mine;
  if (user === undefined || mine === undefined) return;
  // Only what was told after all had become calm, and where nothing has run out since.
  const heardUs = mine.heardUs - TURN_US;
  if (heardUs < calmUs) return;
  const { shows } = oracle.follower;
  if ([...shows.values()].some(({ lastUs }) => lastUs > heardUs)) return;
  const right = scenario.shows.flatMap((id) => {
    const show = oracle.follower.replica(partitionOf(id)).shows.get(id as MineShow['show']);
    const view = show === undefined ? undefined : viewMine(show, user as UserId);
    return view === undefined ? [] : [brief(view)];
  });
  const said = mine.told.shows.map(brief);
  if (said.sort().join() === right.sort().join()) return;
  const text = `person ${person?.index} is told ${said.join()}, the log has ${right.join()}`;
  oracle.violate('wrong-mine', text);
}

function brief({ show, holds, bookings, wait, offer }: MineShow): string {
  return JSON.stringify([
    show,
    holds.map(({ hold, seats, total, payment }) => [hold, seats, total, payment?.payment ?? 0]),
    bookings.map(({ booking, state, refund }) => [booking, state, refund ?? '']),
    wait?.ticket ?? 0,
    offer?.party ?? 0,
  ]);
}

/** The log on the disk is what became durable, frame by frame. */
export function readAll({ oracle, disk }: Settled): void {
  for (const [id, { frames }] of disk.partitions) {
    for (const { lsn, hash } of frames) {
      const known = oracle.follower.at(id, lsn);
      if (known !== undefined && sameBytes(known.hash, hash)) continue;
      oracle.violate('log', `partition ${id}, LSN ${lsn}: the log has another frame`);
    }
  }
}

/**
 * Each payment has ended, and what the provider took is, show by show, what is booked by payments
 * that stand and what was given back [P4, P5]. All that was owed has been given back by now.
 */
export function checkMoney(bills: readonly Bill[], oracle: Oracle): void {
  for (const { show, payment, taken, captured, state } of bills) {
    const where = `show ${show}: payment ${payment}`;
    if (taken !== undefined && captured === undefined) {
      oracle.violate('money', `${where} was paid, and the show has not heard of it`);
    } else if (taken !== undefined && state !== 'booked' && state !== 'refunded') {
      oracle.violate('money', `${where} was paid, and is ${state}`);
    } else if (state === 'begun') {
      oracle.violate('money', `${where} has not ended`);
    }
  }
  for (const id of new Set(bills.map(({ show }) => show))) {
    const paid = bills.filter(({ show, taken }) => show === id && taken !== undefined);
    const sum = (some: readonly Bill[]) =>
      some.reduce((total, { taken }) => total + (taken?.amount ?? 0), 0);
    const kept = sum(paid.filter(({ isGivenBack }) => !isGivenBack));
    const booked = paidBookings(oracle, id);
    if (kept === booked) continue;
    oracle.violate('money', `show ${id}: the provider keeps ${kept} for bookings of ${booked}`);
  }
}

/** The sum of the bookings that stand and were paid for, as a replica of the log has them. */
function paidBookings(oracle: Oracle, id: ShowId): number {
  const show = oracle.follower.replica(partitionOf(id)).shows.get(id);
  if (show === undefined) return 0;
  const { bookings } = show;
  let sum = 0;
  for (let index = 0; index < bookings.size; index++) {
    const isPaid = bookings.payment(index) !== 0 && !bookings.isCancelled(index);
    if (isPaid) sum += bookings.total(index);
  }
  return sum;
}
