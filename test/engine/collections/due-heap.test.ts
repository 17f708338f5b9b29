/** The heap of deadlines against an array that is scanned. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Due, DueHeap } from '../../../engine/collections/due-heap.ts';

interface Item extends Due {
  readonly name: number;
}

describe('DueHeap', () => {
  it('[H4] has the earliest item first, after any additions and moves', () => {
    const step = fc.record({
      pick: fc.nat(1_000),
      dueMs: fc.oneof(fc.nat(50), fc.constant(Number.POSITIVE_INFINITY)),
      isNew: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const heap = new DueHeap<Item>();
        const items: Item[] = [];
        for (const { pick, dueMs, isNew } of steps) {
          const known = items[pick % Math.max(1, items.length)];
          if (isNew || known === undefined) {
            const item = { name: items.length, dueMs, place: 0 };
            items.push(item);
            heap.add(item);
          } else {
            heap.move(known, dueMs);
          }
          const earliest = Math.min(...items.map((item) => item.dueMs));
          expect(heap.nextDueMs).toBe(earliest);
          expect(heap.first?.dueMs).toBe(earliest);
          expect(heap.size).toBe(items.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has nothing due where it is empty', () => {
    const heap = new DueHeap<Item>();
    expect([heap.first, heap.nextDueMs, heap.size]).toEqual([undefined, Infinity, 0]);
  });
});
