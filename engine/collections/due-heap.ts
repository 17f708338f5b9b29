/**
 * Whose deadline comes next: a binary heap of keys by due time. An entry is a hint; the owner
 * looks at the key's true due time when it surfaces and puts it back if that has moved.
 */
export class DueHeap<Key> {
  readonly #dues: number[] = [];
  readonly #keys: Key[] = [];

  get size(): number {
    return this.#dues.length;
  }

  /** The earliest due time; infinity where nothing is due ever. */
  get nextDue(): number {
    return this.#dues[0] ?? Number.POSITIVE_INFINITY;
  }

  push(due: number, key: Key): void {
    let index = this.#dues.length;
    this.#dues.push(due);
    this.#keys.push(key);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#due(parent) <= due) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Takes out the key that is due first. */
  pop(): Key | undefined {
    const top = this.#keys[0];
    const lastDue = this.#dues.pop();
    const lastKey = this.#keys.pop();
    if (this.#dues.length > 0 && lastDue !== undefined && lastKey !== undefined) {
      this.#dues[0] = lastDue;
      this.#keys[0] = lastKey;
      this.#sink();
    }
    return top;
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#dues.length) return;
      const right = left + 1;
      const least = right < this.#dues.length && this.#due(right) < this.#due(left) ? right : left;
      if (this.#due(index) <= this.#due(least)) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #due(index: number): number {
    return this.#dues[index] ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const due = this.#dues[a] as number;
    const key = this.#keys[a] as Key;
    this.#dues[a] = this.#dues[b] as number;
    this.#keys[a] = this.#keys[b] as Key;
    this.#dues[b] = due;
    this.#keys[b] = key;
  }
}
