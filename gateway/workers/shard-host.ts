/**
 * The main thread's side of one shard: a single-thread Piscina pool running one task for as long
 * as the shard lives. When the thread dies the task rejects; the shard is then started again and
 * recovers from the log, while the other shards go on.
 *
 *   starting ──ready──▶ up ──drain──▶ drained ──stop──▶ stopped
 *       ▲                │ thread died
 *       └── pause ◀── down
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { ScheduledShow } from '../../engine/catalog/model.ts';
import type { ShardStats } from '../../engine/shard/shard.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import { unreachable } from '../../engine/unreachable.ts';
import type { ClockAnchor } from './clock.ts';
import type {
  AnswerToHouse,
  Availabilities,
  FromShard,
  HouseQuestion,
  ShardThreadSettings,
  ToShard,
} from './shard-protocol.ts';
import type { ShardTask, StartShardTask } from './shard-task.ts';

/** Pauses between attempts to start a shard that keeps dying. */
const RESTART_PAUSES_MS = [0, 200, 1_000, 5_000] as const;
/** Questions of the house under way at once. */
const MAX_ASKED = 10_000;
/** A shard that lived this long starts with the shortest pause again. */
const HEALTHY_AFTER_MS = 30_000;

export interface ShardReport {
  readonly stats: ShardStats;
  readonly backlog: number;
  readonly eventLoopLagMs: number;
}

export interface ShardHostEvents {
  /** The shard serves; `ports[g]` leads to it from gateway g. `again`: it had been up before. */
  up(shard: number, ports: readonly MessagePort[], recoveredMs: number, again: boolean): void;
  down(shard: number, reason: string): void;
  /** Damage in the log that the shard could get over. */
  warning(shard: number, text: string): void;
  availability(shows: Availabilities): void;
  /** An append failed: the shard lives but answers failures only. */
  latched(shard: number, reason: string): void;
}

export interface ShardHostSettings {
  readonly shard: number;
  readonly partitions: readonly number[];
  readonly anchor: ClockAnchor;
  readonly snapshotAfterBytes: number;
  readonly gateways: number;
  /** Gives a new link to the log. */
  readonly connectLog: () => MessagePort;
  /** Starts the shard's thread. */
  readonly startTask: StartShardTask;
}

export class ShardHost {
  readonly shard: number;
  readonly #settings: ShardHostSettings;
  readonly #events: ShardHostEvents;
  readonly #waiting = new Map<string, () => void>();
  #task: ShardTask | undefined;
  #control: MessagePort | undefined;
  #report: ShardReport | undefined;
  #state: 'starting' | 'up' | 'down' | 'stopped' = 'starting';
  #latched = false;
  #attempts = 0;
  #restarts = 0;
  #batch = 0;
  readonly #asked = new Map<number, (answer: AnswerToHouse['answer']) => void>();
  #lastAsked = 0;

  constructor(settings: ShardHostSettings, events: ShardHostEvents) {
    this.shard = settings.shard;
    this.#settings = settings;
    this.#events = events;
  }

