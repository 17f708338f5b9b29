/** A small town for the catalogue's tests: one cinema, one hall, one movie, shows on demand. */
import { Catalog } from '../../../engine/catalog/catalog.ts';
import type { CatalogCommand } from '../../../engine/catalog/commands.ts';
import { decideCatalog } from '../../../engine/catalog/decide.ts';
import type {
  CatalogEvent,
  Cinema,
  City,
  Hall,
  Movie,
  ScheduledShow,
} from '../../../engine/catalog/model.ts';
import { layoutId, millis, minor, showId } from '../../../engine/ids.ts';
import type { Layout } from '../../../engine/show/seats/layout.ts';
import type { ShowTerms } from '../../../engine/show/terms.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** 2026-05-05 00:00 UTC. */
export const midnight = Date.UTC(2026, 4, 5);

export const pune: City = {
  id: 'pune',
  name: 'Pune',
  country: 'IN',
  timeZone: 'Asia/Kolkata',
  currency: 'INR',
};

export const moon: Cinema = { id: 'moon', city: 'pune', name: 'Moon', address: '1 Hill Road' };

export const smallLayout: Layout = {
  id: layoutId('l-small'),
  name: 'Small',
  width: 6,
  depth: 6,
  curve: 0,
  best: { x: 3, y: 4 },
  tiers: ['Front', 'Back'],
  runs: [
    { section: 'Stalls', row: 'A', firstNumber: 1, step: 1, count: 4, x: 1, y: 3, tier: 0 },
    { section: 'Stalls', row: 'B', firstNumber: 1, step: 1, count: 5, x: 1, y: 4, tier: 1 },
  ],
};

export const hallOne: Hall = {
  id: 'moon-1',
  cinema: 'moon',
  name: 'Hall 1',
  layout: smallLayout.id,
};

export const kite: Movie = {
  id: 'kite',
  title: 'Le Cerf-Volant d’Été',
  minutes: 90,
  languages: ['mr', 'hi'],
  genres: ['Drama', 'Música'],
  rating: '6+',
  synopsis: 'A kite and a summer.',
};

export const terms: ShowTerms = {
  onSaleAtMs: millis(midnight - 24 * hourMs),
  startsAtMs: millis(midnight + 10 * hourMs),
  localStartMinute: 15 * 60 + 30,
  currency: 'INR',
  prices: [minor(10_003), minor(20_000)],
  discounts: [
    { type: 'timeOfDay', name: 'Afternoon', fromMinute: 720, untilMinute: 1020, percent: 20 },
    { type: 'nthTicket', name: 'Third', nth: 3, percent: 50 },
  ],
  seatsPerUser: 10,
  holdTtlMs: 300_000,
  offerTtlMs: 120_000,
  waitTtlMs: 3_600_000,
  graceMs: 5_000,
};

export interface ShowChanges {
  readonly id?: string;
  readonly hall?: string;
  readonly movie?: string;
  readonly language?: string;
  readonly terms?: Partial<ShowTerms>;
}

/** A show that starts `startMinute` after midnight UTC of 5 May 2026. */
export function showAt(startMinute: number, changes: ShowChanges = {}): ScheduledShow {
  return {
    id: showId(changes.id ?? `s${startMinute}`),
    hall: changes.hall ?? hallOne.id,
    movie: changes.movie ?? kite.id,
    language: changes.language ?? 'mr',
    format: '2D',
    layout: smallLayout.id,
    terms: { ...terms, startsAtMs: millis(midnight + startMinute * minuteMs), ...changes.terms },
  };
}

export const townEvents: readonly CatalogEvent[] = [
  { type: 'cityAdded', city: pune },
  { type: 'cinemaAdded', cinema: moon },
  { type: 'layoutAdded', layout: smallLayout },
  { type: 'hallAdded', hall: hallOne },
  { type: 'movieAdded', movie: kite },
];

export function catalogOf(...events: readonly CatalogEvent[]): Catalog {
  const catalog = new Catalog();
  for (const event of events) catalog.evolve(event);
  return catalog;
}

/** The town, with shows that start at these minutes after midnight. */
export function townWithShows(...startMinutes: readonly number[]): Catalog {
  return catalogOf(
    ...townEvents,
    ...startMinutes.map((minute) => ({ type: 'showScheduled', show: showAt(minute) }) as const),
  );
}

/** The refusal's name, or how many events were decided. */
export function outcome(
  catalog: Catalog,
  command: CatalogCommand,
  nowMs: number = midnight,
): string | number {
  const decided = decideCatalog(catalog, command, { nowMs: millis(nowMs) });
  return Array.isArray(decided) ? decided.length : decided.reason;
}
