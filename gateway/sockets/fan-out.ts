/**
 * Tells watchers what changed. Changes of a show are put together for at least 50 ms and then
 * published once: a seat that was taken and freed in between is told once, with its last state.
 * As watchers × shows grow, the pause grows with them, so that telling never starves deciding.
 */
import type { ShowId } from '../../engine/ids.ts';
import { Writer } from '../../engine/msgpack/writer.ts';
import type { ShowPhase } from '../../engine/show/show.ts';
import type { DownMessage } from '../wire/message-types.ts';
import { down } from '../wire/messages.ts';
import { toJson, toTuple } from '../wire/positional.ts';
import type { ShowChange } from '../workers/change-entry.ts';

const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 500;
/** What a delivery costs, about twice as measured; telling gets half of the gateway's time. */
const DELIVERY_MS = 0.016;

interface Pending {
  readonly fromSeq: number;
  toSeq: number;
  /** Seat → last state. */
  readonly seats: Map<number, number>;
  serving: number;
  waiting: number;
  readonly departed: number[];
  lineMoved: boolean;
  phase: ShowPhase | undefined;
}

interface Watched {
  msgpack: number;
  json: number;
  serving: number;
  waiting: number;
  pending: Pending | undefined;
}

/** Reaches whoever has subscribed to a topic. */
export interface Publisher {
  publish(topic: string, message: string | Uint8Array, isBinary?: boolean): unknown;
}

export interface FanOutStats {
  published: number;
  deliveries: number;
}

export class FanOut {
  readonly stats: FanOutStats = { published: 0, deliveries: 0 };
  readonly #app: Publisher;
  readonly #watched = new Map<string, Watched>();
  readonly #dirty = new Set<string>();
  readonly #writer = new Writer(1024);
  #timer: NodeJS.Timeout | undefined;

  constructor(app: Publisher) {
    this.#app = app;
  }

  get shows(): Iterable<string> {
    return this.#watched.keys();
  }

  static topic(show: string, json: boolean): string {
    return json ? `j:${show}` : `m:${show}`;
  }

  watch(show: string, json: boolean): void {
    let watched = this.#watched.get(show);
    if (watched === undefined) {
      watched = { msgpack: 0, json: 0, serving: 0, waiting: 0, pending: undefined };
      this.#watched.set(show, watched);
    }
    if (json) watched.json++;
    else watched.msgpack++;
  }

  /** True where that was the show's last watcher here. */
  unwatch(show: string, json: boolean): boolean {
    const watched = this.#watched.get(show);
    if (watched === undefined) return false;
    if (json) watched.json--;
    else watched.msgpack--;
    if (watched.json + watched.msgpack > 0) return false;
    this.#watched.delete(show);
    this.#dirty.delete(show);
    return true;
  }

  /** False where nobody here watches the show any more. */
  take(change: ShowChange): boolean {
    const watched = this.#watched.get(change.show);
    if (watched === undefined) return false;
    let { pending } = watched;
    if (pending === undefined) {
      const { fromSeq, toSeq, serving, waiting } = change;
      const seats = new Map<number, number>();
      const lineMoved = false;
      const departed: number[] = [];
      pending = { fromSeq, toSeq, seats, serving, waiting, departed, lineMoved, phase: undefined };
      watched.pending = pending;
    }
    pending.toSeq = change.toSeq;
    for (const each of change.changes) pending.seats.set(each >> 2, each & 3);
    const { serving, waiting, departed } = change;
    const moved = serving !== watched.serving || waiting !== watched.waiting;
    pending.lineMoved ||= moved || departed.length > 0;
    pending.serving = watched.serving = serving;
    pending.waiting = watched.waiting = waiting;
    for (const ticket of departed) pending.departed.push(ticket);
    pending.phase = change.phase ?? pending.phase;
    this.#dirty.add(change.show);
    this.#timer ??= setTimeout(() => this.#flush(), this.#pause());
    return true;
  }

  /**
   * The show's shard was lost and is back: what happened in between is not known here. A change
   * from nowhere makes every watcher ask for the map anew.
   */
  reset(show: string): void {
    const watched = this.#watched.get(show);
    if (watched === undefined) return;
    watched.pending = undefined;
    this.#dirty.delete(show);
    const gap = Number.MAX_SAFE_INTEGER;
    const id = show as ShowId;
    this.#publish(watched, { type: 'seats', show: id, fromSeq: gap - 1, toSeq: gap, changes: [] });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #pause(): number {
    let deliveries = 0;
    for (const show of this.#dirty) {
      const watched = this.#watched.get(show);
      deliveries += (watched?.msgpack ?? 0) + (watched?.json ?? 0);
    }
    return Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, deliveries * DELIVERY_MS));
  }

  #flush(): void {
    this.#timer = undefined;
    for (const show of this.#dirty) {
      const watched = this.#watched.get(show);
      const pending = watched?.pending;
      if (watched === undefined || pending === undefined) continue;
      watched.pending = undefined;
      this.#tell(watched, show as ShowId, pending);
    }
    this.#dirty.clear();
  }

  #tell(watched: Watched, show: ShowId, pending: Pending): void {
    const { fromSeq, toSeq, seats, serving, waiting, departed, phase } = pending;
    const changes = Array.from(seats, ([seat, state]) => seat * 4 + state);
    this.#publish(watched, { type: 'seats', show, fromSeq, toSeq, changes });
    if (pending.lineMoved) {
      this.#publish(watched, { type: 'line', show, serving, waiting, departed });
    }
    if (phase !== undefined) {
      this.#publish(watched, { type: 'phaseChanged', show, phase, seq: toSeq });
    }
  }

  #publish(watched: Watched, message: Extract<DownMessage, { show: ShowId }>): void {
    this.stats.published++;
    this.stats.deliveries += watched.msgpack + watched.json;
    if (watched.msgpack > 0) {
      this.#writer.value(toTuple(down, message));
      const bytes = this.#writer.since(0);
      this.#app.publish(FanOut.topic(message.show, false), bytes, true);
      this.#writer.rewind(0);
    }
    if (watched.json > 0) {
      this.#app.publish(FanOut.topic(message.show, true), toJson(down, message), false);
    }
  }
}
