/**
 * A gateway: the sockets of one thread. It greets, routes, answers browsing from its own copy of
 * the catalogue, and passes on what the shards say. It decides nothing.
 */

import type { MessagePort } from 'node:worker_threads';
import { Unpackr } from 'msgpackr';
import type { Browse } from '../../engine/catalog/browse.ts';
import type { ShowId, UserId } from '../../engine/ids.ts';
import { defaults, limits } from '../../engine/limits.ts';
import { Writer } from '../../engine/msgpack/writer.ts';
import type { Clock } from '../../engine/shard/host.ts';
import { partitionOf } from '../../engine/shard/route.ts';
import type { MineShow } from '../../engine/show/views.ts';
import { ShardLinks, shardOf } from '../router/shard-links.ts';
import type { SessionTokens } from '../sessions/session-tokens.ts';
import type { TicketDesk } from '../tickets/ticket-desk.ts';
import { type WireErrorReason, wireErrors } from '../wire/errors.ts';
import type { DownMessage, Up, UpMessage } from '../wire/message-types.ts';
import { down } from '../wire/messages.ts';
import { fromTuple, toJson, toTuple } from '../wire/positional.ts';
import { wireHash } from '../wire/wire-hash.ts';
import { IN } from '../workers/batch.ts';
import { answerBrowse } from './answer-browse.ts';
import { type Connection, Connections, type Socket } from './connections.ts';
import { Egress } from './egress.ts';
import { FanOut, type Publisher } from './fan-out.ts';
import { Ingress } from './ingress.ts';
import { socketLimits } from './limits.ts';
import { MineGathering } from './mine-gathering.ts';

export interface GatewaySettings {
  readonly shards: number;
  readonly clock: Clock;
  readonly browse: Browse;
  readonly tokens: SessionTokens;
  readonly tickets: TicketDesk;
  /** Messages a second a connection may send, twice that in a burst; 0 for no limit. */
  readonly messagesPerSecond: number;
  readonly maxConnections: number;
  readonly keepContact: KeepContact;
  /** Told of a bug that was met while handling a message. */
  readonly onFault: (error: unknown) => void;
}

/** A person's addresses as they gave them; all null where they are to be forgotten. */
export interface GivenContact {
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
}

/** Answers once they are kept for good; with a sentence where they are no addresses. */
export type KeepContact = (user: UserId, contact: GivenContact) => Promise<string | undefined>;

export interface GatewayStats {
  messagesIn: number;
  messagesOut: number;
  errors: number;
  floodsClosed: number;
  faults: number;
  opened: number;
}

const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });

export class Gateway {
  readonly stats: GatewayStats = {
    messagesIn: 0,
    messagesOut: 0,
    errors: 0,
    floodsClosed: 0,
    faults: 0,
    opened: 0,
  };
  readonly connections = new Connections();
  readonly fanOut: FanOut;
  readonly #settings: GatewaySettings;
  readonly #links: ShardLinks;
  readonly #ingress: Ingress;
  readonly #egress: Egress;
  readonly #mine = new MineGathering();
  readonly #writer = new Writer(16_384);
  readonly #latched = new Set<number>();
  #draining = false;

  constructor(app: Publisher, settings: GatewaySettings) {
    this.#settings = settings;
    this.fanOut = new FanOut(app);
    this.#egress = new Egress(this.connections, this);
    this.#links = new ShardLinks(settings.shards, (_, batch) => this.#egress.take(batch));
    this.#ingress = new Ingress(this.#links, this);
  }

