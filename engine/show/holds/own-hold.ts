/** A hold as its holder sees it; for anybody else it does not exist [H6]. */
import type { HoldId, UserId } from '../../ids.ts';
import { findHold, type Hold, type Show } from '../show.ts';

export function ownHold(show: Show, user: UserId, id: HoldId): Hold | undefined {
  const hold = findHold(show, id);
  return hold?.user === user ? hold : undefined;
}

export const holdNotFound = { type: 'rejected', reason: 'holdNotFound' } as const;
