/** The main thread's side of a gateway, be it on this thread or on its own. */
import { type MessagePort, type TransferListItem, Worker } from 'node:worker_threads';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { unreachable } from '../../engine/unreachable.ts';
import { reply } from './asking.ts';
import { askBackOffice, type BackOffice } from './back-office.ts';
import { GatewayNode } from './gateway-node.ts';
import {
  type FromGateway,
  type GatewayReport,
  type GatewaySettingsMessage,
  nothingCounted,
  type ToGateway,
} from './gateway-protocol.ts';
import type { Availabilities } from './shard-protocol.ts';

export interface GatewayHost {
  applyCatalog(events: readonly CatalogEvent[]): void;
  applyAvailability(shows: Availabilities): void;
  shardUp(shard: number, port: MessagePort): void;
  shardDown(shard: number): void;
  shardLatched(shard: number): void;
  /** The port listened on; undefined where it cannot be. */
  listen(host: string, port: number): Promise<number | undefined>;
  drain(): void;
  end(): Promise<void>;
  /** Makes the thread fail, for tests; does nothing on the main thread. */
  fail(): void;
  report(): GatewayReport;
}

/** A gateway on this thread: the default, with one. */
export function hostGatewayHere(settings: GatewaySettingsMessage, office: BackOffice): GatewayHost {
  const node = new GatewayNode(settings, { office, ownThread: false });
  return {
    applyCatalog: (events) => node.applyCatalog(events),
    applyAvailability: (shows) => node.applyAvailability(shows),
    shardUp: (shard, port) => node.shardUp(shard, port),
    shardDown: (shard) => node.shardDown(shard),
    shardLatched: (shard) => node.shardLatched(shard),
    listen: async (host, port) => node.listen(host, port),
    drain: () => node.drain(),
    end: async () => node.end(),
    fail: () => undefined,
    report: () => node.report(),
  };
}

/**
 * A gateway on a thread of its own. Should it fail, its sockets are closed and clients reconnect
 * to the others; `lost` is told once the thread has ended, so that another can take its place.
 */
export function hostGatewayInThread(
  settings: GatewaySettingsMessage,
  office: BackOffice,
  lost: (reason: string) => void,
): GatewayHost {
  const worker = new Worker(new URL('./gateway-thread.js', import.meta.url), {
    workerData: settings,
    name: `usher-gateway-${settings.gateway}`,
  });
  let report = nothingCounted;
  let listened: ((port: number | undefined) => void) | undefined;
  let ended: (() => void) | undefined;
  let [gone, asked] = [false, false];
  let why = 'the thread ended by itself';
  const tell = (message: ToGateway, transfer: TransferListItem[] = []) =>
    worker.postMessage(message, transfer);
  worker.on('message', (message: FromGateway) => {
    switch (message.type) {
      case 'listening':
        return listened?.(message.port);
      case 'cannotListen':
        return listened?.(undefined);
      case 'ended':
        return;
      case 'failed':
        why = message.reason;
        return;
      case 'report':
        report = message.report;
        return;
      case 'ask':
        return reply(message, (question) => askBackOffice(office, question), tell);
      default:
        unreachable(message);
    }
  });
  worker.on('error', (error) => {
    why = error.message;
  });
  worker.on('exit', () => {
    gone = true;
    listened?.(undefined);
    ended?.();
    if (!asked) lost(why);
  });
  return {
    applyCatalog: (events) => tell({ type: 'catalog', events }),
    applyAvailability: (shows) => tell({ type: 'availability', shows }),
    shardUp: (shard, port) => tell({ type: 'shardUp', shard, port }, [port]),
    shardDown: (shard) => tell({ type: 'shardDown', shard }),
    shardLatched: (shard) => tell({ type: 'shardLatched', shard }),
    listen: (host, port) => {
      tell({ type: 'listen', host, port });
      return new Promise((resolve) => {
        listened = resolve;
      });
    },
    drain: () => tell({ type: 'drain' }),
    end: () => {
      asked = true;
      if (gone) return Promise.resolve();
      tell({ type: 'end' });
      return new Promise((resolve) => {
        ended = resolve;
      });
    },
    fail: () => tell({ type: 'fail' }),
    report: () => report,
  };
}
