/**
 * Halls from the open seating-plan JSON that pretix and others use, in both generations of its
 * schema [C3]. It is read leniently: what is not known is passed over and reported, what is not
 * usable is refused with the place where it stands.
 *
 *   plan ─ zones (position) ─ rows (position, row_number) ─ seats (position, seat_number, category)
 *
 * Positions add up: zone + row + seat. A row becomes runs of seats that stand side by side, are of
 * one category and are numbered in equal steps.
 */
import type { LayoutId } from '../../../engine/ids.ts';
import { limits } from '../../../engine/limits.ts';
import type { Layout, SeatRun } from '../../../engine/show/seats/layout.ts';
import { type Field, HallProblem, type Json, PlanReader } from './plan-reader.ts';
import { EXPORTED_PITCH } from './pretix-export.ts';

export interface ImportedHall {
  readonly layout: Layout;
  /** What was passed over or mended, a sentence each. */
  readonly notes: readonly string[];
}

interface PlanSeat {
  readonly section: string;
  readonly row: string;
  readonly number: number;
  readonly key: string;
  readonly category: string;
  readonly x: number;
  readonly y: number;
  readonly wheelchair: boolean;
}

/** Seats further apart than this, in the usual distance, have an aisle between them. */
const AISLE = 1.75;
const ON_THE_LINE = 0.02;
/** Places in an exported plan are rounded; measured from them, a seat's width is nearly its own. */
const ALMOST = 0.02;
const known = {
  category: ['name', 'color'],
  plan: ['name', 'zones', 'categories', 'size'],
  zone: ['name', 'position', 'rows', 'areas', 'uuid', 'zone_id'],
  row: ['position', 'row_number', 'row_number_position', 'row_label', 'seats', 'uuid', 'row_id'],
  seat: [
    'seat_guid',
    'seat_number',
    'seat_number_position',
    'seat_label',
    'uuid',
    'position',
    'category',
    'radius',
    'start_at',
    'wheelchair',
    'status',
  ],
} as const;

/** @throws HallProblem with a JSON pointer and a sentence. */
export function importPretix(plan: Json, id: LayoutId): ImportedHall {
  const reader = new PlanReader(known);
  const root = reader.object(plan, '', 'plan');
  const name = reader.text(root.name, 'Hall');
  const rows = readRows(reader, root);
  const seats = rows.flat();
  if (seats.length === 0) throw new HallProblem('/zones', 'The plan has no seats.');
  if (seats.length > limits.seatsPerShow) {
    const most = limits.seatsPerShow;
    throw new HallProblem('/zones', `The plan has ${seats.length} seats; ${most} is the most.`);
  }
  const tiers = tiersOf(reader, root, seats);
  const pitch = pitchOf(rows);
  const least = { x: Math.min(...xs(seats)), y: Math.min(...ys(seats)) };
  const at = ({ x, y }: PlanSeat) =>
    [round((x - least.x) / pitch + 1), round((y - least.y) / pitch + 1)] as const;
  const runs = rows.flatMap((row) => runsOf(row, tiers, at));
  const width = round((Math.max(...xs(seats)) - least.x) / pitch + 2);
  const depth = round((Math.max(...ys(seats)) - least.y) / pitch + 2);
  const best = { x: round(width / 2), y: round((2 * depth) / 3) };
  const layout = { id, name, width, depth, curve: 0, best, tiers, runs };
  return { layout, notes: reader.notes };
}

const xs = (seats: readonly PlanSeat[]) => bounded(seats.map(({ x }) => x));
const ys = (seats: readonly PlanSeat[]) => bounded(seats.map(({ y }) => y));

