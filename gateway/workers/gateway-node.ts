/**
 * One gateway with all that belongs to it: the uWebSockets app, its copy of the catalogue, its
 * routes. It runs on the main thread, or in a thread of its own where there are several.
 */

import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import type { MessagePort } from 'node:worker_threads';
import { Browse } from '../../engine/catalog/browse.ts';
import { Catalog } from '../../engine/catalog/catalog.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { addApiRoutes } from '../http/api-routes.ts';
import { addHttpRoutes } from '../http/http-routes.ts';
import { loadStaticFiles } from '../http/static-files.ts';
import { Lines } from '../http/twin/lines.ts';
import { Topics } from '../http/twin/topics.ts';
import { type TwinApi, twinApi } from '../http/twin/twin-api.ts';
import { localDay } from '../local-time.ts';
import { SessionTokens } from '../sessions/session-tokens.ts';
import { Gateway } from '../sockets/gateway.ts';
import { loadUws } from '../sockets/load-uws.ts';
import { addPartnerLive } from '../sockets/partner-live.ts';
import { SlowReaders } from '../sockets/slow-readers.ts';
import { addWebSocketRoutes } from '../sockets/websocket-routes.ts';
import { TicketDesk } from '../tickets/ticket-desk.ts';
import { TicketSigner } from '../tickets/ticket-signer.ts';
import type { BackOffice } from './back-office.ts';
import { anchoredClock } from './clock.ts';
import type { GatewayReport, GatewaySettingsMessage } from './gateway-protocol.ts';
import type { Availabilities } from './shard-protocol.ts';

const GOODBYE_MS = 100;

export interface GatewayNodeOptions {
  readonly office: BackOffice;
  readonly ownThread: boolean;
}

export class GatewayNode {
  readonly gateway: Gateway;
  readonly #uws = loadUws();
  readonly #app = this.#uws.App();
  readonly #catalog = new Catalog();
  readonly #browse = new Browse(this.#catalog, localDay);
  readonly #twin: TwinApi;
  readonly #slowReaders = new SlowReaders(() => this.gateway.connections.all());
  #listening: us_listen_socket | undefined;

  constructor(settings: GatewaySettingsMessage, options: GatewayNodeOptions) {
    const browse = this.#browse;
    const signer = new TicketSigner(settings.ticketKey);
    const clock = anchoredClock(settings.anchor);
    const tokens = new SessionTokens(settings.sessionSecret);
    const topics = new Topics(this.#app);
    this.gateway = new Gateway(topics, {
      shards: settings.shards,
      clock,
      browse,
      tokens,
      tickets: new TicketDesk(browse, signer),
      messagesPerSecond: settings.messagesPerSecond,
      maxConnections: settings.maxConnections,
      keepContact: (user, contact) => options.office.keepContact(user, contact),
      onFault: tellFault,
    });
    this.#twin = twinApi({
      lines: new Lines(this.gateway, tokens, topics),
      browse,
      clock,
      messagesPerSecond: settings.messagesPerSecond,
      onFault: tellFault,
      isOneOfSeveral: options.ownThread,
    });
    addWebSocketRoutes(this.#app, this.gateway);
    addPartnerLive(this.#app, (request) => options.office.api(request));
    addApiRoutes(this.#app, {
      api: (request) => options.office.api(request),
      own: this.#twin,
      closeAfterAnswer: options.ownThread,
    });
    addHttpRoutes(this.#app, {
      files: loadStaticFiles(settings.pages),
      notReady: () => this.gateway.notReady,
      metrics: () => options.office.metrics(),
      ticketKeyPem: signer.publicKeyPem,
      closeAfterAnswer: options.ownThread,
    });
  }

  applyCatalog(events: readonly CatalogEvent[]): void {
    for (const event of events) this.#catalog.evolve(event);
  }

  applyAvailability(shows: Availabilities): void {
    for (const [show, now] of shows) this.#browse.setAvailability(show, now);
  }

  shardUp(shard: number, port: MessagePort): void {
    this.gateway.shardUp(shard, port);
  }

  shardLatched(shard: number): void {
    this.gateway.shardLatched(shard);
  }

  shardDown(shard: number): void {
    this.gateway.shardDown(shard);
  }

  /** The port listened on, or undefined where it cannot be. `port` 0 picks a free one. */
  listen(host: string, port: number): number | undefined {
    let found: number | undefined;
    this.#app.listen(host, port, (socket) => {
      if (!socket) return;
      this.#listening = socket;
      found = this.#uws.us_socket_local_port(socket);
    });
    return found;
  }

  /** Accepts nobody and takes in nothing more. */
  drain(): void {
    if (this.#listening) this.#uws.us_listen_socket_close(this.#listening);
    this.#listening = undefined;
    this.gateway.drain();
  }

  /** Closes every connection. */
  end(): void {
    this.drain();
    this.#slowReaders.stop();
    this.#twin.stop();
    this.gateway.end();
    // Whoever has not taken the goodbye by then, or never spoke, is hung up on: a thread cannot
    // end while a socket of it is open.
    setTimeout(() => closeApp(this.#app), GOODBYE_MS);
  }

  report(): GatewayReport {
    const { stats, connections, fanOut } = this.gateway;
    const { messagesIn, messagesOut, errors, floodsClosed, faults } = stats;
    const { deliveries } = fanOut.stats;
    return {
      connections: connections.count,
      messagesIn,
      messagesOut,
      errors,
      floodsClosed,
      slowReadersDropped: this.#slowReaders.dropped,
      faults,
      deliveries,
    };
  }
}

/** The addon has had this since its version 20.30; its typings have not. */
function closeApp(app: TemplatedApp): void {
  (app as TemplatedApp & { close(): void }).close();
}

function tellFault(error: unknown): void {
  process.stderr.write(`usher: a fault in a gateway: ${stackOf(error)}\n`);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
