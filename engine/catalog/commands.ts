/**
 * What the catalogue can be asked to do. An `add` of an id that is known edits it, within what
 * its shows allow; the very same fact again is decided into no event, so a retry does no harm.
 */
import type { Millis } from '../ids.ts';
import type { Layout } from '../show/seats/layout.ts';
import type { Cinema, City, Hall, Movie, Partner, PartnerKey, ScheduledShow } from './model.ts';

export type CatalogCommand =
  | { readonly type: 'addCity'; readonly city: City }
  | { readonly type: 'addCinema'; readonly cinema: Cinema }
  | { readonly type: 'addLayout'; readonly layout: Layout }
  | { readonly type: 'addHall'; readonly hall: Hall }
  | { readonly type: 'addMovie'; readonly movie: Movie }
  | { readonly type: 'scheduleShow'; readonly show: ScheduledShow }
  | { readonly type: 'addPartner'; readonly partner: Partner }
  | { readonly type: 'addPartnerKey'; readonly key: PartnerKey }
  | { readonly type: 'revokePartnerKey'; readonly partner: string; readonly key: string }
  /** The same, asked by a partner: for what is its own, and nothing else [C2]. */
  | {
      readonly type: 'asPartner';
      readonly partner: string;
      readonly command: PartnerCommand;
    };

export type PartnerCommand =
  | { readonly type: 'addCity'; readonly city: City }
  | { readonly type: 'addCinema'; readonly cinema: Cinema }
  | { readonly type: 'addLayout'; readonly layout: Layout }
  | { readonly type: 'addHall'; readonly hall: Hall }
  | { readonly type: 'addMovie'; readonly movie: Movie }
  | { readonly type: 'scheduleShow'; readonly show: ScheduledShow }
  /** All of them, or none [C4]. */
  | { readonly type: 'scheduleShows'; readonly shows: readonly ScheduledShow[] }
  | { readonly type: 'addPartnerKey'; readonly key: PartnerKey }
  | { readonly type: 'revokePartnerKey'; readonly key: string };

/** What a decision is told of the world outside. */
export interface CatalogStamp {
  readonly nowMs: Millis;
}
