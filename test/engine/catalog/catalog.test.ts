/** The catalogue is what its facts say, told once, twice, or in another order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Browse } from '../../../engine/catalog/browse.ts';
import type { Catalog } from '../../../engine/catalog/catalog.ts';
import type { CatalogEvent } from '../../../engine/catalog/model.ts';
import { layoutId, millis } from '../../../engine/ids.ts';
import {
  catalogOf,
  hallOne,
  kite,
  midnight,
  moon,
  pune,
  showAt,
  smallLayout,
  townEvents,
  townWithShows,
} from './town.ts';

const nowMs = millis(midnight);

describe('the catalogue', () => {
  it('[D3] is the same however often a fact is told', () => {
    const events: readonly CatalogEvent[] = [
      ...townEvents,
      { type: 'showScheduled', show: showAt(600) },
    ];
    const once = catalogOf(...events);
    const twice = catalogOf(...events, ...events);
    expect([...twice.facts()]).toEqual([...once.facts()]);
    expect(listed(twice)).toEqual(listed(once));
    expect(twice.showsOfHall(hallOne.id).size).toBe(1);
  });

  it('[D3] comes back from its own facts', () => {
    const catalog = townWithShows(600, 720, 840);
    const again = catalogOf(...catalog.facts());
    expect([...again.facts()]).toEqual([...catalog.facts()]);
    expect(listed(again)).toEqual(listed(catalog));
  });

  it('[C1] answers the same in whatever order the facts came', () => {
    const events: readonly CatalogEvent[] = [
      ...townEvents,
      { type: 'cityAdded', city: { ...pune, id: 'goa', name: 'Goa' } },
      { type: 'cinemaAdded', cinema: { ...moon, id: 'sun', city: 'goa', name: 'Sun' } },
      { type: 'hallAdded', hall: { ...hallOne, id: 'sun-1', cinema: 'sun' } },
      { type: 'showScheduled', show: showAt(600) },
      { type: 'showScheduled', show: showAt(800) },
      { type: 'showScheduled', show: showAt(700, { hall: 'sun-1' }) },
    ];
    const expected = listed(catalogOf(...events));
    expect(expected.pune).toBe('s600 s800');
    expect(expected.goa).toBe('s700');
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...events], { minLength: events.length }),
        (shuffled: readonly CatalogEvent[]) => {
          expect(listed(catalogOf(...shuffled))).toEqual(expected);
        },
      ),
    );
  });

  it('replaces a show by its id, also in the indexes', () => {
    const catalog = townWithShows(600);
    catalog.evolve({ type: 'movieAdded', movie: { ...kite, id: 'owl' } });
    catalog.evolve({ type: 'showScheduled', show: showAt(660, { id: 's600', movie: 'owl' }) });
    expect([...catalog.moviesOf('pune').keys()]).toEqual(['owl']);
    expect(catalog.showsOfHall(hallOne.id).size).toBe(1);
    expect(catalog.lastStartOf('kite')).toBeUndefined();
  });

  it('moves a cinema, and a hall, with their shows to another city', () => {
    const catalog = townWithShows(600);
    catalog.evolve({ type: 'cityAdded', city: { ...pune, id: 'goa' } });
    catalog.evolve({ type: 'cinemaAdded', cinema: { ...moon, city: 'goa' } });
    expect(catalog.moviesOf('pune').size).toBe(0);
    expect(catalog.moviesOf('goa').get('kite')?.size).toBe(1);
    expect(catalog.cinemasOf('pune').size).toBe(0);

    catalog.evolve({ type: 'cinemaAdded', cinema: { ...moon, id: 'sun', city: 'pune' } });
    catalog.evolve({ type: 'hallAdded', hall: { ...hallOne, cinema: 'sun' } });
    expect(catalog.moviesOf('goa').size).toBe(0);
    expect(catalog.moviesOf('pune').get('kite')?.size).toBe(1);
    expect([...catalog.hallsOf('sun')]).toEqual([hallOne.id]);
    expect(catalog.hallsOf('moon').size).toBe(0);
  });

  it('counts the seats of a layout, and none of an unknown one', () => {
    const catalog = townWithShows();
    expect(catalog.seatsIn(smallLayout.id)).toBe(9);
    expect(catalog.seatsIn(layoutId('l-none'))).toBe(0);
  });
});

/** Ids of the shows listed in each city, as one text. */
function listed(catalog: Catalog): Record<string, string> {
  const browse = new Browse(catalog, () => '2026-05-05');
  const found: Record<string, string> = {};
  for (const city of browse.cities({ nowMs })) {
    found[city.id] = (browse.movies({ city: city.id, nowMs }) ?? [])
      .flatMap((movie) => browse.shows({ city: city.id, movie: movie.id, nowMs }) ?? [])
      .flatMap(({ shows }) => shows.map((show) => show.id))
      .join(' ');
  }
  return found;
}