/** The least and the most of many, so that they can be spread into a call. */
function bounded(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

const round = (value: number) => Math.round(value * 100) / 100;

function readRows(reader: PlanReader, root: Field): readonly (readonly PlanSeat[])[] {
  const rows: PlanSeat[][] = [];
  reader.list(root.zones, '/zones').forEach((each, zoneIndex) => {
    const zoneAt = `/zones/${zoneIndex}`;
    const zone = reader.object(each, zoneAt, 'zone');
    const section = reader.text(zone.name, `Zone ${zoneIndex + 1}`);
    const zonePlace = reader.position(zone.position, `${zoneAt}/position`);
    reader.list(zone.rows, `${zoneAt}/rows`).forEach((item, rowIndex) => {
      const rowAt = `${zoneAt}/rows/${rowIndex}`;
      const row = reader.object(item, rowAt, 'row');
      const name = reader.text(row.row_number ?? row.row_label, String(rowIndex + 1));
      const place = reader.position(row.position, `${rowAt}/position`);
      const origin = { x: zonePlace.x + place.x, y: zonePlace.y + place.y };
      const seats = reader.list(row.seats, `${rowAt}/seats`);
      rows.push(readSeats(reader, seats, `${rowAt}/seats`, section, name, origin));
    });
  });
  return rows;
}

function readSeats(
  reader: PlanReader,
  seats: readonly Json[],
  at: string,
  section: string,
  row: string,
  origin: { readonly x: number; readonly y: number },
): PlanSeat[] {
  const read = seats.map((each, index) => {
    const seatAt = `${at}/${index}`;
    const seat = reader.object(each, seatAt, 'seat');
    const place = reader.position(seat.position, `${seatAt}/position`);
    return {
      section,
      row,
      label: reader.text(seat.seat_number ?? seat.seat_label, ''),
      key: reader.text(seat.seat_guid ?? seat.uuid, `${section}-${row}-${index + 1}`),
      category: reader.text(seat.category, ''),
      x: origin.x + place.x,
      y: origin.y + place.y,
      wheelchair: seat.wheelchair === true,
    };
  });
  const isNumbered = read.every(({ label }) => /^\d{1,6}$/.test(label));
  const isDistinct = new Set(read.map(({ label }) => label)).size === read.length;
  if (!isNumbered || !isDistinct) {
    reader.note(`${at}: seats are numbered 1 to ${read.length}, as their own are no numbers.`);
  }
  return read.map(({ label, ...seat }, index) => ({
    ...seat,
    number: isNumbered && isDistinct ? Number(label) : index + 1,
  }));
}

function tiersOf(reader: PlanReader, root: Field, seats: readonly PlanSeat[]): readonly string[] {
  const names = new Set<string>();
  const categories =
    root.categories === undefined ? [] : reader.list(root.categories, '/categories');
  for (const [index, each] of categories.entries()) {
    const at = `/categories/${index}`;
    const category = reader.object(each, at, 'category');
    names.add(reader.text(category.name, `Category ${index + 1}`));
  }
  for (const { category } of seats) names.add(category);
  const used = new Set(seats.map(({ category }) => category));
  const tiers = [...names].filter((name) => used.has(name));
  if (tiers.length > limits.tiersPerLayout) {
    const most = limits.tiersPerLayout;
    throw new HallProblem('/categories', `There are ${tiers.length} categories; ${most} at most.`);
  }
  return tiers;
}

/** The usual distance of two seats side by side, in whichever order a row lists them. */
function pitchOf(rows: readonly (readonly PlanSeat[])[]): number {
  const distances = rows.map(leftToRight).flatMap((row) => {
    return row.slice(1).map((seat, index) => distance(seat, row[index] ?? seat));
  });
  const sorted = distances.filter((each) => each > 0).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? EXPORTED_PITCH;
  return Math.abs(usual / EXPORTED_PITCH - 1) < ALMOST ? EXPORTED_PITCH : usual;
}

function leftToRight(row: readonly PlanSeat[]): readonly PlanSeat[] {
  return [...row].sort((a, b) => a.x - b.x || a.y - b.y);
}

function distance(one: PlanSeat, other: PlanSeat): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function runsOf(
  row: readonly PlanSeat[],
  tiers: readonly string[],
  at: (seat: PlanSeat) => readonly [number, number],
): SeatRun[] {
  const runs: PlanSeat[][] = [];
  for (const seat of leftToRight(row)) {
    const run = runs.at(-1);
    if (run === undefined || !continues(run, seat, at)) runs.push([seat]);
    else run.push(seat);
  }
  return runs.map((run) => runOf(run, tiers, at));
}

function continues(
  run: readonly PlanSeat[],
  seat: PlanSeat,
  at: (seat: PlanSeat) => readonly [number, number],
): boolean {
  const last = run.at(-1);
  if (last === undefined || last.category !== seat.category) return false;
  const [[x, y], [nextX, nextY]] = [at(last), at(seat)];
  if (Math.hypot(nextX - x, nextY - y) > AISLE) return false;
  const before = run.at(-2);
  const step = seat.number - last.number;
  return before === undefined ? step !== 0 : step === last.number - before.number;
}

function runOf(
  run: readonly PlanSeat[],
  tiers: readonly string[],
  at: (seat: PlanSeat) => readonly [number, number],
): SeatRun {
  const [first, second] = run;
  if (first === undefined) throw new Error('a run has a seat');
  const places = run.map(at);
  const [x, y] = at(first);
  const isStraight = places.every(
    ([px, py], offset) =>
      Math.abs(px - x - offset) <= ON_THE_LINE && Math.abs(py - y) <= ON_THE_LINE,
  );
  const wheelchair = run.flatMap((seat, offset) => (seat.wheelchair ? [offset] : []));
  return {
    section: first.section,
    row: first.row,
    firstNumber: first.number,
    step: second === undefined ? 1 : second.number - first.number,
    count: run.length,
    x,
    y,
    tier: tiers.indexOf(first.category),
    ...(wheelchair.length === 0 ? {} : { wheelchair }),
    ...(isStraight ? {} : { places }),
    keys: run.map(({ key }) => key),
  };
}
