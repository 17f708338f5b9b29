/** Fills the catalogue with the demo, or adds the days that have come since. */
import type { Logger } from 'pino';
import type { Millis } from '../../engine/ids.ts';
import type { CatalogHost } from '../catalog/catalog-host.ts';
import type { ServerOptions } from '../server-options.ts';
import { demoCatalog, demoShowsMissing, paidFor } from './demo-catalog.ts';

type DemoSettings = Pick<ServerOptions, 'demo' | 'demoSeed' | 'demoDays' | 'payments'>;

export async function addDemo(
  host: CatalogHost,
  { demo, demoSeed, demoDays, payments }: DemoSettings,
  nowMs: Millis,
  logger: Logger,
): Promise<void> {
  if (!demo) return;
  const { catalog } = host;
  const options = { seed: demoSeed, nowMs, days: demoDays };
  const isNew = [...catalog.allCities()].length === 0;
  const events = isNew ? demoCatalog(options) : demoShowsMissing(catalog, options);
  await host.record(payments === 'none' ? events : paidFor(events));
  logger.info({ events: events.length }, 'demo data added');
}
