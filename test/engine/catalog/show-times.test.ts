/** The ordered list under every index, against a plain sorted array. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShowTimes } from '../../../engine/catalog/show-times.ts';
import { millis } from '../../../engine/ids.ts';
import { midnight, minuteMs, showAt } from './town.ts';

describe('shows in order of their start', () => {
  it('[C1] lists what starts after a moment, in order, whatever was added and removed', () => {
    const steps = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 9 }), minute: fc.integer({ min: 0, max: 5 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: -1, max: 6 }), (shows, after) => {
        const times = new ShowTimes();
        const model = new Map<string, ReturnType<typeof showAt>>();
        for (const { id, minute } of shows) {
          const show = showAt(minute, { id: `s${id}` });
          const before = model.get(show.id);
          if (before !== undefined) times.remove(before);
          model.set(show.id, show);
          times.add(show);
        }
        const afterMs = midnight + after * minuteMs;
        const expected = [...model.values()]
          .filter((show) => show.terms.startsAtMs > afterMs)
          .sort(
            (one, other) =>
              one.terms.startsAtMs - other.terms.startsAtMs || (one.id < other.id ? -1 : 1),
          );
        expect([...times.after(millis(afterMs))]).toEqual(expected);
        expect(times.size).toBe(model.size);
      }),
    );
  });

  it('does not remove another show that starts at the same time', () => {
    const times = new ShowTimes();
    times.add(showAt(10, { id: 'a' }));
    times.remove(showAt(10, { id: 'b' }));
    times.remove(showAt(11, { id: 'a' }));
    expect(times.size).toBe(1);
    expect(times.lastStartMs).toBe(midnight + 10 * minuteMs);
  });
});
