/**
 * The connections of one gateway. A connection's reference is its slot and the slot's generation,
 * so that an answer which comes after its connection has closed cannot reach the slot's next one.
 *
 *   reference, u32:  ┌─ generation, 12 bits ─┬─ slot, 20 bits ─┐
 */
import type { UserId } from '../../engine/ids.ts';

const SLOT_BITS = 20;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const GENERATIONS = 1 << (32 - SLOT_BITS);

/** What a connection asks of its socket: uWebSockets' own, or a line kept for a client of HTTP. */
export interface Socket {
  send(message: string | Uint8Array, isBinary?: boolean): unknown;
  cork(work: () => void): unknown;
  subscribe(topic: string): unknown;
  unsubscribe(topic: string): unknown;
  end(code?: number, reason?: string): void;
  close(): void;
  getBufferedAmount(): number;
}

/** What a socket carries with it. */
export interface SocketData {
  readonly json: boolean;
  connection: Connection | undefined;
}

export interface Connection {
  readonly ref: number;
  readonly socket: Socket;
  /** JSON for people, MessagePack otherwise. */
  readonly json: boolean;
  /** Known once it has said hello. */
  user: UserId | undefined;
  readonly watching: Set<string>;
  /** Messages it may still send just now; refilled as time passes. */
  allowance: number;
  allowanceAtMs: number;
}

export class Connections {
  readonly #slots: (Connection | undefined)[] = [];
  readonly #generations: number[] = [];
  /** Oldest first, so that a slot's generations last as long as they can. */
  readonly #free: number[] = [];
  #freeHead = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  open(socket: Socket, json: boolean, allowance: number): Connection {
    const slot = this.#takeSlot();
    const generation = this.#generations[slot] ?? 0;
    const connection: Connection = {
      ref: ((generation << SLOT_BITS) | slot) >>> 0,
      socket,
      json,
      user: undefined,
      watching: new Set(),
      allowance,
      allowanceAtMs: performance.now(),
    };
    this.#slots[slot] = connection;
    this.#count++;
    return connection;
  }

  /** The connection, unless it has closed since. */
  get(ref: number): Connection | undefined {
    const connection = this.#slots[ref & SLOT_MASK];
    return connection?.ref === ref ? connection : undefined;
  }

  close(connection: Connection): void {
    const slot = connection.ref & SLOT_MASK;
    if (this.#slots[slot] !== connection) return;
    this.#slots[slot] = undefined;
    this.#generations[slot] = ((this.#generations[slot] ?? 0) + 1) % GENERATIONS;
    this.#free.push(slot);
    this.#count--;
  }

  *all(): IterableIterator<Connection> {
    for (const connection of this.#slots) if (connection !== undefined) yield connection;
  }

  #takeSlot(): number {
    const slot = this.#free[this.#freeHead];
    if (slot === undefined) return this.#slots.length;
    this.#freeHead++;
    if (this.#freeHead > 1024 && this.#freeHead * 2 > this.#free.length) {
      this.#free.splice(0, this.#freeHead);
      this.#freeHead = 0;
    }
    return slot;
  }
}
