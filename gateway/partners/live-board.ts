/**
 * How a partner's shows stand, as it changes: seats by state, the line, what is sold. A show is
 * looked at twice a second at most, by all who watch it together, and only while somebody does.
 * What is told carries a number that only rises, so that whoever says which one it has seen last
 * is told what differs, however long it was away and however much happened in between.
 *
 *   watcher ─since─▶ ┌ board ┐ ─twice a second─▶ show's view, and its sales where that moved
 *           ◀─news── └───────┘
 */
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { Millis, ShowId } from '../../engine/ids.ts';

export const LOOK_EVERY_MS = 500;
/** A show that nobody has asked for so long is not looked at any more. */
const WATCHED_FOR_MS = 60_000;
/** Of one partner, the soonest. */
export const MOST_SHOWS = 100;
/** Of all partners together. */
const MOST_WATCHED = 1_000;
/** A show is of interest until well after its start. */
const AFTER_START_MS = 6 * 3_600_000;

export interface Standing {
  readonly phase: string;
  readonly free: number;
  readonly held: number;
  readonly booked: number;
  readonly blocked: number;
  readonly waiting: number;
  readonly seq: number;
}

export interface Sales {
  readonly bookings: number;
  readonly tickets: number;
  readonly revenue: number;
  readonly currency: string;
}

export interface LiveShow extends Standing {
  readonly show: ShowId;
  readonly startsAtMs: Millis;
  readonly sales: Sales;
}

export interface LiveNews {
  readonly shows: readonly LiveShow[];
  /** To be given as `since` the next time. */
  readonly since: number;
}

export interface LiveBoardNeeds {
  readonly catalog: Catalog;
  readonly nowMs: () => Millis;
  /** Undefined where the show cannot say just now. */
  standing(show: ShowId): Promise<Standing | undefined>;
  sales(show: ShowId): Sales;
}

interface Watched {
  readonly show: ShowId;
  news: LiveShow | undefined;
  /** The number under which its news was told. */
  version: number;
  wantedAtMs: number;
  isAsked: boolean;
}

interface Waiting {
  readonly shows: ReadonlySet<ShowId>;
  readonly wake: () => void;
}

export class LiveBoard {
  readonly #needs: LiveBoardNeeds;
  readonly #watched = new Map<ShowId, Watched>();
  readonly #waiting = new Set<Waiting>();
  #version = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(needs: LiveBoardNeeds) {
    this.#needs = needs;
  }

  /** How many wait for news just now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** What has changed after `since`, at once or within `waitMs`; with nothing where nothing has. */
  async news(partner: string, since: number, waitMs: number): Promise<LiveNews> {
    const shows = this.#watch(partner);
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const changed = this.#changedAfter(shows, since);
      const leftMs = untilMs - performance.now();
      if (changed.length > 0 || leftMs <= 0) {
        const last = Math.max(since, ...changed.map(({ version }) => version));
        return {
          shows: changed.flatMap(({ news }) => (news === undefined ? [] : [news])),
          since: last,
        };
      }
      await this.#change(shows, leftMs);
    }
  }

  #changedAfter(shows: ReadonlySet<ShowId>, since: number): readonly Watched[] {
    const changed: Watched[] = [];
    for (const show of shows) {
      const watched = this.#watched.get(show);
      if (watched?.news !== undefined && watched.version > since) changed.push(watched);
    }
    return changed;
  }

  #change(shows: ReadonlySet<ShowId>, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        shows,
        wake: () => {
          clearTimeout(late);
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      const late = setTimeout(waiting.wake, withinMs);
      // Nobody who waits for news keeps a thread from ending.
      late.unref();
      this.#waiting.add(waiting);
    });
  }

  #watch(partner: string): ReadonlySet<ShowId> {
    const shows = new Set(this.#showsOf(partner));
    const wantedAtMs = performance.now();
    for (const show of shows) {
      const watched = this.#watched.get(show);
      if (watched !== undefined) watched.wantedAtMs = wantedAtMs;
      else if (this.#watched.size < MOST_WATCHED) {
        const made = { show, news: undefined, version: 0, wantedAtMs, isAsked: false };
        this.#watched.set(show, made);
        void this.#look(made);
      }
    }
    this.#timer ??= setInterval(() => this.#lookAtAll(), LOOK_EVERY_MS).unref();
    return shows;
  }

  #showsOf(partner: string): readonly ShowId[] {
    const { catalog, nowMs } = this.#needs;
    const from = (nowMs() - AFTER_START_MS) as Millis;
    const found: { readonly id: ShowId; readonly startsAtMs: Millis }[] = [];
    for (const cinema of catalog.allCinemas()) {
      if (cinema.partner !== partner) continue;
      for (const hall of catalog.hallsOf(cinema.id)) {
        let count = 0;
        for (const { id, terms } of catalog.showsOfHall(hall).after(from)) {
          found.push({ id, startsAtMs: terms.startsAtMs });
          if (++count === MOST_SHOWS) break;
        }
      }
    }
    found.sort((a, b) => a.startsAtMs - b.startsAtMs);
    return found.slice(0, MOST_SHOWS).map(({ id }) => id);
  }

  #lookAtAll(): void {
    const oldestMs = performance.now() - WATCHED_FOR_MS;
    for (const watched of this.#watched.values()) {
      if (watched.wantedAtMs < oldestMs) this.#watched.delete(watched.show);
      else void this.#look(watched);
    }
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(watched: Watched): Promise<void> {
    if (watched.isAsked) return;
    watched.isAsked = true;
    try {
      const { show, news } = watched;
      const standing = await this.#needs.standing(show);
      if (standing === undefined) return;
      const startsAtMs = this.#needs.catalog.show(show)?.terms.startsAtMs;
      if (startsAtMs === undefined) return;
      const now = { ...standing, show, startsAtMs, sales: this.#needs.sales(show) };
      if (JSON.stringify(now) === JSON.stringify(news)) return;
      // The clock's milliseconds, so that numbers told before a restart lie behind those after it.
      this.#version = Math.max(this.#version + 1, this.#needs.nowMs());
      watched.news = now;
      watched.version = this.#version;
      for (const { shows, wake } of this.#waiting) if (shows.has(show)) wake();
    } catch {
      // It is looked at again in a moment.
    } finally {
      watched.isAsked = false;
    }
  }
}
