/**
 * Where a crowd goes: everybody looks round for themselves, but most like the same things, so a
 * handful of the next hours' shows get most visitors. Word gets round when one is nearly full.
 */
import type { ShowSummary } from '../../engine/catalog/model.ts';
import type { ShowId } from '../../engine/ids.ts';
import type { UsherClient } from '../client/index.ts';
import { type Random, seedOf } from './random.ts';

const soonMs = 5 * 60 * 60_000;
/** People do not set out for a show that starts in a moment. */
const tooSoonMs = 10 * 60_000;
const citiesTried = 4;
/** Share of those still looking who take the most liked of what is left. */
const likedMost = 0.6;
const nearlyFull = 0.85;
const staysAway = 0.9;
const showsRemembered = 1_000;

export class Destinations {
  readonly #seed: number;
  /** Share of seats taken, by show, as last seen by one of the crowd. */
  readonly #taken = new Map<ShowId, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Tells the others how full a show is: 0 empty to 1 sold out. */
  note(show: ShowId, takenShare: number): void {
    this.#taken.delete(show);
    this.#taken.set(show, takenShare);
    if (this.#taken.size <= showsRemembered) return;
    for (const oldest of this.#taken.keys()) {
      this.#taken.delete(oldest);
      return;
    }
  }

  /**
   * Browses cities, movies and shows like a person and settles on a show; undefined where nothing
   * is on. Rejects with an UsherError where browsing fails.
   */
  async choose(
    client: UsherClient,
    random: Random,
    step: () => Promise<void>,
  ): Promise<ShowId | undefined> {
    const { cities } = await client.cities();
    let inTown = cities.filter((city) => city.movies > 0);
    for (let tries = 0; tries < citiesTried; tries++) {
      const city = this.#liked(inTown, ({ id }) => id, random);
      if (city === undefined) return undefined;
      await step();
      const { movies } = await client.movies({ city: city.id });
      const lateMs = client.serverNow() + soonMs;
      const movie = this.#liked(
        movies.filter(({ nextStartMs }) => nextStartMs < lateMs),
        ({ id }) => `${city.id} ${id}`,
        random,
      );
      if (movie !== undefined) {
        await step();
        const { cinemas } = await client.shows({ city: city.id, movie: movie.id });
        const show = this.#show(
          cinemas.flatMap(({ shows }) => shows),
          client.serverNow(),
          random,
        );
        if (show !== undefined) return show;
      }
      // It is night there, or all is full: somewhere else, then.
      inTown = inTown.filter((other) => other !== city);
    }
    return undefined;
  }

  #show(shows: readonly ShowSummary[], nowMs: number, random: Random): ShowId | undefined {
    const fitting = shows.filter(
      ({ id, startsAtMs, onSaleAtMs }) =>
        startsAtMs > nowMs + tooSoonMs &&
        startsAtMs < nowMs + 2 * soonMs &&
        onSaleAtMs <= nowMs &&
        !((this.#taken.get(id) ?? 0) > nearlyFull && random.chance(staysAway)),
    );
    return this.#liked(fitting, ({ id }) => id, random)?.id;
  }

  /** All agree which of these is liked most, second, third …; each next is liked by fewer. */
  #liked<Item>(
    items: readonly Item[],
    name: (item: Item) => string,
    random: Random,
  ): Item | undefined {
    const ranked = items
      .map((item) => ({ item, rank: seedOf(this.#seed, name(item)) }))
      .sort((one, other) => one.rank - other.rank);
    for (const { item } of ranked) if (random.chance(likedMost)) return item;
    return ranked[0]?.item;
  }
}
