/** What the services are made of, wired in one place. */
import { Browse } from '../../engine/catalog/browse.ts';
import { Projections } from '../../persistence/services/projections/projections.ts';
import { ReaderHost } from '../../persistence/services/reader-host.ts';
import { TaskQueue } from '../../persistence/services/task-queue.ts';
import { TaskRunner } from '../../persistence/services/task-runner.ts';
import { makeCheckout } from '../checkout/make-checkout.ts';
import { ApiHost } from '../http/api/api-host.ts';
import { RateLimiter } from '../http/api/rate-limiter.ts';
import { RememberedAnswers } from '../http/api/remembered-answers.ts';
import type { ApiAnswer } from '../http/api/route.ts';
import { operatorPartnerRoutes } from '../http/operator/partner-routes.ts';
import { bulkRoutes } from '../http/partner/bulk-routes.ts';
import { catalogRoutes } from '../http/partner/catalog-routes.ts';
import { keyRoutes } from '../http/partner/key-routes.ts';
import { reportRoutes } from '../http/partner/report-routes.ts';
import { showRoutes } from '../http/partner/show-routes.ts';
import { callbackRoutes } from '../http/payments/callback-routes.ts';
import { localDay } from '../local-time.ts';
import { isOperator } from '../operators/operator-token.ts';
import { partnerOf } from '../partners/partner-keys.ts';
import { makeProvider } from '../payments/make-provider.ts';
import type { BackOfficeQuestion } from '../workers/back-office.ts';
import type { Services } from './services.ts';
import type { ServicesReport, ServicesSettings } from './services-protocol.ts';

const STOP_WITHIN_MS = 2_000;
const RATES = { readsPerMinute: 1_200, writesPerMinute: 600 } as const;

export type OfficeQuestion =
  | Exclude<BackOfficeQuestion, { type: 'metrics' }>
  | { readonly type: 'report' };

export class Office {
  readonly #services: Services;
  readonly #queue: TaskQueue;
  readonly #runner: TaskRunner;
  readonly #readers: ReaderHost;
  readonly #api: ApiHost;

  constructor(settings: ServicesSettings, services: Services) {
    this.#services = services;
    const { db, clock, logger } = services;
    // 1. The queue.
    this.#queue = new TaskQueue(db, Math.random);
    const addTasks = (tasks: Parameters<TaskQueue['add']>[0]) => {
      this.#queue.add(tasks, clock.now());
    };
    // 2. Payments.
    const provider = makeProvider(settings);
    const browse = new Browse(services.catalog, localDay);
    const checkout = makeCheckout({ settings, services, provider, browse, addTasks });
    // 3. What follows from the log, and who does it.
    this.#readers = new ReaderHost(db, [checkout.reader, new Projections(localDay)], {
      failed: (reader, error) => {
        logger.error({ reader, why: textOf(error) }, 'a reader of the log failed; it tries again');
      },
    });
    this.#runner = new TaskRunner(this.#queue, [checkout.worker(this.#readers)], clock, {
      failed: (task, why, isDead) => {
        const facts = { task: task.id, attempt: task.attempt, why };
        if (isDead) logger.error(facts, 'a task is given up; see "usher queue list --dead"');
        else logger.warn(facts, 'a task failed; it is tried again');
      },
    });
    // 4. The API.
    const wake = () => this.#runner.wake();
    const takesPayments = provider !== undefined;
    const routes = [
      ...callbackRoutes({ provider, services, addTasks, wake }),
      ...keyRoutes(services),
      ...catalogRoutes(services),
      ...showRoutes(services, { takesPayments }),
      ...bulkRoutes(services),
      ...reportRoutes(services),
      ...operatorPartnerRoutes(services),
    ];
    this.#api = new ApiHost(routes, {
      authenticate: (header) =>
        isOperator(settings.operatorToken, header)
          ? { type: 'operator' }
          : partnerOf(services.catalog, header),
      remembered: new RememberedAnswers(db, clock),
      limiter: new RateLimiter(RATES, () => performance.now()),
      logger,
    });
  }

  start(): void {
    this.#readers.onCommitted(() => this.#runner.wake());
    this.#readers.start();
    this.#runner.wake();
  }

  async stop(): Promise<void> {
    this.#readers.stop();
    await this.#runner.stop(STOP_WITHIN_MS);
  }

  answer(question: OfficeQuestion): Promise<ApiAnswer | ServicesReport | string | undefined> {
    switch (question.type) {
      case 'api':
        return this.#api.handle(question.request);
      case 'contact':
        return Promise.resolve(undefined);
      case 'report':
        return Promise.resolve(this.#report());
    }
  }

  #report(): ServicesReport {
    const nowMs = this.#services.clock.now();
    return {
      tasks: this.#queue.states().map(({ kind, waiting, dead, oldestMs }) => {
        return { kind, waiting, dead, oldestMs: oldestMs === undefined ? 0 : nowMs - oldestMs };
      }),
      readers: this.#readers.states(nowMs),
    };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
