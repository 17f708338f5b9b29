/** Browsing answers what the catalogue holds, in order, and nothing that has started [C1]. */
import { describe, expect, it } from 'vitest';
import { Browse } from '../../../engine/catalog/browse.ts';
import type { Catalog } from '../../../engine/catalog/catalog.ts';
import { fold } from '../../../engine/catalog/fold.ts';
import { type Millis, millis, minor, showId } from '../../../engine/ids.ts';
import {
  hallOne,
  hourMs,
  kite,
  midnight,
  minuteMs,
  moon,
  pune,
  showAt,
  smallLayout,
  townWithShows,
} from './town.ts';

const nowMs = millis(midnight);

/** India is five and a half hours ahead of UTC all year. */
function localDay(_timeZone: string, ms: Millis): string {
  return new Date(ms + 5.5 * hourMs).toISOString().slice(0, 10);
}

function browse(catalog: Catalog): Browse {
  return new Browse(catalog, localDay);
}

/** The town with two movies and two cinemas; kite at 600 and 1200, owl (in hi) at 700. */
function busyTown(): Catalog {
  const catalog = townWithShows(1_200, 600);
  catalog.evolve({
    type: 'movieAdded',
    movie: { ...kite, id: 'owl', title: 'Owl', languages: ['hi'], genres: ['Comedy'] },
  });
  catalog.evolve({ type: 'cinemaAdded', cinema: { ...moon, id: 'arc', name: 'Arc' } });
  catalog.evolve({ type: 'hallAdded', hall: { ...hallOne, id: 'arc-1', cinema: 'arc' } });
  catalog.evolve({
    type: 'showScheduled',
    show: showAt(700, { hall: 'arc-1', movie: 'owl', language: 'hi' }),
  });
  catalog.evolve({
    type: 'showScheduled',
    show: showAt(500, { hall: 'arc-1', language: 'hi' }),
  });
  return catalog;
}

