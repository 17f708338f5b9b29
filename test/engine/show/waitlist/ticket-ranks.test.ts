/** Compares ranks with a sorted array of live tickets, and bounds the memory of a long line. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TicketRanks } from '../../../../engine/show/waitlist/ticket-ranks.ts';

type Step =
  | { readonly type: 'join'; readonly gap: number }
  | { readonly type: 'leave'; readonly at: number }
  | { readonly type: 'leaveFirst'; readonly parties: number };

/** Mostly the next ticket, sometimes one several blocks further on. */
const gap = fc.oneof(
  { weight: 12, arbitrary: fc.constant(1) },
  { weight: 4, arbitrary: fc.integer({ min: 2, max: 90 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 6000 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('join'), gap }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('leave'), at: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('leaveFirst'), parties: fc.nat(40) }),
  },
);

/** Applies one step to both and gives the last ticket handed out. */
function apply(ranks: TicketRanks, live: number[], doing: Step, last: number): number {
  if (doing.type === 'join') {
    live.push(last + doing.gap);
    ranks.join(last + doing.gap);
    return last + doing.gap;
  }
  const at = doing.type === 'leave' && live.length > 0 ? doing.at % live.length : 0;
  for (const left of live.splice(at, doing.type === 'leave' ? 1 : doing.parties)) {
    ranks.leave(left);
  }
  return last;
}

function expectSame(ranks: TicketRanks, live: readonly number[], tickets: Iterable<number>): void {
  for (const ticket of tickets) {
    expect(ranks.ahead(ticket)).toBe(live.filter((other) => other < ticket).length);
  }
}

describe('[W8] TicketRanks', () => {
  it('counts the live tickets below any ticket, live or not', () => {
    const probes = fc.array(fc.nat(20_000), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), probes, (steps, others) => {
        const ranks = new TicketRanks();
        const live: number[] = [];
        let last = 0;
        for (const doing of steps) {
          last = apply(ranks, live, doing, last);
          expectSame(ranks, live, [0, live[0] ?? 0, live.at(-1) ?? 0, last, last + 1]);
        }
        expectSame(ranks, live, [...live, ...others]);
      }),
      { numRuns: 150 },
    );
  });

  it('[D3] gives the same ranks when the live tickets join again in order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const ranks = new TicketRanks();
        const live: number[] = [];
        let last = 0;
        for (const doing of steps) last = apply(ranks, live, doing, last);
        const restored = new TicketRanks();
        for (const ticket of live) restored.join(ticket);
        expect(live.map((ticket) => restored.ahead(ticket))).toEqual([...live.keys()]);
        expect(live.map((ticket) => ranks.ahead(ticket))).toEqual([...live.keys()]);
      }),
      { numRuns: 50 },
    );
  });

  it('fills every bit of a block, the 32nd of each word included', () => {
    const ranks = new TicketRanks();
    for (let ticket = 1; ticket <= 1024; ticket++) ranks.join(ticket);
    for (let ticket = 1; ticket <= 1025; ticket++) expect(ranks.ahead(ticket)).toBe(ticket - 1);
  });

  it('takes tickets beyond 32 bits', () => {
    const ranks = new TicketRanks();
    const first = 2 ** 40 + 31;
    for (let ticket = first; ticket < first + 600; ticket++) ranks.join(ticket);
    ranks.leave(first + 1);
    expect(ranks.ahead(first)).toBe(0);
    expect(ranks.ahead(first + 599)).toBe(598);
  });

  it('stays small while millions pass through a line of a thousand, and is nothing after', () => {
    const ranks = new TicketRanks();
    const inLine = 1000;
    let most = 0;
    for (let ticket = 1; ticket <= 3_000_000; ticket++) {
      ranks.join(ticket);
      if (ticket > inLine) ranks.leave(ticket - inLine);
      if (ranks.bytes > most) most = ranks.bytes;
    }
    expect(ranks.ahead(3_000_000)).toBe(inLine - 1);
    expect(most).toBeLessThanOrEqual(1024);
    for (let ticket = 3_000_000 - inLine + 1; ticket <= 3_000_000; ticket++) ranks.leave(ticket);
    expect(ranks.bytes).toBe(0);
    ranks.join(9_000_000);
    expect(ranks.bytes).toBeLessThan(256);
  });

  it('shrinks again after a rush has passed', () => {
    const ranks = new TicketRanks();
    for (let ticket = 1; ticket <= 200_000; ticket++) ranks.join(ticket);
    for (let ticket = 1; ticket < 200_000; ticket++) ranks.leave(ticket);
    for (let ticket = 200_001; ticket <= 600_000; ticket++) {
      ranks.join(ticket);
      ranks.leave(ticket - 1);
    }
    expect(ranks.ahead(600_000)).toBe(0);
    expect(ranks.bytes).toBeLessThan(1024);
  });

  it('stops on a ticket that does not rise, and on leaving twice', () => {
    const ranks = new TicketRanks();
    ranks.join(7);
    expect(() => ranks.join(7)).toThrow('tickets rise');
    expect(() => ranks.leave(8)).toThrow('only a live ticket leaves');
    expect(() => ranks.leave(-300)).toThrow('only a live ticket leaves');
    ranks.leave(7);
    expect(() => ranks.leave(7)).toThrow('only a live ticket leaves');
    expect(() => ranks.join(7)).toThrow('tickets rise');
  });
});
