/**
 * One row of a schedule's table as a wish for a show: names of movies and halls as people write
 * them, a time of the cinema's own clocks, amounts in the currency's unit.
 */
import type { Catalog } from '../../../engine/catalog/catalog.ts';
import { type LayoutId, type Millis, millis } from '../../../engine/ids.ts';
import { ApiProblem } from '../../http/api/route.ts';
import type { ShowWish } from '../../http/partner/shapes.ts';
import { secondOfTwo } from '../../local-time.ts';
import { instantOf } from '../plan-shows.ts';
import type { CsvRow } from './csv.ts';
import { NearestName } from './nearest-name.ts';
import type { ColumnName, Columns } from './schedule-columns.ts';

export interface RowReaderNeeds {
  readonly catalog: Catalog;
  readonly partner: string;
  readonly cinema: string;
}

export interface RowWish {
  readonly wish: ShowWish;
  readonly startsAtMs: Millis;
}

const formats: readonly string[] = ['2D', '3D', 'IMAX'];
const MINUTE_MS = 60_000;
const MOST_HOURS = 8_760;

export class RowReader {
  readonly #catalog: Catalog;
  readonly #columns: Columns;
  readonly #timeZone: string;
  readonly #currency: string;
  readonly #movies = new Names('movie');
  readonly #halls = new Names('hall');

  constructor({ catalog, partner, cinema }: RowReaderNeeds, columns: Columns) {
    this.#catalog = catalog;
    this.#columns = columns;
    const city = catalog.city(catalog.cinema(cinema)?.city ?? '');
    this.#timeZone = city?.timeZone ?? 'UTC';
    this.#currency = city?.currency ?? 'EUR';
    for (const movie of catalog.allMovies()) {
      if (movie.partner !== undefined && movie.partner !== partner) continue;
      this.#movies.add(movie.id, movie.title);
    }
    for (const id of catalog.hallsOf(cinema)) this.#halls.add(id, catalog.hall(id)?.name ?? id);
  }

  /** @throws ApiProblem saying what is wrong with it. */
  read(row: CsvRow): RowWish {
    if (row.length > this.#columns.width && row.slice(this.#columns.width).some(isFilled)) {
      throw wrong('tooManyCells', 'It has more cells than the first line has columns.');
    }
    const [movie, hall] = [this.#movies.find(this.#cell(row, 'movie')), this.#hall(row)];
    const [day, clock, language] = [
      this.#cell(row, 'date'),
      this.#cell(row, 'time'),
      this.#cell(row, 'language').toLowerCase(),
    ];
    const format = (this.#columns.cell(row, 'format') || '2D').toUpperCase();
    if (!formats.includes(format)) {
      throw wrong('invalidFormat', `The format is one of ${formats.join(', ')}.`);
    }
    const { startsAtMs, time } = this.#start(day, clock);
    const wish: ShowWish = {
      movie,
      hall,
      language,
      format: format as ShowWish['format'],
      prices: this.#prices(row, hall),
      day,
      time,
      ...this.#opens(row),
    };
    return { wish, startsAtMs };
  }

  #cell(row: CsvRow, name: ColumnName): string {
    const text = this.#columns.cell(row, name);
    if (text !== '') return text;
    throw wrong('cellMissing', `The column "${name}" is empty.`);
  }

  #hall(row: CsvRow): string {
    return this.#halls.find(this.#cell(row, 'hall'));
  }

