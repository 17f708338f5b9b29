/**
 * A hall's seats as a show sees them: a fixed list 0 … N−1, described compactly by runs. A run is
 * an unbroken block of neighbouring seats in one row; an aisle splits a row into two runs. Seat
 * indexes follow the runs in order.
 */
import type { LayoutId } from '../../ids.ts';

/** One unbroken block of seats, left to right as the audience sees the screen. */
export interface SeatRun {
  readonly section: string;
  /** The row's name as printed on the ticket, e.g. `F`. */
  readonly row: string;
  /** Number of the leftmost seat; each next one is `step` further. */
  readonly firstNumber: number;
  /** Usually 1; −1 where numbers run right to left; 2 for odd and even sides. */
  readonly step: number;
  /** Seats in the run, 1 or more. */
  readonly count: number;
  /** Middle of the leftmost seat, in seat widths from the hall's left edge. */
  readonly x: number;
  /** Middle of the row, in seat widths from the screen, before the curve. */
  readonly y: number;
  /** Price tier, an index into the show's prices. */
  readonly tier: number;
  /** Offsets within the run of seats with a flag. */
  readonly wheelchair?: readonly number[];
  readonly companion?: readonly number[];
  readonly restrictedView?: readonly number[];
  /**
   * Where each seat's middle is, `[x, y]` as above and with no curve added, where they do not
   * stand in a straight line of unit steps.
   */
  readonly places?: readonly (readonly [number, number])[];
  /** A name of each seat's that other programs know it by, where the hall came from one. */
  readonly keys?: readonly string[];
}

export interface Layout {
  readonly id: LayoutId;
  readonly name: string;
  /** Hall width in seat widths. */
  readonly width: number;
  /** Hall depth in seat widths. */
  readonly depth: number;
  /** How much further from the screen the middle of a row lies than its ends, in seat widths. */
  readonly curve: number;
  /** Where one sees and hears best; "best seats" are those nearest to it. */
  readonly best: { readonly x: number; readonly y: number };
  /** Names of the price tiers, indexed by `SeatRun.tier`. */
  readonly tiers: readonly string[];
  readonly runs: readonly SeatRun[];
}

export interface Seat {
  readonly index: number;
  readonly section: string;
  readonly row: string;
  readonly number: number;
  readonly x: number;
  readonly y: number;
  readonly tier: number;
  /** Index of its run; neighbours in one run sit side by side. */
  readonly run: number;
  readonly wheelchair: boolean;
  readonly companion: boolean;
  readonly restrictedView: boolean;
}

/** Number of seats in a layout. */
export function seatCount(layout: Pick<Layout, 'runs'>): number {
  let count = 0;
  for (const run of layout.runs) count += run.count;
  return count;
}

/** Distance from the screen of a point in a row, with the row's curve. */
function curvedY(layout: Layout, x: number, y: number): number {
  const side = (2 * x) / layout.width - 1;
  return y + layout.curve * (1 - side * side);
}

/** The middle of a seat, the row's curve included. */
export function placeOf(
  layout: Layout,
  run: SeatRun,
  offset: number,
): { readonly x: number; readonly y: number } {
  const place = run.places?.[offset];
  if (place !== undefined) return { x: place[0], y: place[1] };
  const x = run.x + offset;
  return { x, y: curvedY(layout, x, run.y) };
}

/** Every seat of a layout in index order. Costs one object a seat: for pages, not for shows. */
export function expandSeats(layout: Layout): readonly Seat[] {
  const seats: Seat[] = [];
  layout.runs.forEach((run, runIndex) => {
    for (let offset = 0; offset < run.count; offset++) {
      seats.push({
        index: seats.length,
        section: run.section,
        row: run.row,
        number: run.firstNumber + offset * run.step,
        ...placeOf(layout, run, offset),
        tier: run.tier,
        run: runIndex,
        wheelchair: run.wheelchair?.includes(offset) ?? false,
        companion: run.companion?.includes(offset) ?? false,
        restrictedView: run.restrictedView?.includes(offset) ?? false,
      });
    }
  });
  return seats;
}
