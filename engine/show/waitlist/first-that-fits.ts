/**
 * Who is first in line of those for whom so many seats are enough, without walking the line: the
 * line is kept by party size as well, so the answer is the lowest of a few tickets [W2].
 */
import type { UserId } from '../../ids.ts';
import type { Waiter, Waitlist } from './waitlist.ts';

/**
 * Gives a function that answers with the first party behind `head` of at most so many seats, each
 * party once; it is asked with fewer seats each time. Cost, all answers together: the sizes a
 * question, and the parties that are before the head or gone.
 */
export function firstThatFits(
  line: Waitlist,
  head: Waiter,
  gone: ReadonlySet<UserId> | undefined,
): (seats: number) => Waiter | undefined {
  const sizes: { readonly rest: Iterator<Waiter>; first: Waiter | undefined }[] = [];
  const step = (rest: Iterator<Waiter>): Waiter | undefined => {
    for (;;) {
      const { value, done } = rest.next();
      if (done === true) return undefined;
      // Parties before the head are being served in this very decision.
      if (value.ticket > head.ticket && gone?.has(value.user) !== true) return value;
    }
  };
  return (seats) => {
    for (let party = sizes.length + 1; party <= seats; party++) {
      const rest = line.ofSize(party);
      sizes.push({ rest, first: step(rest) });
    }
    let best: (typeof sizes)[number] | undefined;
    for (const size of sizes.slice(0, seats)) {
      if (size.first === undefined) continue;
      if (best?.first === undefined || size.first.ticket < best.first.ticket) best = size;
    }
    const found = best?.first;
    if (best !== undefined) best.first = step(best.rest);
    return found;
  };
}
