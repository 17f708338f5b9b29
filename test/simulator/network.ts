/**
 * The network between clients and gateways, and the sockets' library at its server end. Within a
 * connection bytes arrive in order, after a while; between connections nothing is promised. A
 * connection can be cut: what was under way may still arrive, and the two ends learn of it at
 * different times.
 */
import { Kernel, type Thread } from './kernel.ts';
import type { Random } from './random.ts';
import { ReplyOrder } from './reply-order.ts';

export interface Network {
  readonly kernel: Kernel;
  readonly chance: Random;
  /** Where clients live; it never dies and is never busy. */
  readonly world: Thread;
  /** Delays are this many times as long. */
  delay: number;
  /**
   * Reads a message as a gateway hands it over: once a connection, or once a topic. What it gives
   * is what the clients hear.
   */
  read(bytes: Uint8Array | string, to: Connection | undefined): unknown;
}

/** How the client's end hears. */
export interface ClientEnd {
  opened(): void;
  heard(message: unknown): void;
  closed(): void;
}

/** The part of the library's interface for a kind of socket that the gateway sets. */
interface Behaviour {
  upgrade(response: FakeResponse, request: FakeRequest, context: object): void;
  open(socket: ServerSocket): void;
  message(socket: ServerSocket, bytes: ArrayBuffer, isBinary: boolean): void;
  close(socket: ServerSocket, code: number, message: ArrayBuffer): void;
  readonly maxBackpressure: number;
  readonly maxPayloadLength: number;
}

interface FakeResponse {
  upgrade(data: unknown): void;
  writeStatus(): FakeResponse;
  writeHeader(): FakeResponse;
  end(): void;
}

interface FakeRequest {
  getHeader(name: string): string;
}

const LENT = 0xee;

/** A gateway's application: what `uWebSockets.js` calls an app. */
export class FakeApp {
  readonly thread: Thread;
  readonly #network: Network;
  readonly #topics = new Map<string, Set<ServerSocket>>();
  readonly sockets = new Set<ServerSocket>();
  behaviour: Behaviour | undefined;
  listening = false;

  constructor(network: Network, thread: Thread) {
    this.#network = network;
    this.thread = thread;
    thread.whenDead.push(() => {
      this.listening = false;
      for (const socket of [...this.sockets]) socket.connection.serverGone();
    });
  }

  ws(_path: string, behaviour: unknown): this {
    this.behaviour = behaviour as Behaviour;
    return this;
  }

  publish(topic: string, bytes: Uint8Array | string, _isBinary: boolean): boolean {
    const sockets = this.#topics.get(topic);
    if (sockets === undefined || !this.#network.kernel.mayPost()) return false;
    const message = this.#network.read(bytes, undefined);
    for (const socket of sockets) socket.connection.toClient(message, bytes.length);
    return true;
  }

  subscribe(socket: ServerSocket, topic: string): void {
    const sockets = this.#topics.get(topic);
    if (sockets === undefined) this.#topics.set(topic, new Set([socket]));
    else sockets.add(socket);
  }

  unsubscribe(socket: ServerSocket, topic: string): void {
    this.#topics.get(topic)?.delete(socket);
  }

  forget(socket: ServerSocket): void {
    this.sockets.delete(socket);
    for (const sockets of this.#topics.values()) sockets.delete(socket);
  }
}

/** The server's end, as `uWebSockets.js` has it: to touch a closed one is an error. */
export class ServerSocket {
  readonly connection: Connection;
  readonly #app: FakeApp;
  readonly #data: unknown;
  readonly #network: Network;
  closed = false;

  constructor(network: Network, app: FakeApp, connection: Connection, data: unknown) {
    this.#network = network;
    this.#app = app;
    this.connection = connection;
    this.#data = data;
    app.sockets.add(this);
  }

  getUserData(): unknown {
    return this.#data;
  }

  send(bytes: Uint8Array | string, _isBinary: boolean): number {
    this.#touch();
    if (!this.#network.kernel.mayPost()) return 1;
    this.connection.toClient(this.#network.read(bytes, this.connection), bytes.length);
    return 1;
  }

  cork(act: () => void): this {
    this.#touch();
    act();
    return this;
  }

  subscribe(topic: string): boolean {
    this.#touch();
    this.#app.subscribe(this, topic);
    return true;
  }

  unsubscribe(topic: string): boolean {
    this.#touch();
    this.#app.unsubscribe(this, topic);
    return true;
  }

  end(_code?: number, _reason?: string): void {
    this.#touch();
    this.shut();
    this.connection.serverGone();
  }

  /** The handler of closing still may look at the socket; afterwards nobody may. */
  shut(): void {
    if (this.closed) return;
    this.#app.behaviour?.close(this, 1006, new ArrayBuffer(0));
    this.closed = true;
    this.#app.forget(this);
  }

  #touch(): void {
    if (this.closed) throw new Error('Invalid access of closed uWS.WebSocket/SSLWebSocket.');
  }
}

/** One connection, both ends and what is under way between them. */
export class Connection {
  readonly #network: Network;
  readonly client: ClientEnd;
  /** Whose it is, as the server has said. */
  user: string | undefined;
  readonly order = new ReplyOrder();
  readonly #app: FakeApp;
  readonly #baseUs: number;
  #socket: ServerSocket | undefined;
  #toServerUs = 0;
  #toClientUs = 0;
  /** The client no longer hears or sends. */
  clientGone = false;
  #underWay = 0;

  constructor(network: Network, app: FakeApp, client: ClientEnd, protocol: string) {
    this.#network = network;
    this.#app = app;
    this.client = client;
    this.#baseUs = network.chance.between(500, 30_000);
    this.#serverSide(() => this.#accept(protocol));
  }

  send(bytes: Uint8Array | string): void {
    if (this.clientGone) return;
    this.#network.kernel.trace.number(bytes.length);
    this.#serverSide(() => {
      const { behaviour } = this.#app;
      const socket = this.#socket;
      if (socket === undefined || socket.closed || behaviour === undefined) return;
      const isBinary = typeof bytes !== 'string';
      const lent = isBinary ? new Uint8Array(bytes) : new Uint8Array(Buffer.from(bytes));
      if (lent.length > behaviour.maxPayloadLength) {
        socket.shut();
        return this.serverGone();
      }
      try {
        behaviour.message(socket, lent.buffer, isBinary);
      } finally {
        lent.fill(LENT);
      }
    });
  }

  /** From the server: arrives later, unless the connection is cut before. */
  toClient(message: unknown, bytes: number): void {
    const { kernel, world } = this.#network;
    this.#underWay += bytes;
    if (this.#underWay > (this.#app.behaviour?.maxBackpressure ?? 0)) {
      this.cut(0);
      return;
    }
    const sender = kernel.current;
    const sentUs = kernel.nowUs;
    this.#toClientUs = Math.max(this.#toClientUs + 1, sentUs + this.#delayUs());
    kernel.at(world, this.#toClientUs, () => {
      this.#underWay -= bytes;
      if (!this.clientGone && Kernel.hadLeft(sender, sentUs)) this.client.heard(message);
    });
  }

