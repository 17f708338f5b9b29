/**
 * A booking's reference: the show's id and the number of the decision that booked it, in letters
 * and digits that cannot be mistaken for each other when read aloud, e.g. `K3X-7QF` [B1]. It is
 * unique because a show's decisions are numbered without gaps, and it says where to look.
 */
import type { BookingRef, Seq, ShowId } from '../../ids.ts';
import { bookingRef } from '../../ids.ts';

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function makeReference(show: ShowId, decision: Seq): BookingRef {
  let text = '';
  let rest: number = decision;
  do {
    text = (digits[rest % 32] ?? '') + text;
    rest = Math.floor(rest / 32);
  } while (rest > 0);
  return bookingRef(`${show.toUpperCase()}-${text.padStart(3, '0')}`);
}
