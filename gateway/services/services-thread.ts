/**
 * The services' thread: readers of the durable log, the queue of tasks and the HTTP API. It waits
 * for providers, mail servers and disks as long as it takes; nobody at a socket waits for it [N2].
 *
 *   log ─▶ readers ─▶ tasks ─▶ workers ─▶ providers, mail …
 *                                 └─────▶ shows, by the house's desk
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Catalog } from '../../engine/catalog/catalog.ts';
import type { CatalogCommand } from '../../engine/catalog/commands.ts';
import type { RequestId, ShowId } from '../../engine/ids.ts';
import type { HouseCommand } from '../../engine/show/command.ts';
import type { ShowView } from '../../engine/show/views.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { openServicesDb } from '../../persistence/services/open-services-db.ts';
import { Asker, reply } from '../workers/asking.ts';
import { anchoredClock } from '../workers/clock.ts';
import type { HouseAnswer } from './house-desk.ts';
import { Office } from './office.ts';
import type { CatalogAnswer, Services, ServicesLogger } from './services.ts';
import type {
  FromServices,
  ServicesQuestion,
  ServicesSettings,
  ToServices,
} from './services-protocol.ts';

function tell(message: FromServices): void {
  parentPort?.postMessage(message);
}

const logger: ServicesLogger = {
  info: (facts, text) => tell({ type: 'log', level: 'info', facts, text }),
  warn: (facts, text) => tell({ type: 'log', level: 'warn', facts, text }),
  error: (facts, text) => tell({ type: 'log', level: 'error', facts, text }),
};

const settings = workerData as ServicesSettings;
const asker = new Asker<ServicesQuestion>(tell);
const catalog = new Catalog();
for (const event of settings.catalog) catalog.evolve(event);
const db = openServicesDb(settings.file);
const services: Services = {
  catalog,
  decideCatalog: (command: CatalogCommand) =>
    asker.ask<CatalogAnswer>({ type: 'decideCatalog', command }),
  house: {
    ask: (command: HouseCommand, requestId: RequestId) =>
      asker.ask<HouseAnswer>({ type: 'house', command, requestId }),
    view: (show: ShowId) => asker.ask<ShowView | undefined>({ type: 'view', show }),
  },
  db,
  clock: anchoredClock(settings.anchor),
  logger,
};
const office = new Office(settings, services);

parentPort?.on('message', (message: ToServices) => {
  switch (message.type) {
    case 'catalog':
      for (const event of message.events) catalog.evolve(event);
      return;
    case 'ask':
      return reply(message, (question) => office.answer(question), tell);
    case 'reply':
      return asker.replied(message);
    case 'stop':
      office.stop().finally(() => {
        db.close();
        parentPort?.close();
      });
      return;
    default:
      unreachable(message);
  }
});
office.start();
tell({ type: 'ready' });
