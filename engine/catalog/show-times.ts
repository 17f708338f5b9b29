/**
 * Shows in order of their start, so that "what is still to come" is a binary search and one
 * walk, however many past shows a cinema has behind it.
 */
import type { Millis } from '../ids.ts';
import type { ScheduledShow } from './model.ts';

export class ShowTimes {
  readonly #shows: ScheduledShow[] = [];

  get size(): number {
    return this.#shows.length;
  }

  /** The latest start of all, or undefined when there is no show. */
  get lastStartMs(): Millis | undefined {
    return this.#shows.at(-1)?.terms.startsAtMs;
  }

  add(show: ScheduledShow): void {
    this.#shows.splice(this.#position(show.terms.startsAtMs, show.id), 0, show);
  }

  /** Takes out the show with this id and start; does nothing when it is not there. */
  remove(show: ScheduledShow): void {
    const at = this.#position(show.terms.startsAtMs, show.id);
    if (this.#shows[at]?.id === show.id) this.#shows.splice(at, 1);
  }

  /** Every show, earliest first. */
  all(): readonly ScheduledShow[] {
    return this.#shows;
  }

  /** The shows that start after `ms`, soonest first. */
  *after(ms: Millis): Generator<ScheduledShow> {
    // Every id is at least as great as '', so starting one millisecond later means "after".
    for (let at = this.#position(ms + 1, ''); at < this.#shows.length; at++) {
      const show = this.#shows[at];
      if (show !== undefined) yield show;
    }
  }

  /** Where a show with this start and id stands or would stand. */
  #position(startsAtMs: number, id: string): number {
    let low = 0;
    let high = this.#shows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const show = this.#shows[middle];
      if (show === undefined) return middle;
      const start = show.terms.startsAtMs;
      if (start < startsAtMs || (start === startsAtMs && show.id < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
