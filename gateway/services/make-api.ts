/** The HTTP API with all its routes, and the documents made of them. */
import type { TaskQueue } from '../../persistence/services/task-queue.ts';
import type { NewTask } from '../../persistence/services/tasks.ts';
import { documentRoutes } from '../documents/document-routes.ts';
import { ApiHost } from '../http/api/api-host.ts';
import { RateLimiter } from '../http/api/rate-limiter.ts';
import { RememberedAnswers } from '../http/api/remembered-answers.ts';
import type { Route } from '../http/api/route.ts';
import { operatorPartnerRoutes } from '../http/operator/partner-routes.ts';
import { queueRoutes } from '../http/operator/queue-routes.ts';
import { operatorShowRoutes } from '../http/operator/show-routes.ts';
import { bulkRoutes } from '../http/partner/bulk-routes.ts';
import { catalogRoutes } from '../http/partner/catalog-routes.ts';
import { keyRoutes } from '../http/partner/key-routes.ts';
import { liveRoutes } from '../http/partner/live-routes.ts';
import { reportRoutes } from '../http/partner/report-routes.ts';
import { scanRoutes } from '../http/partner/scan-routes.ts';
import { scheduleRoutes } from '../http/partner/schedule-routes.ts';
import { showRoutes } from '../http/partner/show-routes.ts';
import { callbackRoutes } from '../http/payments/callback-routes.ts';
import { describedTwinRoutes } from '../http/twin/twin-api.ts';
import { isOperator } from '../operators/operator-token.ts';
import { partnerOf } from '../partners/partner-keys.ts';
import type { PaymentProvider } from '../payments/provider.ts';
import { ScanBook } from '../tickets/scan-book.ts';
import { TicketSigner } from '../tickets/ticket-signer.ts';
import type { Services } from './services.ts';
import type { ServicesSettings } from './services-protocol.ts';

const RATES = { readsPerMinute: 1_200, writesPerMinute: 600 } as const;

export interface ApiNeeds {
  readonly settings: ServicesSettings;
  readonly services: Services;
  readonly provider: PaymentProvider | undefined;
  readonly queue: TaskQueue;
  readonly addTasks: (tasks: readonly NewTask[]) => void;
  readonly wake: () => void;
  /** Of parts that bring their own. */
  readonly moreRoutes: readonly Route[];
}

export function makeApi(needs: ApiNeeds): ApiHost {
  const { settings, services, provider, queue, addTasks, wake, moreRoutes } = needs;
  const { db, clock, catalog, logger } = services;
  const scans = new ScanBook(db, new TicketSigner(settings.ticketKey).publicKeyPem);
  const routes = [
    ...callbackRoutes({ provider, services, addTasks, wake }),
    ...keyRoutes(services),
    ...catalogRoutes(services),
    ...showRoutes(services, { takesPayments: provider !== undefined }),
    ...scheduleRoutes(services, { takesPayments: provider !== undefined }),
    ...bulkRoutes(services),
    ...reportRoutes(services),
    ...liveRoutes(services),
    ...scanRoutes(services, scans),
    ...moreRoutes,
    ...operatorPartnerRoutes(services, settings.theatreSecret),
    ...operatorShowRoutes(services),
    ...queueRoutes(services, queue, wake),
  ];
  const documents = documentRoutes([...describedTwinRoutes(), ...routes]);
  return new ApiHost([...routes, ...documents], {
    authenticate: (header) =>
      isOperator(settings.operatorToken, header)
        ? { type: 'operator' }
        : partnerOf(catalog, header),
    remembered: new RememberedAnswers(db, clock),
    limiter: new RateLimiter(RATES, () => performance.now()),
    logger,
  });
}
