/** Figures for people: names on the left, numbers lined up on the right. */

/** A row's value, already in words, with what it means. */
export type Row = readonly [name: string, value: string, note?: string];

export function renderTable(title: string, rows: readonly Row[]): string {
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(([name, value, note = '']) =>
    `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}  ${note}`.trimEnd(),
  );
  return [title, '', ...lines, ''].join('\n');
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function decimals(value: number | null, digits: number): string {
  return value === null ? 'unknown' : value.toFixed(digits);
}
