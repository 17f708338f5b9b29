/**
 * A shard's thread: a task of a single-thread Piscina pool that runs for as long as the shard
 * lives. It recovers its partitions from the log, then decides what the gateways send.
 */
import type { MessagePort } from 'node:worker_threads';
import { partitionId, requestId, type ShowId, userId } from '../../engine/ids.ts';
import type { EngineHost } from '../../engine/shard/host.ts';
import { Shard } from '../../engine/shard/shard.ts';
import type { Availability } from '../../engine/show/availability.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { codec } from '../../persistence/codec.ts';
import { sha256 } from '../../persistence/hasher.ts';
import { connectLog } from '../../persistence/thread/log-client.ts';
import { readFrequent, readUp } from '../wire/read-up.ts';
import { Reader } from '../wire/reader.ts';
import { writeError } from '../wire/write-down.ts';
import { BatchWriter, IN, OUT, readBatch } from './batch.ts';
import { anchoredClock } from './clock.ts';
import { toCommand, toRequest } from './requests.ts';
import { type Connection, ShardConnections } from './shard-connections.ts';
import { HOUSE_GATEWAY, ShardEgress, type Staged } from './shard-egress.ts';
import type { FromShard, ShardThreadSettings, ToShard } from './shard-protocol.ts';

/** How often deadlines are looked at; they are acted on at most this much late. */
const PULSE_MS = 50;
const STATS_MS = 1_000;
const house = (asked: number): Connection => {
  return { gateway: HOUSE_GATEWAY, ref: asked, user: userId('house'), ofUser: [] };
};
const HOUSE = house(0);

/** The task. Resolves when it is told to stop; rejects where the shard cannot go on. */
export async function runShard(settings: ShardThreadSettings): Promise<void> {
  const thread = new ShardThread(settings);
  await thread.run();
}

class ShardThread {
  readonly #settings: ShardThreadSettings;
  readonly #connections = new ShardConnections();
  readonly #egress: ShardEgress;
  readonly #reader = new Reader();
  /** Index: gateway. */
  readonly #ports: MessagePort[] = [];
  #shard: Shard<Connection, Staged> | undefined;
  /** Shows still to be scheduled, by batch in the order asked. */
  /** What was last told of each show. */
  readonly #told = new Map<ShowId, Availability>();
  #schedules: { batch: number; left: number }[] = [];

