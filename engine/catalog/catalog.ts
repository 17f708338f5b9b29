/**
 * The catalogue actor's state: every city, cinema, layout, hall, movie and show, with the indexes
 * that browsing answers from [C1]. Replay is `evolve` alone, so `evolve` takes any event in any
 * order: a show whose hall is not known yet is kept and appears once the hall does.
 *
 *   city ── cinemas ── halls ── shows by start        (is the hall free then?)
 *   city ── movies ── shows by start                  (what is on?)
 */
import type { LayoutId, Millis, ShowId } from '../ids.ts';
import { type Layout, seatCount } from '../show/seats/layout.ts';
import { unreachable } from '../unreachable.ts';
import { fold } from './fold.ts';
import type {
  CatalogEvent,
  Cinema,
  City,
  Hall,
  Movie,
  Partner,
  PartnerKey,
  ScheduledShow,
} from './model.ts';
import { ShowTimes } from './show-times.ts';

const noShows = new ShowTimes();

export class Catalog {
  readonly #cities = new Map<string, City>();
  readonly #cinemas = new Map<string, Cinema>();
  readonly #layouts = new Map<LayoutId, Layout>();
  readonly #halls = new Map<string, Hall>();
  readonly #movies = new Map<string, Movie>();
  readonly #shows = new Map<ShowId, ScheduledShow>();
  readonly #partners = new Map<string, Partner>();
  readonly #keys = new Map<string, PartnerKey>();

  readonly #cinemasByCity = new Map<string, Set<string>>();
  readonly #hallsByCinema = new Map<string, Set<string>>();
  readonly #showsByHall = new Map<string, ShowTimes>();
  readonly #showsByCity = new Map<string, Map<string, ShowTimes>>();
  readonly #seatCounts = new Map<LayoutId, number>();
  readonly #searchTexts = new Map<string, string>();

