/**
 * Good clients that go on holding and releasing seats while others attack: what they are answered,
 * and how long they wait for it, is the measure of a defence.
 */
import { performance } from 'node:perf_hooks';
import type { ShowId } from '../../engine/ids.ts';
import type { UpMessage } from '../../gateway/wire/message-types.ts';
import { RawSocket } from '../support/raw-socket.ts';

const THINK_MS = 10;

/** How long answers took, in milliseconds. */
export interface Waits {
  readonly answers: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export class Bystanders {
  readonly #sockets: readonly RawSocket[];
  readonly #show: ShowId;
  #waits: number[] = [];
  #running = true;
  readonly #done: Promise<unknown>;

  private constructor(sockets: readonly RawSocket[], show: ShowId) {
    this.#sockets = sockets;
    this.#show = show;
    this.#done = Promise.all(sockets.map((socket, seat) => this.#go(socket, seat)));
    // A failure is told by `stop`; until then it must not end the process.
    this.#done.catch(() => undefined);
  }

  static async start(url: string, show: ShowId, count: number): Promise<Bystanders> {
    const greeted = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        RawSocket.greeted(url, index % 2 === 0 ? 'msgpack' : 'json'),
      ),
    );
    return new Bystanders(
      greeted.map(({ raw }) => raw),
      show,
    );
  }

  /** How long the answers since the last call took, in milliseconds. */
  take(): Waits {
    const waits = this.#waits.sort((a, b) => a - b);
    this.#waits = [];
    const at = (share: number) => waits[Math.floor(waits.length * share)] ?? Number.NaN;
    return { answers: waits.length, p50Ms: at(0.5), p99Ms: at(0.99) };
  }

  /** Rejects where one of them was not served as it should have been. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  async #go(socket: RawSocket, first: number): Promise<void> {
    const show = this.#show;
    let seat = first;
    while (this.#running) {
      const hold = { type: 'hold', requestId: socket.nextId(), show, seats: [seat] } as const;
      const held = await this.#ask(socket, hold, 'held', 'rejected');
      if (held.type === 'rejected') {
        // A spoilt message may name this show too; whoever is late takes another seat.
        if (held.reason !== 'seatsTaken') throw new Error(`a hold was refused: ${held.reason}`);
        seat += this.#sockets.length;
        continue;
      }
      const release = {
        type: 'release',
        requestId: socket.nextId(),
        show,
        hold: held.hold,
      } as const;
      await this.#ask(socket, release, 'released');
      await new Promise((later) => setTimeout(later, THINK_MS));
    }
  }

  async #ask<Name extends 'held' | 'rejected' | 'released'>(
    socket: RawSocket,
    ask: UpMessage,
    ...names: readonly Name[]
  ) {
    const startedMs = performance.now();
    const answer = await socket.ask(ask, ...names);
    this.#waits.push(performance.now() - startedMs);
    return answer;
  }
}
