/**
 * Tables as spreadsheets save them: RFC 4180 and what is made of it in practice. The separator is
 * the one that the first line uses most (comma, semicolon or tab), lines end in LF, CRLF or CR,
 * a byte order mark is dropped, fields may be quoted and hold all of these.
 */

/** `row` counts as a spreadsheet does, the header being row 1. */
export class CsvProblem extends Error {
  override readonly name = 'CsvProblem';
  readonly row: number;
  constructor(row: number, sentence: string) {
    super(sentence);
    this.row = row;
  }
}

export type CsvRow = readonly string[];

const separators = [',', ';', '\t'] as const;

/** Every row, blank ones as `['']`, so that the index is the spreadsheet's. @throws CsvProblem */
export function readCsv(text: string): readonly CsvRow[] {
  const begin = text.startsWith('\uFEFF') ? 1 : 0;
  const separator = separatorOf(text, begin);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = begin;
  while (at < text.length) {
    const field = fieldAt(text, at, separator, rows.length + 1);
    row.push(field.value);
    at = field.end;
    const stop = text[at];
    if (stop === separator) {
      at++;
      // A separator as the last character has an empty field behind it.
      if (at < text.length) continue;
      row.push('');
    } else if (stop !== undefined) at += stop === '\r' && text[at + 1] === '\n' ? 2 : 1;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** As it is read: quoted where it must be, with a separator of one's choice. */
export function writeCsv(rows: readonly CsvRow[], separator = ',', lineEnd = '\r\n'): string {
  const cell = (value: string) =>
    /[",;\t\r\n\uFEFF]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => row.map(cell).join(separator) + lineEnd).join('');
}

function fieldAt(
  text: string,
  start: number,
  separator: string,
  row: number,
): { readonly value: string; readonly end: number } {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && !isEnd(text[end], separator)) end++;
    return { value: text.slice(start, end), end };
  }
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new CsvProblem(row, 'A quoted field begins here and never ends.');
    value += text.slice(from, quote);
    from = quote + 1;
    if (text[from] !== '"') break;
    value += '"';
    from++;
  }
  if (from < text.length && !isEnd(text[from], separator)) {
    throw new CsvProblem(row, 'There is text behind the closing quote of a field.');
  }
  return { value, end: from };
}

function isEnd(character: string | undefined, separator: string): boolean {
  return character === separator || character === '\n' || character === '\r';
}

/** Of the first line, outside of its quotes; the comma where it has none. */
function separatorOf(text: string, begin: number): string {
  const counts = new Map<string, number>(separators.map((each) => [each, 0]));
  let isQuoted = false;
  for (let at = begin; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '\n' || character === '\r') break;
    const count = counts.get(character);
    if (count !== undefined) counts.set(character, count + 1);
  }
  let most: string = ',';
  for (const each of separators) {
    if ((counts.get(each) ?? 0) > (counts.get(most) ?? 0)) most = each;
  }
  return most;
}
