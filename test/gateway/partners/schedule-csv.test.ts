/** A schedule as a table: what is written is read again, and each row is told what is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../engine/catalog/catalog.ts';
import { layoutId, millis } from '../../../engine/ids.ts';
import { ApiProblem } from '../../../gateway/http/api/route.ts';
import { importTextGrid } from '../../../gateway/partners/halls/text-grid.ts';
import { CsvProblem, readCsv, writeCsv } from '../../../gateway/partners/schedule/csv.ts';
import { distanceOf } from '../../../gateway/partners/schedule/nearest-name.ts';
import {
  planSchedule,
  type RowReport,
  type SchedulePlan,
} from '../../../gateway/partners/schedule/plan-schedule.ts';

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', ' ', 'a', '\uFEFF') }),
);

/** As wide in every row; the header is plain, as headers are. */
const table = fc
  .integer({ min: 2, max: 6 })
  .chain((width) =>
    fc.tuple(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '\n'), maxLength: 5 }), {
        minLength: width,
        maxLength: width,
      }),
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }),
    ),
  )
  .map(([header, rows]) => [header, ...rows]);

describe('a table', () => {
  it('is read as it was written, with any separator, line end and byte order mark', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.boolean(),
        (rows, separator, end, hasMark, isEnded) => {
          const written = writeCsv(rows, separator, end);
          const text = isEnded ? written : written.slice(0, -end.length);
          expect(readCsv((hasMark ? '\uFEFF' : '') + text)).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of any text at all is read or refused with the row', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', ';', '\r', '\n', 'x') });
    fc.assert(
      fc.property(text, (each) => {
        try {
          for (const row of readCsv(each)) expect(row.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(CsvProblem);
          expect((error as CsvProblem).row).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('keeps quotes, separators and line ends inside of quotes', () => {
    expect(readCsv('a;b\r\n"x ""y"" ;\n,z";\r\n')).toEqual([
      ['a', 'b'],
      ['x "y" ;\n,z', ''],
    ]);
  });

  it('names the row of a quote that never ends', () => {
    expect(() => readCsv('a,b\n1,"2\n3,4\n')).toThrow(expect.objectContaining({ row: 2 }));
    expect(() => readCsv('a,b\n1,"2"x\n')).toThrow(expect.objectContaining({ row: 2 }));
  });
});

it('the distance of two names is a metric', () => {
  const name = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(distanceOf(a, b)).toBe(distanceOf(b, a));
      expect(distanceOf(a, b) === 0).toBe(a === b);
      expect(distanceOf(a, c)).toBeLessThanOrEqual(distanceOf(a, b) + distanceOf(b, c));
    }),
  );
});

const NOW = Date.parse('2031-01-01T00:00:00Z');

function catalogOf(currency = 'EUR'): Catalog {
  const catalog = new Catalog();
  const timeZone = 'Europe/Berlin';
  const id = layoutId('lux-plan');
  const layout = importTextGrid('A: aaa\nB: bbb\n', { id, name: 'S', tiers: ['Front', 'Back'] });
  const film = { minutes: 105, languages: ['en', 'de'], genres: [], rating: 'U', synopsis: 'x' };
  catalog.evolve({
    type: 'cityAdded',
    city: { id: 'berlin', name: 'Berlin', country: 'DE', timeZone, currency },
  });
  for (const partner of ['lux', 'rex']) {
    catalog.evolve({ type: 'partnerAdded', partner: { id: partner, name: partner, email: 'a@b' } });
    const cinema = { id: `${partner}-main`, city: 'berlin', name: 'M', address: 'x', partner };
    catalog.evolve({ type: 'cinemaAdded', cinema });
    const movie = { id: `${partner}-tide`, title: `The ${partner} Tide`, ...film, partner };
    catalog.evolve({ type: 'movieAdded', movie });
  }
  catalog.evolve({ type: 'layoutAdded', layout });
  for (const name of ['1', '2']) {
    const hall = { id: `lux-${name}`, cinema: 'lux-main', name: `Screen ${name}`, layout: id };
    catalog.evolve({ type: 'hallAdded', hall });
  }
  return catalog;
}

const HEAD = 'movie,hall,date,time,language,price';

function plan(text: string, catalog = catalogOf()): SchedulePlan {
  const owner = { partner: 'lux', cinema: 'lux-main', takesPayments: false };
  return planSchedule(text, { catalog, ...owner, nowMs: millis(NOW) });
}

function rows(...lines: readonly string[]): readonly RowReport[] {
  return plan([HEAD, ...lines].join('\n')).rows;
}

describe('a schedule in a table', () => {
  it('[C4] has its columns in any order and spelling, names or ids, and amounts as written', () => {
    const { rows: told, shows } = plan(
      '\uFEFF LANG ;Price  Back;TIME;Date;Screen;Film;price_front;note\r\n' +
        'EN;"12,50";9:05;2031-02-01;screen 2;the LUX tide;7;hello\r\n',
    );
    expect(told).toMatchObject([{ row: 2, ok: true }]);
    const [show] = shows;
    expect(show).toMatchObject({ hall: 'lux-2', movie: 'lux-tide', language: 'en', format: '2D' });
    expect(show?.terms.prices).toEqual([700, 1_250]);
    expect(show?.terms.startsAtMs).toBe(Date.parse('2031-02-01T09:05:00+01:00'));
    expect(show?.terms.localStartMinute).toBe(9 * 60 + 5);
  });

  it('[M1] takes prices in one column, and digits only as the currency has them', () => {
    const text = `${HEAD}s\nlux-tide,lux-1,2031-02-01,14:00,en,Front=7; back = 9`;
    expect(plan(text).shows[0]?.terms.prices).toEqual([700, 900]);
    const yen = plan(`${HEAD}\nlux-tide,lux-1,2031-02-01,14:00,en,1250`, catalogOf('JPY'));
    expect(yen.shows[0]?.terms.prices).toEqual([1_250, 1_250]);
    const half = plan(`${HEAD}\nlux-tide,lux-1,2031-02-01,14:00,en,12.5`, catalogOf('JPY'));
    expect(half.rows).toMatchObject([{ ok: false, code: 'invalidPrice' }]);
  });

  it('[C4] reports on every row, with the rows before it on the schedule', () => {
    const told = rows(
      'lux-tide,lux-1,2031-02-01,14:00,en,10',
      'lux-tide,lux-1,2031-02-01,15:59,en,10',
      '',
      'lux-tide,lux-1,2031-02-01,16:00,en,10',
      'lux-tide,lux-2,2031-02-01,15:59,en,10',
      'lux-tide,lux-1,2031-02-01,14:00,en,10',
      'lux-tide,lux-1,2030-12-31,14:00,en,10',
    );
    const codes = told.map((row) => [row.row, row.ok ? 'ok' : row.code]);
    expect(codes).toEqual([
      [2, 'ok'],
      [3, 'showsOverlap'],
      [5, 'ok'],
      [6, 'ok'],
      [7, 'duplicateRow'],
      [8, 'showInPast'],
    ]);
    expect(told[1]).toMatchObject({ detail: expect.stringContaining('(row 2).') });
    expect(told[4]).toMatchObject({ detail: expect.stringContaining('Row 2') });
  });

  it('[C4] knows what is on the schedule already', () => {
    const catalog = catalogOf();
    const text = `${HEAD}\nlux-tide,lux-1,2031-02-01,14:00,en,10\n`;
    for (const show of plan(text, catalog).shows) catalog.evolve({ type: 'showScheduled', show });
    const again = plan(text, catalog);
    expect(again).toMatchObject({ rows: [{ ok: true, known: true }], shows: [] });
    const dearer = plan(text.replace(',10', ',11'), catalog);
    expect(dearer.rows).toMatchObject([{ ok: false, code: 'showExists' }]);
  });

  it('[M3] refuses a time that clocks skip, and wants to know which where they show it twice', () => {
    const at = (time: string, day: string) => `lux-tide,lux-1,${day},${time},en,10`;
    const told = rows(
      at('02:30', '2031-03-30'),
      at('02:30', '2031-10-26'),
      at('02:30+02:00', '2031-10-26'),
      at('02:30+03:00', '2031-10-26'),
      at('14:00+01:00', '2031-02-03'),
    );
    const codes = told.map((row) => (row.ok ? 'ok' : row.code));
    expect(codes).toEqual(['timeSkipped', 'timeTwice', 'ok', 'offsetDiffers', 'ok']);
    expect(told[1]).toMatchObject({
      detail: expect.stringContaining('02:30+02:00 or 02:30+01:00'),
    });
    const [first, second] = ['+02:00', '+01:00'].map((offset) => {
      const row = rows(at(`02:30${offset}`, '2031-10-26'))[0];
      return row?.ok === true ? row.startsAtMs : 0;
    });
    expect((second ?? 0) - (first ?? 0)).toBe(3_600_000);
  });

  it.each([
    ['lux-tied,lux-1,2031-02-01,14:00,en,10', 'movieNotFound', 'Did you mean "lux-tide"?'],
    ['The lux Tid,lux-1,2031-02-01,14:00,en,10', 'movieNotFound', '"The lux Tide"?'],
    ['lux-tide,Scren 1,2031-02-01,14:00,en,10', 'hallNotFound', 'Did you mean "Screen 1"?'],
    ['lux-tide,zzzzzzzzzzzz,2031-02-01,14:00,en,10', 'hallNotFound', 'in this cinema.'],
    ['lux-tide,lux-1,2031-02-30,14:00,en,10', 'invalidDays', 'no day'],
    ['lux-tide,lux-1,01.02.2031,14:00,en,10', 'invalidDate', '2031-03-14'],
    ['lux-tide,lux-1,2031-02-01,24:00,en,10', 'invalidTime', '14:30'],
    ['lux-tide,lux-1,2031-02-01,14:00,fr,10', 'languageNotShown', 'fr'],
    ['lux-tide,lux-1,2031-02-01,14:00,en,-10', 'invalidPrice', '12.50'],
    ['lux-tide,lux-1,2031-02-01,14:00,en,', 'priceMissing', 'Front'],
    ['lux-tide,lux-1,2031-02-01,14:00,,10', 'cellMissing', 'language'],
    ['lux-tide,lux-1,2031-02-01,14:00,en,10,extra', 'tooManyCells', 'more cells'],
    ['__proto__,lux-1,2031-02-01,14:00,en,10', 'movieNotFound', '__proto__'],
  ])('[C4] says of "%s" that it is %s', (line, code, said) => {
    const [row] = rows(line);
    expect(row).toMatchObject({ row: 2, ok: false, code });
    expect(row).toMatchObject({ detail: expect.stringContaining(said) });
  });

  it('[C2] neither finds nor suggests what is another partner’s', () => {
    const [row] = rows('rex-tide,lux-1,2031-02-01,14:00,en,10');
    expect(row).toMatchObject({ ok: false, code: 'movieNotFound' });
    expect(JSON.stringify(row)).not.toContain('The rex');
    expect(rows('The rex Tidd,lux-1,2031-02-01,14:00,en,10')[0]).not.toMatchObject({
      detail: expect.stringContaining('mean "The rex'),
    });
  });

  it.each([
    ['', 'emptyTable'],
    [HEAD, 'emptyTable'],
    [`movie,hall,date\nx,y,z`, 'columnsMissing'],
    [`${HEAD},Movie\na,b,c,d,e,f,g`, 'columnTwice'],
    [`${HEAD}\n"`, 'invalidCsv'],
    [`${HEAD}\n${'x\n'.repeat(5_001)}`, 'tooManyRows'],
  ])('[C4] refuses the table %# as a whole: %s', (text, code) => {
    expect(() => plan(text)).toThrow(ApiProblem);
    expect(() => plan(text)).toThrow(expect.objectContaining({ code }));
  });

  it('[C4] any cells at all get a report a row, and nothing that overlaps is planned', () => {
    const day = fc.constantFrom('2031-02-01', '2031-02-02', '2031-03-30', '2031-10-26');
    const time = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) => {
      return parts.map((part) => String(part).padStart(2, '0')).join(':');
    });
    const good = fc.tuple(fc.constantFrom('lux-1', 'Screen 2'), day, time);
    const line = fc.oneof(
      good.map(([hall, date, clock]) => ['lux-tide', hall, date, clock, 'en', '10']),
      fc.array(cell, { minLength: 6, maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const filled = lines.filter((each) => each.some((part) => part.trim() !== ''));
        fc.pre(filled.length > 0);
        const { rows: told, shows } = plan(writeCsv([HEAD.split(','), ...lines]));
        expect(told).toHaveLength(filled.length);
        expect(told.filter(({ ok }) => ok)).toHaveLength(shows.length);
        for (const a of shows) {
          for (const b of shows) {
            if (a === b || a.hall !== b.hall) continue;
            const apart = Math.abs(a.terms.startsAtMs - b.terms.startsAtMs);
            expect(apart).toBeGreaterThanOrEqual((105 + 15) * 60_000);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
