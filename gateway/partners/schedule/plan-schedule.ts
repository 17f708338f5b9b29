/**
 * A cinema's schedule from a table: every row becomes a show on a trial copy of the catalogue, so
 * that it is held against what is on the schedule and against the rows before it, and is reported
 * on by itself [C4]. Nothing is decided here.
 */
import { Catalog } from '../../../engine/catalog/catalog.ts';
import { decideAsPartner } from '../../../engine/catalog/decide-as-partner.ts';
import type { ScheduledShow } from '../../../engine/catalog/model.ts';
import type { Millis } from '../../../engine/ids.ts';
import { ApiProblem } from '../../http/api/route.ts';
import { planShow } from '../plan-shows.ts';
import { CsvProblem, type CsvRow, readCsv } from './csv.ts';
import { RowReader } from './row-reader.ts';
import { columnsOf } from './schedule-columns.ts';

export const MOST_ROWS = 5_000;

/** `row` as a spreadsheet counts, the header being row 1. */
export type RowReport =
  | {
      readonly row: number;
      readonly ok: true;
      readonly show: string;
      readonly startsAtMs: number;
      /** The very same show is on the schedule already; nothing is to be done. */
      readonly known?: true;
    }
  | { readonly row: number; readonly ok: false; readonly code: string; readonly detail: string };

export interface SchedulePlan {
  readonly rows: readonly RowReport[];
  /** Of the good rows, those that are not on the schedule yet. */
  readonly shows: readonly ScheduledShow[];
  readonly ignoredColumns: readonly string[];
}

export interface PlanNeeds {
  readonly catalog: Catalog;
  readonly partner: string;
  readonly cinema: string;
  readonly nowMs: Millis;
  readonly takesPayments: boolean;
}

/** @throws ApiProblem where the table cannot be read at all. */
export function planSchedule(text: string, needs: PlanNeeds): SchedulePlan {
  const [header, ...body] = tableOf(text);
  if (header === undefined) throw new ApiProblem(422, 'emptyTable', 'The table has no rows.');
  const columns = columnsOf(header);
  const filled = body.filter((row) => !isBlank(row)).length;
  if (filled === 0) throw new ApiProblem(422, 'emptyTable', 'The table has no rows.');
  if (filled > MOST_ROWS) {
    const sentence = `A table has at most ${MOST_ROWS} rows; this one has ${filled}.`;
    throw new ApiProblem(422, 'tooManyRows', sentence);
  }
  const trial = new Trial(needs, new RowReader(needs, columns));
  const rows: RowReport[] = [];
  for (const [index, row] of body.entries()) {
    if (!isBlank(row)) rows.push(trial.take(index + 2, row));
  }
  return { rows, shows: trial.shows, ignoredColumns: columns.ignored };
}

class Trial {
  readonly shows: ScheduledShow[] = [];
  readonly #needs: PlanNeeds;
  readonly #reader: RowReader;
  readonly #catalog = new Catalog();
  /** By show, the row that it came from. */
  readonly #rows = new Map<string, number>();

  constructor(needs: PlanNeeds, reader: RowReader) {
    this.#needs = needs;
    this.#reader = reader;
    for (const fact of needs.catalog.facts()) this.#catalog.evolve(fact);
  }

  take(row: number, cells: CsvRow): RowReport {
    try {
      return this.#plan(row, cells);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return { row, ok: false, code: error.code, detail: error.message };
    }
  }

  #plan(row: number, cells: CsvRow): RowReport {
    const { partner, nowMs, takesPayments } = this.#needs;
    const { wish, startsAtMs } = this.#reader.read(cells);
    const show = planShow(this.#catalog, wish, takesPayments, startsAtMs);
    const earlier = this.#rows.get(show.id);
    if (earlier !== undefined) {
      const sentence = `Row ${earlier} has this hall and time already.`;
      throw new ApiProblem(422, 'duplicateRow', sentence);
    }
    const stamp = { nowMs };
    const decision = decideAsPartner(this.#catalog, partner, { type: 'scheduleShow', show }, stamp);
    if (!Array.isArray(decision)) {
      throw new ApiProblem(422, decision.reason, this.#withRow(decision.text));
    }
    for (const event of decision) this.#catalog.evolve(event);
    this.#rows.set(show.id, row);
    const planned = { row, ok: true, show: show.id, startsAtMs: show.terms.startsAtMs } as const;
    if (decision.length === 0) return { ...planned, known: true };
    this.shows.push(show);
    return planned;
  }

  /** A show that is not on the schedule yet has no name for anybody: its row has. */
  #withRow(text: string): string {
    const row = this.#rows.get(/the show ([a-z0-9-]+) is too close/.exec(text)?.[1] ?? '');
    return row === undefined ? text : `${text.slice(0, -1)} (row ${row}).`;
  }
}

function tableOf(text: string): readonly CsvRow[] {
  try {
    return readCsv(text);
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    const { row, message } = error;
    throw new ApiProblem(422, 'invalidCsv', `Row ${row}: ${message}`, { row });
  }
}

function isBlank(row: CsvRow): boolean {
  return row.every((cell) => cell.trim() === '');
}
