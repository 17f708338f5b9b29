/** Compares the map with a plain array of entries, and shows that its head stays cheap. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkedHashMap } from '../../../engine/collections/linked-hash-map.ts';

type Operation =
  | { readonly type: 'set'; readonly key: number; readonly value: number }
  | { readonly type: 'delete'; readonly key: number }
  | { readonly type: 'deleteFirst' }
  | { readonly type: 'clear' };

const key = fc.integer({ min: 0, max: 11 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ type: fc.constant('set'), key, value: fc.nat() }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('delete'), key }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deleteFirst') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('clear') }) },
);

/** The slow and obvious way to do the same. */
class EntryList {
  entries: [number, number][] = [];

  apply(step: Operation): boolean {
    const at = 'key' in step ? this.entries.findIndex(([known]) => known === step.key) : 0;
    switch (step.type) {
      case 'set':
        if (at < 0) this.entries.push([step.key, step.value]);
        else this.entries[at] = [step.key, step.value];
        return true;
      case 'delete':
      case 'deleteFirst':
        return at >= 0 && this.entries.splice(at, 1).length === 1;
      case 'clear':
        this.entries = [];
        return true;
    }
  }
}

function apply(map: LinkedHashMap<number, number>, step: Operation): boolean {
  switch (step.type) {
    case 'set':
      map.set(step.key, step.value);
      return true;
    case 'delete':
      return map.delete(step.key);
    case 'deleteFirst':
      return map.delete(map.firstKey() ?? -1);
    case 'clear':
      map.clear();
      return true;
  }
}

function expectSame(map: LinkedHashMap<number, number>, { entries }: EntryList): void {
  expect([...map.entries()]).toEqual(entries);
  expect(map.size).toBe(entries.length);
  expect(map.firstKey()).toBe(entries[0]?.[0]);
  expect(map.first()).toBe(entries[0]?.[1]);
  for (let known = 0; known <= 11; known++) {
    const at = entries.findIndex((entry) => entry[0] === known);
    expect(map.has(known)).toBe(at >= 0);
    expect(map.get(known)).toBe(entries[at]?.[1]);
    expect(map.after(known)).toBe(at < 0 ? undefined : entries[at + 1]?.[1]);
  }
}

function filled(count: number): LinkedHashMap<number, string> {
  const map = new LinkedHashMap<number, string>();
  for (let entry = 0; entry < count; entry++) map.set(entry, `value ${entry}`);
  return map;
}

describe('LinkedHashMap', () => {
  it('does what a list of entries does, over thousands of operations', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200, size: 'max' }), (steps) => {
        const map = new LinkedHashMap<number, number>();
        const model = new EntryList();
        for (const step of steps) {
          expect(apply(map, step)).toBe(model.apply(step));
          expectSame(map, model);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a known key in its place when its value changes', () => {
    const map = filled(3);
    map.set(1, 'new');
    expect([...map.keys()]).toEqual([0, 1, 2]);
    expect([...map.values()]).toEqual(['value 0', 'new', 'value 2']);
  });

  it('walks on when entries are deleted as they are yielded', () => {
    const some = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(some, (doomed) => {
        const map = filled(doomed.length);
        const seen: number[] = [];
        for (const entry of map.keys()) {
          seen.push(entry);
          if (doomed[entry]) map.delete(entry);
        }
        expect(seen).toEqual([...doomed.keys()]);
        expect([...map.keys()]).toEqual(seen.filter((entry) => !doomed[entry]));
      }),
    );
  });

  it('yields entries appended on the way, also after the last one', () => {
    const map = filled(1);
    const seen: number[] = [];
    for (const entry of map.keys()) {
      seen.push(entry);
      if (entry < 3) map.set(entry + 1, 'appended');
    }
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('stops rather than end early when the next entry is deleted with the one just yielded', () => {
    const map = filled(3);
    const walk = () => {
      for (const entry of map.keys()) {
        map.delete(entry);
        map.delete(entry + 1);
      }
    };
    expect(walk).toThrow('only the entry just yielded is deleted');
  });
});

const ENTRIES = 100_000;
const CHUNK = 10_000;
/** A plain Map would be at its worst after six tenths; soon after, it rehashes. */
const CHUNKS = 6;

/** Nanoseconds of one chunk of work. */
function timeChunk(work: () => void): number {
  const start = process.hrtime.bigint();
  for (let done = 0; done < CHUNK; done++) work();
  return Number(process.hrtime.bigint() - start);
}

/** How many times the first chunk the last one took, in the middle one of five runs. */
function middleRatio(prepare: () => () => void): number {
  const ratios = Array.from({ length: 5 }, () => {
    const work = prepare();
    const times = Array.from({ length: CHUNKS }, () => timeChunk(work));
    return (times.at(-1) ?? Number.POSITIVE_INFINITY) / (times[0] ?? 1);
  });
  return ratios.sort((a, b) => a - b)[2] ?? Number.POSITIVE_INFINITY;
}

/*
 * A plain Map fails the first of these by far: its deleted heads are tombstones, and until it
 * rehashes every `keys().next()` walks all of them, so that the last chunk takes many times as
 * long as the first.
 */
describe('[H4] the head of a long-lived queue', () => {
  it('costs no more after many entries have left at the head', () => {
    const ratio = middleRatio(() => {
      const queue = filled(ENTRIES);
      return () => {
        const oldest = queue.firstKey();
        if (oldest !== undefined) queue.delete(oldest);
      };
    });
    expect(ratio).toBeLessThan(6);
  });

  it('costs no more after many entries have passed through', () => {
    const ratio = middleRatio(() => {
      const queue = filled(ENTRIES);
      let next = ENTRIES;
      return () => {
        const oldest = queue.firstKey();
        if (oldest !== undefined) queue.delete(oldest);
        queue.set(next++, 'appended');
      };
    });
    expect(ratio).toBeLessThan(6);
  });
});
