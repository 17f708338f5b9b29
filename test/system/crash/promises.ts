/**
 * What each fighter was promised, against what the server says it has after it came back: every
 * booking, every cancellation, every hold until its deadline, and no seat with two owners.
 */

import type { TownShow } from '../../../bench/load/town-file.ts';
import type { MineShow } from '../../../gateway/client/index.ts';
import { Fighter } from '../fighter.ts';

export interface BrokenPromises {
  readonly lost: readonly string[];
  readonly soldTwice: readonly string[];
}

/** A hold that falls due while the answer is under way may be there or not. */
const MARGIN_MS = 500;

/** Asks each fighter's session anew; `show` is the one that all of them fight over. */
export async function checkPromises(
  show: TownShow,
  fighters: readonly Fighter[],
): Promise<BrokenPromises> {
  const lost: string[] = [];
  const soldTwice: string[] = [];
  const owners = new Map<number, string>();
  const answers = await Promise.all(fighters.map(({ client }) => client.mine()));
  for (const [index, fighter] of fighters.entries()) {
    const mine = answers[index]?.shows.find((each) => each.show === show.id);
    lost.push(...lostBy(fighter, mine).map((what) => `${what} of ${fighter.user} in ${show.id}`));
    for (const seat of mine === undefined ? [] : Fighter.seatsIn(mine)) {
      const other = owners.get(seat);
      if (other !== undefined) {
        soldTwice.push(`seat ${seat} of ${show.id} has ${other} and ${fighter.user}`);
      }
      owners.set(seat, fighter.user);
    }
  }
  return { lost, soldTwice };
}

function lostBy(fighter: Fighter, mine: MineShow | undefined): readonly string[] {
  const booked = new Map(mine?.bookings.map((each) => [each.booking, each]));
  const held = new Map(mine?.holds.map((each) => [each.hold, each]));
  const lost: string[] = [];
  for (const [ref, seats] of fighter.bookings) {
    const found = booked.get(ref);
    if (found?.state !== 'booked' || found.seats.join() !== seats.join()) lost.push(ref);
  }
  for (const ref of fighter.cancelled) {
    if (booked.get(ref)?.state !== 'cancelled') lost.push(`the cancellation of ${ref}`);
  }
  for (const [id, { seats, deadlineMs }] of fighter.holds) {
    if (deadlineMs < Date.now() + MARGIN_MS) continue;
    const found = held.get(id);
    if (found?.seats.join() !== seats.join() || found.deadlineMs < deadlineMs) {
      lost.push(`hold ${id}`);
    }
  }
  return lost;
}
