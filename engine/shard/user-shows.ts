/** In which shows a user has, or lately had, something: what `mine` looks through. */
import type { ShowId, UserId } from '../ids.ts';
import type { UserDirectory } from '../show/show.ts';

export class UserShows implements UserDirectory {
  /** Hardly anybody has something in more than one show, and a set of one costs 200 bytes. */
  readonly #shows = new Map<UserId, ShowId | Set<ShowId>>();

  add(user: UserId, show: ShowId): void {
    const shows = this.#shows.get(user);
    if (shows === undefined) this.#shows.set(user, show);
    else if (typeof shows !== 'string') shows.add(show);
    else if (shows !== show) this.#shows.set(user, new Set([shows, show]));
  }

  remove(user: UserId, show: ShowId): void {
    const shows = this.#shows.get(user);
    if (shows === show) this.#shows.delete(user);
    else if (typeof shows === 'object' && shows.delete(show) && shows.size === 0) {
      this.#shows.delete(user);
    }
  }

  of(user: UserId): Iterable<ShowId> {
    const shows = this.#shows.get(user);
    if (shows === undefined) return [];
    return typeof shows === 'string' ? [shows] : shows;
  }
}
