/** A calculation that shows its working: each line has a name, a value and what it came from. */

export interface Line {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The arithmetic with its numbers put in. */
  readonly formula: string;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

export class Sheet {
  readonly #sections: { title: string; lines: Line[] }[] = [];

  section(title: string): void {
    this.#sections.push({ title, lines: [] });
  }

  /** Notes a line in the section begun last, and gives its value on. */
  line(name: string, value: number, unit: string, formula: string): number {
    this.#sections.at(-1)?.lines.push({ name, value, unit, formula });
    return value;
  }

  get sections(): readonly Section[] {
    return this.#sections;
  }
}

const THOUSANDS = [
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Three digits that count, grouped: 1,141 · 0.023 · 3,000,000,000. */
export function shown(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** Bytes for people, by powers of ten as disks are sold: 3.65 TB. */
export function bytesShown(bytes: number): string {
  const [size, letter] = THOUSANDS.find(([each]) => bytes >= each) ?? [1, ''];
  return `${shown(Number((bytes / size).toPrecision(3)))} ${letter}B`;
}

export function valueShown({ value, unit }: Line): string {
  if (unit === 'bytes') return bytesShown(value);
  return unit === '' ? shown(value) : `${shown(value)} ${unit}`;
}
