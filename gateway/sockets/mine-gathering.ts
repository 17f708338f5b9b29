/** Puts together what each shard says a session has, and answers once all have spoken. */
import type { MineShow } from '../../engine/show/views.ts';
import { socketLimits } from './limits.ts';

interface Gathering {
  left: number;
  readonly shows: MineShow[];
}

export class MineGathering {
  /** By connection, then by request. */
  readonly #gathering = new Map<number, Map<string, Gathering>>();
  #count = 0;

  /** Starts to gather for one request; false where too many are under way. */
  start(ref: number, requestId: string, shards: number): boolean {
    if (this.#count >= socketLimits.gathering) return false;
    let requests = this.#gathering.get(ref);
    if (requests === undefined) {
      requests = new Map();
      this.#gathering.set(ref, requests);
    }
    if (requests.has(requestId)) return false;
    requests.set(requestId, { left: shards, shows: [] });
    this.#count++;
    return true;
  }

  /** Adds one shard's part; all of it once it is the last one. */
  add(ref: number, requestId: string, shows: readonly MineShow[]): MineShow[] | undefined {
    const requests = this.#gathering.get(ref);
    const gathering = requests?.get(requestId);
    if (gathering === undefined) return undefined;
    gathering.shows.push(...shows);
    gathering.left--;
    if (gathering.left > 0) return undefined;
    requests?.delete(requestId);
    this.#count--;
    if (requests?.size === 0) this.#gathering.delete(ref);
    return gathering.shows;
  }

  /** The connection is gone, and with it whoever asked. */
  forget(ref: number): void {
    this.#count -= this.#gathering.get(ref)?.size ?? 0;
    this.#gathering.delete(ref);
  }

  /** A shard was lost, so no gathering under way can end; their clients ask again. */
  abandon(): void {
    this.#gathering.clear();
    this.#count = 0;
  }
}
