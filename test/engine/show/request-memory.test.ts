/** Proves that the packed memory of requests is the plain list of the latest ones [H7]. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bookingRef,
  holdId,
  lsn,
  millis,
  minor,
  type RequestId,
  requestId,
  seq,
  ticket,
  userId,
} from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import type { FrameRef, ShowEvent } from '../../../engine/show/events.ts';
import { type Remembered, RequestMemory } from '../../../engine/show/request-memory.ts';

const frame: FrameRef = {
  timeMs: millis(1_700_000_000_000),
  lsn: lsn(7),
  hash: new Uint8Array(32),
};
const seats = fc.array(fc.nat(99_999), { minLength: 1, maxLength: 10 });
const prices = fc.array(fc.nat(1_000_000).map(minor), { minLength: 1, maxLength: 10 });
const time = fc.integer({ min: -5_000, max: 3_600_000 }).map((off) => millis(frame.timeMs + off));
const later = fc.nat(3_600_000).map((off) => millis(frame.timeMs + off));
const hold = fc.integer({ min: 1, max: 1_000_000 }).map(holdId);
const booking = fc.stringMatching(/^[A-Z0-9]{4,12}$/).map(bookingRef);
const user = fc.stringMatching(/^[a-z]{1,20}$/).map(userId);

const event: fc.Arbitrary<ShowEvent> = fc.oneof(
  fc.record({ type: fc.constant('holdReleased' as const), hold }),
  fc.record({
    type: fc.constant('holdChanged' as const),
    hold,
    seats,
    prices,
    deadlineMs: time,
  }),
  fc.record({
    type: fc.constant('waitJoined' as const),
    ticket: fc.nat(9_999).map(ticket),
    party: fc.integer({ min: 1, max: 10 }),
    untilMs: later,
  }),
  fc.record({
    type: fc.constant('waitEnded' as const),
    user,
    reason: fc.constant('left' as const),
  }),
  fc.record({ type: fc.constant('holdBooked' as const), hold, booking, seats, prices }),
  fc.record({
    type: fc.constant('bookingsCancelled' as const),
    bookings: fc.array(booking, { minLength: 1, maxLength: 100 }),
    refund: fc.nat(1_000_000).map(minor),
  }),
);

/** Short ids from few letters, so that tags collide and ids differ in length only. */
const id = fc.stringMatching(/^[ab]{1,3}$/).map(requestId);
const longId = fc.stringMatching(/^[!-~]{1,32}$/).map(requestId);

describe('the memory of accepted requests', () => {
  it('[H7] is a list of the latest, oldest first, whatever was asked', () => {
    const made = fc.record({ requestId: fc.oneof(longId, longId, id), event });
    fc.assert(
      fc.property(fc.uniqueArray(made, { selector: keyOf, maxLength: 120 }), (requests) => {
        const memory = new RequestMemory();
        let model: Remembered[] = [];
        requests.forEach((request, index) => {
          const remembered = { ...request, seq: seq(index + 1), frame: { ...frame } };
          expect(memory.find(request.requestId)).toBeUndefined();
          memory.add(remembered);
          model = [...model, remembered].slice(-limits.rememberedRequests);
          expect(memory.find(request.requestId)).toEqual(remembered);
          expect(memory.size).toBe(model.length);
        });
        expect([...memory.values()]).toEqual(model);
        for (const each of model) expect(memory.find(each.requestId)?.frame).toBe(each.frame);
        const forgotten = requests.slice(0, requests.length - model.length);
        for (const each of forgotten) expect(memory.find(each.requestId)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('[H7] a hold comes back with its seats, prices and deadline', () => {
    fc.assert(
      fc.property(longId, hold, seats, prices, later, (asked, made, chosen, cost, deadlineMs) => {
        const memory = new RequestMemory();
        // A hold's number is the number of the decision that made it.
        const held = { type: 'seatsHeld', hold: made, seats: chosen, prices: cost, deadlineMs };
        const remembered = { requestId: asked, seq: seq(made), event: held as ShowEvent, frame };
        memory.add(remembered);
        expect(memory.find(asked)).toEqual(remembered);
      }),
    );
  });

  it('stays small however long a user goes on', () => {
    const memory = new RequestMemory();
    const released = { type: 'holdReleased', hold: holdId(1) } as const;
    for (let count = 1; count <= 10_000; count++) {
      memory.add({ requestId: requestId(`r${count}`), seq: seq(count), event: released, frame });
    }
    expect(memory.size).toBe(limits.rememberedRequests);
    expect(memory.bytes).toBeLessThan(4_096);
    expect(memory.find(requestId('r10000'))?.seq).toBe(10_000);
  });
});

function keyOf(made: { requestId: RequestId }): string {
  return made.requestId;
}
