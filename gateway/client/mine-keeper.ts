/**
 * Asks `mine` when it must be asked, once for everyone who wants it, and never more often than a
 * server with a crowd in front of it can bear.
 */
import type { ShowId } from '../../engine/ids.ts';
import type { MineShow } from '../../engine/show/views.ts';
import type { Down, DownMessage } from '../wire/message-types.ts';
import { OwnThings } from './own-things.ts';

/** Pause before asking because of a doubt; doubts of many clients come at the same moment. */
const DOUBT_PAUSE_MS = 1_000;
const REFRESH_PAUSE_MS = 50;

export interface MineLink {
  ask(): Promise<Down<'mineFound'>>;
  onChange(show: ShowId): void;
}

export class MineKeeper {
  readonly #link: MineLink;
  readonly #own: OwnThings;
  #underWay: Promise<Down<'mineFound'>> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(link: MineLink) {
    this.#link = link;
    this.#own = new OwnThings({
      onChange: (show) => link.onChange(show),
      onDoubt: () => this.#later(DOUBT_PAUSE_MS * (1 + Math.random())),
    });
  }

  of(show: ShowId): MineShow {
    return this.#own.of(show);
  }

  all(): readonly MineShow[] {
    return this.#own.all();
  }

  apply(message: DownMessage): void {
    this.#own.apply(message);
  }

  /** Asks now, or gives the answer that is under way. */
  ask(): Promise<Down<'mineFound'>> {
    if (this.#underWay) return this.#underWay;
    this.#own.asked();
    const answer = this.#link.ask();
    this.#underWay = answer;
    const ended = (found: boolean) => {
      this.#underWay = undefined;
      if (!found) this.#own.askFailed();
    };
    answer.then(
      () => ended(true),
      () => ended(false),
    );
    return answer;
  }

  /** Asks soon: what is known here is out of date. */
  refresh(): void {
    this.#later(REFRESH_PAUSE_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #later(pauseMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // An answer under way may be older than the reason to ask, so another one must follow.
      if (this.#underWay) this.refresh();
      else this.ask().catch(() => this.#closed || this.#later(DOUBT_PAUSE_MS));
    }, pauseMs);
  }
}
