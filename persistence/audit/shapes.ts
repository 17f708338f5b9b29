/** The shapes that values of a frame must have; what has another is told in words. */
import { Unreadable } from './message-reader.ts';

export function array(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unreadable(`${what} is no array`);
  return value;
}

export function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Unreadable(`${what} is no text`);
  return value;
}

export function whole(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value)) throw new Unreadable(`${what} is no whole number`);
  return value as number;
}

export function wholes(value: unknown): readonly number[] {
  const values = array(value, 'a list of seats or prices');
  for (const each of values) whole(each, 'a seat or price');
  return values as readonly number[];
}
