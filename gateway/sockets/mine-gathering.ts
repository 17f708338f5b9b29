/** Puts together what each shard says a session has, and answers once all have spoken. */
import type { MineShow } from '../../engine/show/views.ts';
import { socketLimits } from './limits.ts';

interface Gathering {
  left: number;
  readonly shows: MineShow[];
}

export class MineGathering {
  readonly #gathering = new Map<string, Gathering>();

  /** Starts to gather for one request; false where too many are under way. */
  start(ref: number, requestId: string, shards: number): boolean {
    if (this.#gathering.size >= socketLimits.gathering) return false;
    this.#gathering.set(`${ref} ${requestId}`, { left: shards, shows: [] });
    return true;
  }

  /** Adds one shard's part; all of it once it is the last one. */
  add(ref: number, requestId: string, shows: readonly MineShow[]): MineShow[] | undefined {
    const key = `${ref} ${requestId}`;
    const gathering = this.#gathering.get(key);
    if (gathering === undefined) return undefined;
    gathering.shows.push(...shows);
    gathering.left--;
    if (gathering.left > 0) return undefined;
    this.#gathering.delete(key);
    return gathering.shows;
  }

  /** A shard was lost, so no gathering under way can end; their clients ask again. */
  abandon(): void {
    this.#gathering.clear();
  }
}
