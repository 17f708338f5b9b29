/**
 * Rows as the keyboard sees them: everything at one distance from the screen, left to right, over
 * aisles and sections.
 */
import type { Layout, Seat } from '../../../engine/show/seats/layout.ts';

export interface SeatRow {
  readonly name: string;
  readonly seats: readonly Seat[];
}

/** Rows from the screen backwards. */
export function seatRows(layout: Layout, seats: readonly Seat[]): readonly SeatRow[] {
  const byDistance = new Map<number, Seat[]>();
  for (const seat of seats) {
    const distance = layout.runs[seat.run]?.y ?? 0;
    const row = byDistance.get(distance) ?? [];
    byDistance.set(distance, row);
    row.push(seat);
  }
  return [...byDistance]
    .sort(([a], [b]) => a - b)
    .map(([, row]) => {
      const sorted = row.sort((a, b) => a.x - b.x);
      return { name: sorted[0]?.row ?? '', seats: sorted };
    });
}

export class SeatWalk {
  readonly #rows: readonly SeatRow[];
  readonly #rowOf = new Map<number, number>();

  constructor(rows: readonly SeatRow[]) {
    this.#rows = rows;
    rows.forEach((row, at) => {
      for (const seat of row.seats) this.#rowOf.set(seat.index, at);
    });
  }

  /** The seat that a key leads to from another one; undefined where the key is not for walking. */
  next(from: Seat, key: string, withControl: boolean): Seat | undefined {
    const rowAt = this.#rowOf.get(from.index) ?? 0;
    const row = this.#rows[rowAt]?.seats ?? [];
    const at = row.indexOf(from);
    switch (key) {
      case 'ArrowLeft':
        return row[at - 1] ?? from;
      case 'ArrowRight':
        return row[at + 1] ?? from;
      case 'ArrowUp':
        return this.#nearest(rowAt - 1, from) ?? from;
      case 'ArrowDown':
        return this.#nearest(rowAt + 1, from) ?? from;
      case 'Home':
        return withControl ? this.#rows[0]?.seats[0] : row[0];
      case 'End':
        return withControl ? this.#rows.at(-1)?.seats.at(-1) : row.at(-1);
      default:
        return undefined;
    }
  }

  #nearest(rowAt: number, from: Seat): Seat | undefined {
    let best: Seat | undefined;
    for (const seat of this.#rows[rowAt]?.seats ?? []) {
      if (!best || Math.abs(seat.x - from.x) < Math.abs(best.x - from.x)) best = seat;
    }
    return best;
  }
}
