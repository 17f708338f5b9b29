/** Messages of the server with the fields that a test does not care about filled in. */
import { holdId, millis, minor, requestId, showId } from '../../../engine/ids.ts';
import type { Down } from '../../../gateway/wire/message-types.ts';

export const show = showId('s1');
const receipt = { seq: 5, timeMs: millis(0), lsn: 1, hash: Uint8Array.of(1, 2, 3) };

export function held(id: string, fields: Partial<Down<'held'>> = {}): Down<'held'> {
  return {
    type: 'held',
    requestId: requestId(id),
    show,
    hold: holdId(5),
    seats: [1, 2],
    deadlineMs: millis(300_000),
    currency: 'INR',
    prices: [100, 100],
    total: 200,
    discounts: [{ name: 'afternoon', seat: 1, off: minor(20) }],
    ...receipt,
    ...fields,
  };
}

export function waiting(id: string, fields: Partial<Down<'waiting'>> = {}): Down<'waiting'> {
  return {
    type: 'waiting',
    requestId: requestId(id),
    show,
    ticket: 9,
    party: 2,
    ahead: 3,
    serving: 5,
    untilMs: millis(3_600_000),
    ...receipt,
    ...fields,
  };
}

export function watching(id: string, fields: Partial<Down<'watching'>> = {}): Down<'watching'> {
  return {
    type: 'watching',
    requestId: requestId(id),
    show,
    seq: 10,
    phase: 'onSale',
    // Seats 0 … 3: free, held, booked, blocked; seat 4 free, and three unused places.
    seats: Uint8Array.of(0b11_10_01_00, 0b00),
    serving: 0,
    waiting: 0,
    earmarked: 0,
    ...fields,
  };
}

export function seats(fromSeq: number, toSeq: number, changes: readonly number[]): Down<'seats'> {
  return { type: 'seats', show, fromSeq, toSeq, changes };
}

export function booked(id: string, fields: Partial<Down<'booked'>> = {}): Down<'booked'> {
  return {
    type: 'booked',
    requestId: requestId(id),
    show,
    booking: 'S1-005' as Down<'booked'>['booking'],
    seats: [1, 2],
    currency: 'INR',
    prices: [100, 100],
    total: 200,
    ...receipt,
    ...fields,
  };
}

export function failed(id: string | null, code: number, reason: string): Down<'error'> {
  return {
    type: 'error',
    requestId: id === null ? null : requestId(id),
    code,
    reason,
    text: reason,
  };
}
