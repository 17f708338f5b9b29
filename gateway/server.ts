/**
 * The whole server, wired in one place. Threads:
 *
 *   main: supervision, catalogue, gateway (where there is one)
 *   log ×1, shards ×S, gateways ×G (where there are several)
 *
 * Start goes from the log outwards, stop from the gateways inwards, so that at no time is there
 * an open door with nobody behind it.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import type { Logger } from 'pino';
import { Catalog } from '../engine/catalog/catalog.ts';
import type { CatalogEvent, ScheduledShow } from '../engine/catalog/model.ts';
import type { LayoutId, ShowId } from '../engine/ids.ts';
import { limits } from '../engine/limits.ts';
import { partitionOf } from '../engine/shard/route.ts';
import type { Availability } from '../engine/show/availability.ts';
import type { Layout } from '../engine/show/seats/layout.ts';
import { asLogFault } from '../persistence/sqlite/connection.ts';
import { connectLog } from '../persistence/thread/log-client.ts';
import { CatalogDesk } from './catalog/catalog-desk.ts';
import { CatalogHost } from './catalog/catalog-host.ts';
import { addDemo } from './demo/add-demo.ts';
import { type CrowdHost, hostCrowd } from './demo/crowd-host.ts';
import { makeOperatorToken } from './operators/operator-token.ts';
import type { SandboxProcess } from './payments/sandbox-process.ts';
import { startSandbox } from './payments/start-sandbox.ts';
import { ShardHouseDesk } from './router/shard-house-desk.ts';
import { shardOf } from './router/shard-links.ts';
import { readSecrets, type Secrets } from './secrets.ts';
import { OptionError, type ServerOptions } from './server-options.ts';
import { type LogLink, realParts, type ServerParts } from './server-parts.ts';
import { type ServicesLink, unavailable } from './services/services-host.ts';
import { servicesSettings } from './services/services-settings.ts';
import type { BackOffice } from './workers/back-office.ts';
import { anchoredClock, anchorNow, type ClockAnchor } from './workers/clock.ts';
import type { GatewayHost } from './workers/gateway-host.ts';
import { ShardHost, type ShardHostEvents } from './workers/shard-host.ts';

export interface UsherServer {
  readonly url: string;
  readonly port: number;
  /** Ends a shard's thread as a crash would; it is started again and recovers. */
  killShard(shard: number): Promise<void>;
  /** The same for the log's thread: it is opened again and every shard recovers. */
  killLog(): Promise<void>;
  /** Makes a gateway's thread fail, where there are several; another takes its place. */
  failGateway(gateway: number): void;
  /** Stops intake, drains, closes. Resolves when everything is on disk and every thread ended. */
  stop(): Promise<void>;
}

/** How long stopping may take before threads are ended as they are; the log loses nothing. */
const STOP_WITHIN_MS = 10_000;
const LOG_RESTART_PAUSE_MS = 500;
const GATEWAY_RESTART_PAUSE_MS = 200;

