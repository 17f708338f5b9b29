/**
 * Whose deadline comes next: a binary heap with one place for each item. An item's time here is a
 * hint that is never later than the truth: a deadline that comes nearer moves it at once, one
 * that moves away is only noticed when the hint comes up. Most deadlines are gone by then, so
 * most of the sorting is never done.
 */
export interface Due {
  /** When to look at the item; infinity for never. */
  dueMs: number;
  /** The item's place in the heap, kept by the heap. */
  place: number;
}

export class DueHeap<Item extends Due> {
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The item to look at first. */
  get first(): Item | undefined {
    return this.#items[0];
  }

  /** When that is; infinity where nothing is due ever. */
  get nextDueMs(): number {
    return this.#items[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Takes in a new item, at its `dueMs`. */
  add(item: Item): void {
    item.place = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
  }

  /** Moves an item to another time. */
  move(item: Item, dueMs: number): void {
    const isNearer = dueMs < item.dueMs;
    item.dueMs = dueMs;
    if (isNearer) this.#rise(item);
    else this.#sink(item);
  }

  #rise(item: Item): void {
    let { place } = item;
    while (place > 0) {
      const parent = this.#items[(place - 1) >> 1];
      if (parent === undefined || parent.dueMs <= item.dueMs) break;
      const above = parent.place;
      this.#put(parent, place);
      place = above;
    }
    this.#put(item, place);
  }

  #sink(item: Item): void {
    let { place } = item;
    for (;;) {
      const left = this.#items[2 * place + 1];
      const right = this.#items[2 * place + 2];
      const child =
        left !== undefined && right !== undefined && right.dueMs < left.dueMs ? right : left;
      if (child === undefined || child.dueMs >= item.dueMs) break;
      const below = child.place;
      this.#put(child, place);
      place = below;
    }
    this.#put(item, place);
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
