/**
 * The operator: starts the server, starts it again when it is gone or its log has latched, mends
 * a damaged disk from a good copy, and finds fault with a server that complains without a reason.
 */
import type { Logger } from 'pino';
import { LogFault } from '../../engine/shard/log-store.ts';
import { startServer, type UsherServer } from '../../gateway/server.ts';
import { defaultOptions, type ServerOptions } from '../../gateway/server-options.ts';
import type { HouseDesk } from '../../gateway/services/house-desk.ts';
import type { SimDisk } from './disk.ts';
import type { Kernel, Thread } from './kernel.ts';
import { machineParts, type Process } from './machine-parts.ts';
import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

export interface OperatorSettings {
  readonly kernel: Kernel;
  readonly chance: Random;
  readonly network: Network;
  readonly disk: SimDisk;
  readonly oracle: Oracle;
  readonly scenario: Scenario;
  readonly world: Thread;
  /** What is printed for a person who watches one run. */
  readonly say: (text: string) => void;
}

/** A server that says nothing of the kind for so long does not come up. */
const START_WITHIN_US = 25_000_000;
/** Said of threads that were killed, not of what was wrong. */
const threadEnds = /worker exited with code 1|the task ended/;
/** How long a fault of the disk may explain what is said of the log. */
const EXPLAINS_US = 12_000_000;

export class Operator {
  readonly #settings: OperatorSettings;
  process: Process | undefined;
  #server: UsherServer | undefined;
  #state: 'down' | 'starting' | 'up' | 'stopping' = 'down';
  #sinceUs = 0;
  #startsAtUs = 0;
  #latchedAtUs: number | undefined;
  #complainedAtUs: number | undefined;
  #down = new Set<number>();
  /** When something last went wrong with the log, for which nobody is to blame. */
  #excusedUs = Number.NEGATIVE_INFINITY;

  constructor(settings: OperatorSettings) {
    this.#settings = settings;
  }

  get up(): boolean {
    const { process } = this;
    return (
      this.#state === 'up' &&
      this.#latchedAtUs === undefined &&
      process !== undefined &&
      this.#down.size === 0
    );
  }

  /** The house's way to its shows, while there is one, and the thread that it begins on. */
  get desk(): { readonly house: HouseDesk; readonly main: Thread } | undefined {
    const { house, main } = this.process ?? {};
    return house === undefined || main?.alive !== true ? undefined : { house, main };
  }

  /** What is said of the log for some time from now on has its reason. */
  excuse(): void {
    this.#excusedUs = this.#settings.kernel.nowUs;
  }

  start(): void {
    const { kernel, scenario, network, disk } = this.#settings;
    const main = kernel.thread('main', 4);
    const process: Process = {
      main,
      threads: [main],
      zombies: new Set(),
      declareDead: new Map(),
      anchor: undefined,
      log: undefined,
      house: undefined,
      shards: [],
      gateways: [],
    };
    this.process = process;
    this.#enter('starting');
    this.#latchedAtUs = undefined;
    this.#complainedAtUs = undefined;
    this.#down = new Set(Array.from({ length: scenario.shards }, (_, shard) => shard));
    const onGatewayFault = (error: unknown) => this.#fault('gateway', error);
    const { chance } = this.#settings;
    const parts = machineParts({ kernel, chance, network, disk, process, onGatewayFault });
    kernel.after(main, 0, () => {
      startServer(this.#options(), this.#logger(process), parts).then(
        (server) => {
          if (this.process !== process) return;
          this.#server = server;
          this.#enter('up');
        },
        (error: unknown) => this.#refused(process, error),
      );
    });
  }

  /** The process is gone, with all that it had not written; after a power cut, not synced. */
  crash(power: boolean, downUs: number): void {
    const { kernel, disk } = this.#settings;
    const { process } = this;
    if (process === undefined) return;
    this.process = undefined;
    this.#server = undefined;
    if (power && process.log?.alive === true) disk.died(true);
    for (const thread of process.threads) kernel.kill(thread);
    this.#enter('down');
    this.#startsAtUs = kernel.nowUs + downUs;
  }

