/** What a partner has sold: by show, cinema and day, as JSON or CSV, from the projections. */
import { Type } from 'typebox';
import type { Services } from '../../services/services.ts';
import { cursorOf, PageQuery, placeOf } from '../api/page.ts';
import { type Route, route } from '../api/route.ts';
import { partnerIn } from './partner-answers.ts';
import { Anything } from './shapes.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Query = Type.Object({
  by: Type.Optional(
    Type.Union([Type.Literal('show'), Type.Literal('cinema'), Type.Literal('day')]),
  ),
  from: Type.Optional(Day),
  until: Type.Optional(Day),
  cursor: PageQuery.properties.cursor,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
});

interface SalesQuery {
  readonly by?: 'show' | 'cinema' | 'day';
  readonly from?: string;
  readonly until?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

const sums = `count(*) AS shows, sum(bookings) AS bookings, sum(tickets) AS tickets,
  sum(revenue) AS revenue, sum(cancelled_tickets) AS cancelledTickets, currency`;

const selects = {
  show: `SELECT show, movie, cinema, cinema_name AS cinemaName, hall_name AS hallName, day,
           starts_at_ms AS startsAtMs, bookings, tickets, revenue,
           cancelled_tickets AS cancelledTickets, currency`,
  cinema: `SELECT cinema, cinema_name AS cinemaName, ${sums}`,
  day: `SELECT day, ${sums}`,
} as const;

/** In which order the rows come; the columns name one row each, and so does a cursor. */
const orders = {
  show: { columns: ['starts_at_ms', 'show'], types: ['number', 'string'], isGrouped: false },
  cinema: { columns: ['cinema', 'currency'], types: ['string', 'string'], isGrouped: true },
  day: { columns: ['day', 'currency'], types: ['string', 'string'], isGrouped: true },
} as const;

const USUAL_ROWS = 1_000;

export function reportRoutes(services: Services): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/partner/sales',
      id: 'sales',
      tag: 'Reports',
      summary: 'What you have sold: by show, cinema or local day',
      access: 'partner',
      scope: 'read',
      query: Query,
      answers: { 200: { description: 'Rows with money in the minor unit.', schema: Anything } },
      handle: (asked) => {
        const { rows, next } = rowsOf(services, partnerIn(asked), asked.query);
        const more = next === undefined ? {} : { next };
        return { status: 200, json: { items: rows, ...more } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/partner/sales.csv',
      id: 'salesCsv',
      tag: 'Reports',
      summary: 'The same as CSV; where there is more, the header Usher-Next has its cursor',
      access: 'partner',
      scope: 'read',
      query: Query,
      answers: { 200: { description: 'RFC 4180, with a header line.', contentType: 'text/csv' } },
      handle: (asked) => {
        const { rows, next } = rowsOf(services, partnerIn(asked), asked.query);
        return {
          status: 200,
          bytes: Buffer.from(csvOf(rows)),
          contentType: 'text/csv; charset=utf-8',
          ...(next === undefined ? {} : { headers: { 'usher-next': next } }),
        };
      },
    }),
  ];
}

type Row = Readonly<Record<string, string | number | null>>;

function rowsOf(
  { db }: Services,
  partner: string,
  { by = 'show', from, until, cursor, limit = USUAL_ROWS }: SalesQuery,
): { readonly rows: readonly Row[]; readonly next: string | undefined } {
  const { columns, types, isGrouped } = orders[by];
  const place = placeOf(cursor, types);
  const order = columns.join(', ');
  const statement = db.prepare(
    `${selects[by]} FROM sales_by_show WHERE partner = ? AND day >= ? AND day <= ?
     ${place === undefined ? '' : `AND (${order}) > (?, ?)`}
     ${isGrouped ? `GROUP BY ${order}` : ''} ORDER BY ${order} LIMIT ?`,
  );
  const wish = [partner, from ?? '', until ?? '9999', ...(place ?? []), limit + 1];
  const found = statement.all(...wish) as Row[];
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  if (found.length <= limit || last === undefined) return { rows, next: undefined };
  const names = by === 'show' ? ['startsAtMs', 'show'] : columns;
  return { rows, next: cursorOf(names.map((name) => last[name] ?? '')) };
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const cell = (value: string | number | null | undefined) => {
    if (typeof value === 'number') return String(value);
    const text = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map((row) => names.map((name) => cell(row[name])).join(','));
  return `${[names.join(','), ...lines].join('\r\n')}\r\n`;
}
