/** Money, times and names as people read them. */
import type { Millis } from '../client/index.ts';

const LOCALE = 'en-GB';

const moneyFormats = new Map<string, Intl.NumberFormat>();

/**
 * An amount in minor units, e.g. 32000 paise as ₹320.00 and 1800 yen as ¥1,800. The amount goes
 * in as decimal text, so no binary fraction is ever made of it [M1].
 */
export function money(amount: number, currency: string): string {
  let format = moneyFormats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat('en', { style: 'currency', currency });
    moneyFormats.set(currency, format);
  }
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(`${amount}E-${digits}` as Intl.StringNumericLiteral);
}

/** A time span as m:ss, rounded up so that it reads 0:00 only when it is over. */
export function minutesAndSeconds(spanMs: number): string {
  const seconds = Math.ceil(spanMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(LOCALE, options);
}

/** e.g. 14:30, on the clock of that place. */
export function clockTime(atMs: Millis, timeZone: string): string {
  return dateFormat({ timeZone, hour: '2-digit', minute: '2-digit' }).format(atMs);
}

/** e.g. Sat, 22 Nov, 14:30. */
export function dayAndTime(atMs: Millis, timeZone: string): string {
  return `${shortDay(atMs, timeZone)}, ${clockTime(atMs, timeZone)}`;
}

/** e.g. Sat, 22 Nov. */
export function shortDay(atMs: number, timeZone: string): string {
  return dateFormat({ timeZone, weekday: 'short', day: 'numeric', month: 'short' }).format(atMs);
}

/** The local day as `YYYY-MM-DD`. */
export function isoDay(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(atMs);
}

export interface Day {
  /** `YYYY-MM-DD`. */
  readonly iso: string;
  /** e.g. Today, Sat, 22 Nov. */
  readonly name: string;
}

/** Today and the days after it, in a city's own calendar. */
export function nextDays(nowMs: number, timeZone: string, count: number): readonly Day[] {
  const days: Day[] = [];
  // Half days, so that the hour that daylight saving adds or takes skips no day.
  for (let half = 0; days.length < count; half++) {
    const atMs = nowMs + half * 12 * 3_600_000;
    const iso = isoDay(atMs, timeZone);
    if (days.at(-1)?.iso === iso) continue;
    days.push({ iso, name: days.length === 0 ? 'Today' : shortDay(atMs, timeZone) });
  }
  return days;
}

const languageNames = new Intl.DisplayNames(LOCALE, { type: 'language' });
const regionNames = new Intl.DisplayNames(LOCALE, { type: 'region' });

/** `hi` as Hindi. */
export function languageName(code: string): string {
  return languageNames.of(code) ?? code;
}

/** `IN` as India. */
export function countryName(code: string): string {
  return regionNames.of(code) ?? code;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 seat`, `2 seats`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return new Intl.ListFormat(LOCALE, { type: 'conjunction' }).format(parts);
}
