/** A hall on paper: a line a row, a character a seat, and what goes on beside the seats. */
import { FREE, markNames } from './seat-marks.ts';
import type { ShowBook } from './show-book.ts';
import { clock } from './wording.ts';

const signs = ['.', 'h', 'B', '#'] as const;
const WIDEST = 100;
const NAMED = 10;

/** The seats as they are in the book now, in lines. */
export function drawMap(book: ShowBook): readonly string[] {
  const { layout, starts } = book.plan;
  const left = Math.min(...layout.runs.map((run) => run.x));
  const right = Math.max(...layout.runs.map((run) => run.x + run.count));
  const cell = (right - left) * 2 <= WIDEST ? 2 : 1;
  const rows = new Map<string, { section: string; label: string; cells: string[] }>();
  layout.runs.forEach((run, index) => {
    const key = JSON.stringify([run.section, run.row]);
    const row = rows.get(key) ?? { section: run.section, label: run.row, cells: [] };
    rows.set(key, row);
    for (let offset = 0; offset < run.count; offset++) {
      const mark = book.marks.get((starts[index] ?? 0) + offset);
      let at = Math.round((run.x - left + offset) * cell);
      // Rows that overlap on paper are drawn one after the other, so that no seat is hidden.
      while (row.cells[at] !== undefined) at += cell;
      row.cells[at] = signs[mark];
    }
  });
  const widest = Math.max(...[...rows.values()].map(({ label }) => label.length));
  const severalSections = new Set(layout.runs.map((run) => run.section)).size > 1;
  const lines: string[] = [];
  let before: string | undefined;
  for (const { section, label, cells } of rows.values()) {
    if (severalSections && section !== before) lines.push(section);
    before = section;
    const drawn = Array.from(cells, (sign) => sign ?? ' ').join('');
    lines.push(`${label.padStart(widest)}  ${drawn}`.trimEnd());
  }
  return [...lines, '', ...legend(book)];
}

function legend(book: ShowBook): readonly string[] {
  const { marks, line, offers, phase, promised } = book;
  const counts = [marks.free, marks.held, marks.booked, marks.blocked];
  const seats = counts.map((count, mark) => `${signs[mark]} ${markNames[mark]} ${count}`);
  const lines = [`${seats.join('   ')}   (${phase})`];
  if (promised > 0 && marks.free > FREE) lines.push(`${promised} of the free seats are promised:`);
  for (const { user, party, dueMs } of [...offers.values()].slice(0, NAMED)) {
    lines.push(`  ${user} was offered ${party} until ${clock(dueMs)}`);
  }
  if (line.size > 0) {
    const names: string[] = [];
    for (const { user, party } of line.inOrder()) {
      if (names.length === NAMED) break;
      names.push(`${user} (${party})`);
    }
    const more = line.size > names.length ? ` and ${line.size - names.length} more` : '';
    lines.push(`in line: ${names.join(', ')}${more}`);
  }
  return lines;
}