  /** Applies a fact. Cannot fail; a fact about a known id replaces what was known. */
  evolve(event: CatalogEvent): void {
    switch (event.type) {
      case 'cityAdded':
        this.#cities.set(event.city.id, event.city);
        return;
      case 'cinemaAdded':
        this.#putCinema(event.cinema);
        return;
      case 'layoutAdded':
        this.#layouts.set(event.layout.id, event.layout);
        this.#seatCounts.set(event.layout.id, seatCount(event.layout));
        return;
      case 'hallAdded':
        this.#putHall(event.hall);
        return;
      case 'movieAdded':
        this.#movies.set(event.movie.id, event.movie);
        this.#searchTexts.set(
          event.movie.id,
          fold([event.movie.title, ...event.movie.genres].join(' ')),
        );
        return;
      case 'showScheduled':
        this.#putShow(event.show);
        return;
      case 'partnerAdded':
        this.#partners.set(event.partner.id, event.partner);
        return;
      case 'partnerKeyAdded':
        this.#keys.set(event.key.id, event.key);
        return;
      case 'partnerKeyRevoked':
        this.#keys.delete(event.key);
        return;
      default:
        unreachable(event);
    }
  }

  /** All that is known, as the events that would make it again: a snapshot's content. */
  *facts(): Generator<CatalogEvent> {
    for (const city of this.#cities.values()) yield { type: 'cityAdded', city };
    for (const cinema of this.#cinemas.values()) yield { type: 'cinemaAdded', cinema };
    for (const layout of this.#layouts.values()) yield { type: 'layoutAdded', layout };
    for (const hall of this.#halls.values()) yield { type: 'hallAdded', hall };
    for (const movie of this.#movies.values()) yield { type: 'movieAdded', movie };
    for (const show of this.#shows.values()) yield { type: 'showScheduled', show };
    for (const partner of this.#partners.values()) yield { type: 'partnerAdded', partner };
    for (const key of this.#keys.values()) yield { type: 'partnerKeyAdded', key };
  }

  city(id: string): City | undefined {
    return this.#cities.get(id);
  }

  cinema(id: string): Cinema | undefined {
    return this.#cinemas.get(id);
  }

  layout(id: LayoutId): Layout | undefined {
    return this.#layouts.get(id);
  }

  hall(id: string): Hall | undefined {
    return this.#halls.get(id);
  }

  movie(id: string): Movie | undefined {
    return this.#movies.get(id);
  }

  show(id: ShowId): ScheduledShow | undefined {
    return this.#shows.get(id);
  }

  partner(id: string): Partner | undefined {
    return this.#partners.get(id);
  }

  allPartners(): Iterable<Partner> {
    return this.#partners.values();
  }

  /** A key that has not been revoked. */
  partnerKey(id: string): PartnerKey | undefined {
    return this.#keys.get(id);
  }

  keysOf(partner: string): readonly PartnerKey[] {
    return [...this.#keys.values()].filter((key) => key.partner === partner);
  }

  allCinemas(): Iterable<Cinema> {
    return this.#cinemas.values();
  }

  allMovies(): Iterable<Movie> {
    return this.#movies.values();
  }

  /** Whose show it is; undefined for the house's own, and for one that is not known. */
  partnerOfShow(id: ShowId): string | undefined {
    const hall = this.#halls.get(this.#shows.get(id)?.hall ?? '');
    return this.#cinemas.get(hall?.cinema ?? '')?.partner;
  }

  allCities(): Iterable<City> {
    return this.#cities.values();
  }

  allShows(): Iterable<ScheduledShow> {
    return this.#shows.values();
  }

  /** Ids of a city's cinemas. */
  cinemasOf(city: string): ReadonlySet<string> {
    return this.#cinemasByCity.get(city) ?? new Set();
  }

  /** Ids of a cinema's halls. */
  hallsOf(cinema: string): ReadonlySet<string> {
    return this.#hallsByCinema.get(cinema) ?? new Set();
  }

  /** All shows of a hall, past ones too. */
  showsOfHall(hall: string): ShowTimes {
    return this.#showsByHall.get(hall) ?? noShows;
  }

  /** A city's shows by movie id; no entry is empty. */
  moviesOf(city: string): ReadonlyMap<string, ShowTimes> {
    return this.#showsByCity.get(city) ?? new Map();
  }

  /** When the movie starts for the last time anywhere, or undefined without shows. */
  lastStartOf(movie: string): Millis | undefined {
    let last: Millis | undefined;
    for (const movies of this.#showsByCity.values()) {
      const start = movies.get(movie)?.lastStartMs;
      if (start !== undefined && (last === undefined || start > last)) last = start;
    }
    return last;
  }

  /** Number of seats in a layout, 0 when it is not known. */
  seatsIn(layout: LayoutId): number {
    return this.#seatCounts.get(layout) ?? 0;
  }

  /** A movie's title and genres, folded for searching. */
  searchTextOf(movie: string): string {
    return this.#searchTexts.get(movie) ?? '';
  }

  #putCinema(cinema: Cinema): void {
    const before = this.#cinemas.get(cinema.id);
    const moves = before?.city !== cinema.city;
    if (moves) {
      for (const hall of this.hallsOf(cinema.id)) this.#takeHallOffCity(hall);
      if (before !== undefined) this.#cinemasByCity.get(before.city)?.delete(cinema.id);
    }
    this.#cinemas.set(cinema.id, cinema);
    if (moves) {
      entry(this.#cinemasByCity, cinema.city, () => new Set()).add(cinema.id);
      for (const hall of this.hallsOf(cinema.id)) this.#putHallOnCity(hall);
    }
  }

  #putHall(hall: Hall): void {
    const before = this.#halls.get(hall.id);
    const moves = before?.cinema !== hall.cinema;
    if (moves) {
      this.#takeHallOffCity(hall.id);
      if (before !== undefined) this.#hallsByCinema.get(before.cinema)?.delete(hall.id);
    }
    this.#halls.set(hall.id, hall);
    if (moves) {
      entry(this.#hallsByCinema, hall.cinema, () => new Set()).add(hall.id);
      this.#putHallOnCity(hall.id);
    }
  }

  #putShow(show: ScheduledShow): void {
    const before = this.#shows.get(show.id);
    if (before !== undefined) {
      this.#showsByHall.get(before.hall)?.remove(before);
      this.#takeOffCity(before);
    }
    this.#shows.set(show.id, show);
    entry(this.#showsByHall, show.hall, () => new ShowTimes()).add(show);
    this.#putOnCity(show);
  }

  #putHallOnCity(hall: string): void {
    for (const show of this.showsOfHall(hall).all()) this.#putOnCity(show);
  }

  #takeHallOffCity(hall: string): void {
    for (const show of this.showsOfHall(hall).all()) this.#takeOffCity(show);
  }

  #putOnCity(show: ScheduledShow): void {
    const city = this.#cityOf(show);
    if (city === undefined) return;
    const movies = entry(this.#showsByCity, city, () => new Map<string, ShowTimes>());
    entry(movies, show.movie, () => new ShowTimes()).add(show);
  }

  #takeOffCity(show: ScheduledShow): void {
    const city = this.#cityOf(show);
    if (city === undefined) return;
    const movies = this.#showsByCity.get(city);
    const times = movies?.get(show.movie);
    times?.remove(show);
    if (times?.size === 0) movies?.delete(show.movie);
  }

  #cityOf(show: ScheduledShow): string | undefined {
    const hall = this.#halls.get(show.hall);
    return hall === undefined ? undefined : this.#cinemas.get(hall.cinema)?.city;
  }
}

/** The map's value for a key, made and kept where there is none. */
function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
