/** A deadline counted down in step with the server's clock, spoken once a minute is left. */
import type { Millis } from '../../client/index.ts';
import { element, setText } from '../dom.ts';
import { minutesAndSeconds } from '../format.ts';
import type { Page } from '../page.ts';

const SPOKEN_AT_MS = 60_000;

export interface Countdown {
  readonly root: HTMLElement;
  /** Shows the time left; to be called several times a second. Returns whether any is left. */
  tick(): boolean;
  /** The deadline was learned anew, e.g. after an outage it may be later [D2]. */
  setDeadline(deadlineMs: Millis): void;
}

/** `what` is spoken as in "One minute left to …". */
export function countdown(page: Page, deadline: Millis, what: string): Countdown {
  let deadlineMs = deadline;
  let before = page.client.remainingMs(deadlineMs);
  const text = element('span', { class: 'time-left', 'data-testid': 'time-left' });
  // A running clock must not be read out every second; the status line speaks for it.
  const root = element(
    'p',
    { class: 'countdown', role: 'timer', 'aria-live': 'off' },
    text,
    ' left',
  );
  const tick = () => {
    const left = page.client.remainingMs(deadlineMs);
    setText(text, minutesAndSeconds(left));
    root.classList.toggle('urgent', left <= SPOKEN_AT_MS);
    if (before > SPOKEN_AT_MS && left <= SPOKEN_AT_MS && left > 0) {
      page.say(`One minute left to ${what}.`);
    }
    if (before > 0 && left === 0) page.say('The time has run out.');
    before = left;
    return left > 0;
  };
  tick();
  return {
    root,
    tick,
    setDeadline(next) {
      deadlineMs = next;
    },
  };
}
