/** What is decided together is written together, however much it is [C4, D2]. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Catalog } from '../../../engine/catalog/catalog.ts';
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import { millis } from '../../../engine/ids.ts';
import type { AppendOutcome, Frame, LogStore } from '../../../engine/shard/log-store.ts';
import { CatalogHost } from '../../../gateway/catalog/catalog-host.ts';
import { openMemoryLog } from '../../../persistence/memory/memory-log.ts';

const clock = { now: () => millis(1_000) };

function cities(count: number): readonly CatalogEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'cityAdded',
    city: { id: `c${index}`, name: 'C', country: 'IN', timeZone: 'Asia/Kolkata', currency: 'INR' },
  }));
}

/** The log of a process that dies after so many appends. */
function dyingAfter(log: LogStore, appends: number): LogStore {
  let left = appends;
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'append') {
        return (frames: readonly Frame[]): Promise<AppendOutcome> => {
          if (left-- > 0) return target.append(frames);
          return Promise.resolve({ type: 'unknown', reason: 'the power is cut' });
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it('[C4] after a crash all shows of a schedule are there, or none', async () => {
  const count = fc.integer({ min: 1, max: 1_700 });
  await fc.assert(
    fc.asyncProperty(count, fc.nat(3), async (events, appends) => {
      const log = openMemoryLog();
      const host = await CatalogHost.open(new Catalog(), dyingAfter(log, appends), clock);
      const isWritten = await host.record(cities(events)).then(
        () => true,
        () => false,
      );
      const found = new Catalog();
      await CatalogHost.open(found, log, clock);
      expect([...found.allCities()]).toHaveLength(isWritten ? events : 0);
      expect([...host.catalog.allCities()]).toHaveLength(isWritten ? events : 0);
    }),
    { numRuns: 40 },
  );
});
