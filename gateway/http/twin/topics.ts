/**
 * What is published reaches clients of HTTP too: their lines subscribe here, since they have no
 * socket that uWebSockets could keep count of. Where there are none it costs one look in a map.
 */
import type { Publisher } from '../../sockets/fan-out.ts';

export interface Subscriber {
  send(message: string | Uint8Array): unknown;
}

export class Topics implements Publisher {
  readonly #sockets: Publisher;
  readonly #subscribers = new Map<string, Set<Subscriber>>();

  constructor(sockets: Publisher) {
    this.#sockets = sockets;
  }

  publish(topic: string, message: string | Uint8Array, isBinary?: boolean): unknown {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers !== undefined) for (const each of subscribers) each.send(message);
    return this.#sockets.publish(topic, message, isBinary);
  }

  subscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) this.#subscribers.set(topic, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  unsubscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) return;
    subscribers.delete(subscriber);
    if (subscribers.size === 0) this.#subscribers.delete(topic);
  }

  /** How many topics are subscribed to here. */
  get size(): number {
    return this.#subscribers.size;
  }
}
