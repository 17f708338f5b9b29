/**
 * Puts a show on the schedule, or says why it cannot stand there [C4].
 */
import type { Millis } from '../ids.ts';
import type { Catalog } from './catalog.ts';
import { checkShowId, longestMovieMinutes } from './check-fields.ts';
import { checkTerms } from './check-terms.ts';
import type { CatalogStamp } from './commands.ts';
import type { CatalogEvent, Movie, ScheduledShow } from './model.ts';
import { type CatalogRefusal, refuse } from './refusals.ts';
import { sameFact } from './same-fact.ts';

/** Between two shows in one hall the audience leaves and the floor is swept. */
export const cleaningMinutes = 15;

const msPerMinute = 60_000;

export function scheduleShow(
  catalog: Catalog,
  show: ScheduledShow,
  stamp: CatalogStamp,
): CatalogEvent[] | CatalogRefusal {
  const problem = checkShowId(show.id);
  if (problem !== undefined) return refuse('invalidField', problem);
  const known = catalog.show(show.id);
  if (known !== undefined) {
    if (sameFact(known, show)) return [];
    return refuse('showExists', `There is another show with the id ${show.id} already.`);
  }

  const hall = catalog.hall(show.hall);
  if (hall === undefined) return refuse('hallNotFound', `There is no hall "${show.hall}".`);
  const movie = catalog.movie(show.movie);
  if (movie === undefined) return refuse('movieNotFound', `There is no movie "${show.movie}".`);
  const layout = catalog.layout(show.layout);
  if (layout === undefined) {
    return refuse('layoutNotFound', `There is no layout "${show.layout}".`);
  }
  if (show.layout !== hall.layout) {
    return refuse('layoutDiffers', `The hall "${hall.name}" has the layout "${hall.layout}" now.`);
  }
  const cinema = catalog.cinema(hall.cinema);
  if (cinema === undefined) return refuse('cinemaNotFound', `There is no cinema "${hall.cinema}".`);
  const city = catalog.city(cinema.city);
  if (city === undefined) return refuse('cityNotFound', `There is no city "${cinema.city}".`);

  if (!Number.isSafeInteger(show.terms.startsAtMs) || show.terms.startsAtMs <= stamp.nowMs) {
    return refuse('showInPast', 'A show must start in the future.');
  }
  const termsRefusal = checkTerms(show.terms, layout, city);
  if (termsRefusal !== undefined) return termsRefusal;
  if (!movie.languages.includes(show.language)) {
    return refuse('languageNotShown', `"${movie.title}" is not shown in "${show.language}".`);
  }
  const other = overlapping(catalog, show, movie);
  if (other !== undefined) {
    return refuse(
      'showsOverlap',
      `The hall "${hall.name}" is taken then: the show ${other.id} is too close.`,
    );
  }
  return [{ type: 'showScheduled', show }];
}

/** A show that needs the hall while `show` would, cleaning included, or undefined. */
function overlapping(
  catalog: Catalog,
  show: ScheduledShow,
  movie: Movie,
): ScheduledShow | undefined {
  const start = show.terms.startsAtMs;
  const end = hallFreeAt(start, movie);
  const longestMs = (longestMovieMinutes + cleaningMinutes) * msPerMinute;
  for (const other of catalog.showsOfHall(show.hall).after((start - longestMs - 1) as Millis)) {
    if (other.terms.startsAtMs >= end) return undefined;
    const otherMovie = catalog.movie(other.movie);
    if (otherMovie === undefined) continue;
    if (start < hallFreeAt(other.terms.startsAtMs, otherMovie)) return other;
  }
  return undefined;
}

/** When the hall can take its next audience. */
function hallFreeAt(startsAtMs: Millis, movie: Movie): number {
  return startsAtMs + (movie.minutes + cleaningMinutes) * msPerMinute;
}
