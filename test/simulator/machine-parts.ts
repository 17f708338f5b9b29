/**
 * The parts that the shipped server is put together from, made of simulated threads: the log's
 * thread, the shards' and the gateways'. What runs in them is the shipped code; here is only what
 * starts them, and what the real ones do when they die.
 */
import type { TemplatedApp } from 'uWebSockets.js';
import type { MessagePort } from 'node:worker_threads';
import { Browse } from '../../engine/catalog/browse.ts';
import { Catalog } from '../../engine/catalog/catalog.ts';
import { localDay } from '../../gateway/local-time.ts';
import type { LogLink, ServerParts } from '../../gateway/server-parts.ts';
import type { HouseDesk } from '../../gateway/services/house-desk.ts';
import type { ServicesLink } from '../../gateway/services/services-host.ts';
import { SessionTokens } from '../../gateway/sessions/session-tokens.ts';
import { Gateway } from '../../gateway/sockets/gateway.ts';
import { addWebSocketRoutes } from '../../gateway/sockets/websocket-routes.ts';
import { TicketDesk } from '../../gateway/tickets/ticket-desk.ts';
import { TicketSigner } from '../../gateway/tickets/ticket-signer.ts';
import { anchoredClock, type ClockAnchor } from '../../gateway/workers/clock.ts';
import type { GatewayHost } from '../../gateway/workers/gateway-host.ts';
import {
  type GatewaySettingsMessage,
  nothingCounted,
} from '../../gateway/workers/gateway-protocol.ts';
import type { LogHostEvents } from '../../gateway/workers/log-host.ts';
import type { ShardThreadSettings } from '../../gateway/workers/shard-protocol.ts';
import type { ShardTask } from '../../gateway/workers/shard-task.ts';
import { runShard } from '../../gateway/workers/shard-thread.ts';
import { serveLog } from '../../persistence/thread/log-server.ts';
import type { SimDisk } from './disk.ts';
import type { Kernel, Thread } from './kernel.ts';
import { FakeApp, type Network } from './network.ts';
import { copyOf, SimChannel, type SimPort } from './ports.ts';
import type { Random } from './random.ts';
import { SimLog } from './sim-log.ts';

/** The threads of one process; they end with it. */
export interface Process {
  readonly main: Thread;
  /** All of them, also those that have died. */
  readonly threads: Thread[];
  /** Shards that the main thread holds for dead while they still run. */
  readonly zombies: Set<Thread>;
  /** Makes the main thread believe that a shard is dead. */
  readonly declareDead: Map<Thread, () => void>;
  anchor: ClockAnchor | undefined;
  log: Thread | undefined;
  /** The way of the services to the shows, from the main thread. */
  house: HouseDesk | undefined;
  /** Index: shard. */
  readonly shards: (Thread | undefined)[];
  /** Index: gateway; on the main thread where there is one. */
  readonly gateways: (FakeApp | undefined)[];
}

export interface PartsSettings {
  readonly kernel: Kernel;
  readonly chance: Random;
  readonly network: Network;
  readonly disk: SimDisk;
  readonly process: Process;
  /** A bug that a gateway met while handling a message. */
  readonly onGatewayFault: (error: unknown) => void;
}

/** What they do is not simulated, but for what a provider says of payments. */
const noServices: ServicesLink = {
  ready: Promise.resolve(),
  applyCatalog: () => undefined,
  api: () => Promise.reject(new Error('not simulated')),
  keepContact: () => Promise.resolve(undefined),
  report: () => Promise.resolve(undefined),
  stop: () => Promise.resolve(),
};

const costs = { log: 5, shard: 6, gateway: 4 } as const;

/** Between two threads that have no port of their own. */
const HOP_US = 60;

export function machineParts(settings: PartsSettings): ServerParts {
  return {
    openLog: (_, events) => openLog(settings, events),
    gatewayHere: (asked) => gatewayHost(settings, asked, settings.process.main, undefined),
    gatewayInThread: (asked, _, lost) => {
      const thread = settings.kernel.thread(`gateway ${asked.gateway}`, costs.gateway);
      settings.process.threads.push(thread);
      return gatewayHost(settings, asked, thread, lost);
    },
    services: (_, { house }) => {
      settings.process.house = house;
      return noServices;
    },
    startShardTask: (asked, transfer) => startShard(settings, asked, transfer),
    metrics: () => ({ text: async () => '' }),
    findPort: async () => 80,
  };
}

