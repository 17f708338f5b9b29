/**
 * Gathers what a turn has to say: answers in order, news for the users whom a decision concerns,
 * and one coalesced change for each watched show.
 */
import { type Seq, seq } from '../ids.ts';
import type { Decision, ShowEvent } from '../show/events.ts';
import type { Show, ShowPhase } from '../show/show.ts';
import type { Output } from './outputs.ts';
import { paymentNews } from './payment-news.ts';
import type { Repeat } from './repeats.ts';

interface ChangedShow {
  readonly fromSeq: Seq;
  line: { serving: number; waiting: number };
  phase: ShowPhase | undefined;
}

type EndedByHouse = Extract<ShowEvent, { type: 'holdReleased' | 'bookingsCancelled' }>;

export class Announcer<Origin> {
  readonly #outputs: (Output<Origin> | Repeat<Origin>)[] = [];
  readonly #changed = new Map<Show, ChangedShow>();

  say(output: Output<Origin> | Repeat<Origin>): void {
    this.#outputs.push(output);
  }

  /** From here on the show's changes are told; a snapshot taken now is complete. */
  startWatching(show: Show): void {
    this.#flush(show);
    show.changes ??= [];
    show.departed ??= [];
  }

  stopWatching(show: Show): void {
    this.#changed.delete(show);
    show.changes = undefined;
    show.departed = undefined;
  }

  /** Notes a decision that has just been applied. */
  announce(show: Show, decision: Decision, phase: ShowPhase | undefined): void {
    for (const event of decision.events) this.#tell(show, decision, event);
    if (show.changes === undefined) return;
    const changed = this.#changed.get(show);
    const line = { serving: show.waitlist.serving, waiting: show.waitlist.size };
    if (changed === undefined) {
      this.#changed.set(show, { fromSeq: seq(decision.seq - 1), line, phase });
    } else {
      changed.line = line;
      changed.phase = phase ?? changed.phase;
    }
  }

  finish(): readonly (Output<Origin> | Repeat<Origin>)[] {
    for (const show of [...this.#changed.keys()]) this.#flush(show);
    return this.#outputs;
  }

  #flush(show: Show): void {
    const changed = this.#changed.get(show);
    if (changed === undefined || show.changes === undefined) return;
    this.#changed.delete(show);
    const { fromSeq, line, phase } = changed;
    this.#outputs.push({
      type: 'changed',
      show: show.id,
      fromSeq,
      toSeq: show.seq,
      changes: show.changes,
      line: { ...line, departed: show.departed ?? [] },
      phase,
    });
    show.changes = [];
    show.departed = [];
  }

  #tell(show: Show, decision: Decision, event: ShowEvent): void {
    const { seq: at } = decision;
    const { id } = show;
    if (event.type === 'offerMade') {
      const { user, party, untilMs } = event;
      const push = { type: 'offer', show: id, party, untilMs, seq: at } as const;
      this.#outputs.push({ type: 'push', user, push });
    } else if (event.type === 'waitEnded' || event.type === 'offerEnded') {
      // Leaving, declining and taking are the user's own doing and are answered, not pushed.
      const { user, reason } = event;
      if (reason === 'left' || reason === 'declined' || reason === 'taken') return;
      const push = { type: 'waitEnded', show: id, reason, seq: at } as const;
      this.#outputs.push({ type: 'push', user, push });
    } else if (event.type === 'holdExpired') {
      const push = { type: 'holdExpired', show: id, hold: event.hold, seq: at } as const;
      this.#outputs.push({ type: 'push', user: event.user, push });
    } else if (event.type === 'holdReleased' || event.type === 'bookingsCancelled') {
      this.#tellOfHouse(show, decision, event);
    } else {
      const told = paymentNews(show, at, event);
      if (told !== undefined) this.#outputs.push({ type: 'push', ...told });
    }
  }

  /** Its owner did not ask for it, or it would have no user of its own in the log. */
  #tellOfHouse(show: Show, { seq: at, events }: Decision, event: EndedByHouse): void {
    const { user } = event;
    if (user === undefined) return;
    const { id, terms } = show;
    if (event.type === 'holdReleased') {
      const reason = 'showCancelled';
      const push = { type: 'holdEnded', show: id, hold: event.hold, reason, seq: at } as const;
      this.#outputs.push({ type: 'push', user, push });
      return;
    }
    const { bookings, refund } = event;
    const { currency } = terms;
    const reason = events[0]?.type === 'showCancelled' ? 'showCancelled' : 'byTheatre';
    const push = {
      type: 'bookingsCancelled',
      show: id,
      bookings,
      currency,
      refund,
      reason,
      seq: at,
    } as const;
    this.#outputs.push({ type: 'push', user, push });
  }
}
