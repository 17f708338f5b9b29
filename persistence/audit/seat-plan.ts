/** A hall's seats as the log describes them: which run, which price tier, which name. */
import type { Layout, SeatRun } from '../../engine/show/seats/layout.ts';

export class SeatPlan {
  readonly layout: Layout;
  readonly count: number;
  /** First seat of each run, and the number of seats after the last. */
  readonly starts: readonly number[];
  readonly #tiers: Uint8Array;
  #names: Map<string, number[]> | undefined;

  constructor(layout: Layout) {
    const starts = [0];
    let count = 0;
    for (const run of layout.runs) {
      count += run.count;
      starts.push(count);
    }
    this.layout = layout;
    this.count = count;
    this.starts = starts;
    this.#tiers = new Uint8Array(count);
    layout.runs.forEach((run, index) => {
      this.#tiers.fill(run.tier, starts[index], starts[index + 1]);
    });
  }

  isSeat(seat: number): boolean {
    return Number.isInteger(seat) && seat >= 0 && seat < this.count;
  }

  tierOf(seat: number): number {
    return this.#tiers[seat] ?? -1;
  }

  /** Which run a seat is in. */
  runOf(seat: number): number {
    let low = 0;
    let high = this.layout.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= seat) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** As a ticket would name it, e.g. `F12`; a seat that there is not, by its index. */
  nameOf(seat: number): string {
    if (!this.isSeat(seat)) return `#${seat}`;
    const index = this.runOf(seat);
    const run = this.layout.runs[index] as SeatRun;
    return `${run.row}${run.firstNumber + (seat - (this.starts[index] ?? 0)) * run.step}`;
  }

  namesOf(seats: readonly number[]): string {
    return seats.map((seat) => this.nameOf(seat)).join(', ');
  }

  sectionOf(seat: number): string {
    return this.layout.runs[this.runOf(seat)]?.section ?? '';
  }

  /** Seats of that name, one a section where several have it; `#17` is a seat by its index. */
  find(name: string): readonly number[] {
    const index = /^#(\d+)$/.exec(name)?.[1];
    if (index !== undefined) return this.isSeat(Number(index)) ? [Number(index)] : [];
    this.#names ??= this.#nameAll();
    return this.#names.get(name.toUpperCase()) ?? [];
  }

  #nameAll(): Map<string, number[]> {
    const names = new Map<string, number[]>();
    for (let seat = 0; seat < this.count; seat++) {
      const name = this.nameOf(seat).toUpperCase();
      const found = names.get(name);
      if (found === undefined) names.set(name, [seat]);
      else found.push(seat);
    }
    return names;
  }
}
