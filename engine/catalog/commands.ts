/**
 * What the catalogue can be asked to do. An `add` of an id that is known edits it, within what
 * its shows allow; the very same fact again is decided into no event, so a retry does no harm.
 */
import type { Millis } from '../ids.ts';
import type { Layout } from '../show/seats/layout.ts';
import type { Cinema, City, Hall, Movie, ScheduledShow } from './model.ts';

export type CatalogCommand =
  | { readonly type: 'addCity'; readonly city: City }
  | { readonly type: 'addCinema'; readonly cinema: Cinema }
  | { readonly type: 'addLayout'; readonly layout: Layout }
  | { readonly type: 'addHall'; readonly hall: Hall }
  | { readonly type: 'addMovie'; readonly movie: Movie }
  | { readonly type: 'scheduleShow'; readonly show: ScheduledShow };

/** What a decision is told of the world outside. */
export interface CatalogStamp {
  readonly nowMs: Millis;
}
