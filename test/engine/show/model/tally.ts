/**
 * How often each thing came up in a run: a generator that never reaches a rule proves nothing of
 * it, so the counts are part of the proof.
 */
import type { ShowCommand } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { Verdict } from '../../../../engine/show/verdict.ts';
import type { ModelShow, ModelWaiter } from './model-show.ts';

export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.counts.set(what, this.of(what) + times);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** A command's answer; `before` is what the line was when it was asked. */
  answer(
    command: ShowCommand,
    verdict: Verdict,
    before: { readonly line: readonly ModelWaiter[] },
  ): void {
    this.add('command');
    const outcome = verdict.type === 'rejected' ? verdict.reason : verdict.type;
    this.add(`${command.type}: ${outcome}`);
    if (verdict.type === 'rejected') this.add(`rejected ${verdict.reason}`);
    if (verdict.type === 'rejected' && verdict.reason === 'invalidSeats') {
      this.add(`invalidSeats ${verdict.problem}`);
    }
    if (verdict.type !== 'decided') return;
    const served = verdict.events.some(({ type }) => type === 'offerMade');
    if (served) this.add(`${command.type} serves the line`);
    const [head] = before.line;
    const passedOver = verdict.events.some(
      (event) =>
        event.type === 'waitEnded' && event.reason === 'tooFewLeft' && event.user !== head?.user,
    );
    if (passedOver) this.add('tooFewLeft behind the head');
  }

  /** The events of one decision, with what came together in it. */
  events(events: readonly ShowEvent[], nowMs: number, model: ModelShow): void {
    this.add('decision');
    for (const event of events) {
      this.add('reason' in event ? `${event.type} ${event.reason}` : event.type);
    }
    const offers = events.filter(({ type }) => type === 'offerMade').length;
    const expired = events.filter(({ type }) => type === 'holdExpired').length;
    if (offers > 1) this.add('several offers in one decision');
    if (expired > 1) this.add('several holds expire in one decision');
    if (expired > 0 && offers > 0) this.add('expiry serves the line');
    if (model.offers.length > 1) this.add('several offers open');
    if (model.line.length > 2) this.add('three or more wait');
    if (nowMs === model.terms.startsAtMs && events[0]?.type === 'saleClosed') {
      this.add('closed at the very start');
    }
  }

  /** Everything that came up, sorted by name, a line each. */
  report(): string {
    const lines = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return lines.map(([what, count]) => `${String(count).padStart(10)}  ${what}`).join('\n');
  }
}