describe('[C1] browsing', () => {
  it('lists the cities that have cinemas, by name, with what is still to come', () => {
    const catalog = busyTown();
    catalog.evolve({ type: 'cityAdded', city: { ...pune, id: 'aba', name: 'Aba' } });
    expect(browse(catalog).cities({ nowMs })).toEqual([{ ...pune, cinemas: 2, movies: 2 }]);
    const afterOwl = millis(midnight + 700 * minuteMs);
    expect(browse(catalog).cities({ nowMs: afterOwl })[0]?.movies).toBe(1);

    catalog.evolve({ type: 'cinemaAdded', cinema: { ...moon, id: 'x', city: 'aba' } });
    const names = browse(catalog)
      .cities({ nowMs })
      .map(({ name }) => name);
    expect(names).toEqual(['Aba', 'Pune']);
  });

  it('lists a city’s movies, soonest first, without shows that have started', () => {
    const found = browse(busyTown()).movies({ city: 'pune', nowMs });
    expect(found?.map(({ id, shows, nextStartMs }) => [id, shows, nextStartMs])).toEqual([
      ['kite', 3, midnight + 500 * minuteMs],
      ['owl', 1, midnight + 700 * minuteMs],
    ]);
    const later = millis(midnight + 600 * minuteMs);
    const left = browse(busyTown()).movies({ city: 'pune', nowMs: later });
    expect(left?.map(({ id, shows }) => `${id} ${shows}`)).toEqual(['owl 1', 'kite 1']);
  });

  it('filters movies by language, genre, local day and text, all at once', () => {
    const titles = (query: object) =>
      browse(busyTown())
        .movies({ city: 'pune', nowMs, ...query })
        ?.map(({ id, shows }) => `${id} ${shows}`)
        .join(', ');
    expect(titles({ language: 'hi' })).toBe('kite 1, owl 1');
    expect(titles({ language: 'mr' })).toBe('kite 2');
    expect(titles({ genre: 'comedy' })).toBe('owl 1');
    expect(titles({ genre: 'MUSICA' })).toBe('kite 3');
    // 1200 minutes after midnight UTC is half past one at night in India.
    expect(titles({ date: '2026-05-05' })).toBe('kite 2, owl 1');
    expect(titles({ date: '2026-05-06' })).toBe('kite 1');
    expect(titles({ date: '2026-05-07' })).toBe('');
    expect(titles({ text: 'ete CERF' })).toBe('kite 3');
    expect(titles({ text: '  ' })).toBe('kite 3, owl 1');
    expect(titles({ text: 'cerf comedy' })).toBe('');
    expect(titles({ text: 'músicA', language: 'mr', date: '2026-05-06' })).toBe('kite 1');
  });

  it('lists the cinemas that show a movie, with their shows in order', () => {
    const found = browse(busyTown()).shows({ city: 'pune', movie: 'kite', nowMs });
    expect(found?.map(({ cinema, shows }) => [cinema.id, shows.map((show) => show.id)])).toEqual([
      ['arc', ['s500']],
      ['moon', ['s600', 's1200']],
    ]);
    const tomorrow = browse(busyTown()).shows({
      city: 'pune',
      movie: 'kite',
      date: '2026-05-06',
      nowMs,
    });
    expect(tomorrow?.flatMap(({ shows }) => shows.map((show) => show.id))).toEqual(['s1200']);
  });

  it('[M3] sums a show up at the price that its cheapest seat costs', () => {
    const found = browse(townWithShows(600)).shows({ city: 'pune', movie: 'kite', nowMs });
    expect(found?.[0]?.shows[0]).toEqual({
      id: 's600',
      hall: 'Hall 1',
      startsAtMs: midnight + 600 * minuteMs,
      onSaleAtMs: midnight - 24 * hourMs,
      language: 'mr',
      format: '2D',
      currency: 'INR',
      // 100.03 less 20 % is 80.024.
      priceFrom: 8_002,
      seats: 9,
      discounts: ['Afternoon'],
    });
    const evening = townWithShows();
    const terms = { localStartMinute: 1_020, prices: [minor(500), minor(300)] };
    evening.evolve({ type: 'showScheduled', show: showAt(690, { terms }) });
    const summary = browse(evening).shows({ city: 'pune', movie: 'kite', nowMs })?.[0]?.shows[0];
    expect(summary?.priceFrom).toBe(300);
    expect(summary?.discounts).toEqual([]);
  });

  it('opens a show by its id, also when it has started', () => {
    expect(browse(townWithShows(600)).show(showId('s600'))).toEqual({
      show: showAt(600),
      movie: kite,
      hall: hallOne,
      cinema: moon,
      city: pune,
      layout: smallLayout,
    });
    const over = millis(midnight + 24 * hourMs);
    expect(browse(townWithShows(600)).movies({ city: 'pune', nowMs: over })).toEqual([]);
  });

  it('knows nothing of unknown cities, movies and shows', () => {
    const town = browse(townWithShows(600));
    expect(town.movies({ city: 'none', nowMs })).toBeUndefined();
    expect(town.shows({ city: 'none', movie: 'kite', nowMs })).toBeUndefined();
    expect(town.shows({ city: 'pune', movie: 'none', nowMs })).toBeUndefined();
    expect(town.show(showId('none'))).toBeUndefined();
  });

  it('does not list or open a show whose movie or layout is missing', () => {
    const catalog = townWithShows();
    catalog.evolve({ type: 'showScheduled', show: showAt(600, { movie: 'ghost' }) });
    expect(browse(catalog).movies({ city: 'pune', nowMs })).toEqual([]);
    expect(browse(catalog).cities({ nowMs })[0]?.movies).toBe(0);
    expect(browse(catalog).show(showId('s600'))).toBeUndefined();
  });

  it('asks for a show’s day once, and again when the show is replaced', () => {
    const asked: number[] = [];
    const catalog = townWithShows(600);
    const counted = new Browse(catalog, (timeZone, ms) => {
      asked.push(ms);
      return localDay(timeZone, ms);
    });
    const query = { city: 'pune', date: '2026-05-05', nowMs };
    counted.movies(query);
    counted.movies(query);
    expect(asked).toHaveLength(1);
    catalog.evolve({ type: 'showScheduled', show: showAt(1_200, { id: 's600' }) });
    expect(counted.movies(query)).toEqual([]);
    expect(asked).toHaveLength(2);
  });
});

describe('folding text for search', () => {
  it.each([
    ['São Łódź', 'sao lodz'],
    ['STRAẞE Øre Æther', 'strasse ore aether'],
    ['İzmir ılık', 'izmir ilik'],
  ])('%s becomes %s', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });
});
