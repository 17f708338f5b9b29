/**
 * Local days and minutes in a city's own time zone, daylight saving included [M3, C1]. The engine
 * knows no time zones: this is where they are known, from the platform's IANA tables.
 */
import { type Millis, millis } from '../engine/ids.ts';

const msPerMinute = 60_000;
const msPerDay = 24 * 60 * msPerMinute;

/** Making one takes about 50 µs, using it about 1 µs. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The local day, `YYYY-MM-DD`. Throws RangeError for an unknown time zone. */
export function localDay(timeZone: string, ms: Millis): string {
  return new Date(localClock(timeZone, ms)).toISOString().slice(0, 10);
}

/** Minutes of the local day as its clocks show them, 0 … 1439. Throws like `localDay`. */
export function localMinute(timeZone: string, ms: Millis): number {
  const clock = localClock(timeZone, ms);
  return Math.floor((clock - Math.floor(clock / msPerDay) * msPerDay) / msPerMinute);
}

/**
 * The instant at which clocks in the zone show this minute of this day (`YYYY-MM-DD`). Minutes
 * from 1440 on belong to the days after. Where clocks are put back and show a time twice, it is
 * the first; where they are put forward and skip it, the instant is as much later than the gap's
 * beginning as was asked. Throws RangeError for an unknown zone or a day that is not one.
 */
export function fromLocal(timeZone: string, day: string, minuteOfDay: number): Millis {
  const wanted = startOfUtcDay(day) + minuteOfDay * msPerMinute;
  // Zones are less than a day from UTC, so these two see the offsets on both sides of any change.
  const offsetBefore = offsetMs(timeZone, wanted - msPerDay);
  const offsetAfter = offsetMs(timeZone, wanted + msPerDay);
  const before = wanted - offsetBefore;
  if (offsetBefore === offsetAfter || offsetMs(timeZone, before) === offsetBefore) {
    return millis(before);
  }
  const after = wanted - offsetAfter;
  return millis(offsetMs(timeZone, after) === offsetAfter ? after : before);
}

/** The later instant where the zone's clocks show this minute of this day twice; else undefined. */
export function secondOfTwo(
  timeZone: string,
  day: string,
  minuteOfDay: number,
): Millis | undefined {
  const wanted = startOfUtcDay(day) + minuteOfDay * msPerMinute;
  const later = wanted - offsetMs(timeZone, wanted + msPerDay);
  const isShown = localClock(timeZone, later) === wanted;
  return isShown && later > fromLocal(timeZone, day, minuteOfDay) ? millis(later) : undefined;
}

/** The day `days` later (earlier when negative), both `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  return new Date(startOfUtcDay(day) + days * msPerDay).toISOString().slice(0, 10);
}

/** Days from 1970-01-01 to this one. */
export function dayNumber(day: string): number {
  return startOfUtcDay(day) / msPerDay;
}

function startOfUtcDay(day: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`not a day: ${day}`);
  return ms;
}

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(timeZone: string, ms: number): number {
  return localClock(timeZone, ms) - Math.floor(ms / 1000) * 1000;
}

/** What the zone's clocks show at an instant, to the second, as if it were UTC. */
function localClock(timeZone: string, ms: number): number {
  // Reads 3/15/2026, 09:05:00; the pattern is fixed by the locale, the calendar and the fields.
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = formatOf(timeZone)
    .format(ms)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
