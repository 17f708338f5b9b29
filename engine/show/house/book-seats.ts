/** The house books seats for somebody without a hold: a block of any size, or none of it [B3]. */
import { seq } from '../../ids.ts';
import { quote } from '../../pricing/quote.ts';
import { makeReference } from '../bookings/reference.ts';
import type { HouseCommand, Stamp } from '../command.ts';
import type { ShowEvent } from '../events.ts';
import { checkFree, checkOnSale, checkSeats } from '../holds/check-seats.ts';
import type { Rejection } from '../rejections.ts';
import { grantable, pool, type Show } from '../show.ts';
import { decided, type Verdict } from '../verdict.ts';
import { settleLine } from '../waitlist/settle-line.ts';

/** No limit of seats; but the house stands behind those who wait, like everybody [W2]. */
export function decideBookSeats(
  show: Show,
  command: Extract<HouseCommand, { type: 'bookSeats' }>,
  stamp: Stamp,
): Verdict {
  const { owner: user, seats } = command;
  const refused =
    checkOnSale(show) ??
    checkSeats(show, seats) ??
    checkLine(show, seats.length) ??
    checkFree(show, seats);
  if (refused !== undefined) return refused;
  const { prices } = quote(show.terms, show.layout, seats);
  const booking = makeReference(show.id, seq(show.seq + 1));
  const events: ShowEvent[] = [{ type: 'seatsBooked', booking, user, seats, prices }];
  const effect = { grantable: -seats.length, pool: -seats.length };
  settleLine(show, effect, stamp.timeMs, events);
  return decided(events);
}

function checkLine(show: Show, count: number): Rejection | undefined {
  const left = pool(show);
  if (left < count) return { type: 'rejected', reason: 'tooFewLeft', left };
  const waiting = show.waitlist.size;
  if (waiting === 0 && grantable(show) >= count) return undefined;
  return { type: 'rejected', reason: 'waitInLine', ahead: waiting };
}
