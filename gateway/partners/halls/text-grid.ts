/**
 * Halls as a drawing in plain text, a line a row, the screen above:
 *
 *   = Stalls                     a section begins
 *   A: aaaa..aaaa                a row: letters are seats of a tier, dots are gaps
 *   B: aaaW..aaaa                a capital letter is a wheelchair place of that tier
 *   C: bbbbbbbbbb
 *
 * Tiers are the letters a, b, c … in the order of the alphabet; their names are given beside the
 * text. Seats are numbered from 1 from left to right, gaps left out.
 */
import type { LayoutId } from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import type { Layout, SeatRun } from '../../../engine/show/seats/layout.ts';
import { HallProblem } from './plan-reader.ts';

const MOST_LINES = 1_000;
const LONGEST_ROW = 500;

/** @throws HallProblem naming the line. */
export function importTextGrid(
  text: string,
  { id, name, tiers }: { id: LayoutId; name: string; tiers: readonly string[] },
): Layout {
  const lines = text.split(/\r?\n/);
  if (lines.length > MOST_LINES) throw new HallProblem('line 1', `At most ${MOST_LINES} lines.`);
  const runs: SeatRun[] = [];
  let section = 'Hall';
  let width = 0;
  let y = 1;
  lines.forEach((line, index) => {
    const place = `line ${index + 1}`;
    const heading = /^=\s*(.{1,64})$/.exec(line.trimEnd());
    if (heading !== null) {
      section = (heading[1] ?? section).trim();
      return;
    }
    if (line.trim() === '') {
      y++;
      return;
    }
    const row = /^\s*([^\s:]{1,16}):\s?(.*)$/.exec(line.trimEnd());
    if (row === null) throw new HallProblem(place, 'A row is written as "A: aaaa..aaaa".');
    const [, label = '', seats = ''] = row;
    if (seats.length > LONGEST_ROW) throw new HallProblem(place, 'The row is too long.');
    runs.push(...runsOf(seats, { section, row: label, y, place, tiers: tiers.length }));
    width = Math.max(width, seats.length);
    y++;
  });
  const seats = runs.reduce((sum, run) => sum + run.count, 0);
  if (seats === 0) throw new HallProblem('line 1', 'The drawing has no seats.');
  if (seats > limits.seatsPerShow) throw new HallProblem('line 1', `It has ${seats} seats.`);
  const best = { x: (width + 1) / 2, y: Math.round((2 * y) / 3) };
  return { id, name, width: width + 1, depth: y, curve: 0, best, tiers, runs };
}

interface RowFacts {
  readonly section: string;
  readonly row: string;
  readonly y: number;
  readonly place: string;
  readonly tiers: number;
}

function runsOf(text: string, { section, row, y, place, tiers }: RowFacts): SeatRun[] {
  const runs: { tier: number; at: number; first: number; count: number; wheelchair: number[] }[] =
    [];
  let number = 0;
  let last = '';
  for (const [at, letter] of [...text].entries()) {
    const low = letter.toLowerCase();
    if (letter === '.' || letter === ' ') {
      last = '';
      continue;
    }
    const tier = low.charCodeAt(0) - 'a'.charCodeAt(0);
    if (!/^[a-z]$/.test(low) || tier >= tiers) {
      const names = `a to ${String.fromCharCode('a'.charCodeAt(0) + tiers - 1)}`;
      throw new HallProblem(`${place}, column ${at + 1}`, `Seats are ${names}, gaps are dots.`);
    }
    number++;
    if (low !== last) runs.push({ tier, at, first: number, count: 0, wheelchair: [] });
    const run = runs.at(-1);
    if (run === undefined) continue;
    if (letter !== low) run.wheelchair.push(run.count);
    run.count++;
    last = low;
  }
  return runs.map(({ tier, at, first, count, wheelchair }) => ({
    section,
    row,
    firstNumber: first,
    step: 1,
    count,
    x: at + 1,
    y,
    tier,
    ...(wheelchair.length === 0 ? {} : { wheelchair }),
  }));
}

/** The drawing of a hall whose rows are straight; undefined where a drawing cannot show it. */
export function exportTextGrid(layout: Layout): string | undefined {
  const lines: string[] = [];
  let section = '';
  let y = 1;
  const rows = new Map<string, SeatRun[]>();
  for (const run of layout.runs) {
    if (run.places !== undefined || !Number.isInteger(run.x) || !Number.isInteger(run.y)) {
      return undefined;
    }
    const key = JSON.stringify([run.section, run.row, run.y]);
    rows.set(key, [...(rows.get(key) ?? []), run]);
  }
  for (const runs of rows.values()) {
    const [first] = runs;
    if (first === undefined) continue;
    if (first.section !== section) lines.push(`= ${first.section}`);
    section = first.section;
    for (; y < first.y; y++) lines.push('');
    y++;
    let text = '';
    for (const run of [...runs].sort((a, b) => a.x - b.x)) {
      text = text.padEnd(run.x - 1, '.');
      for (let offset = 0; offset < run.count; offset++) {
        const letter = String.fromCharCode('a'.charCodeAt(0) + run.tier);
        text += run.wheelchair?.includes(offset) === true ? letter.toUpperCase() : letter;
      }
    }
    lines.push(`${first.row}: ${text}`);
  }
  return `${lines.join('\n')}\n`;
}