  constructor(settings: ShardThreadSettings) {
    this.#settings = settings;
    this.#egress = new ShardEgress(this.#connections, {
      scheduled: (count) => this.#scheduled(count),
      house: (answers) => this.#tell({ type: 'house', answers }),
    });
    for (const { gateway, port } of settings.gateways) this.#egress.connect(gateway, port);
  }

  async run(): Promise<void> {
    const { control, partitions, anchor, snapshotAfterBytes, log, gateways } = this.#settings;
    const startedMs = performance.now();
    const host: EngineHost = {
      codec,
      hasher: sha256,
      clock: anchoredClock(anchor),
      soon: (turn) => setImmediate(turn),
    };
    const shard = await Shard.open(partitions.map(partitionId), {
      log: connectLog(log),
      host,
      egress: this.#egress,
      snapshotAfterBytes,
      onWarning: (text) => this.#tell({ type: 'warning', text }),
      onFailure: (reason) => this.#tell({ type: 'failed', reason }),
    });
    this.#shard = shard;
    for (const { gateway, port } of gateways) this.#listenTo(gateway, port);
    this.#tellAvailability(shard);
    this.#tell({ type: 'ready', recoveredMs: performance.now() - startedMs });
    const timers = [
      setInterval(() => shard.pulse(), PULSE_MS),
      setInterval(() => {
        this.#report(shard);
        this.#tellAvailability(shard);
      }, STATS_MS),
    ];
    await new Promise<void>((stop) => {
      control.on('message', (message: ToShard) => this.#obey(shard, message, stop));
    });
    for (const timer of timers) clearInterval(timer);
    for (const port of this.#ports) port?.close();
    control.close();
    log.close();
  }

  #listenTo(gateway: number, port: MessagePort): void {
    this.#ports[gateway]?.close();
    this.#ports[gateway] = port;
    port.on('message', (batch: Uint8Array) => this.#takeIn(gateway, port, batch));
  }

  #obey(shard: Shard<Connection, Staged>, message: ToShard, stop: () => void): void {
    switch (message.type) {
      case 'schedule': {
        const layouts = new Map(message.layouts.map((layout) => [layout.id, layout]));
        this.#schedules.push({ batch: message.batch, left: message.shows.length });
        if (message.shows.length === 0) this.#scheduled(0);
        for (const { id, layout, terms } of message.shows) {
          const definition = layouts.get(layout);
          if (definition === undefined) throw new Error(`show ${id}: no layout ${layout}`);
          const asked = { requestId: requestId(id), show: id, layout, terms, definition };
          shard.submit(HOUSE, { type: 'schedule', ...asked });
        }
        return;
      }
      case 'house':
        shard.submit(house(message.asked), message.question);
        return;
      case 'gateway':
        this.#connections.forget(message.gateway);
        for (const show of this.#egress.forget(message.gateway)) shard.unwatch(show);
        this.#egress.connect(message.gateway, message.port);
        this.#listenTo(message.gateway, message.port);
        return;
      case 'drain':
        this.#drain(shard).then(
          () => this.#tell({ type: 'drained' }),
          (error: unknown) => this.#tell({ type: 'failed', reason: String(error) }),
        );
        return;
      case 'stop':
        stop();
        return;
      default:
        unreachable(message);
    }
  }

  async #drain(shard: Shard<Connection, Staged>): Promise<void> {
    while (shard.busy) await new Promise((later) => setTimeout(later, 5));
    await shard.saveSnapshots();
  }

  #scheduled(count: number): void {
    let left = count;
    for (const schedule of this.#schedules) {
      const taken = Math.min(left, schedule.left);
      schedule.left -= taken;
      left -= taken;
      if (schedule.left === 0) this.#tell({ type: 'scheduled', batch: schedule.batch });
    }
    this.#schedules = this.#schedules.filter((schedule) => schedule.left > 0);
  }

  #takeIn(gateway: number, port: MessagePort, batch: Uint8Array): void {
    readBatch(batch, (kind, ref, bytes, from, until) => {
      if (kind === IN.message) return this.#message(gateway, port, ref, bytes, from, until);
      if (kind === IN.detach) return this.#connections.detach(gateway, ref);
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, until - from).toString();
      if (kind === IN.attach) this.#connections.attach(gateway, ref, userId(text));
      else if (kind === IN.unwatch && this.#egress.unwatch(gateway, text as ShowId)) {
        this.#shard?.unwatch(text as ShowId);
      }
    });
  }

  #message(
    gateway: number,
    port: MessagePort,
    ref: number,
    bytes: Uint8Array,
    from: number,
    until: number,
  ): void {
    const connection = this.#connections.get(gateway, ref);
    if (connection === undefined) return;
    this.#reader.open(bytes, from, until);
    const frequent = readFrequent(this.#reader);
    if (frequent !== undefined) {
      this.#shard?.submit(connection, toCommand(frequent, connection.user));
      return;
    }
    const message = readUp(this.#reader);
    if (message.type === 'fault') {
      const { requestId: id, reason, text } = message;
      const answer = new BatchWriter();
      const start = answer.begin(OUT.message, ref);
      writeError(answer.writer, id, reason, text);
      answer.end(start);
      const taken = answer.take();
      port.postMessage(taken, [taken.buffer]);
      return;
    }
    const request = toRequest(message, connection.user);
    if (request !== undefined) this.#shard?.submit(connection, request);
  }

  #report(shard: Shard<Connection, Staged>): void {
    const expectedAt = performance.now();
    setImmediate(() => {
      this.#tell({
        type: 'stats',
        stats: shard.stats,
        backlog: shard.backlog,
        eventLoopLagMs: performance.now() - expectedAt,
      });
    });
  }

  #tellAvailability(shard: Shard<Connection, Staged>): void {
    const shows = shard.availabilities().filter(([show, now]) => {
      const isNew = this.#told.get(show) !== now;
      this.#told.set(show, now);
      return isNew;
    });
    if (shows.length > 0) this.#tell({ type: 'availability', shows });
  }

  #tell(message: FromShard): void {
    this.#settings.control.postMessage(message);
  }
}