/** As `log-thread.ts` and `log-host.ts` do it. */
function openLog(settings: PartsSettings, events: LogHostEvents): Promise<LogLink> {
  const { kernel, disk, process } = settings;
  const { main } = process;
  const thread = kernel.thread('log', costs.log);
  process.log = thread;
  process.threads.push(thread);
  thread.whenDead.push(() => disk.died(false));
  let closing = false;
  thread.whenDead.push(() => {
    kernel.after(main, HOP_US, () => {
      if (closing) return;
      closing = true;
      events.lost('exit code 1');
    });
  });
  return new Promise((resolve, reject) => {
    kernel.after(thread, HOP_US, () => {
      let log: SimLog;
      try {
        log = new SimLog(disk);
      } catch (error) {
        closing = true;
        kernel.after(main, HOP_US, () => reject(error));
        return;
      }
      const server = serveLog(log);
      const link: LogLink = {
        latestTimeMs: log.latestTimeMs,
        connect: () => {
          const { port1, port2 } = new SimChannel(settings);
          port1.own(thread);
          kernel.after(thread, HOP_US, () => server.attach(port1 as unknown as MessagePort));
          return port2 as unknown as MessagePort;
        },
        close: () => {
          closing = true;
          return new Promise<void>((closed) => {
            kernel.after(thread, HOP_US, () => {
              server.close();
              kernel.after(main, HOP_US, () => closed());
            });
          });
        },
        // Its thread is killed from outside, by the faults.
        kill: async () => undefined,
      };
      kernel.after(main, HOP_US, () => resolve(link));
    });
  });
}

/** As Piscina does it: one task, which is rejected when its thread dies. */
function startShard(
  settings: PartsSettings,
  asked: ShardThreadSettings,
  transfer: readonly MessagePort[],
): ShardTask {
  const { kernel, process } = settings;
  const { main } = process;
  const thread = kernel.thread(`shard ${asked.shard}`, costs.shard);
  process.shards[asked.shard] = thread;
  process.threads.push(thread);
  process.anchor = asked.anchor;
  for (const port of transfer) (port as unknown as SimPort).own(thread);
  const own = copyOf(asked, [], thread) as ShardThreadSettings;
  const done = new Promise<void>((resolve, reject) => {
    const end = (act: () => void) => () => kernel.after(main, HOP_US, act);
    const died = end(() => reject(new Error('worker exited with code 1')));
    process.declareDead.set(thread, died);
    thread.whenDead.push(died);
    kernel.after(thread, HOP_US, () => {
      runShard(own).then(
        end(() => resolve()),
        (error: unknown) => end(() => reject(error))(),
      );
    });
  });
  return {
    done,
    close: () => done,
    destroy: async () => {
      kernel.after(undefined, HOP_US, () => {
        if (!process.zombies.has(thread)) kernel.kill(thread);
      });
    },
  };
}

/** As `gateway-node.ts`, and, with a thread of its own, `gateway-thread.ts` do it. */
function gatewayHost(
  settings: PartsSettings,
  given: GatewaySettingsMessage,
  thread: Thread,
  lost: ((reason: string) => void) | undefined,
): GatewayHost {
  const { kernel, network, process } = settings;
  const app = new FakeApp(network, thread);
  process.gateways[given.gateway] = app;
  const catalog = new Catalog();
  const browse = new Browse(catalog, localDay);
  const gateway = new Gateway(app as unknown as TemplatedApp, {
    shards: given.shards,
    clock: anchoredClock(given.anchor),
    browse,
    tokens: new SessionTokens(given.sessionSecret),
    tickets: new TicketDesk(browse, new TicketSigner(given.ticketKey)),
    messagesPerSecond: given.messagesPerSecond,
    maxConnections: given.maxConnections,
    keepContact: () => Promise.resolve(undefined),
    onFault: settings.onGatewayFault,
  });
  addWebSocketRoutes(app as unknown as TemplatedApp, gateway);
  if (lost !== undefined) {
    thread.whenDead.push(() => kernel.after(process.main, HOP_US, () => lost('exit code 1')));
  }
  let lastUs = 0;
  /** Told over to the gateway's thread, in order; at once where it is this one. */
  const tell = (act: () => void) => {
    if (lost === undefined) return act();
    lastUs = Math.max(lastUs + 1, kernel.nowUs + HOP_US);
    kernel.at(thread, lastUs, act);
  };
  return {
    applyAvailability: () => undefined,
    applyCatalog: (events) =>
      tell(() => {
        for (const event of events) catalog.evolve(event);
      }),
    shardUp: (shard, port) => {
      (port as unknown as SimPort).own(thread);
      tell(() => gateway.shardUp(shard, port));
    },
    shardDown: (shard) => tell(() => gateway.shardDown(shard)),
    shardLatched: (shard) => tell(() => gateway.shardLatched(shard)),
    listen: async (_, port) => {
      tell(() => {
        app.listening = true;
      });
      return port;
    },
    drain: () =>
      tell(() => {
        app.listening = false;
        gateway.drain();
      }),
    // Its thread is killed from outside, by the faults.
    fail: () => undefined,
    end: async () => tell(() => gateway.end()),
    report: () => nothingCounted,
  };
}
