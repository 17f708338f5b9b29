/** "Did you mean …?": the name that is the fewest changed letters away, where that is few. */

const LONGEST = 60;
/** Each costs a walk over all names: whoever has more wrong has been told enough. */
const MOST_GUESSES = 50;

export class NearestName {
  readonly #names: readonly string[];
  readonly #known = new Map<string, string | undefined>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** ` Did you mean "Screen 1"?` with a space before it, or nothing. */
  hint(wanted: string): string {
    const key = wanted.slice(0, LONGEST).toLowerCase();
    if (!this.#known.has(key)) {
      if (this.#known.size >= MOST_GUESSES) return '';
      this.#known.set(key, this.#nearest(key));
    }
    const name = this.#known.get(key);
    return name === undefined ? '' : ` Did you mean "${name}"?`;
  }

  #nearest(wanted: string): string | undefined {
    let best: string | undefined;
    let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
    for (const name of this.#names) {
      const other = name.slice(0, LONGEST).toLowerCase();
      if (Math.abs(other.length - wanted.length) >= least) continue;
      const distance = distanceOf(wanted, other);
      if (distance < least) [best, least] = [name, distance];
    }
    return best;
  }
}

/** Letters added, dropped or changed between two texts (Levenshtein). */
export function distanceOf(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const here = [row];
    for (let column = 1; column <= b.length; column++) {
      const changed = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const dropped = (above[column] ?? 0) + 1;
      const added = (here[column - 1] ?? 0) + 1;
      here.push(Math.min(changed, dropped, added));
    }
    above = here;
  }
  return above.at(-1) ?? 0;
}
