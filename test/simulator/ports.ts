/**
 * Message ports between simulated threads: in order within a port, some time under way, and gone
 * with the thread that held them. What is transferred is no longer the sender's: its bytes are
 * spoilt there, as the real ones would be out of reach.
 */
import { Kernel, type Thread } from './kernel.ts';
import type { Random } from './random.ts';

type Listener = (value: never) => void;

export interface Wires {
  readonly kernel: Kernel;
  readonly chance: Random;
}

/** What overwrites bytes that were given away. */
const SPOILT = 0xdd;

export class SimPort {
  readonly inbox: unknown[] = [];
  peer: SimPort | undefined;
  readonly #wires: Wires;
  readonly #listeners = new Map<string, Listener[]>();
  #owner: Thread | undefined;
  #closed = false;
  #lastArrivalUs = 0;

  constructor(wires: Wires) {
    this.#wires = wires;
    this.own(wires.kernel.current);
  }

  /** The thread that holds this end; with it the port goes. */
  own(owner: Thread | undefined): void {
    this.#owner = owner;
    owner?.whenDead.push(() => {
      if (this.#owner === owner) this.#hangUp();
    });
    if (this.inbox.length > 0) this.#wake();
  }

  on(event: string, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? [];
    listeners.push(listener);
    this.#listeners.set(event, listeners);
    if (event === 'message') for (const _ of this.inbox) this.#wake();
    return this;
  }

  once(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  off(event: string, listener: Listener): this {
    const listeners = this.#listeners.get(event) ?? [];
    this.#listeners.set(
      event,
      listeners.filter((each) => each !== listener),
    );
    return this;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    const { peer } = this;
    const { kernel, chance } = this.#wires;
    if (this.#closed || peer === undefined || !kernel.mayPost()) return;
    const copy = copyOf(message, transfer, peer.#owner);
    const sender = kernel.current;
    const sentUs = kernel.nowUs;
    const arrivalUs = Math.max(this.#lastArrivalUs, sentUs + chance.between(20, 160));
    this.#lastArrivalUs = arrivalUs;
    kernel.at(undefined, arrivalUs, () => {
      if (!Kernel.hadLeft(sender, sentUs) || peer.#closed) return;
      peer.inbox.push(copy);
      peer.#wake();
    });
  }

  /** Closes both ends; the other one hears what was sent before. */
  close(): void {
    this.#hangUp();
  }

  unref(): void {}

  ref(): void {}

  #hangUp(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { peer } = this;
    this.#tell('close', undefined);
    if (peer === undefined) return;
    const { kernel, chance } = this.#wires;
    const atUs = Math.max(this.#lastArrivalUs, kernel.nowUs + chance.between(20, 160));
    kernel.at(undefined, atUs + 1, () => {
      if (peer.#closed) return;
      if (peer.#owner?.alive === true) kernel.after(peer.#owner, 0, () => peer.#closedByPeer());
      else peer.#closed = true;
    });
  }

  /** What arrived before is still heard. */
  #closedByPeer(): void {
    if (this.#listeners.has('message')) {
      while (this.inbox.length > 0 && !this.#closed) this.#emit('message', this.inbox.shift());
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#emit('close', undefined);
  }

  /** One message is there to be taken, by the listener or by a look at the port. */
  #wake(): void {
    if (!this.#listeners.has('message')) return;
    const { kernel } = this.#wires;
    kernel.after(this.#owner, 0, () => {
      if (this.inbox.length > 0 && !this.#closed) this.#emit('message', this.inbox.shift());
    });
  }

  #tell(event: string, value: unknown): void {
    if (this.#owner?.alive === true && this.#listeners.has(event)) {
      this.#wires.kernel.after(this.#owner, 0, () => this.#emit(event, value));
    }
  }

  #emit(event: string, value: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value as never);
  }
}

/** A pair of ports; both belong to the running thread until one is handed on. */
export class SimChannel {
  readonly port1: SimPort;
  readonly port2: SimPort;

  constructor(wires: Wires) {
    this.port1 = new SimPort(wires);
    this.port2 = new SimPort(wires);
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

/** As `receiveMessageOnPort`: what has arrived and waits. */
export function takeMessage(port: SimPort): { message: unknown } | undefined {
  return port.inbox.length === 0 ? undefined : { message: port.inbox.shift() };
}

/** What arrives on the other side: a copy, with what was transferred spoilt here. */
export function copyOf(value: unknown, transfer: readonly unknown[], to: Thread | undefined) {
  const copy = copyValue(value, to);
  for (const given of transfer) {
    if (given instanceof ArrayBuffer) new Uint8Array(given).fill(SPOILT);
  }
  return copy;
}

function copyValue(value: unknown, to: Thread | undefined): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function') throw new TypeError('a function cannot be posted');
    return value;
  }
  if (value instanceof SimPort) {
    value.own(to);
    return value;
  }
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (Array.isArray(value)) return value.map((each) => copyValue(each, to));
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) copy[key] = copyValue(each, to);
  return copy;
}
