/** Options of a command line that are numbers: how they are spelt, and what they may be. */

export interface NumberOption {
  readonly text: string;
  readonly least: number;
  readonly most: number;
  /** 3.5 may be given as well as 3. */
  readonly fractions?: true;
}

/**
 * A number that was given for an option of this (camel-case) name.
 * @throws Error that says what it may be.
 */
export function checkedNumber(name: string, value: unknown, bounds: NumberOption): number {
  const { least, most, fractions = false } = bounds;
  const fits = typeof value === 'number' && value >= least && value <= most;
  if (fits && (fractions || Number.isInteger(value))) return value;
  const kind = fractions ? 'a number' : 'a whole number';
  throw new Error(`--${dashed(name)} is ${kind} from ${least} to ${most}, not ${String(value)}`);
}

/** As options are spelt: `recoverShows` is `recover-shows`. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
