/**
 * Whether a layout can be sold: checked once, when a hall is drawn or imported, so that nothing
 * later has to doubt a seat's tier, name or place [S1, C3].
 */
import { limits } from '../../limits.ts';
import { type Layout, type SeatRun, seatCount } from './layout.ts';

/** A sentence saying what is wrong first, or undefined where the layout is sound. */
export function checkLayout(layout: Layout): string | undefined {
  return checkHall(layout) ?? checkRuns(layout) ?? checkSize(layout) ?? checkNames(layout);
}

function checkHall(layout: Layout): string | undefined {
  const { width, depth, curve, best, tiers } = layout;
  if (!(Number.isFinite(width) && width > 0)) return `The hall's width ${width} is not above 0.`;
  if (!(Number.isFinite(depth) && depth > 0)) return `The hall's depth ${depth} is not above 0.`;
  if (!Number.isFinite(curve)) return `The rows' curve ${curve} is not a finite number.`;
  if (!Number.isFinite(best.x) || !Number.isFinite(best.y)) {
    return `The best point (${best.x}, ${best.y}) is not a place in the hall.`;
  }
  if (tiers.length < 1 || tiers.length > limits.tiersPerLayout) {
    return `A layout has 1 to ${limits.tiersPerLayout} price tiers, not ${tiers.length}.`;
  }
  return undefined;
}

function checkRuns(layout: Layout): string | undefined {
  for (const run of layout.runs) {
    const wrong = checkRun(run, layout.tiers.length);
    if (wrong !== undefined) return `${rowName(run)}: ${wrong}`;
  }
  return undefined;
}

function checkRun(run: SeatRun, tiers: number): string | undefined {
  const { count, firstNumber, step, x, y, tier } = run;
  if (!Number.isSafeInteger(count) || count < 1) {
    return `its seats are a whole number from 1, not ${count}.`;
  }
  if (!Number.isSafeInteger(firstNumber) || !Number.isSafeInteger(step)) {
    return `seat numbers are whole, not from ${firstNumber} in steps of ${step}.`;
  }
  if (!Number.isSafeInteger(firstNumber + (count - 1) * step)) {
    return 'its seat numbers are too large.';
  }
  if (!Number.isFinite(x) || !Number.isFinite(y)) {
    return `its place (${x}, ${y}) is not made of finite numbers.`;
  }
  if (!Number.isSafeInteger(tier) || tier < 0 || tier >= tiers) {
    return `price tier ${tier} does not exist.`;
  }
  const { places, keys } = run;
  if (places !== undefined && places.length !== count) {
    return `it has ${places.length} places for ${count} seats.`;
  }
  if (places?.flat().every(Number.isFinite) === false) {
    return 'the places of its seats are not made of finite numbers.';
  }
  if (keys !== undefined && keys.length !== count) {
    return `it has ${keys.length} keys for ${count} seats.`;
  }
  for (const flag of ['wheelchair', 'companion', 'restrictedView'] as const) {
    const stray = run[flag]?.find((offset) => !isOffset(offset, count));
    if (stray !== undefined) return `its ${flag} seats name offset ${stray} of ${count} seats.`;
  }
  return undefined;
}

function isOffset(offset: number, count: number): boolean {
  return Number.isSafeInteger(offset) && offset >= 0 && offset < count;
}

function checkSize(layout: Layout): string | undefined {
  const seats = seatCount(layout);
  if (seats >= 1 && seats <= limits.seatsPerShow) return undefined;
  return `A layout has 1 to ${limits.seatsPerShow} seats, not ${seats}.`;
}

/** No two tickets may name the same seat: section, row and number together are unique. */
function checkNames(layout: Layout): string | undefined {
  const taken = new Map<string, Set<number>>();
  for (const run of layout.runs) {
    const row = JSON.stringify([run.section, run.row]);
    const numbers = taken.get(row) ?? new Set();
    taken.set(row, numbers);
    for (let offset = 0; offset < run.count; offset++) {
      const number = run.firstNumber + offset * run.step;
      if (numbers.has(number)) return `${rowName(run)}: seat ${number} is there twice.`;
      numbers.add(number);
    }
  }
  return undefined;
}

function rowName(run: SeatRun): string {
  return `Section ${JSON.stringify(run.section)}, row ${JSON.stringify(run.row)}`;
}
