/** A hall as seating-plan JSON again, for other programs and as a copy of one's own [C3]. */
import { expandSeats, type Layout } from '../../../engine/show/seats/layout.ts';

/** So many of the plan's units are a seat's width. */
export const EXPORTED_PITCH = 25;

/** Reading it in again gives the same seats at the same places. */
export function exportPretix(layout: Layout): object {
  const zones = new Map<string, Map<string, object[]>>();
  const seats = expandSeats(layout);
  for (const seat of seats) {
    const run = layout.runs[seat.run];
    const offset = run === undefined ? 0 : (seat.number - run.firstNumber) / run.step;
    const key = run?.keys?.[offset] ?? `${seat.section}-${seat.row}-${seat.number}`;
    const rows = entry(zones, seat.section, () => new Map<string, object[]>());
    entry(rows, seat.row, () => []).push({
      seat_guid: key,
      seat_number: String(seat.number),
      category: layout.tiers[seat.tier] ?? '',
      position: { x: round(seat.x * EXPORTED_PITCH), y: round(seat.y * EXPORTED_PITCH) },
      ...(seat.wheelchair ? { wheelchair: true } : {}),
    });
  }
  return {
    name: layout.name,
    size: {
      width: round(layout.width * EXPORTED_PITCH),
      height: round(layout.depth * EXPORTED_PITCH),
    },
    categories: layout.tiers.map((name, index) => ({ name, color: colours[index] ?? '#888888' })),
    zones: Array.from(zones, ([name, rows]) => ({
      name,
      position: { x: 0, y: 0 },
      rows: Array.from(rows, ([row, places]) => ({
        row_number: row,
        row_number_position: 'both',
        position: { x: 0, y: 0 },
        seats: places,
      })),
      areas: [],
    })),
  };
}

const colours = ['#3584e4', '#33d17a', '#f6d32d', '#ff7800', '#e01b24', '#9141ac'];

const round = (value: number) => Math.round(value * 100) / 100;

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
