/**
 * The demo's whole catalogue as events: what a new server starts with, and what it adds when it
 * is started again on a later day.
 */
import type { Catalog } from '../../engine/catalog/catalog.ts';
import { decideCatalog } from '../../engine/catalog/decide.ts';
import type { CatalogEvent, Cinema } from '../../engine/catalog/model.ts';
import { demoHalls } from './cinemas.ts';
import { demoCities } from './cities.ts';
import { demoFilms } from './films.ts';
import { demoLayouts } from './halls.ts';
import { type DemoOptions, demoShows } from './shows.ts';

/**
 * Cities, cinemas, layouts, halls, movies and a week of shows, in that order; the same for the
 * same seed and the same moment. Shows that have started by `nowMs` are left out.
 */
export function demoCatalog(options: DemoOptions): CatalogEvent[] {
  const cinemas = new Map<string, Cinema>(demoHalls.map(({ cinema }) => [cinema.id, cinema]));
  const events: CatalogEvent[] = [];
  for (const { city } of demoCities) events.push({ type: 'cityAdded', city });
  for (const cinema of cinemas.values()) events.push({ type: 'cinemaAdded', cinema });
  for (const layout of demoLayouts()) events.push({ type: 'layoutAdded', layout });
  for (const { hall } of demoHalls) events.push({ type: 'hallAdded', hall });
  for (const { movie } of demoFilms) events.push({ type: 'movieAdded', movie });
  for (const show of demoShows(options)) events.push({ type: 'showScheduled', show });
  return events;
}

/**
 * The shows that a catalogue made earlier lacks: those of the days since. A show that does not
 * fit what is there, e.g. because another seed or a partner has filled the hall, is left out.
 */
export function demoShowsMissing(catalog: Catalog, options: DemoOptions): CatalogEvent[] {
  const events: CatalogEvent[] = [];
  for (const show of demoShows(options)) {
    if (catalog.show(show.id) !== undefined) continue;
    const decided = decideCatalog(catalog, { type: 'scheduleShow', show }, options);
    if (Array.isArray(decided)) events.push(...decided);
  }
  return events;
}

/** The same shows, sold through a payment provider [P1]. */
export function paidFor(events: readonly CatalogEvent[]): CatalogEvent[] {
  return events.map((event) => {
    if (event.type !== 'showScheduled') return event;
    const { show } = event;
    return { ...event, show: { ...show, terms: { ...show.terms, payments: 'provider' } } };
  });
}
