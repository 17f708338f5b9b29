/**
 * A log file with a small town in it, written before a server starts: shows whose size and times
 * can be chosen, which the demo's cannot. What the server finds is what one before it left.
 */
import { Catalog } from '../../engine/catalog/catalog.ts';
import type { CatalogEvent } from '../../engine/catalog/model.ts';
import { layoutId, millis, minor, type ShowId, showId } from '../../engine/ids.ts';
import type { Layout } from '../../engine/show/seats/layout.ts';
import type { ShowTerms } from '../../engine/show/terms.ts';
import { CatalogHost } from '../../gateway/catalog/catalog-host.ts';
import { openSqliteLog } from '../../persistence/sqlite/open-sqlite-log.ts';

export interface TownShow {
  readonly id: ShowId;
  readonly seats: number;
  readonly terms: ShowTerms;
}

/** What differs from a show's usual terms. */
export type TermChanges = Partial<ShowTerms>;

const HOUR_MS = 3_600_000;
const SEATS_PER_ROW = 20;

/** Adds a town to the file, a show for each of `changes`; on sale since an hour, for ten more. */
export async function makeTown(
  file: string,
  seats: number,
  changes: readonly TermChanges[],
  nowMs: number = Date.now(),
): Promise<readonly TownShow[]> {
  const layout = layoutOf(seats);
  const shows = changes.map((change, index) => ({
    id: showId(`show-${index}`),
    seats,
    terms: { ...usualTerms(nowMs), ...change },
  }));
  const log = openSqliteLog({ file });
  try {
    const clock = { now: () => millis(nowMs) };
    const host = await CatalogHost.open(new Catalog(), log, clock);
    await host.record(eventsOf(layout, shows));
  } finally {
    log.closeSync();
  }
  return shows;
}

function usualTerms(nowMs: number): ShowTerms {
  return {
    onSaleAtMs: millis(nowMs - HOUR_MS),
    startsAtMs: millis(nowMs + 10 * HOUR_MS),
    localStartMinute: 20 * 60,
    currency: 'EUR',
    prices: [minor(1_000)],
    discounts: [{ type: 'nthTicket', name: 'Third', nth: 3, percent: 50 }],
    seatsPerUser: 10,
    holdTtlMs: 300_000,
    offerTtlMs: 120_000,
    waitTtlMs: 3_600_000,
    graceMs: 5_000,
  };
}

function layoutOf(seats: number): Layout {
  const rows = Math.ceil(seats / SEATS_PER_ROW);
  const runs = Array.from({ length: rows }, (_, row) => ({
    section: 'Stalls',
    row: String(row + 1),
    firstNumber: 1,
    step: 1,
    count: Math.min(SEATS_PER_ROW, seats - row * SEATS_PER_ROW),
    x: 1,
    y: row + 3,
    tier: 0,
  }));
  const best = { x: SEATS_PER_ROW / 2, y: rows / 2 + 3 };
  const size = { width: SEATS_PER_ROW + 2, depth: rows + 4, curve: 0, best };
  return { id: layoutId('hall'), name: 'Hall', ...size, tiers: ['All'], runs };
}

function eventsOf(layout: Layout, shows: readonly TownShow[]): readonly CatalogEvent[] {
  const city = { id: 'ulm', name: 'Ulm', country: 'DE', timeZone: 'Europe/Berlin' };
  const cinema = { id: 'bear', city: city.id, name: 'Bear', address: '1 Minster Square' };
  const movie = {
    id: 'storm',
    title: 'Storm',
    minutes: 90,
    languages: ['de'],
    genres: ['Drama'],
    rating: '6+',
    synopsis: 'Wind, and people in it.',
  };
  const halls = shows.map(({ id }) => ({
    id: `hall-${id}`,
    cinema: cinema.id,
    name: `Hall ${id}`,
    layout: layout.id,
  }));
  return [
    { type: 'cityAdded', city: { ...city, currency: 'EUR' } },
    { type: 'cinemaAdded', cinema },
    { type: 'layoutAdded', layout },
    ...halls.map((hall) => ({ type: 'hallAdded', hall }) as const),
    { type: 'movieAdded', movie },
    ...shows.map(({ id, terms }) => {
      const named = { id, hall: `hall-${id}`, movie: movie.id, language: 'de' };
      const show = { ...named, format: '2D' as const, layout: layout.id, terms };
      return { type: 'showScheduled', show } as const;
    }),
  ];
}
