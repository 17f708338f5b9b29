/** What the services are made of, wired in one place. */
import { Browse } from '../../engine/catalog/browse.ts';
import { Projections } from '../../persistence/services/projections/projections.ts';
import { ReaderHost } from '../../persistence/services/reader-host.ts';
import { TaskQueue } from '../../persistence/services/task-queue.ts';
import { TaskRunner } from '../../persistence/services/task-runner.ts';
import { makeCheckout } from '../checkout/make-checkout.ts';
import type { ApiHost } from '../http/api/api-host.ts';
import type { ApiAnswer } from '../http/api/route.ts';
import { localDay } from '../local-time.ts';
import { makeNotifications, type Notifications } from '../notifications/make-notifications.ts';
import { makeProvider } from '../payments/make-provider.ts';
import type { BackOfficeQuestion } from '../workers/back-office.ts';
import { makeApi } from './make-api.ts';
import type { Services } from './services.ts';
import type { ServicesReport, ServicesSettings } from './services-protocol.ts';

const STOP_WITHIN_MS = 2_000;

export type OfficeQuestion =
  | Exclude<BackOfficeQuestion, { type: 'metrics' }>
  | { readonly type: 'report' };

export class Office {
  readonly #services: Services;
  readonly #queue: TaskQueue;
  readonly #runner: TaskRunner;
  readonly #readers: ReaderHost;
  readonly #notifications: Notifications;
  readonly #api: ApiHost;

  constructor(settings: ServicesSettings, services: Services) {
    this.#services = services;
    const { db, clock, logger } = services;
    // 1. The queue.
    this.#queue = new TaskQueue(db, Math.random);
    const addTasks = (tasks: Parameters<TaskQueue['add']>[0]) => {
      this.#queue.add(tasks, clock.now());
    };
    // 2. Payments, and telling people of them.
    const provider = makeProvider(settings);
    const browse = new Browse(services.catalog, localDay);
    const notifications = makeNotifications({ settings, services, browse, addTasks });
    const { contacts } = notifications;
    this.#notifications = notifications;
    const checkout = makeCheckout({ settings, services, provider, browse, contacts, addTasks });
    // 3. What follows from the log, and who does it.
    const readers = [checkout.reader, new Projections(localDay), notifications.relay];
    this.#readers = new ReaderHost(db, readers, {
      failed: (reader, error) => {
        logger.error({ reader, why: textOf(error) }, 'a reader of the log failed; it tries again');
      },
    });
    const workers = [checkout.worker(this.#readers), ...notifications.workers];
    this.#runner = new TaskRunner(this.#queue, workers, clock, {
      failed: (task, why, isDead) => {
        const facts = { task: task.id, attempt: task.attempt, why };
        if (isDead) logger.error(facts, 'a task is given up; see "usher queue list --dead"');
        else logger.warn(facts, 'a task failed; it is tried again');
      },
      broken: (error) => {
        logger.error({ why: textOf(error) }, 'the queue of tasks cannot be used; it tries again');
      },
    });
    // 4. The API.
    const wake = () => this.#runner.wake();
    const moreRoutes = notifications.routes;
    const queue = this.#queue;
    this.#api = makeApi({ settings, services, provider, queue, addTasks, wake, moreRoutes });
  }

  start(): void {
    this.#readers.onCommitted(() => this.#runner.wake());
    this.#readers.start();
    this.#runner.wake();
  }

  async stop(): Promise<void> {
    this.#readers.stop();
    await this.#runner.stop(STOP_WITHIN_MS);
    this.#notifications.close();
  }

  answer(question: OfficeQuestion): Promise<ApiAnswer | ServicesReport | string | undefined> {
    switch (question.type) {
      case 'api':
        return this.#api.handle(question.request);
      case 'contact':
        return Promise.resolve(this.#notifications.contacts.put(question.user, question.contact));
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
