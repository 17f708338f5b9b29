/**
 * What people browse, answered from the catalogue's indexes: cities → movies in a city → cinemas
 * with that movie's shows → one show's hall [C1]. A query walks the coming shows of one city at
 * the most. Shows that have started are not listed, but can still be opened by their id.
 *
 * "A day" is a local day in the city. The engine knows no time zones, so it is told a show's day
 * by a function, once a show.
 */
import type { Millis, ShowId } from '../ids.ts';
import type { Availability } from '../show/availability.ts';
import type { Catalog } from './catalog.ts';
import { fold, matchesText } from './fold.ts';
import type {
  CinemaShows,
  City,
  CitySummary,
  MovieSummary,
  ScheduledShow,
  ShowDetails,
  ShowSummary,
} from './model.ts';
import { summarize } from './summarize.ts';

/** The local day `YYYY-MM-DD` on which an instant falls in an IANA time zone. */
export type LocalDay = (timeZone: string, ms: Millis) => string;

export interface MoviesQuery {
  readonly city: string;
  /** ISO 639-1; shows in this language only. */
  readonly language?: string | undefined;
  /** Without regard to case and accents. */
  readonly genre?: string | undefined;
  /** Local day in the city, `YYYY-MM-DD`. */
  readonly date?: string | undefined;
  /** Words that must all occur in the title or the genres. */
  readonly text?: string | undefined;
  readonly nowMs: Millis;
}

export interface ShowsQuery {
  readonly city: string;
  readonly movie: string;
  /** Local day in the city, `YYYY-MM-DD`. */
  readonly date?: string | undefined;
  readonly nowMs: Millis;
}

export class Browse {
  readonly #catalog: Catalog;
  readonly #localDay: LocalDay;
  /** A replaced show is a new object, so its day is asked for again. */
  readonly #days = new WeakMap<ScheduledShow, string>();

  /** How shows look just now, as the shards tell it about once a second [C1]. */
  readonly #availability = new Map<ShowId, Availability>();

  constructor(catalog: Catalog, localDay: LocalDay) {
    this.#catalog = catalog;
    this.#localDay = localDay;
  }

  setAvailability(show: ShowId, availability: Availability): void {
    this.#availability.set(show, availability);
  }

  /** The cities that have cinemas, by name; `movies` counts those still to be shown there. */
  cities(query: { readonly nowMs: Millis }): readonly CitySummary[] {
    const found: CitySummary[] = [];
    for (const city of this.#catalog.allCities()) {
      const cinemas = this.#catalog.cinemasOf(city.id).size;
      if (cinemas === 0) continue;
      let movies = 0;
      for (const [movie, times] of this.#catalog.moviesOf(city.id)) {
        const last = times.lastStartMs;
        const isKnown = this.#catalog.movie(movie) !== undefined;
        if (isKnown && last !== undefined && last > query.nowMs) movies++;
      }
      found.push({ ...city, cinemas, movies });
    }
    return found.sort((one, other) => byText(one.name, other.name));
  }

  /** The city's movies with shows to come, soonest first; undefined for an unknown city. */
  movies(query: MoviesQuery): readonly MovieSummary[] | undefined {
    const city = this.#catalog.city(query.city);
    if (city === undefined) return undefined;
    const genre = query.genre === undefined ? undefined : fold(query.genre);
    const found: MovieSummary[] = [];
    for (const [id, times] of this.#catalog.moviesOf(city.id)) {
      const movie = this.#catalog.movie(id);
      if (movie === undefined) continue;
      if (genre !== undefined && !movie.genres.some((name) => fold(name) === genre)) continue;
      if (query.text !== undefined && !matchesText(this.#catalog.searchTextOf(id), query.text)) {
        continue;
      }
      let shows = 0;
      let nextStartMs: Millis | undefined;
      for (const show of times.after(query.nowMs)) {
        if (query.language !== undefined && show.language !== query.language) continue;
        if (query.date !== undefined && this.#dayOf(show, city) !== query.date) continue;
        shows++;
        nextStartMs ??= show.terms.startsAtMs;
      }
      if (nextStartMs !== undefined) found.push({ ...movie, shows, nextStartMs });
    }
    return found.sort(
      (one, other) => one.nextStartMs - other.nextStartMs || byText(one.title, other.title),
    );
  }

  /**
   * The city's cinemas by name, each with its coming shows of the movie, soonest first; undefined
   * for an unknown city or movie.
   */
  shows(query: ShowsQuery): readonly CinemaShows[] | undefined {
    const city = this.#catalog.city(query.city);
    if (city === undefined || this.#catalog.movie(query.movie) === undefined) return undefined;
    const byCinema = new Map<string, ShowSummary[]>();
    const times = this.#catalog.moviesOf(city.id).get(query.movie);
    for (const show of times?.after(query.nowMs) ?? []) {
      if (query.date !== undefined && this.#dayOf(show, city) !== query.date) continue;
      const hall = this.#catalog.hall(show.hall);
      if (hall === undefined) continue;
      const known = this.#availability.get(show.id);
      const summary = summarize(show, hall.name, this.#catalog.seatsIn(show.layout), known);
      const shows = byCinema.get(hall.cinema);
      if (shows === undefined) byCinema.set(hall.cinema, [summary]);
      else shows.push(summary);
    }
    const found: CinemaShows[] = [];
    for (const [id, shows] of byCinema) {
      const cinema = this.#catalog.cinema(id);
      if (cinema !== undefined) found.push({ cinema, shows });
    }
    return found.sort((one, other) => byText(one.cinema.name, other.cinema.name));
  }

  /** All about one show but its live state; undefined when it or anything it needs is unknown. */
  show(id: ShowId): ShowDetails | undefined {
    const show = this.#catalog.show(id);
    if (show === undefined) return undefined;
    const movie = this.#catalog.movie(show.movie);
    const hall = this.#catalog.hall(show.hall);
    const layout = this.#catalog.layout(show.layout);
    if (movie === undefined || hall === undefined || layout === undefined) return undefined;
    const cinema = this.#catalog.cinema(hall.cinema);
    const city = cinema === undefined ? undefined : this.#catalog.city(cinema.city);
    if (cinema === undefined || city === undefined) return undefined;
    return { show, movie, hall, cinema, city, layout };
  }

  #dayOf(show: ScheduledShow, city: City): string {
    const known = this.#days.get(show);
    if (known !== undefined) return known;
    const day = this.#localDay(city.timeZone, show.terms.startsAtMs);
    this.#days.set(show, day);
    return day;
  }
}

/** Order for people, the same on every machine: folded, then by code units. */
function byText(one: string, other: string): number {
  const folded = compare(fold(one), fold(other));
  return folded === 0 ? compare(one, other) : folded;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
