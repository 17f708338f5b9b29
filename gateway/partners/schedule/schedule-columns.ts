/**
 * The columns of a schedule's table. Their order is free, and so are case, spaces, hyphens and
 * underscores in their names; a tier has its price in a column `price <tier>`, or all tiers have
 * theirs in `prices` as `Front=10.00; Back=15.00`, or one and the same in `price`.
 */
import { ApiProblem } from '../../http/api/route.ts';
import type { CsvRow } from './csv.ts';

const known = {
  movie: ['movie', 'film', 'title'],
  hall: ['hall', 'screen'],
  date: ['date', 'day'],
  time: ['time', 'start'],
  language: ['language', 'lang'],
  format: ['format'],
  price: ['price'],
  prices: ['prices'],
  opensHoursBefore: ['openshoursbefore'],
} as const;

export type ColumnName = keyof typeof known;

const needed: readonly ColumnName[] = ['movie', 'hall', 'date', 'time', 'language'];

export interface Columns {
  /** Trimmed; '' where there is no such column. */
  cell(row: CsvRow, name: ColumnName): string;
  /** By tier as the header names it, without blanks. */
  tierPrices(row: CsvRow): readonly (readonly [tier: string, amount: string])[];
  readonly width: number;
  /** Nothing is made of them. */
  readonly ignored: readonly string[];
}

/** @throws ApiProblem where a column is missing or there twice. */
export function columnsOf(header: CsvRow): Columns {
  const places = new Map<ColumnName, number>();
  const tiers: [string, number][] = [];
  const ignored: string[] = [];
  for (const [index, text] of header.entries()) {
    const tier = /^\s*price[\s:._-]+(\S.*?)\s*$/iu.exec(text)?.[1];
    if (tier !== undefined) {
      tiers.push([tier, index]);
      continue;
    }
    const name = nameOf(text);
    if (name === undefined) {
      if (text.trim() !== '') ignored.push(text.trim().slice(0, 60));
      continue;
    }
    if (places.has(name)) {
      throw new ApiProblem(422, 'columnTwice', `There are two columns for "${name}"; keep one.`);
    }
    places.set(name, index);
  }
  const missing = needed.filter((name) => !places.has(name));
  if (tiers.length === 0 && !places.has('price') && !places.has('prices')) {
    missing.push('price');
  }
  if (missing.length > 0) {
    const names = missing.join(', ');
    const sentence = `The first line must name the columns; missing: ${names}.`;
    throw new ApiProblem(422, 'columnsMissing', sentence, { missing, ignored });
  }
  return {
    cell: (row, name) => row[places.get(name) ?? -1]?.trim() ?? '',
    tierPrices: (row) => {
      const given = tiers.map(([tier, index]) => [tier, row[index]?.trim() ?? ''] as const);
      return given.filter(([, amount]) => amount !== '');
    },
    width: header.length,
    ignored,
  };
}

function nameOf(text: string): ColumnName | undefined {
  const plain = text.toLowerCase().replace(/[\s_-]+/g, '');
  for (const [name, spellings] of Object.entries(known)) {
    if ((spellings as readonly string[]).includes(plain)) return name as ColumnName;
  }
  return undefined;
}
