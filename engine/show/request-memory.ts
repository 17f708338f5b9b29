/**
 * A user's latest accepted requests in one show, so that a request sent again is answered the
 * same [H7]. A short ring that is searched from end to end: a retry comes soon or never, and a
 * map of its own for each user and show would cost more than it finds.
 */
import { fnv1a } from '../collections/fnv1a.ts';
import type { RequestId, Seq } from '../ids.ts';
import { limits } from '../limits.ts';
import type { FrameRef, ShowEvent } from './events.ts';

/** An accepted request and what it was answered from. */
export interface Remembered {
  readonly requestId: RequestId;
  readonly seq: Seq;
  /** The decision's first event: what was asked for. */
  readonly event: ShowEvent;
  readonly frame: FrameRef;
}

export class RequestMemory {
  readonly #ring: Remembered[] = [];
  /** A small hash of each one's id, side by side: most searches end without touching a text. */
  readonly #hashes: number[] = [];
  /** Where the next one goes, once the ring is full: the oldest one's place. */
  #next = 0;

  get size(): number {
    return this.#ring.length;
  }

  find(requestId: RequestId): Remembered | undefined {
    const hashes = this.#hashes;
    if (hashes.length === 0) return undefined;
    const hash = hashOf(requestId);
    for (let index = 0; index < hashes.length; index++) {
      if (hashes[index] !== hash) continue;
      const made = this.#ring[index];
      if (made?.requestId === requestId) return made;
    }
    return undefined;
  }

  /** Remembers one more; the oldest is forgotten where there are too many. */
  add(made: Remembered): void {
    if (this.#ring.length < limits.rememberedRequests) {
      this.#ring.push(made);
      this.#hashes.push(hashOf(made.requestId));
      return;
    }
    this.#ring[this.#next] = made;
    this.#hashes[this.#next] = hashOf(made.requestId);
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  /** Oldest first. */
  *values(): IterableIterator<Remembered> {
    yield* this.#ring.slice(this.#next);
    yield* this.#ring.slice(0, this.#next);
  }
}

/** Cut to 30 bits, so that it is a small integer. */
function hashOf(text: string): number {
  return fnv1a(text) & 0x3fff_ffff;
}
