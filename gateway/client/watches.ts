/**
 * Every show that this client watches: one LiveShow a show however often it is asked for, one
 * snapshot under way at a time, and all of them watched anew after a reconnect.
 */
import type { ShowDetails } from '../../engine/catalog/model.ts';
import type { ShowId } from '../../engine/ids.ts';
import { seatCount } from '../../engine/show/seats/layout.ts';
import type { MineShow } from '../../engine/show/views.ts';
import type { Down, DownMessage } from '../wire/message-types.ts';
import { UsherError } from './errors.ts';
import { LiveShow, type LiveShowOwner } from './live-show.ts';

/** Shows watched at once by one client. */
const MAX_WATCHED = 256;

export interface WatchesLink {
  watch(show: ShowId): Promise<Down<'watching'> | Down<'rejected'>>;
  unwatch(show: ShowId): Promise<unknown>;
  details(show: ShowId): Promise<Down<'showFound'> | Down<'rejected'>>;
  mineOf(show: ShowId): MineShow;
}

interface Watched {
  readonly live: LiveShow;
  /** How many callers of `watch` have not called `unwatch`. */
  users: number;
  asking: boolean;
  /** Something happened while a snapshot was under way that makes another one necessary. */
  again: boolean;
}

export class Watches implements LiveShowOwner {
  readonly #link: WatchesLink;
  readonly #watched = new Map<ShowId, Watched>();
  /** Seats of shows seen, so that a watch need not ask for a layout again. */
  readonly #seatCounts = new Map<ShowId, number>();

  constructor(link: WatchesLink) {
    this.#link = link;
  }

  /** The live show, watched from now on. Throws an UsherError where too many are watched. */
  watch(show: ShowId): LiveShow {
    const known = this.#watched.get(show);
    if (known) {
      known.users += 1;
      return known.live;
    }
    if (this.#watched.size >= MAX_WATCHED) throw new UsherError('tooManyRequests');
    const live = new LiveShow(show, this.#seatCounts.get(show), this);
    this.#watched.set(show, { live, users: 1, asking: false, again: false });
    this.requestSnapshot(live);
    if (!this.#seatCounts.has(show)) this.#askSeatCount(show);
    return live;
  }

  /** Notes how many seats a show has. */
  learn(details: ShowDetails): void {
    const show = details.show.id;
    const count = seatCount(details.layout);
    this.#seatCounts.delete(show);
    this.#seatCounts.set(show, count);
    const oldest =
      this.#seatCounts.size > MAX_WATCHED ? this.#seatCounts.keys().next().value : undefined;
    if (oldest !== undefined) this.#seatCounts.delete(oldest);
    this.#watched.get(show)?.live.setSeatCount(count);
  }

  pushed(message: Extract<DownMessage, { readonly show: ShowId }>): void {
    this.#watched.get(message.show)?.live.pushed(message);
  }

  mineChanged(show: ShowId): void {
    this.#watched.get(show)?.live.mineChanged();
  }

  mineOf(show: ShowId): MineShow {
    return this.#link.mineOf(show);
  }

  /** The connection is lost: nothing shown is certain any more. */
  dropped(): void {
    for (const { live } of this.#watched.values()) live.stale();
  }

  /** A new connection is greeted; it watches nothing yet. */
  resumed(): void {
    for (const { live } of this.#watched.values()) this.requestSnapshot(live);
  }

  unwatch(live: LiveShow): boolean {
    const watched = this.#watched.get(live.show);
    if (watched?.live !== live) return true;
    watched.users -= 1;
    if (watched.users > 0) return false;
    this.#watched.delete(live.show);
    // A connection that is gone watches nothing, so a failure here changes nothing.
    this.#link.unwatch(live.show).catch(() => {});
    return true;
  }

  requestSnapshot(live: LiveShow): void {
    const watched = this.#watched.get(live.show);
    if (watched?.live !== live) return;
    if (watched.asking) {
      watched.again = true;
      return;
    }
    watched.asking = true;
    watched.again = false;
    this.#link
      .watch(live.show)
      .then(
        (answer) => (answer.type === 'watching' ? live.snapshot(answer) : live.fail(answer)),
        (error: unknown) => {
          if (!(error instanceof UsherError)) throw error;
          // Time alone is no reason to give up: a server under way again will answer.
          if (error.reason === 'timeout') watched.again = true;
          else if (error.reason !== 'closed') live.fail(error);
        },
      )
      .finally(() => {
        watched.asking = false;
        if (watched.again && !live.fresh) this.requestSnapshot(live);
      });
  }

  #askSeatCount(show: ShowId): void {
    // The answer passes through `learn`; without one, up to three padding seats count as free.
    this.#link.details(show).catch(() => {});
  }
}
