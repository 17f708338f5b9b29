/** What the catalogue accepts, and every reason for which it refuses [C4]. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideCatalog } from '../../../engine/catalog/decide.ts';
import { catalogRefusalTable } from '../../../engine/catalog/refusals.ts';
import { layoutId, millis, minor } from '../../../engine/ids.ts';
import {
  catalogOf,
  hallOne,
  hourMs,
  kite,
  midnight,
  minuteMs,
  moon,
  outcome,
  pune,
  type ShowChanges,
  showAt,
  smallLayout,
  terms,
  townEvents,
  townWithShows,
} from './town.ts';

const town = () => townWithShows();

function schedule(startMinute: number, changes: ShowChanges = {}) {
  return { type: 'scheduleShow', show: showAt(startMinute, changes) } as const;
}

describe('building the catalogue', () => {
  it('accepts a town, fact by fact, and decides nothing where it is all known', () => {
    const catalog = catalogOf();
    const commands = [
      { type: 'addCity', city: pune },
      { type: 'addCinema', cinema: moon },
      { type: 'addLayout', layout: smallLayout },
      { type: 'addHall', hall: hallOne },
      { type: 'addMovie', movie: kite },
      schedule(600),
    ] as const;
    for (const command of commands) {
      const decided = decideCatalog(catalog, command, { nowMs: millis(midnight) });
      if (!Array.isArray(decided)) throw new Error(decided.text);
      expect(decided).toHaveLength(1);
      for (const event of decided) catalog.evolve(event);
    }
    expect([...catalog.facts()]).toEqual([
      ...townEvents,
      { type: 'showScheduled', show: showAt(600) },
    ]);
    for (const command of commands) {
      const copy = structuredClone(command);
      expect(outcome(catalog, copy)).toBe(0);
    }
  });

  it.each([
    [
      'cinema',
      { type: 'addCinema', cinema: { ...moon, id: 'x', city: 'nowhere' } },
      'cityNotFound',
    ],
    ['hall', { type: 'addHall', hall: { ...hallOne, id: 'x', cinema: 'none' } }, 'cinemaNotFound'],
    [
      'hall without layout',
      { type: 'addHall', hall: { ...hallOne, id: 'x', layout: layoutId('none') } },
      'layoutNotFound',
    ],
    ['id', { type: 'addCity', city: { ...pune, id: 'Pune!' } }, 'invalidField'],
    ['currency', { type: 'addCity', city: { ...pune, id: 'x', currency: 'rs' } }, 'invalidField'],
    ['length', { type: 'addMovie', movie: { ...kite, id: 'x', minutes: 0 } }, 'invalidField'],
    ['half', { type: 'addMovie', movie: { ...kite, id: 'x', minutes: 90.5 } }, 'invalidField'],
    ['languages', { type: 'addMovie', movie: { ...kite, id: 'x', languages: [] } }, 'invalidField'],
    [
      'layout',
      { type: 'addLayout', layout: { ...smallLayout, id: layoutId('x'), runs: [] } },
      'invalidLayout',
    ],
  ] as const)(
    '[C4] refuses what refers to nothing or says nothing: %s',
    (_what, command, reason) => {
      expect(outcome(town(), command)).toBe(reason);
    },
  );

  it('lets names change, but nothing that its shows stand on', () => {
    const catalog = townWithShows(600);
    catalog.evolve({ type: 'cityAdded', city: { ...pune, id: 'goa' } });
    catalog.evolve({ type: 'cinemaAdded', cinema: { ...moon, id: 'sun' } });
    expect(outcome(catalog, { type: 'addCity', city: { ...pune, name: 'Poona' } })).toBe(1);
    expect(outcome(catalog, { type: 'addCity', city: { ...pune, currency: 'EUR' } })).toBe('inUse');
    expect(outcome(catalog, { type: 'addCinema', cinema: { ...moon, name: 'Luna' } })).toBe(1);
    expect(outcome(catalog, { type: 'addCinema', cinema: { ...moon, city: 'goa' } })).toBe('inUse');
    expect(outcome(catalog, { type: 'addHall', hall: { ...hallOne, name: 'Big' } })).toBe(1);
    expect(outcome(catalog, { type: 'addHall', hall: { ...hallOne, cinema: 'sun' } })).toBe(
      'inUse',
    );
    const longer = { type: 'addMovie', movie: { ...kite, minutes: 200 } } as const;
    expect(outcome(catalog, longer)).toBe('inUse');
    expect(outcome(catalog, longer, midnight + 12 * hourMs)).toBe(1);
  });

  it('[C3] never alters a layout under its id', () => {
    const wider = { ...smallLayout, width: 9 };
    expect(outcome(town(), { type: 'addLayout', layout: wider })).toBe('layoutExists');
    const renamed = { ...wider, id: layoutId('l-wider') };
    expect(outcome(town(), { type: 'addLayout', layout: renamed })).toBe(1);
  });
});

describe('scheduling a show', () => {
  it.each([
    ['id', { id: 'Not An Id' }, 'invalidField'],
    ['hall', { hall: 'none' }, 'hallNotFound'],
    ['movie', { movie: 'none' }, 'movieNotFound'],
    ['language', { language: 'en' }, 'languageNotShown'],
    ['currency', { terms: { currency: 'EUR' } }, 'currencyDiffers'],
    ['no price', { terms: { prices: [minor(1)] } }, 'priceMissing'],
    ['negative price', { terms: { prices: [minor(1), minor(-1)] } }, 'priceMissing'],
    ['broken price', { terms: { prices: [minor(1), minor(0.5)] } }, 'priceMissing'],
    ['price too many', { terms: { prices: [minor(1), minor(1), minor(1)] } }, 'priceMissing'],
    ['sale after start', { terms: { onSaleAtMs: millis(midnight + 99 * hourMs) } }, 'invalidTerms'],
    ['minute', { terms: { localStartMinute: 1440 } }, 'invalidTerms'],
    ['hold', { terms: { holdTtlMs: 0 } }, 'invalidTerms'],
    [
      'percent',
      { terms: { discounts: [{ type: 'nthTicket', name: 'x', nth: 3, percent: 101 }] } },
      'invalidTerms',
    ],
    [
      'window',
      {
        terms: {
          discounts: [
            { type: 'timeOfDay', name: 'x', fromMinute: 60, untilMinute: 60, percent: 5 },
          ],
        },
      },
      'invalidTerms',
    ],
  ] as const)('[C4] refuses a show with a wrong or missing %s', (_what, changes, reason) => {
    expect(outcome(town(), schedule(600, changes))).toBe(reason);
  });

  it('[C4] refuses a layout that is not there, or is not the hall’s', () => {
    const catalog = town();
    const other = { ...smallLayout, id: layoutId('l-other') };
    const show = { ...showAt(600), layout: other.id };
    expect(outcome(catalog, { type: 'scheduleShow', show })).toBe('layoutNotFound');
    catalog.evolve({ type: 'layoutAdded', layout: other });
    expect(outcome(catalog, { type: 'scheduleShow', show })).toBe('layoutDiffers');
    catalog.evolve({ type: 'hallAdded', hall: { ...hallOne, layout: other.id } });
    expect(outcome(catalog, { type: 'scheduleShow', show })).toBe(1);
  });

  it('[C4] refuses a show in the past, the present moment included', () => {
    const startMs = midnight + 600 * minuteMs;
    expect(outcome(town(), schedule(600), startMs)).toBe('showInPast');
    expect(outcome(town(), schedule(600), startMs + 1)).toBe('showInPast');
    expect(outcome(town(), schedule(600), startMs - 1)).toBe(1);
  });

  it('[C4] a free seat is a price too', () => {
    expect(outcome(town(), schedule(600, { terms: { prices: [minor(0), minor(0)] } }))).toBe(1);
  });

  it('[C4] keeps a hall to one show at a time, with a quarter of an hour to clean', () => {
    const catalog = townWithShows(600);
    // 90 minutes and 15 of cleaning: 105.
    expect(outcome(catalog, schedule(600 + 104, { id: 'x' }))).toBe('showsOverlap');
    expect(outcome(catalog, schedule(600 + 105, { id: 'x' }))).toBe(1);
    expect(outcome(catalog, schedule(600 - 104, { id: 'x' }))).toBe('showsOverlap');
    expect(outcome(catalog, schedule(600 - 105, { id: 'x' }))).toBe(1);
    expect(outcome(catalog, schedule(600, { id: 'x' }))).toBe('showsOverlap');
    catalog.evolve({ type: 'hallAdded', hall: { ...hallOne, id: 'moon-2' } });
    expect(outcome(catalog, schedule(600, { id: 'x', hall: 'moon-2' }))).toBe(1);
  });

  it('[C4] sees a long show that began before many others', () => {
    const catalog = townWithShows(1_400);
    catalog.evolve({ type: 'movieAdded', movie: { ...kite, id: 'epic', minutes: 1_440 } });
    expect(outcome(catalog, schedule(100, { id: 'x', movie: 'epic' }))).toBe('showsOverlap');
    const epic = townWithShows();
    epic.evolve({ type: 'movieAdded', movie: { ...kite, id: 'epic', minutes: 1_440 } });
    epic.evolve({ type: 'showScheduled', show: showAt(0, { movie: 'epic' }) });
    expect(outcome(epic, schedule(1_440, { id: 'x' }))).toBe('showsOverlap');
    expect(outcome(epic, schedule(1_455, { id: 'x' }))).toBe(1);
  });

  it('[C4] agrees with a plain comparison of every pair, whatever is asked', () => {
    const asked = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.boolean()), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(asked, (shows) => {
        const catalog = town();
        catalog.evolve({ type: 'movieAdded', movie: { ...kite, id: 'short', minutes: 20 } });
        const accepted: { from: number; until: number }[] = [];
        for (const [index, [minute, isShort]] of shows.entries()) {
          const movie = isShort ? 'short' : kite.id;
          const show = showAt(minute, { id: `s${index}`, movie });
          const until = minute + (isShort ? 20 : 90) + 15;
          const collides = accepted.some((other) => minute < other.until && other.from < until);
          const reason = outcome(catalog, { type: 'scheduleShow', show });
          expect(reason).toBe(collides ? 'showsOverlap' : 1);
          if (collides) continue;
          accepted.push({ from: minute, until });
          catalog.evolve({ type: 'showScheduled', show });
        }
      }),
    );
  });

  it('refuses to change a show that is scheduled: people hold its seats', () => {
    const catalog = townWithShows(600);
    expect(outcome(catalog, schedule(600))).toBe(0);
    const dearer = { ...terms, ...showAt(600).terms, prices: [minor(1), minor(2)] };
    expect(outcome(catalog, schedule(600, { terms: dearer }))).toBe('showExists');
  });

  it('gives every refusal a number of its own and a sentence', () => {
    const codes = Object.values(catalogRefusalTable);
    expect(new Set(codes).size).toBe(codes.length);
    const refused = decideCatalog(town(), schedule(600, { hall: 'none' }), {
      nowMs: millis(midnight),
    });
    expect(refused).toEqual({
      type: 'refused',
      reason: 'hallNotFound',
      code: catalogRefusalTable.hallNotFound,
      text: 'There is no hall "none".',
    });
  });
});
