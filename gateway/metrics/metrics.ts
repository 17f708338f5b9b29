/** What Prometheus reads: gathered when it asks, from what gateways and shards have counted. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { GatewayReport } from '../workers/gateway-protocol.ts';
import type { ShardReport } from '../workers/shard-host.ts';

export interface MetricsSources {
  readonly gateways: () => readonly GatewayReport[];
  readonly shards: () => readonly (ShardReport | undefined)[];
  readonly shardRestarts: () => number;
}

/** A metric: its name after `usher_`, what it says, and how to read it. Totals only ever rise. */
type Reading<Report> = readonly [name: string, help: string, read: (report: Report) => number];

const gatewayReadings: readonly Reading<GatewayReport>[] = [
  ['connections', 'Open connections', (each) => each.connections],
  ['messages_in_total', 'Messages received', (each) => each.messagesIn],
  ['messages_out_total', 'Answers and news sent', (each) => each.messagesOut],
  ['errors_total', 'Messages refused as malformed or unserved', (each) => each.errors],
  ['floods_closed_total', 'Connections closed for flooding', (each) => each.floodsClosed],
  [
    'slow_readers_dropped_total',
    'Connections dropped because readers together let too much wait',
    (each) => each.slowReadersDropped,
  ],
  ['faults_total', 'Messages that met a bug', (each) => each.faults],
  ['deliveries_total', 'Seat changes delivered to watchers', (each) => each.deliveries],
];

const shardReadings: readonly Reading<ShardReport>[] = [
  ['decisions_total', 'Decisions made and logged', (each) => each.stats.decisions],
  ['rejections_total', 'Requests refused by a rule', (each) => each.stats.rejections],
  ['log_bytes_total', 'Bytes of frames written', (each) => each.stats.logBytes],
  ['frames_total', 'Frames written', (each) => each.stats.frames],
  ['mailbox', 'Requests waiting to be decided', (each) => each.backlog],
  ['event_loop_lag_ms', 'Lag of the shard thread', (each) => each.eventLoopLagMs],
];

/**
 * Gathering costs most of a millisecond of a thread that serves sockets: so many readings of a
 * second are fresh, then one in each such pause.
 */
const READINGS_A_SECOND = 20;
const PAUSE_MS = 50;

export class Metrics {
  readonly #registry = new Registry();
  #second = 0;
  #readings = 0;
  #readMs = 0;
  #text: Promise<string> | undefined;

  constructor(sources: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, help, read] of gatewayReadings) {
      this.#add(name, help, 'gateway', () => sources.gateways().map(read));
    }
    for (const [name, help, read] of shardReadings) {
      const values = () => sources.shards().map((each) => (each === undefined ? 0 : read(each)));
      this.#add(name, help, 'shard', values);
    }
    const restarts = () => [sources.shardRestarts()];
    this.#add('shard_restarts_total', 'Shards started again after a fault', 'server', restarts);
  }

  /**
   * Prometheus text format. Who asks more often than anybody needs to gets the last reading
   * again, so that asking for metrics is no way to keep everybody else waiting.
   */
  text(): Promise<string> {
    const nowMs = performance.now();
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#readings = 0;
    this.#second = second;
    const isDue = nowMs - this.#readMs >= PAUSE_MS || this.#readings < READINGS_A_SECOND;
    if (this.#text === undefined || isDue) {
      this.#readings++;
      this.#readMs = nowMs;
      this.#text = this.#registry.metrics();
    }
    return this.#text;
  }

  /** The figures live with whoever counts; the registry's copy is set anew at each reading. */
  #add(name: string, help: string, label: string, read: () => readonly number[]): void {
    const common = {
      name: `usher_${name}`,
      help,
      labelNames: [label],
      registers: [this.#registry],
    };
    if (!name.endsWith('_total')) {
      const gauge: Gauge<string> = new Gauge({
        ...common,
        collect: () => {
          for (const [index, value] of read().entries()) gauge.set({ [label]: `${index}` }, value);
        },
      });
      return;
    }
    const counter: Counter<string> = new Counter({
      ...common,
      collect: () => {
        counter.reset();
        for (const [index, value] of read().entries()) counter.inc({ [label]: `${index}` }, value);
      },
    });
  }
}
