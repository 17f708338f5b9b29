/**
 * The seats that a person has chosen on the map but not asked for yet. With a hold it starts from
 * the hold's seats, so that choosing others means changing the hold.
 */
export class Selection {
  readonly #seats = new Set<number>();

  get seats(): readonly number[] {
    return [...this.#seats].sort((a, b) => a - b);
  }

  get size(): number {
    return this.#seats.size;
  }

  has(seat: number): boolean {
    return this.#seats.has(seat);
  }

  add(seat: number): void {
    this.#seats.add(seat);
  }

  remove(seat: number): void {
    this.#seats.delete(seat);
  }

  replace(seats: readonly number[]): void {
    this.#seats.clear();
    for (const seat of seats) this.#seats.add(seat);
  }

  /** Whether it is exactly these seats. */
  equals(seats: readonly number[]): boolean {
    return seats.length === this.#seats.size && seats.every((seat) => this.#seats.has(seat));
  }
}