  get ready(): boolean {
    return this.#state === 'up' && !this.#latched;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** What the shard last said of itself. */
  get report(): ShardReport | undefined {
    return this.#report;
  }

  /** Starts the thread; resolves once it serves, rejects where the first start fails. */
  async start(): Promise<void> {
    const { port1: control, port2: theirControl } = new MessageChannel();
    const links = Array.from({ length: this.#settings.gateways }, () => new MessageChannel());
    const log = this.#settings.connectLog();
    const gateways = links.map(({ port2 }, gateway) => ({ gateway, port: port2 }));
    const { shard, partitions, anchor, snapshotAfterBytes } = this.#settings;
    const settings: ShardThreadSettings = {
      shard,
      partitions,
      anchor,
      snapshotAfterBytes,
      log,
      control: theirControl,
      gateways,
    };
    this.#control = control;
    this.#state = 'starting';
    this.#latched = false;
    const startedAt = performance.now();
    const ports = links.map(({ port1 }) => port1);
    return new Promise((resolve, reject) => {
      control.on('message', (message: FromShard) => {
        if (message.type === 'ready') {
          this.#state = 'up';
          this.#events.up(shard, ports, message.recoveredMs, this.#restarts > 0);
          resolve();
        } else {
          this.#hear(message);
        }
      });
      const transferList = [log, theirControl, ...gateways.map(({ port }) => port)];
      const task = this.#settings.startTask(settings, transferList);
      this.#task = task;
      task.done.then(
        () => this.#ended('the task ended', startedAt, reject),
        (error: Error) => this.#ended(error.message, startedAt, reject, error),
      );
    });
  }

  /** Has the shard make these shows where it does not have them. */
  schedule(shows: readonly ScheduledShow[], layouts: readonly Layout[]): Promise<void> {
    this.#batch++;
    const batch = this.#batch;
    return this.#ask(`scheduled ${batch}`, { type: 'schedule', batch, shows, layouts });
  }

  /** Asks in the house's name; `unavailable` where the shard is down, or dies over it. */
  ask(question: HouseQuestion): Promise<AnswerToHouse['answer']> {
    if (this.#state !== 'up' || this.#asked.size >= MAX_ASKED) {
      const reason = this.#state === 'up' ? 'overloaded' : 'unavailable';
      return Promise.resolve({ type: 'failed', reason });
    }
    this.#lastAsked++;
    const asked = this.#lastAsked;
    return new Promise((resolve) => {
      this.#asked.set(asked, resolve);
      this.#control?.postMessage({ type: 'house', asked, question } satisfies ToShard);
    });
  }

  /** Links a gateway that was started again; undefined where the shard is down: it will itself. */
  connectGateway(gateway: number): MessagePort | undefined {
    if (this.#state !== 'up') return undefined;
    const { port1, port2 } = new MessageChannel();
    const message: ToShard = { type: 'gateway', gateway, port: port2 };
    this.#control?.postMessage(message, [port2]);
    return port1;
  }

  get latched(): boolean {
    return this.#latched;
  }

  /** Nothing new comes any more: resolves when all is durable and snapshots are saved. */
  drain(): Promise<void> {
    if (this.#state !== 'up') return Promise.resolve();
    return this.#ask('drained', { type: 'drain' });
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#control?.postMessage({ type: 'stop' } satisfies ToShard);
    await this.#task?.close().catch(() => undefined);
    await this.#task?.destroy();
    this.#control?.close();
  }

  /** Ends the thread at once, as a crash would; it is then started again. */
  async kill(): Promise<void> {
    await this.#task?.destroy();
  }

  #hear(message: Exclude<FromShard, { type: 'ready' }>): void {
    switch (message.type) {
      case 'scheduled':
        this.#answered(`scheduled ${message.batch}`);
        return;
      case 'availability':
        this.#events.availability(message.shows);
        return;
      case 'house':
        for (const { asked, answer } of message.answers) {
          this.#asked.get(asked)?.(answer);
          this.#asked.delete(asked);
        }
        return;
      case 'drained':
        this.#answered('drained');
        return;
      case 'warning':
        this.#events.warning(this.shard, message.text);
        return;
      case 'failed':
        this.#latched = true;
        this.#events.latched(this.shard, message.reason);
        this.#answered('drained');
        return;
      case 'stats':
        this.#report = message;
        return;
      default:
        unreachable(message);
    }
  }

  #ask(answer: string, message: ToShard): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(answer, resolve);
      this.#control?.postMessage(message);
    });
  }

  #answered(answer: string): void {
    this.#waiting.get(answer)?.();
    this.#waiting.delete(answer);
  }

  /** Not even the start worked, for want of a log say: tried again after a while. */
  #notStarted(error: Error): void {
    if (this.#state === 'down')
      this.#ended(error.message, performance.now(), () => undefined, error);
  }

  #ended(reason: string, startedAt: number, reject: (error: Error) => void, error?: Error): void {
    if (this.#state === 'stopped') return;
    const neverServed = this.#state === 'starting' && this.#restarts === 0;
    this.#state = 'down';
    for (const resolve of this.#waiting.values()) resolve();
    this.#waiting.clear();
    for (const resolve of this.#asked.values()) resolve({ type: 'failed', reason: 'unavailable' });
    this.#asked.clear();
    this.#control?.close();
    this.#task?.destroy().catch(() => undefined);
    if (neverServed) {
      reject(error ?? new Error(reason));
      return;
    }
    this.#events.down(this.shard, reason);
    if (performance.now() - startedAt > HEALTHY_AFTER_MS) this.#attempts = 0;
    const pause = RESTART_PAUSES_MS[Math.min(this.#attempts, RESTART_PAUSES_MS.length - 1)];
    this.#attempts++;
    this.#restarts++;
    setTimeout(() => {
      if (this.#state === 'down') this.start().catch((again: Error) => this.#notStarted(again));
    }, pause);
  }
}
