/** A cinema's schedule as a table, e.g. from a spreadsheet: row by row, then all of it or none. */
import { Type } from 'typebox';
import {
  MOST_ROWS,
  planSchedule,
  type SchedulePlan,
} from '../../partners/schedule/plan-schedule.ts';
import type { Services } from '../../services/services.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { decideFor, partnerIn } from './partner-answers.ts';
import { Slug } from './shapes.ts';
import type { ShowRoutesSettings } from './show-routes.ts';

const TABLE_LIMIT_BYTES = 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const Flag = Type.Optional(Type.Boolean());

const Report = Type.Object({
  dryRun: Type.Boolean(),
  /** Shows put on the schedule; 0 for a dry run. */
  scheduled: Type.Integer(),
  good: Type.Integer(),
  wrong: Type.Integer(),
  ignoredColumns: Type.Array(Type.String()),
  rows: Type.Array(
    Type.Object({
      row: Type.Integer({ description: 'As a spreadsheet counts, the header being row 1.' }),
      ok: Type.Boolean(),
      show: Type.Optional(Type.String()),
      startsAtMs: Type.Optional(Type.Integer()),
      known: Type.Optional(Type.Boolean({ description: 'On the schedule already.' })),
      code: Type.Optional(Type.String()),
      detail: Type.Optional(Type.String()),
    }),
  ),
});

export function scheduleRoutes(
  services: Services,
  { takesPayments }: ShowRoutesSettings,
): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/partner/cinemas/{cinema}/schedule',
      id: 'importSchedule',
      tag: 'Shows',
      summary: 'Put shows on the schedule from a table (CSV)',
      description:
        'Columns, in any order: movie (id or title), hall (id or name), date (2031-03-14), time ' +
        '(14:30 by the cinema’s clocks; 02:30+01:00 where they show it twice), language, and ' +
        'price (12.50, for all tiers), or a column "price <tier>" for each tier, or prices ' +
        '("Front=10.00; Back=15.00"). Besides: format (2D, 3D, IMAX) and opens hours before. ' +
        `UTF-8; comma, semicolon or tab; at most 1 MiB and ${MOST_ROWS} rows. All rows or none, ` +
        'unless `partial=true`: then the good ones. `dryRun=true` reports and does nothing. A row ' +
        'that is on the schedule already counts as good.',
      access: 'partner',
      scope: 'catalog',
      params: Type.Object({ cinema: Slug }),
      query: Type.Object({ dryRun: Flag, partial: Flag }),
      bodyType: 'text/csv',
      bodyLimitBytes: TABLE_LIMIT_BYTES,
      answers: {
        200: { description: 'A dry run, or nothing was left to do: the report.', schema: Report },
        201: { description: 'On the schedule; a report on every row.', schema: Report },
        422: { description: 'Rows are wrong and nothing was done; `report` says which and why.' },
      },
      example:
        'movie,hall,date,time,language,price Front,price Back\r\n' +
        'lux-tide,Screen 1,2031-05-12,14:00,en,200.00,300.00\r\n',
      handle: async (asked) => {
        const partner = partnerIn(asked);
        const { cinema } = asked.params;
        const { dryRun = false, partial = false } = asked.query;
        if (services.catalog.cinema(cinema)?.partner !== partner) {
          throw new ApiProblem(404, 'cinemaNotFound', `You have no cinema "${cinema}".`);
        }
        const { catalog, clock } = services;
        const needs = { catalog, partner, cinema, nowMs: clock.now(), takesPayments };
        const plan = planSchedule(textOf(asked.body as Uint8Array), needs);
        if (dryRun) return { status: 200, json: reportOf(plan, true, 0) };
        const wrong = plan.rows.filter(({ ok }) => !ok).length;
        if (wrong > 0 && !partial) throw refusal(plan, wrong);
        const { shows } = plan;
        if (shows.length === 0) return { status: 200, json: reportOf(plan, false, 0) };
        await decideFor(services, asked, { type: 'scheduleShows', shows });
        return { status: 201, json: reportOf(plan, false, shows.length) };
      },
    }),
  ];
}

function reportOf({ rows, ignoredColumns }: SchedulePlan, dryRun: boolean, scheduled: number) {
  const good = rows.filter(({ ok }) => ok).length;
  return { dryRun, scheduled, good, wrong: rows.length - good, ignoredColumns, rows };
}

function refusal(plan: SchedulePlan, wrong: number): ApiProblem {
  const first = plan.rows.find((row) => !row.ok);
  const why = first?.ok === false ? ` Row ${first.row}: ${first.detail}` : '';
  const sentence = `${wrong} of ${plan.rows.length} rows are wrong; nothing was done.${why}`;
  return new ApiProblem(422, 'rowsRefused', sentence, { report: reportOf(plan, false, 0) });
}

function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new ApiProblem(400, 'invalidText', 'The table is not UTF-8; save it as "CSV UTF-8".');
  }
}
