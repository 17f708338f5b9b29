/** What must be so once everything has settled: what people were told last, and the log itself. */
import type { UserId } from '../../engine/ids.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import { viewMine } from '../../engine/show/views.ts';
import { sameBytes } from '../../persistence/bytes.ts';
import type { SimDisk } from './disk.ts';
import type { Oracle } from './oracle.ts';
import type { Person } from './person.ts';
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
    holds.map(({ hold, seats, total }) => [hold, seats, total]),
    bookings.map(({ booking, state }) => [booking, state]),
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
