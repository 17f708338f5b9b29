/**
 * Arithmetic with money: integers in the minor unit, in and out and in between [M1]. Every step
 * stays below 2^53, so that no amount is ever rounded by the machine.
 */
import { type Minor, minor } from '../ids.ts';
import { invariant } from '../unreachable.ts';

/** The largest single amount: a hundred times it is still exact. */
const LARGEST = Math.floor((Number.MAX_SAFE_INTEGER - 50) / 100);

/** What is left of an amount, 0 or more, after `percent` off: rounded half up [M4]. */
export function percentOff(amount: Minor, percent: number): Minor {
  invariant(Number.isSafeInteger(amount) && amount >= 0 && amount <= LARGEST, 'a price');
  invariant(Number.isSafeInteger(percent) && percent >= 0 && percent <= 100, 'a percentage');
  const hundredths = amount * (100 - percent) + 50;
  return minor((hundredths - (hundredths % 100)) / 100);
}

/** The sum of amounts; exact, or it throws. */
export function sumOf(amounts: readonly Minor[]): Minor {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  invariant(Number.isSafeInteger(sum), 'a total is an exact integer');
  return minor(sum);
}
