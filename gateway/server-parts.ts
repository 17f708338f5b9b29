/**
 * What a server is put together from besides its own code: threads, sockets and metrics of the
 * machine it runs on. They are named here in one place so that a simulator can pass in others.
 */
import { createServer } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import { Metrics, type MetricsSources } from './metrics/metrics.ts';
import { OptionError } from './server-options.ts';
import {
  ServicesHost,
  type ServicesHostEvents,
  type ServicesLink,
} from './services/services-host.ts';
import type { ServicesSettings } from './services/services-protocol.ts';
import type { BackOffice } from './workers/back-office.ts';
import { type GatewayHost, hostGatewayHere, hostGatewayInThread } from './workers/gateway-host.ts';
import type { GatewaySettingsMessage } from './workers/gateway-protocol.ts';
import { LogHost, type LogHostEvents } from './workers/log-host.ts';
import type { LogThreadSettings } from './workers/log-thread.ts';
import { type StartShardTask, startShardTask } from './workers/shard-task.ts';

/** The main thread's end of the log's thread. */
export interface LogLink {
  readonly latestTimeMs: number;
  connect(): MessagePort;
  close(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export interface ServerParts {
  /** @throws LogFault where the file cannot be trusted or used. */
  openLog(settings: LogThreadSettings, events: LogHostEvents): Promise<LogLink>;
  /** A gateway on the main thread. */
  gatewayHere(settings: GatewaySettingsMessage, office: BackOffice): GatewayHost;
  /** A gateway on a thread of its own; `lost` is told when that ends. */
  gatewayInThread(
    settings: GatewaySettingsMessage,
    office: BackOffice,
    lost: (reason: string) => void,
  ): GatewayHost;
  /** Everything beside the path of a booking, on a thread of its own. */
  services(settings: Omit<ServicesSettings, 'catalog'>, events: ServicesHostEvents): ServicesLink;
  readonly startShardTask: StartShardTask;
  metrics(sources: MetricsSources): { text(): Promise<string> };
  findPort(host: string, port: number): Promise<number>;
}

export const realParts: ServerParts = {
  openLog: (settings, events) => LogHost.open(settings, events),
  gatewayHere: hostGatewayHere,
  gatewayInThread: hostGatewayInThread,
  services: (settings, events) => new ServicesHost(settings, events),
  startShardTask,
  metrics: (sources) => new Metrics(sources),
  findPort,
};

/**
 * The port itself, or a free one for 0. Gateways share a port on purpose, which would let a second
 * server share it by mistake; this refuses where somebody else listens already.
 */
function findPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const what = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
      reject(new OptionError(`Cannot listen on ${host}:${port}: ${what}. Choose another --port.`));
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      probe.close(() => resolve(found));
    });
  });
}
