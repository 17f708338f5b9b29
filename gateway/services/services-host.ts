/**
 * The main thread's side of the services' thread: hands it what it asks for, answers for it while
 * it is away, and starts it again when it dies. Whatever becomes of it, seats go on being sold.
 */
import { Worker } from 'node:worker_threads';
import type { CatalogCommand } from '../../engine/catalog/commands.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { unreachable } from '../../engine/unreachable.ts';
import type { ApiAnswer } from '../http/api/route.ts';
import { removeControlFile, writeControlFile } from '../operators/control-file.ts';
import { Asker, reply } from '../workers/asking.ts';
import type { BackOffice } from '../workers/back-office.ts';
import type { HouseDesk } from './house-desk.ts';
import type { CatalogAnswer, ServicesLogger } from './services.ts';
import type {
  FromServices,
  ServicesQuestion,
  ServicesReport,
  ServicesSettings,
  ToServices,
} from './services-protocol.ts';

const RESTART_PAUSE_MS = 1_000;
const STOP_WITHIN_MS = 5_000;
/** Doors are open long before; whoever starts a server waits no longer than this. */
const READY_WITHIN_MS = 10_000;

export interface ServicesHostEvents {
  decideCatalog(command: CatalogCommand): Promise<CatalogAnswer>;
  /** All that is known, for a thread that starts again. */
  catalog(): readonly CatalogEvent[];
  readonly house: HouseDesk;
  readonly logger: ServicesLogger;
}

export interface ServicesLink extends Omit<BackOffice, 'metrics'> {
  /** Resolves once it serves, or has taken too long over it. */
  readonly ready: Promise<void>;
  applyCatalog(events: readonly CatalogEvent[]): void;
  report(): Promise<ServicesReport | undefined>;
  stop(): Promise<void>;
}

export class ServicesHost implements ServicesLink {
  readonly #settings: Omit<ServicesSettings, 'catalog'>;
  readonly #events: ServicesHostEvents;
  #worker: Worker | undefined;
  #asker: Asker<Extract<ToServices, { type: 'ask' }>['question']> | undefined;
  #ready = false;
  #whenReady: () => void = () => undefined;
  readonly ready: Promise<void>;
  #stopping = false;

  /** Starts the thread; it serves as soon as it can. */
  constructor(settings: Omit<ServicesSettings, 'catalog'>, events: ServicesHostEvents) {
    this.#settings = settings;
    this.#events = events;
    this.ready = new Promise((resolve) => {
      const late = setTimeout(resolve, READY_WITHIN_MS);
      this.#whenReady = () => {
        clearTimeout(late);
        resolve();
      };
    });
    const { file, url, operatorToken: token } = settings;
    writeControlFile(file, { url, pid: process.pid, token });
    this.#start();
  }

  applyCatalog(events: readonly CatalogEvent[]): void {
    this.#tell({ type: 'catalog', events });
  }

  async api(request: Parameters<BackOffice['api']>[0]): Promise<ApiAnswer> {
    if (!this.#ready || this.#asker === undefined) return unavailable();
    try {
      return await this.#asker.ask({ type: 'api', request });
    } catch {
      return unavailable();
    }
  }

  keepContact(...[user, contact]: Parameters<BackOffice['keepContact']>) {
    if (!this.#ready || this.#asker === undefined) {
      return Promise.reject(new Error('the services are not there just now'));
    }
    return this.#asker.ask<string | undefined>({ type: 'contact', user, contact });
  }

  async report(): Promise<ServicesReport | undefined> {
    if (!this.#ready) return undefined;
    return this.#asker?.ask<ServicesReport>({ type: 'report' }).catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    removeControlFile(this.#settings.file);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#tell({ type: 'stop' });
    const late = setTimeout(() => void worker.terminate(), STOP_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  #start(): void {
    const settings: ServicesSettings = { ...this.#settings, catalog: this.#events.catalog() };
    const worker = new Worker(new URL('./services-thread.js', import.meta.url), {
      workerData: settings,
      name: 'usher-services',
    });
    this.#worker = worker;
    this.#asker = new Asker((ask) => this.#tell(ask));
    let why = 'the thread ended by itself';
    worker.on('message', (message: FromServices) => this.#hear(message));
    worker.on('error', (error) => {
      why = error.stack ?? error.message;
    });
    worker.on('exit', () => this.#ended(why));
  }

  #ended(why: string): void {
    this.#ready = false;
    this.#worker = undefined;
    this.#asker?.abandon('the services are not there just now');
    if (this.#stopping) return;
    this.#events.logger.error({ why }, 'the services are lost; starting them again');
    setTimeout(() => {
      if (!this.#stopping) this.#start();
    }, RESTART_PAUSE_MS);
  }

  #hear(message: FromServices): void {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#whenReady();
        return;
      case 'log':
        this.#events.logger[message.level](message.facts, message.text);
        return;
      case 'ask':
        return reply(
          message,
          (question) => this.#answer(question),
          (answer) => this.#tell(answer),
        );
      case 'reply':
        this.#asker?.replied(message);
        return;
      default:
        unreachable(message);
    }
  }

  #answer(question: ServicesQuestion): Promise<unknown> {
    const { house } = this.#events;
    switch (question.type) {
      case 'decideCatalog':
        return this.#events.decideCatalog(question.command);
      case 'house':
        return house.ask(question.command, question.requestId);
      case 'view':
        return house.view(question.show);
      default:
        return unreachable(question);
    }
  }

  #tell(message: ToServices): void {
    this.#worker?.postMessage(message);
  }
}

/** As the services would say it, where they cannot. */
export function unavailable(): ApiAnswer {
  const problem = {
    type: 'about:blank',
    status: 503,
    title: 'Service Unavailable',
    code: 'servicesUnavailable',
    detail: 'This is starting or recovering. Ask again in a moment, with the same Idempotency-Key.',
  };
  return {
    status: 503,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '2' },
    body: Buffer.from(JSON.stringify(problem)),
  };
}
