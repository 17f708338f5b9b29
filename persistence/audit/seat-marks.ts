/**
 * A mark a seat, in one byte each, with the four counts. A show that nobody has come to has no
 * bytes at all. A fingerprint of the whole map is kept as seats change, so that a map that a
 * client saw long ago can be compared without keeping every map.
 */
export type Mark = 0 | 1 | 2 | 3;
export const FREE = 0;
export const HELD = 1;
export const BOOKED = 2;
export const BLOCKED = 3;
export const markNames = ['free', 'held', 'booked', 'blocked'] as const;

export class SeatMarks {
  readonly size: number;
  readonly #counts: [number, number, number, number];
  #marks: Uint8Array | undefined;
  /** Two halves of a sum over all seats that are not free. */
  low = 0;
  high = 0;

  constructor(size: number) {
    this.size = size;
    this.#counts = [size, 0, 0, 0];
  }

  get free(): number {
    return this.#counts[FREE];
  }

  get held(): number {
    return this.#counts[HELD];
  }

  get booked(): number {
    return this.#counts[BOOKED];
  }

  get blocked(): number {
    return this.#counts[BLOCKED];
  }

  get(seat: number): Mark {
    return (this.#marks?.[seat] ?? FREE) as Mark;
  }

  set(seat: number, mark: Mark): void {
    this.#marks ??= new Uint8Array(this.size);
    const before = this.#marks[seat] as Mark;
    this.#counts[before]--;
    this.#counts[mark]++;
    this.#marks[seat] = mark;
    if (before !== FREE) this.#stir(seat * 4 + before);
    if (mark !== FREE) this.#stir(seat * 4 + mark);
  }

  /** Counts every seat anew: [free, held, booked, blocked]. */
  recount(): readonly number[] {
    const counts = [0, 0, 0, 0];
    for (let seat = 0; seat < this.size; seat++) {
      const mark = this.get(seat);
      counts[mark] = (counts[mark] ?? 0) + 1;
    }
    return counts;
  }

  #stir(value: number): void {
    this.low ^= mix(value, 0x9e3779b9);
    this.high ^= mix(value, 0x85ebca6b);
  }
}

/** The fingerprint of a map with 2 bits a seat, lowest bits first. */
export function fingerprintOf(packed: Uint8Array, seats: number): { low: number; high: number } {
  let low = 0;
  let high = 0;
  for (let seat = 0; seat < seats; seat++) {
    const mark = ((packed[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3;
    if (mark === FREE) continue;
    low ^= mix(seat * 4 + mark, 0x9e3779b9);
    high ^= mix(seat * 4 + mark, 0x85ebca6b);
  }
  return { low, high };
}

/** A 32-bit mixer: each bit of the value moves about half of the result's. */
function mix(value: number, seed: number): number {
  let mixed = Math.imul(value ^ seed, 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
