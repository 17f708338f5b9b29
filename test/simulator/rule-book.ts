/** The rules, followed decision by decision as the log becomes durable; the first breach is told. */
import type { Decision } from '../../engine/show/events.ts';
import type { ShowTerms } from '../../engine/show/terms.ts';
import { Auditor } from '../engine/show/auditor.ts';

export class RuleBook {
  readonly #books = new Map<string, Auditor>();
  readonly #seats: ReadonlyMap<string, number>;

  /** @param seats of each layout. */
  constructor(seats: ReadonlyMap<string, number>) {
    this.#seats = seats;
  }

  /** @throws Error where the rules do not allow the decision. */
  follow(decision: Decision): void {
    const [first] = decision.events;
    if (first?.type === 'showScheduled') {
      const seats = this.#seats.get(first.layout) ?? 0;
      this.#books.set(decision.show, new Auditor(seats, first.terms as ShowTerms));
      return;
    }
    this.#books.get(decision.show)?.follow(decision);
  }

  /** A new owner took over: everybody's holds and offers stand at least until then [D2]. */
  outage(shows: Iterable<string>, floorMs: number): void {
    for (const id of shows) {
      const book = this.#books.get(id);
      for (const hold of book?.holds.values() ?? []) {
        Object.assign(hold, { deadlineMs: Math.max(hold.deadlineMs, floorMs) });
      }
      for (const offer of book?.offers ?? []) {
        Object.assign(offer, { untilMs: Math.max(offer.untilMs, floorMs) });
      }
    }
  }

  /** @throws Error where something that is due has not been done. */
  checkNothingDue(nowMs: number): void {
    for (const book of this.#books.values()) book.checkNothingDue(nowMs);
  }
}
