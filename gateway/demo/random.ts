/**
 * Chance that repeats: the same seed gives the same demo city and the same crowd on any machine.
 * A 32-bit counter through a mixing function (the splitmix family): small, fast, and good enough
 * for make-believe; never for tokens or keys.
 */

/** A seed made from words and numbers, so that each hall and day draws its own luck. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of parts.join('\u0000')) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return mix(hash);
}

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 up to but not including 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mix(this.#state) / 0x1_0000_0000;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True this often: 0 never, 1 always. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One item; undefined from an empty list only. */
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.next() * items.length)];
  }

  /** One item, each as likely as its weight; undefined where no weight is above 0. */
  pickWeighted<Item>(items: readonly Item[], weight: (item: Item) => number): Item | undefined {
    let left = this.next() * items.reduce((sum, item) => sum + weight(item), 0);
    for (const item of items) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return undefined;
  }

  /** A new list of the same items in a chance order. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, rank: this.next() }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ item }) => item);
  }
}

/** Spreads every input bit over all 32 output bits. */
function mix(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}
