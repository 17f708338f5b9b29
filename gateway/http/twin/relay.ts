/**
 * Where several gateways share a port, a client's next request may come to another of them than
 * the one that has its line. A line's name begins with its gateway's, and whoever is asked about
 * another's passes the request on: all gateways of a process hear one channel.
 */
import { BroadcastChannel } from 'node:worker_threads';
import type { ApiAnswer, ApiRequest } from '../api/route.ts';

/** A gateway that is there says so at once. */
const ACKNOWLEDGED_WITHIN_MS = 1_000;
/** Longer than the longest poll. */
const ANSWERED_WITHIN_MS = 40_000;

type Said =
  | {
      readonly type: 'ask';
      readonly to: string;
      readonly from: string;
      readonly id: number;
      readonly request: ApiRequest;
    }
  | { readonly type: 'have'; readonly to: string; readonly id: number }
  | {
      readonly type: 'answer';
      readonly to: string;
      readonly id: number;
      readonly answer: ApiAnswer;
    };

interface Waiting {
  readonly resolve: (answer: ApiAnswer | undefined) => void;
  timer: NodeJS.Timeout;
}

export class Relay {
  readonly #gateway: string;
  readonly #serve: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly #channel = new BroadcastChannel('usher-lines');
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(gateway: string, serve: (request: ApiRequest) => Promise<ApiAnswer>) {
    this.#gateway = gateway;
    this.#serve = serve;
    this.#channel.onmessage = (event: { readonly data: unknown }) => this.#hear(event.data as Said);
    this.#channel.unref();
  }

  /** The answer of the gateway that has the line; undefined where it is not there any more. */
  ask(to: string, request: ApiRequest): Promise<ApiAnswer | undefined> {
    this.#lastId++;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#done(id, undefined), ACKNOWLEDGED_WITHIN_MS);
      this.#waiting.set(id, { resolve, timer });
      this.#say({ type: 'ask', to, from: this.#gateway, id, request });
    });
  }

  close(): void {
    for (const id of [...this.#waiting.keys()]) this.#done(id, undefined);
    this.#channel.close();
  }

  #hear(said: Said): void {
    if (said.to !== this.#gateway) return;
    const { id } = said;
    if (said.type === 'answer') return this.#done(id, said.answer);
    if (said.type === 'have') {
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) return;
      clearTimeout(waiting.timer);
      waiting.timer = setTimeout(() => this.#done(id, undefined), ANSWERED_WITHIN_MS);
      return;
    }
    const { from: to, request } = said;
    this.#say({ type: 'have', to, id });
    this.#serve(request).then(
      (answer) => this.#say({ type: 'answer', to, id, answer }),
      () => undefined,
    );
  }

  #say(said: Said): void {
    this.#channel.postMessage(said);
  }

  #done(id: number, answer: ApiAnswer | undefined): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    waiting.resolve(answer);
  }
}
