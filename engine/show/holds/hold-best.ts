/** Best n: the engine picks the seats in the decision that holds them [H8]. */
import type { Stamp, UserCommand } from '../command.ts';
import { findBestBlock } from '../seats/best-block.ts';
import { findSplit } from '../seats/split-rows.ts';
import type { Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { checkCount, checkOnSale } from './check-seats.ts';
import { checkRight, holdEvents } from './hold.ts';

export function decideHoldBest(
  show: Show,
  command: Extract<UserCommand, { type: 'holdBest' }>,
  stamp: Stamp,
): Verdict {
  const tiers = show.layout.layout.tiers.length;
  const { tier } = command;
  if (tier !== undefined && !(Number.isInteger(tier) && tier >= 0 && tier < tiers)) {
    return checkOnSale(show) ?? { type: 'rejected', reason: 'noSuchTier', tiers };
  }
  const { user, count } = command;
  const refused = checkOnSale(show) ?? checkCount(count) ?? checkRight(show, user, count);
  if (refused !== undefined) return refused;
  const block = findBestBlock(show.layout, show.seats, command.count, command.tier);
  if ('seats' in block) return decided(holdEvents(show, user, block.seats, stamp));
  const split =
    command.split === true ? findSplit(show.layout, show.seats, count, tier) : undefined;
  if (split !== undefined) return decided(holdEvents(show, user, split, stamp));
  return { type: 'rejected', reason: 'noBlockLeft', largest: block.largest };
}