  /** Asks the server to end, as for an update, and starts it again. */
  restart(): void {
    const { kernel, chance } = this.#settings;
    const { process } = this;
    const server = this.#server;
    if (process === undefined || server === undefined || this.#state !== 'up') return;
    this.#enter('stopping');
    const pauseUs = chance.between(50_000, 800_000);
    kernel.after(process.main, 0, () => {
      server.stop().then(
        () => {
          if (this.process === process) this.crash(false, pauseUs);
        },
        (error: unknown) => this.#fault('stopping', error),
      );
    });
  }

  /** The process itself wants to end. */
  exited(): void {
    const { kernel } = this.#settings;
    const { process } = this;
    if (process === undefined) return;
    kernel.after(undefined, 0, () => {
      if (this.process === process) this.crash(false, 200_000);
    });
  }

  /** A look at the server, now and then. */
  tick(): void {
    const { kernel, disk, oracle } = this.#settings;
    const nowUs = kernel.nowUs;
    const { process } = this;
    if (process !== undefined && !process.main.alive) return this.crash(false, 300_000);
    if (this.#state === 'down') {
      if (nowUs >= this.#startsAtUs) this.start();
      return;
    }
    const waitedUs = nowUs - this.#sinceUs;
    if (this.#state !== 'up') {
      if (waitedUs < START_WITHIN_US) return;
      if (!this.#excused()) oracle.violate('hangs', `the server is ${this.#state} for too long`);
      return this.crash(false, 100_000);
    }
    if (this.#complainedAtUs !== undefined && nowUs - this.#complainedAtUs > 700_000) {
      this.#complainedAtUs = undefined;
      disk.mend();
    }
    const troubled = disk.full || disk.failures > 0;
    const latchedUs = nowUs - (this.#latchedAtUs ?? nowUs);
    if (latchedUs > 1_000_000 && !troubled) return this.crash(false, 100_000);
    const gateways = process?.gateways ?? [];
    if (gateways.every((gateway) => gateway?.thread.alive !== true)) this.crash(false, 400_000);
  }

  #enter(state: 'down' | 'starting' | 'up' | 'stopping'): void {
    this.#settings.say(`server ${state}`);
    this.#state = state;
    this.#sinceUs = this.#settings.kernel.nowUs;
  }

  #excused(): boolean {
    const { disk, kernel } = this.#settings;
    const isLatched = this.#latchedAtUs !== undefined;
    const troubled = isLatched || disk.full || disk.failures > 0 || disk.damages.length > 0;
    const latestUs = Math.max(this.#excusedUs, disk.failedUs);
    return troubled || kernel.nowUs - latestUs < EXPLAINS_US;
  }

  /** It would not start. Only a damaged or failing disk is a reason. */
  #refused(process: Process, error: unknown): void {
    if (this.process !== process) return;
    // A shard's thread that dies at the very first start ends the start.
    if (!threadEnds.test(String(error))) {
      if (!(error instanceof LogFault) && !this.#excused()) this.#fault('start', error);
      else this.#explain(String(error));
    }
    this.#settings.disk.mend();
    this.crash(false, 500_000);
  }

  /** What is said of the log must be so: damage is named with its place, and none is invented. */
  #explain(text: string): void {
    const { disk, oracle } = this.#settings;
    this.#settings.say(text);
    if (/^LogFault|partition \d+/.test(text) && disk.damages.length > 0) {
      const named = disk.damages.some((damage) => text.includes(`partition ${damage.partition}`));
      if (named || this.#excused()) return;
      const all = disk.damages.map(({ what, partition }) => `${what} in partition ${partition}`);
      return oracle.violate('misnamed', `"${text}" is said, but there is ${all.join(', ')}`);
    }
    if (!this.#excused()) oracle.violate('complains', `without a reason: ${text}`);
  }

  #fault(where: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#settings.oracle.violate('fault', `${where}: ${text}`);
  }

  #options(): ServerOptions {
    const { scenario } = this.#settings;
    return {
      ...defaultOptions(),
      port: 0,
      data: '/tmp/simulated.db',
      snapshotAfterKib: scenario.tuning.snapshotAfterBytes / 1024,
      demo: false,
      demoSeed: 1,
      demoDays: 1,
      crowd: 0,
      shards: scenario.shards,
      gateways: scenario.gateways,
      messagesPerSecond: scenario.messagesPerSecond,
      maxConnections: 10_000,
      acceptLoss: false,
      logLevel: 'silent',
    };
  }

  /** Hears what the server logs: it is all that an operator knows. */
  #logger(process: Process): Logger {
    const hear = (facts: unknown, text?: string) => {
      if (this.process !== process) return;
      const { shard, reason } = facts as { shard?: number; reason?: string };
      this.#settings.say(`${text ?? String(facts)} ${shard ?? ''} ${reason ?? ''}`);
      if (shard !== undefined) this.#heard(text ?? '', shard, reason ?? '');
    };
    return { info: hear, warn: hear, error: hear, fatal: hear } as unknown as Logger;
  }

  #heard(text: string, shard: number, reason: string): void {
    const { kernel } = this.#settings;
    if (text === 'shard is up') {
      this.#down.delete(shard);
    } else if (text.startsWith('shard is down')) {
      this.#down.add(shard);
      if (threadEnds.test(reason)) return;
      // It will not come up by itself: nothing is written before the log is opened anew.
      if (reason.includes('until the log is reopened')) this.#latchedAtUs ??= kernel.nowUs;
      this.#complainedAtUs ??= kernel.nowUs;
      this.#explain(reason);
    } else {
      this.#latchedAtUs ??= kernel.nowUs;
      this.#explain(reason);
    }
  }
}