  /** Why not every show can be served, and what the operator must do; undefined where it can. */
  get notReady(): string | undefined {
    if (this.#draining) return 'the server is stopping';
    if (this.#latched.size > 0) {
      return "the log cannot be written and nothing is decided; see the server's log, mend the disk, then restart the server";
    }
    return this.#links.allUp
      ? undefined
      : 'some shows cannot be served just now; they recover by themselves';
  }

  get full(): boolean {
    return this.connections.count >= this.#settings.maxConnections || this.#draining;
  }

  // Shards come and go.

  /** The shard cannot write its log: it answers failures only. */
  shardLatched(shard: number): void {
    this.#latched.add(shard);
  }

  shardUp(shard: number, port: MessagePort): void {
    this.#latched.delete(shard);
    this.#links.up(shard, port);
    for (const { ref, user } of this.connections.all()) {
      if (user !== undefined) this.#links.send(shard, IN.attach, ref, utf8.encode(user));
    }
    for (const show of this.fanOut.shows) {
      if (shardOf(partitionOf(show), this.#settings.shards) === shard) this.fanOut.reset(show);
    }
  }

  /** Whoever waits for an answer of this shard is told to ask again with the same id. */
  shardDown(shard: number): void {
    this.#links.down(shard);
    this.#mine.abandon();
    for (const connection of this.connections.all()) {
      if (connection.user !== undefined) this.refuse(connection, null, 'shardUnavailable');
    }
  }

  // Sockets come and go.

  open(socket: Socket, json: boolean): Connection {
    this.stats.opened++;
    return this.connections.open(socket, json, 2 * this.#settings.messagesPerSecond);
  }

  close(connection: Connection): void {
    this.connections.close(connection);
    this.#mine.forget(connection.ref);
    for (const show of connection.watching) this.#stopWatching(connection, show);
    if (connection.user !== undefined) this.#links.sendAll(IN.detach, connection.ref, nothing);
  }

  message(connection: Connection, bytes: Uint8Array, isBinary: boolean): void {
    this.stats.messagesIn++;
    if (!this.#allowed(connection)) return;
    if (bytes.length > socketLimits.messageBytes) {
      return this.refuse(connection, null, 'tooLarge');
    }
    if (this.#draining) return this.refuse(connection, null, 'shuttingDown');
    try {
      this.#ingress.take(connection, bytes, isBinary);
    } catch (error) {
      // A bug of ours must not end everybody's connection: this one is closed, and it is counted.
      this.stats.faults++;
      this.#settings.onFault(error);
      connection.socket.end(1011, 'fault');
    }
  }

  /** Takes in nothing more; what was taken in is still answered. */
  drain(): void {
    this.#draining = true;
  }

  /** Closes every connection, so that the thread can end. */
  end(): void {
    this.#draining = true;
    this.fanOut.stop();
    for (const connection of [...this.connections.all()]) {
      connection.socket.end(1012, 'the server is restarting');
    }
    this.#links.close();
  }

  // What the ingress does not send to a shard.

  handle(connection: Connection, message: UpMessage, bytes: Uint8Array): void {
    switch (message.type) {
      case 'hello':
        return this.#greet(connection, message);
      case 'ping': {
        const serverMs = this.#settings.clock.now();
        return this.say(connection, { type: 'pong', requestId: message.requestId, serverMs });
      }
      case 'cities':
      case 'movies':
      case 'shows':
      case 'show': {
        const { browse, clock } = this.#settings;
        const answer = answerBrowse(browse, message, clock.now());
        if (answer === undefined) return this.refuse(connection, message.requestId, 'notFound');
        return this.say(connection, answer);
      }
      case 'watch':
        return this.#watch(connection, message, bytes);
      case 'unwatch': {
        const { requestId, show } = message;
        if (connection.watching.delete(show)) this.#stopWatching(connection, show);
        return this.say(connection, { type: 'unwatched', requestId, show });
      }
      case 'mine':
        return this.#askMine(connection, message, bytes);
      case 'contact':
        return this.#keepContact(connection, message);
      default:
        throw new Error(`${message.type} is for a shard`);
    }
  }

  refuse(
    connection: Connection,
    requestId: string | null,
    reason: WireErrorReason,
    text: string = wireErrors[reason].text,
  ): void {
    this.stats.errors++;
    const { code } = wireErrors[reason];
    const id = requestId as Extract<DownMessage, { type: 'error' }>['requestId'];
    this.say(connection, { type: 'error', requestId: id, code, reason, text });
  }

  // What the egress does not send as it is.

  startWatching(connection: Connection, show: string): void {
    if (!connection.watching.has(show)) return;
    connection.socket.subscribe(FanOut.topic(show, connection.json));
  }

  mineArrived(connection: Connection, bytes: Uint8Array): void {
    const [, requestId, part] = unpackr.unpack(bytes) as [number, string, MineShow[]];
    const shows = this.#mine.add(connection.ref, requestId, part);
    if (shows === undefined) return;
    const id = requestId as Up<'mine'>['requestId'];
    this.say(connection, { type: 'mineFound', requestId: id, shows });
  }

  ticketsArrived(connection: Connection, bytes: Uint8Array): void {
    const [requestId, show, booking, seats] = unpackr.unpack(bytes) as [
      Up<'tickets'>['requestId'],
      ShowId,
      Up<'tickets'>['booking'],
      number[],
    ];
    const tickets = this.#settings.tickets.issue(show, booking, seats);
    if (tickets === undefined) return this.refuse(connection, requestId, 'notFound');
    this.say(connection, { type: 'ticketsFound', requestId, show, booking, tickets });
  }

  /** A change of a show that nobody here watches any more: the shard may stop telling. */
  nobodyWatches(show: string): void {
    const shard = shardOf(partitionOf(show), this.#settings.shards);
    this.#links.send(shard, IN.unwatch, 0, utf8.encode(show));
  }

  /** A message as MessagePack bytes, to one connection in its own subprotocol. */
  pass(connection: Connection, bytes: Uint8Array): void {
    this.stats.messagesOut++;
    if (!connection.json) {
      connection.socket.send(bytes, true);
      return;
    }
    const message = fromTuple(down, unpackr.unpack(bytes) as unknown[]);
    if (message !== undefined) connection.socket.send(toJson(down, message), false);
  }

  say(connection: Connection, message: DownMessage): void {
    this.stats.messagesOut++;
    if (connection.json) {
      connection.socket.send(toJson(down, message), false);
      return;
    }
    this.#writer.rewind(0);
    this.#writer.value(toTuple(down, message));
    connection.socket.send(this.#writer.since(0), true);
  }

  #greet(connection: Connection, message: Up<'hello'>): void {
    const { requestId, token } = message;
    if (connection.user !== undefined) {
      return this.refuse(connection, requestId, 'alreadyGreeted');
    }
    const { tokens, clock } = this.#settings;
    const session = (token === null ? undefined : tokens.verify(token)) ?? tokens.create();
    connection.user = session.user;
    this.#links.sendAll(IN.attach, connection.ref, utf8.encode(session.user));
    this.say(connection, {
      type: 'welcome',
      requestId,
      user: session.user,
      token: session.token,
      serverMs: clock.now(),
      graceMs: defaults.graceMs,
      seatsPerRequest: limits.seatsPerRequest,
      wireHash,
    });
  }

  #watch(connection: Connection, message: Up<'watch'>, bytes: Uint8Array): void {
    const { requestId, show } = message;
    const shard = shardOf(partitionOf(show), this.#settings.shards);
    const known = connection.watching.has(show);
    if (!known && connection.watching.size >= socketLimits.watchedShows) {
      return this.refuse(connection, requestId, 'tooManyWatched');
    }
    if (!this.#links.send(shard, IN.message, connection.ref, bytes)) {
      return this.refuse(connection, requestId, 'shardUnavailable');
    }
    // The shard refuses a show that does not exist; only one that does is kept count of.
    if (known || this.#settings.browse.show(show) === undefined) return;
    connection.watching.add(show);
    this.fanOut.watch(show, connection.json);
  }

  #stopWatching(connection: Connection, show: string): void {
    if (this.connections.get(connection.ref) === connection) {
      connection.socket.unsubscribe(FanOut.topic(show, connection.json));
    }
    if (this.fanOut.unwatch(show, connection.json)) this.nobodyWatches(show);
  }

  #askMine(connection: Connection, message: Up<'mine'>, bytes: Uint8Array): void {
    const { requestId } = message;
    if (!this.#links.allUp) return this.refuse(connection, requestId, 'shardUnavailable');
    if (!this.#mine.start(connection.ref, requestId, this.#settings.shards)) {
      return this.refuse(connection, requestId, 'overloaded');
    }
    this.#links.sendAll(IN.message, connection.ref, bytes);
  }

  #keepContact(connection: Connection, message: Up<'contact'>): void {
    const { requestId, email, phone, language } = message;
    const { user } = connection;
    if (user === undefined) return;
    this.#settings.keepContact(user, { email, phone, language }).then(
      (problem) => {
        if (this.connections.get(connection.ref) !== connection) return;
        if (problem === undefined) this.say(connection, { type: 'contactKept', requestId });
        else this.refuse(connection, requestId, 'invalidField', problem);
      },
      () => this.refuse(connection, requestId, 'overloaded'),
    );
  }

  /** A leaky bucket; a connection that overflows it is told why and closed. */
  #allowed(connection: Connection): boolean {
    const rate = this.#settings.messagesPerSecond;
    if (rate === 0) return true;
    const nowMs = performance.now();
    const refill = ((nowMs - connection.allowanceAtMs) / 1000) * rate;
    connection.allowance = Math.min(2 * rate, connection.allowance + refill);
    connection.allowanceAtMs = nowMs;
    connection.allowance--;
    if (connection.allowance >= 0) return true;
    this.stats.floodsClosed++;
    this.refuse(connection, null, 'rateLimited');
    connection.socket.end(1008, 'rateLimited');
    return false;
  }
}
