/**
 * Drives one measured run from the bench's side: starts the load processes, lets them begin
 * together, takes the server's CPU time over the same stretch, and adds the results up.
 */
import type { ChildProcess } from 'node:child_process';
import type { Histogram } from 'hdr-histogram-js';
import type { Series } from '../report/run-report.ts';
import type { Children } from './children.ts';
import { type CpuUse, cpuBetween, readCpu } from './cpu.ts';
import { mergeLatencies } from './latencies.ts';
import type { FromLoad, LoadOrder, LoadResult, ToLoad } from './process-messages.ts';
import { Sampler } from './sampler.ts';

// The bench runs compiled, so its modules are found by their compiled names.
const MODULE = new URL('./load-process.js', import.meta.url);
/** Beyond the run itself: connecting, draining, saving. */
const SLACK_MS = 90_000;

export type LoadPlan = Omit<
  LoadOrder,
  'type' | 'firstConnection' | 'untilConnection' | 'acksPath'
> & {
  /** Load processes. */
  readonly clients: number;
  readonly serverPid: number;
  /** Path of the acknowledgements that the load process with this number leaves. */
  readonly acksPath: (client: number) => string;
  /** Told when the measured stretch begins. */
  readonly onMeasuring: () => void;
};

export interface LoadSummary {
  readonly operationsPerSecond: number;
  readonly operations: number;
  readonly bytes: number;
  readonly conflicts: number;
  readonly decisions: number;
  readonly arrivals: number;
  readonly answeredArrivals: number;
  readonly lateArrivals: number;
  readonly acknowledged: number;
  readonly booked: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Microseconds. */
  readonly latencies: Histogram;
  /** What the server said of itself, warm-up included. */
  readonly series: readonly Series[];
  readonly serverCpu: CpuUse | undefined;
  readonly clientCpuUs: number;
  /** Share of one core that the busiest load process used, 0 … 1. */
  readonly busiestClient: number;
}

/** @throws Error where a load process fails, or does not finish in time. */
export async function runLoad(children: Children, plan: LoadPlan): Promise<LoadSummary> {
  const clients: LoadClient[] = [];
  const isRaw = plan.scenario === 'echo' || plan.scenario === 'listen';
  const sampler = isRaw ? undefined : new Sampler(plan);
  const timer = setTimeout(
    () => {
      for (const client of clients) client.fail('the load did not finish in time');
    },
    (plan.warmupSeconds + plan.seconds) * 1000 + SLACK_MS,
  );
  try {
    for (let index = 0; index < plan.clients; index++) {
      clients.push(new LoadClient(children, orderOf(plan, index)));
    }
    await Promise.all(clients.map((client) => client.ready));
    sampler?.start();
    for (const client of clients) client.go();
    await Promise.all(clients.map((client) => client.measuring));
    const before = readCpu(plan.serverPid);
    plan.onMeasuring();
    await Promise.all(clients.map((client) => client.measured));
    const after = readCpu(plan.serverPid);
    const series = sampler?.stop() ?? [];
    const results = await Promise.all(clients.map((client) => client.done));
    return { ...summarize(results, cpuBetween(before, after, plan.seconds)), series };
  } finally {
    clearTimeout(timer);
    sampler?.stop();
    await Promise.all(clients.map((client) => children.kill(client.process)));
  }
}

function orderOf(plan: LoadPlan, client: number): LoadOrder {
  const { connections, clients, acksPath, serverPid: _, onMeasuring: __, ...settings } = plan;
  // Whoever watches is not driven: all arrivals are those of the first process's sellers.
  const rate = plan.scenario === 'watch' ? plan.rate : plan.rate / clients;
  return {
    type: 'order',
    ...settings,
    rate,
    connections,
    firstConnection: Math.floor((connections * client) / clients),
    untilConnection: Math.floor((connections * (client + 1)) / clients),
    acksPath: acksPath(client),
  };
}

/** A load process as a row of promises; any failure fails all that are still open. */
class LoadClient {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly measuring: Promise<void>;
  readonly measured: Promise<void>;
  readonly done: Promise<LoadResult>;
  readonly #failures: ((error: Error) => void)[] = [];

  constructor(children: Children, order: LoadOrder) {
    this.process = children.fork(MODULE);
    const step = <Type extends FromLoad['type']>(type: Type) => {
      const reached = new Promise<Extract<FromLoad, { type: Type }>>((resolve, reject) => {
        this.#failures.push(reject);
        this.process.on('message', (message: FromLoad) => {
          if (message.type === type) resolve(message as Extract<FromLoad, { type: Type }>);
        });
      });
      // Whoever awaits it hears of a failure; the steps that nobody awaits yet need not.
      reached.catch(() => undefined);
      return reached;
    };
    this.ready = step('ready').then(() => undefined);
    this.measuring = step('measuring').then(() => undefined);
    this.measured = step('measured').then(() => undefined);
    this.done = step('done').then(({ result }) => result);
    for (const promise of [this.ready, this.measuring, this.measured, this.done]) {
      promise.catch(() => undefined);
    }
    this.process.on('message', (message: FromLoad) => {
      if (message.type === 'failed') this.fail(message.reason);
    });
    this.process.once('error', (error) => this.fail(error.message));
    this.process.once('exit', (code) => this.fail(`a load process ended with ${code}`));
    this.#tell(order);
  }

  go(): void {
    this.#tell({ type: 'go' });
  }

  /** Rejects every step that has not been reached. */
  fail(reason: string): void {
    for (const reject of this.#failures) reject(new Error(reason));
  }

  #tell(message: ToLoad): void {
    this.process.send(message);
  }
}

function summarize(
  results: readonly LoadResult[],
  serverCpu: CpuUse | undefined,
): Omit<LoadSummary, 'series'> {
  const sum = (pick: (result: LoadResult) => number) =>
    results.reduce((total, result) => total + pick(result), 0);
  const errors: Record<string, number> = {};
  for (const result of results) {
    for (const [name, count] of Object.entries(result.errors)) {
      errors[name] = (errors[name] ?? 0) + count;
    }
  }
  const encoded = results.map(({ latencies }) => latencies).filter((text) => text !== '');
  return {
    operationsPerSecond: sum(({ operations, seconds }) => operations / seconds),
    operations: sum(({ operations }) => operations),
    bytes: sum(({ bytes }) => bytes),
    conflicts: sum(({ conflicts }) => conflicts),
    decisions: sum(({ decisions }) => decisions),
    arrivals: sum(({ arrivals }) => arrivals),
    answeredArrivals: sum(({ answeredArrivals }) => answeredArrivals),
    lateArrivals: sum(({ lateArrivals }) => lateArrivals),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    booked: sum(({ booked }) => booked),
    errors,
    latencies: mergeLatencies(encoded),
    serverCpu,
    clientCpuUs: sum(({ cpuUs }) => cpuUs),
    busiestClient: Math.max(...results.map(({ cpuUs, seconds }) => cpuUs / (seconds * 1e6))),
  };
}
