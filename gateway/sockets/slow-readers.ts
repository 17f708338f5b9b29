/**
 * What is sent and not read waits in the server's memory. A single reader may let so much wait;
 * this bounds what all of them together may, since thousands of readers, each just within its own
 * bound, would otherwise take all the memory there is. Whoever lets most wait is dropped first.
 */
import type { Connection } from './connections.ts';
import { socketLimits } from './limits.ts';

const LOOK_EVERY_MS = 250;

export class SlowReaders {
  readonly #timer: NodeJS.Timeout;
  /** Connections dropped so far. */
  dropped = 0;

  constructor(connections: () => Iterable<Connection>) {
    this.#timer = setInterval(() => this.look(connections()), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Drops connections until what waits for the others is within the bound. */
  look(connections: Iterable<Connection>): void {
    const slow: { readonly connection: Connection; readonly bytes: number }[] = [];
    let waiting = 0;
    for (const connection of connections) {
      const bytes = connection.socket.getBufferedAmount();
      if (bytes === 0) continue;
      waiting += bytes;
      slow.push({ connection, bytes });
    }
    if (waiting <= socketLimits.gatewayBackpressureBytes) return;
    slow.sort((one, other) => other.bytes - one.bytes);
    for (const { connection, bytes } of slow) {
      if (waiting <= socketLimits.gatewayBackpressureBytes) return;
      waiting -= bytes;
      this.dropped++;
      connection.socket.close();
    }
  }
}
