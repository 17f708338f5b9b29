/** What a partner has sold: by show, cinema and day, as JSON or CSV, from the projections. */
import { Type } from 'typebox';
import type { Services } from '../../services/services.ts';
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
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
});

interface SalesQuery {
  readonly by?: 'show' | 'cinema' | 'day';
  readonly from?: string;
  readonly until?: string;
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

const groups = {
  show: 'ORDER BY startsAtMs, show',
  cinema: 'GROUP BY cinema, currency ORDER BY cinema',
  day: 'GROUP BY day, currency ORDER BY day',
} as const;

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
        return { status: 200, json: { items: rowsOf(services, partnerIn(asked), asked.query) } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/partner/sales.csv',
      id: 'salesCsv',
      tag: 'Reports',
      summary: 'The same as CSV',
      access: 'partner',
      scope: 'read',
      query: Query,
      answers: { 200: { description: 'RFC 4180, with a header line.', contentType: 'text/csv' } },
      handle: (asked) => {
        const text = csvOf(rowsOf(services, partnerIn(asked), asked.query));
        return { status: 200, bytes: Buffer.from(text), contentType: 'text/csv; charset=utf-8' };
      },
    }),
  ];
}

type Row = Readonly<Record<string, string | number | null>>;

function rowsOf(
  { db }: Services,
  partner: string,
  { by = 'show', from, until, limit = 1_000 }: SalesQuery,
): readonly Row[] {
  const statement = db.prepare(
    `${selects[by]} FROM sales_by_show
     WHERE partner = ? AND day >= ? AND day <= ? ${groups[by]} LIMIT ?`,
  );
  return statement.all(partner, from ?? '', until ?? '9999', limit) as Row[];
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
