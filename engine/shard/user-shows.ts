/** In which shows a user has, or lately had, something: what `mine` looks through. */
import type { ShowId, UserId } from '../ids.ts';
import type { UserDirectory } from '../show/show.ts';

export class UserShows implements UserDirectory {
  readonly #shows = new Map<UserId, Set<ShowId>>();

  add(user: UserId, show: ShowId): void {
    const shows = this.#shows.get(user);
    if (shows === undefined) this.#shows.set(user, new Set([show]));
    else shows.add(show);
  }

  remove(user: UserId, show: ShowId): void {
    const shows = this.#shows.get(user);
    if (shows?.delete(show) && shows.size === 0) this.#shows.delete(user);
  }

  of(user: UserId): Iterable<ShowId> {
    return this.#shows.get(user) ?? [];
  }
}