/** Starts everything and listens. @throws OptionError, LogFault */
export async function startServer(
  options: ServerOptions,
  logger: Logger,
  parts: ServerParts = realParts,
): Promise<UsherServer> {
  const server = new Server(options, logger, parts);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

class Server implements UsherServer {
  readonly #options: ServerOptions;
  readonly #logger: Logger;
  readonly #parts: ServerParts;
  readonly #catalog = new Catalog();
  #gateways: GatewayHost[] = [];
  readonly #availability = new Map<ShowId, Availability>();
  #shards: readonly ShardHost[] = [];
  #log: LogLink | undefined;
  #services: ServicesLink | undefined;
  #catalogHost: CatalogHost | undefined;
  #sandbox: SandboxProcess | undefined;
  #crowd: CrowdHost | undefined;
  #clock = anchoredClock(anchorNow(0));
  #port = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: ServerOptions, logger: Logger, parts: ServerParts) {
    this.#options = options;
    this.#logger = logger;
    this.#parts = parts;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { host } = this.#options;
    const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${this.#port}`;
  }

  async start(): Promise<void> {
    // 1. The log: nothing else starts before it is known to be sound.
    makeFolder(dirname(resolve(this.#options.data)));
    const log = await this.#openLog();
    this.#log = log;
    const anchor = anchorNow(log.latestTimeMs);
    this.#clock = anchoredClock(anchor);
    const client = connectLog(log.connect());
    // 2. The catalogue, and the demo's where asked for.
    this.#catalogHost = await CatalogHost.open(this.#catalog, client, this.#clock);
    await addDemo(this.#catalogHost, this.#options, this.#clock.now(), this.#logger);
    // 3. The gateways, with the doors still closed.
    const secrets = await readSecrets(client);
    this.#gateways = this.#makeGateways(anchor, secrets);
    const facts = [...this.#catalog.facts()];
    for (const gateway of this.#gateways) gateway.applyCatalog(facts);
    // 4. The shards: each recovers, then takes in the shows it does not have yet.
    this.#shards = this.#makeShards(anchor);
    await Promise.all(this.#shards.map((shard) => shard.start()));
    await Promise.all(this.#shards.map((shard) => this.#schedule(shard)));
    // 5. The doors.
    this.#port = await this.#listen();
    // 6. The services: nobody at a socket waits for them.
    this.#services = await this.#startServices(anchor, secrets);
    this.#logger.info({ url: this.url, data: this.#options.data }, 'serving');
    // 7. The crowd, through the same doors as everybody else.
    if (this.#options.crowd > 0) {
      const { crowd, demoSeed } = this.#options;
      this.#crowd = hostCrowd({ url: this.#socketUrl(), people: crowd, seed: demoSeed });
    }
  }

  async killShard(shard: number): Promise<void> {
    await this.#shards[shard]?.kill();
  }

  async killLog(): Promise<void> {
    await this.#log?.kill();
  }

  failGateway(gateway: number): void {
    this.#gateways[gateway]?.fail();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const late = setTimeout(() => {
      this.#logger.error('stopping took too long; ending threads as they are');
      process.exit(1);
    }, STOP_WITHIN_MS);
    await this.#crowd?.stop();
    await this.#services?.stop();
    await this.#sandbox?.stop();
    for (const gateway of this.#gateways) gateway.drain();
    await Promise.all(this.#shards.map((shard) => shard.drain()));
    await Promise.all(this.#gateways.map((gateway) => gateway.end()));
    await Promise.all(this.#shards.map((shard) => shard.stop()));
    await this.#log?.close();
    clearTimeout(late);
    this.#logger.info('stopped');
  }

  #openLog(): Promise<LogLink> {
    const { data, acceptLoss } = this.#options;
    return this.#parts.openLog(
      { file: resolve(data), acceptLoss },
      {
        warning: (text) => this.#logger.warn(text),
        lost: (reason) => this.#reviveLog(reason),
      },
    );
  }

  /** The log's thread died: it is started again, and every shard recovers from what is there. */
  #reviveLog(reason: string): void {
    if (this.#stopping !== undefined) return;
    this.#logger.error({ reason }, 'the log thread is lost; starting it again');
    this.#log = undefined;
    this.#openLog().then(
      (log) => {
        this.#log = log;
        this.#reopenCatalog(log).catch((error: Error) => this.#reviveLog(error.message));
        for (const shard of this.#shards) shard.kill().catch(() => undefined);
      },
      (error: Error) => {
        setTimeout(() => this.#reviveLog(error.message), LOG_RESTART_PAUSE_MS);
      },
    );
  }

  /** What the log has of it is what there is: what was under way is asked again. */
  async #reopenCatalog(log: LogLink): Promise<void> {
    const client = connectLog(log.connect());
    this.#catalogHost = await CatalogHost.open(this.#catalog, client, this.#clock);
  }

  async #startServices(anchor: ClockAnchor, secrets: Secrets): Promise<ServicesLink> {
    this.#sandbox = await startSandbox(this.#options, secrets);
    const sandboxUrl = this.#sandbox?.url;
    const operatorToken = makeOperatorToken();
    const desk = new CatalogDesk(
      () => this.#catalogNow(),
      this.#clock,
      (events) => this.#tellCatalog(events),
    );
    const services = this.#parts.services(
      servicesSettings(this.#options, {
        anchor,
        url: this.url,
        sandboxUrl,
        operatorToken,
        ...secrets,
      }),
      {
        decideCatalog: (command) => desk.decide(command),
        catalog: () => [...this.#catalog.facts()],
        house: new ShardHouseDesk(() => this.#shards),
        logger: this.#logger,
      },
    );
    await services.ready;
    return services;
  }

  #catalogNow(): CatalogHost {
    if (this.#catalogHost === undefined) throw new Error('the catalogue is not open yet');
    return this.#catalogHost;
  }

  /** Everybody learns of it; resolves once its shows can be sold. */
  async #tellCatalog(events: readonly CatalogEvent[]): Promise<void> {
    for (const gateway of this.#gateways) gateway.applyCatalog(events);
    this.#services?.applyCatalog(events);
    if (!events.some((event) => event.type === 'showScheduled')) return;
    await Promise.all(this.#shards.map((shard) => this.#schedule(shard, events)));
  }

  #makeGateways(anchor: ClockAnchor, secrets: Secrets): GatewayHost[] {
    const { gateways, shards, messagesPerSecond, maxConnections } = this.#options;
    const { sessionSecret, ticketKey } = secrets;
    const pages = fileURLToPath(new URL('../web', import.meta.url));
    const metrics = this.#parts.metrics({
      gateways: () => this.#gateways.map((gateway) => gateway.report()),
      shards: () => this.#shards.map((shard) => shard.report),
      shardRestarts: () => this.#shards.reduce((sum, shard) => sum + shard.restarts, 0),
    });
    const office: BackOffice = {
      metrics: () => metrics.text(),
      api: (request) => this.#services?.api(request) ?? Promise.resolve(unavailable()),
      keepContact: (user, contact) =>
        this.#services?.keepContact(user, contact) ?? Promise.reject(new Error('starting')),
    };
    const make = (gateway: number): GatewayHost => {
      const settings = {
        gateway,
        shards,
        anchor,
        sessionSecret,
        ticketKey,
        messagesPerSecond,
        maxConnections,
        pages,
      };
      if (gateways === 1) return this.#parts.gatewayHere(settings, office);
      return this.#parts.gatewayInThread(settings, office, (reason) => {
        if (this.#stopping !== undefined) return;
        this.#logger.error({ gateway, reason }, 'a gateway thread is lost; starting another');
        setTimeout(() => this.#reviveGateway(gateway, make), GATEWAY_RESTART_PAUSE_MS);
      });
    };
    return Array.from({ length: gateways }, (_, gateway) => make(gateway));
  }

  /** Its thread has ended: another takes its place, with everything the first one was told. */
  #reviveGateway(index: number, make: (gateway: number) => GatewayHost): void {
    if (this.#stopping !== undefined) return;
    const gateway = make(index);
    this.#gateways[index] = gateway;
    gateway.applyCatalog([...this.#catalog.facts()]);
    gateway.applyAvailability([...this.#availability]);
    for (const shard of this.#shards) {
      const port = shard.connectGateway(index);
      if (port !== undefined) gateway.shardUp(shard.shard, port);
      if (port !== undefined && shard.latched) gateway.shardLatched(shard.shard);
    }
    gateway.listen(this.#options.host, this.#port).then((port) => {
      if (port === undefined) this.#logger.error({ gateway: index }, 'a gateway cannot listen');
      else this.#logger.info({ gateway: index }, 'a gateway is back');
    });
  }

  #makeShards(anchor: ClockAnchor): readonly ShardHost[] {
    const { shards, gateways, snapshotAfterKib } = this.#options;
    return Array.from({ length: shards }, (_, shard) => {
      const partitions = Array.from({ length: limits.partitions }, (_, index) => index);
      const own = partitions.filter((partition) => shardOf(partition, shards) === shard);
      const settings = {
        shard,
        partitions: own,
        anchor,
        snapshotAfterBytes: snapshotAfterKib * 1024,
        gateways,
        connectLog: () => this.#connectLog(),
        startTask: this.#parts.startShardTask,
      };
      return new ShardHost(settings, this.#shardEvents());
    });
  }

  #connectLog(): MessagePort {
    if (this.#log === undefined) throw new Error('the log is not open just now');
    return this.#log.connect();
  }

  #shardEvents(): ShardHostEvents {
    return {
      up: (shard, ports, recoveredMs, again) => {
        this.#logger.info({ shard, recoveredMs: Math.round(recoveredMs) }, 'shard is up');
        ports.forEach((port, gateway) => {
          this.#gateways[gateway]?.shardUp(shard, port);
        });
        const host = this.#shards[shard];
        if (again && host !== undefined) this.#schedule(host).catch(() => undefined);
      },
      down: (shard, reason) => {
        this.#logger.error({ shard, reason }, 'shard is down; it is started again');
        for (const gateway of this.#gateways) gateway.shardDown(shard);
      },
      availability: (shows) => {
        for (const [show, now] of shows) this.#availability.set(show, now);
        for (const gateway of this.#gateways) gateway.applyAvailability(shows);
      },
      warning: (shard, text) => this.#logger.warn({ shard }, text),
      latched: (shard, reason) => {
        this.#logger.fatal(
          { shard, reason },
          'the log cannot be written: nothing is decided until the disk is mended and the server restarted',
        );
        for (const gateway of this.#gateways) gateway.shardLatched(shard);
      },
    };
  }

  /** Shows to come that this shard hosts; those it has already are left as they are. */
  #schedule(host: ShardHost, facts: Iterable<CatalogEvent> = this.#catalog.facts()): Promise<void> {
    const now = this.#clock.now();
    const shows: ScheduledShow[] = [];
    const layouts = new Map<LayoutId, Layout>();
    for (const fact of facts) {
      if (fact.type !== 'showScheduled' || fact.show.terms.startsAtMs <= now) continue;
      if (shardOf(partitionOf(fact.show.id), this.#options.shards) !== host.shard) continue;
      const layout = this.#catalog.layout(fact.show.layout);
      if (layout === undefined) continue;
      shows.push(fact.show);
      layouts.set(layout.id, layout);
    }
    return shows.length === 0 ? Promise.resolve() : host.schedule(shows, [...layouts.values()]);
  }

  async #listen(): Promise<number> {
    const { host } = this.#options;
    // Several gateways share a port only where it has a number, so the system's choice comes first.
    const pick = this.#gateways.length > 1 || this.#options.port > 0;
    let port = pick ? await this.#parts.findPort(host, this.#options.port) : 0;
    for (const gateway of this.#gateways) {
      const found = await gateway.listen(host, port);
      if (found === undefined) throw new OptionError(`Cannot listen on ${host}:${port}.`);
      port = found;
    }
    return port;
  }

  #socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/ws`;
  }
}

/** @throws LogFault where it cannot be made. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw asLogFault(error, `The folder ${folder} cannot be made`);
  }
}
