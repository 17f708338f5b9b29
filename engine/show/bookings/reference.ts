/**
 * A booking's reference: the show's id and the number of the decision that booked it, in letters
 * and digits that cannot be mistaken for each other when read aloud, e.g. `K3X-7QF` [B1]. It is
 * unique because a show's decisions are numbered without gaps, and it says where to look.
 */
import type { BookingRef, Seq, ShowId } from '../../ids.ts';
import { bookingRef, seq } from '../../ids.ts';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LEAST_DIGITS = 3;
const MOST_DIGITS = 10;

export function makeReference(show: ShowId, decision: Seq): BookingRef {
  let text = '';
  let rest: number = decision;
  do {
    text = (digits[rest % digits.length] ?? '') + text;
    rest = Math.floor(rest / digits.length);
  } while (rest > 0);
  return bookingRef(`${show.toUpperCase()}-${text.padStart(LEAST_DIGITS, '0')}`);
}

/** The number of the decision that a reference of this show names; undefined for any other text. */
export function decisionOf(show: ShowId, ref: BookingRef): Seq | undefined {
  const prefix = show.length + 1;
  const length = ref.length - prefix;
  if (length < LEAST_DIGITS || length > MOST_DIGITS || !ref.startsWith(`${show.toUpperCase()}-`)) {
    return undefined;
  }
  let decision = 0;
  for (let index = prefix; index < ref.length; index++) {
    const value = digits.indexOf(ref.charAt(index));
    if (value === -1) return undefined;
    decision = decision * digits.length + value;
  }
  // Only the one text that would be made of it: `K3X-07QF` is not `K3X-7QF`.
  return makeReference(show, seq(decision)) === ref ? seq(decision) : undefined;
}