  /** The client hangs up; what it sent before still arrives. */
  hangUp(): void {
    if (this.clientGone) return;
    this.clientGone = true;
    this.#serverSide(() => this.#socket?.shut());
  }

  /** The network breaks: the client notices now, the server only after `serverLateUs`. */
  cut(serverLateUs: number): void {
    if (this.clientGone) return;
    this.clientGone = true;
    const { kernel, world } = this.#network;
    kernel.after(world, 0, () => this.client.closed());
    kernel.after(this.#app.thread, serverLateUs, () => this.#socket?.shut());
  }

  /** The server's end is gone; the client hears after what was sent before. */
  serverGone(): void {
    const { kernel, world } = this.#network;
    this.#toClientUs = Math.max(this.#toClientUs + 1, kernel.nowUs + this.#delayUs());
    kernel.at(world, this.#toClientUs, () => {
      if (this.clientGone) return;
      this.clientGone = true;
      this.client.closed();
    });
  }

  /** Nothing gets through for a while. */
  stall(us: number): void {
    const { kernel } = this.#network;
    this.#toServerUs = Math.max(this.#toServerUs, kernel.nowUs + us);
    this.#toClientUs = Math.max(this.#toClientUs, kernel.nowUs + us);
  }

  #serverSide(act: () => void): void {
    const { kernel } = this.#network;
    this.#toServerUs = Math.max(this.#toServerUs + 1, kernel.nowUs + this.#delayUs());
    if (this.#app.thread.alive) kernel.at(this.#app.thread, this.#toServerUs, act);
    else this.serverGone();
  }

  #delayUs(): number {
    const { chance, delay } = this.#network;
    return Math.round((this.#baseUs + chance.below(this.#baseUs)) * delay);
  }

  #accept(protocol: string): void {
    const { behaviour } = this.#app;
    if (behaviour === undefined || !this.#app.listening) return this.serverGone();
    const response: FakeResponse = {
      upgrade: (data) => {
        const socket = new ServerSocket(this.#network, this.#app, this, data);
        this.#socket = socket;
        behaviour.open(socket);
        const { kernel, world } = this.#network;
        this.#toClientUs = Math.max(this.#toClientUs + 1, kernel.nowUs + this.#delayUs());
        kernel.at(world, this.#toClientUs, () => {
          if (!this.clientGone) this.client.opened();
        });
      },
      writeStatus: () => response,
      writeHeader: () => response,
      end: () => this.serverGone(),
    };
    const headers: Readonly<Record<string, string>> = { 'sec-websocket-protocol': protocol };
    behaviour.upgrade(response, { getHeader: (name) => headers[name] ?? '' }, {});
  }
}
