/**
 * What people browse: cities → movies → cinemas and shows → a show's seat map [C1].
 */
import type { LayoutId, Millis, ShowId } from '../ids.ts';
import type { Availability } from '../show/availability.ts';
import type { Layout } from '../show/seats/layout.ts';
import type { ShowTerms } from '../show/terms.ts';

export interface City {
  /** Short and readable, e.g. `pune`. */
  readonly id: string;
  readonly name: string;
  /** ISO 3166 two-letter code. */
  readonly country: string;
  /** IANA name, e.g. `Asia/Kolkata`. */
  readonly timeZone: string;
  readonly currency: string;
}

/** A theatre company; what it adds is its own, and nobody else's to see or change [C2]. */
export interface Partner {
  readonly id: string;
  readonly name: string;
  /** Of whoever answers for it. */
  readonly email: string;
  /** Its own inventory system, asked to lock seats before anybody pays for them [B4]. */
  readonly theatreSystem?: string;
  /** Its keys open nothing as long as it is; what it sells goes on. */
  readonly suspended?: boolean;
}

export const partnerScopes = ['catalog', 'sell', 'read', 'webhooks'] as const;
export type PartnerScope = (typeof partnerScopes)[number];

/** A key that a partner's programs show; only its hash is known here. */
export interface PartnerKey {
  readonly id: string;
  readonly partner: string;
  readonly name: string;
  /** SHA-256 of the secret, in hex. */
  readonly hash: string;
  readonly scopes: readonly PartnerScope[];
  readonly createdMs: Millis;
}

export interface Cinema {
  readonly id: string;
  readonly city: string;
  readonly name: string;
  readonly address: string;
  /** Whose it is; the house's own where there is none. */
  readonly partner?: string;
}

export interface Hall {
  readonly id: string;
  readonly cinema: string;
  readonly name: string;
  readonly layout: LayoutId;
}

export interface Movie {
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
  /** ISO 639-1 codes of the languages it is shown in. */
  readonly languages: readonly string[];
  readonly genres: readonly string[];
  /** Audience rating, e.g. `12+`. */
  readonly rating: string;
  readonly synopsis: string;
  /** Who alone shows it; anybody where there is none. */
  readonly partner?: string;
}

export type ShowFormat = '2D' | '3D' | 'IMAX';

export interface ScheduledShow {
  readonly id: ShowId;
  readonly hall: string;
  readonly movie: string;
  readonly language: string;
  readonly format: ShowFormat;
  readonly layout: LayoutId;
  readonly terms: ShowTerms;
}

/** A fact of the catalogue's log. */
export type CatalogEvent =
  | { readonly type: 'cityAdded'; readonly city: City }
  | { readonly type: 'cinemaAdded'; readonly cinema: Cinema }
  | { readonly type: 'layoutAdded'; readonly layout: Layout }
  | { readonly type: 'hallAdded'; readonly hall: Hall }
  | { readonly type: 'movieAdded'; readonly movie: Movie }
  | { readonly type: 'showScheduled'; readonly show: ScheduledShow }
  | { readonly type: 'partnerAdded'; readonly partner: Partner }
  | { readonly type: 'partnerKeyAdded'; readonly key: PartnerKey }
  | { readonly type: 'partnerKeyRevoked'; readonly key: string };

// What browsing answers with; the wire carries these as they are.

export interface CitySummary extends City {
  readonly cinemas: number;
  readonly movies: number;
}

export interface MovieSummary extends Movie {
  /** Upcoming shows in the city asked for. */
  readonly shows: number;
  readonly nextStartMs: Millis;
}

export interface ShowSummary {
  readonly id: ShowId;
  readonly hall: string;
  readonly startsAtMs: Millis;
  readonly onSaleAtMs: Millis;
  readonly language: string;
  readonly format: ShowFormat;
  readonly currency: string;
  readonly priceFrom: number;
  readonly seats: number;
  /** Names of the discounts that every ticket of this show gets, e.g. afternoon. */
  readonly discounts: readonly string[];
  /** As of about a second ago; not there before the show is known to be sold. */
  readonly availability?: Availability;
}

export interface CinemaShows {
  readonly cinema: Cinema;
  readonly shows: readonly ShowSummary[];
}

/** All that a seat-map page needs besides the live state. */
export interface ShowDetails {
  readonly show: ScheduledShow;
  readonly movie: Movie;
  readonly hall: Hall;
  readonly cinema: Cinema;
  readonly city: City;
  readonly layout: Layout;
}
