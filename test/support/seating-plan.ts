/** A large hall in pretix's seating-plan format, in either generation of its schema. */

export interface BigPlan {
  readonly plan: unknown;
  readonly seats: number;
  readonly wheelchairs: number;
}

/** 16 straight rows of 28 with an aisle, 6 curved rows of 20 above, and keys that nobody knows. */
export function bigPlan(generation: 'first' | 'second'): BigPlan {
  let seats = 0;
  let wheelchairs = 0;
  const isFirst = generation === 'first';
  const seat = (zone: string, row: string, number: number, x: number, y: number, extra = {}) => {
    seats++;
    return {
      seat_guid: `${zone}-${row}-${number}`,
      ...(isFirst ? { uuid: `u-${zone}-${row}-${number}` } : { seat_label: 'Seat' }),
      seat_number: String(number),
      position: { x, y },
      category: zone === 'G' ? 'Stalls' : 'Balcony',
      radius: 10,
      ...extra,
    };
  };
  const ground = Array.from({ length: 16 }, (_, index) => {
    const row = String.fromCharCode(65 + index);
    const places = Array.from({ length: 28 }, (_, at) => {
      const isWheelchair = index === 15 && at < 4;
      if (isWheelchair) wheelchairs++;
      const x = at * 30 + (at >= 14 ? 60 : 0);
      return seat('G', row, at + 1, x, 0, isWheelchair ? { wheelchair: true } : {});
    });
    return { row_number: row, position: { x: 0, y: index * 40 }, seats: places, ...label(isFirst) };
  });
  const upper = Array.from({ length: 6 }, (_, index) => {
    const places = Array.from({ length: 20 }, (_, at) => {
      const side = (at - 9.5) / 9.5;
      return seat('U', String(index + 1), at + 1, at * 30, 45 * (1 - side * side));
    });
    return { row_number: String(index + 1), position: { x: 100, y: index * 40 }, seats: places };
  });
  const zone = (name: string, y: number, rows: readonly unknown[]) => ({
    name,
    position: { x: 0, y },
    rows,
    areas: [],
    ...(isFirst ? { uuid: `z-${name}` } : { zone_id: name }),
  });
  const plan = {
    name: 'Grand Hall',
    something_new: { of: 'a later version' },
    categories: [
      { name: 'Stalls', color: '#2020ff' },
      { name: 'Balcony', color: '#20ff20' },
    ],
    zones: [zone('Ground', 100, ground), zone('Upper', 900, upper)],
    size: { width: 1_000, height: 1_300 },
  };
  return { plan, seats, wheelchairs };
}

function label(isFirst: boolean): object {
  return isFirst ? { row_number_position: 'both' } : { row_label: 'Row' };
}