  #opens(row: CsvRow): { readonly opensHoursBefore?: number } {
    const text = this.#columns.cell(row, 'opensHoursBefore');
    if (text === '') return {};
    const hours = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
    if (hours <= MOST_HOURS) return { opensHoursBefore: hours };
    throw wrong('invalidHours', `"${quoted(text)}" is no number of hours up to ${MOST_HOURS}.`);
  }

  /** `14:30`, or `02:30+01:00` where the clocks show it twice. */
  #start(day: string, clock: string): { readonly startsAtMs: Millis; readonly time: string } {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) {
      throw wrong('invalidDate', `"${quoted(day)}" is no date; write it as 2031-03-14.`);
    }
    const match = /^([01]?\d|2[0-3]):([0-5]\d)(?:\s*([+-])(\d\d):?(\d\d))?$/.exec(clock);
    if (match === null) {
      throw wrong('invalidTime', `"${quoted(clock)}" is no time; write it as 14:30.`);
    }
    const [, hours = '', minutes = '', sign, offsetHours, offsetMinutes] = match;
    const time = `${hours.padStart(2, '0')}:${minutes}`;
    const first = instantOf(this.#timeZone, day, time);
    const minute = Number(hours) * 60 + Number(minutes);
    const second = secondOfTwo(this.#timeZone, day, minute);
    const either = second === undefined ? [first] : [first, second];
    const wall = Date.parse(`${day}T${time}:00Z`);
    if (sign !== undefined) {
      const offset = Number(offsetHours) * 60 + Number(offsetMinutes);
      const asked = millis(wall - (sign === '-' ? -offset : offset) * MINUTE_MS);
      if (either.includes(asked)) return { startsAtMs: asked, time };
      const sentence = `In ${this.#timeZone} that is ${namesOf(either, wall, time)}.`;
      throw wrong('offsetDiffers', sentence);
    }
    if (second === undefined) return { startsAtMs: first, time };
    const names = namesOf(either, wall, time);
    const sentence = `Clocks in ${this.#timeZone} show ${time} twice on ${day}; write ${names}.`;
    throw wrong('timeTwice', sentence);
  }

  #prices(row: CsvRow, hall: string): Record<string, number> {
    const layout = this.#catalog.layout(this.#catalog.hall(hall)?.layout ?? ('' as LayoutId));
    const tiers = layout?.tiers ?? [];
    const prices = new Map<string, number>();
    const same = this.#columns.cell(row, 'price');
    if (same !== '') for (const tier of tiers) prices.set(tier, this.#amount(same));
    for (const part of this.#columns.cell(row, 'prices').split(/[;|]/)) {
      if (part.trim() === '') continue;
      const at = part.lastIndexOf('=');
      if (at < 0) throw wrong('invalidPrice', 'Write prices as "Front=10.00; Back=15.00".');
      prices.set(tierOf(tiers, part.slice(0, at)), this.#amount(part.slice(at + 1).trim()));
    }
    for (const [tier, amount] of this.#columns.tierPrices(row)) {
      prices.set(tierOf(tiers, tier), this.#amount(amount));
    }
    return Object.fromEntries(prices);
  }

  /** In the minor unit: `12.50` and `12,50` are 1250 where the currency has two digits. */
  #amount(text: string): number {
    const digits = digitsOf(this.#currency);
    const match = /^(\d{1,9})(?:[.,](\d{1,4}))?$/.exec(text);
    const [, whole = '', part = ''] = match ?? [];
    if (match !== null && part.length <= digits) {
      return Number(whole) * 10 ** digits + Number(part.padEnd(digits, '0') || '0');
    }
    const example = digits === 0 ? '1250' : `12.${'50'.padEnd(digits, '0')}`;
    const sentence = `"${quoted(text)}" is no amount; write it as ${example}, without signs.`;
    throw wrong('invalidPrice', sentence);
  }
}

/** Ids, and names where they mean one thing; upper and lower case are the same. */
class Names {
  readonly #what: 'movie' | 'hall';
  readonly #ids = new Map<string, string>();
  readonly #named = new Map<string, string[]>();
  #nearest: NearestName | undefined;

  constructor(what: 'movie' | 'hall') {
    this.#what = what;
  }

  add(id: string, name: string): void {
    this.#ids.set(id, name);
    const key = name.trim().toLowerCase();
    this.#named.set(key, [...(this.#named.get(key) ?? []), id]);
  }

  find(text: string): string {
    const key = text.toLowerCase();
    if (this.#ids.has(key)) return key;
    const [id, another] = this.#named.get(key) ?? [];
    const what = this.#what;
    if (id !== undefined && another !== undefined) {
      const sentence = `Several are called "${quoted(text)}"; write the id: ${id} or ${another}.`;
      throw wrong(`${what}Ambiguous`, sentence);
    }
    if (id !== undefined) return id;
    this.#nearest ??= new NearestName([...this.#ids.values(), ...this.#ids.keys()]);
    const hint = this.#nearest.hint(text);
    const place = what === 'hall' ? ' in this cinema' : '';
    throw wrong(`${what}NotFound`, `You have no ${what} "${quoted(text)}"${place}.${hint}`);
  }
}

function tierOf(tiers: readonly string[], text: string): string {
  const name = text.trim();
  const found = tiers.find((tier) => tier.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const hint = new NearestName(tiers).hint(name);
  throw wrong('noSuchTier', `The hall has no tier "${quoted(name)}".${hint}`);
}

function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** `02:30+02:00 or 02:30+01:00`. */
function namesOf(instants: readonly Millis[], wall: number, time: string): string {
  const names = instants.map((instant) => {
    const ahead = Math.round((wall - instant) / MINUTE_MS);
    const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
    const pad = (value: number) => String(value).padStart(2, '0');
    return `${time}${ahead < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`;
  });
  return names.join(' or ');
}

function isFilled(cell: string): boolean {
  return cell.trim() !== '';
}

function quoted(text: string): string {
  return text.slice(0, 60);
}

function wrong(code: string, sentence: string): ApiProblem {
  return new ApiProblem(422, code, sentence);
}
