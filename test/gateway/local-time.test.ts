/** Local time over changes of the clocks, in zones that do it in every way [M3]. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millis } from '../../engine/ids.ts';
import { addDays, dayNumber, fromLocal, localDay, localMinute } from '../../gateway/local-time.ts';

const zones = [
  'Asia/Kolkata',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Tokyo',
  'Africa/Cairo',
  'Africa/Nairobi',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];

const at = (text: string) => millis(Date.parse(text));
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

describe('[M3] local time', () => {
  it.each([
    ['Asia/Kolkata', '2026-05-05T18:29:59Z', '2026-05-05', 23 * 60 + 59],
    ['Asia/Kolkata', '2026-05-05T18:30:00Z', '2026-05-06', 0],
    ['Pacific/Kiritimati', '2026-05-05T10:00:00Z', '2026-05-06', 0],
    ['Pacific/Pago_Pago', '2026-05-05T10:59:00Z', '2026-05-04', 23 * 60 + 59],
    // The half hour before clocks go forward and the half hour after.
    ['Europe/London', '2026-03-29T00:30:00Z', '2026-03-29', 30],
    ['Europe/London', '2026-03-29T01:30:00Z', '2026-03-29', 2 * 60 + 30],
    // Half past one comes twice when they go back.
    ['Europe/London', '2026-10-25T00:30:00Z', '2026-10-25', 90],
    ['Europe/London', '2026-10-25T01:30:00Z', '2026-10-25', 90],
    ['America/New_York', '2026-11-01T17:00:00Z', '2026-11-01', 12 * 60],
    ['America/New_York', '2026-10-31T16:00:00Z', '2026-10-31', 12 * 60],
    ['Europe/Berlin', '1969-12-31T22:59:00Z', '1969-12-31', 23 * 60 + 59],
  ])('in %s at %s it is %s, minute %i', (zone, utc, day, minute) => {
    expect(localDay(zone, at(utc))).toBe(day);
    expect(localMinute(zone, at(utc))).toBe(minute);
  });

  it.each([
    ['Asia/Kolkata', '2026-05-05', 12 * 60, '2026-05-05T06:30'],
    ['Europe/Berlin', '2026-03-28', 17 * 60, '2026-03-28T16:00'],
    ['Europe/Berlin', '2026-03-29', 17 * 60, '2026-03-29T15:00'],
    // 02:30 is skipped: as long after 02:00 as asked, which clocks call 03:30.
    ['Europe/Berlin', '2026-03-29', 2 * 60 + 30, '2026-03-29T01:30'],
    // 02:30 comes twice: the first.
    ['Europe/Berlin', '2026-10-25', 2 * 60 + 30, '2026-10-25T00:30'],
    ['America/New_York', '2026-03-08', 13 * 60, '2026-03-08T17:00'],
    ['Australia/Sydney', '2026-04-05', 12 * 60, '2026-04-05T02:00'],
    ['Australia/Sydney', '2026-04-04', 12 * 60, '2026-04-04T01:00'],
    // Cairo's clocks go forward at midnight: that day begins at one.
    ['Africa/Cairo', '2026-04-24', 0, '2026-04-23T22:00'],
    ['Africa/Cairo', '2026-04-24', 60, '2026-04-23T22:00'],
    // Minutes past the day's end belong to the next.
    ['Asia/Tokyo', '2026-12-31', 24 * 60 + 15, '2026-12-31T15:15'],
  ])('in %s on %s, minute %i is %s UTC', (zone, day, minute, utc) => {
    expect(iso(fromLocal(zone, day, minute))).toBe(utc);
  });

  it('gives back the day and the minute it was asked for, wherever clocks show them', () => {
    const days = fc.integer({ min: 0, max: 3_650 }).map((days) => addDays('2022-01-01', days));
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        days,
        // From 03:01 on no clock of these zones is ever put forward or back.
        fc.integer({ min: 181, max: 1_439 }),
        (zone, day, minute) => {
          const ms = fromLocal(zone, day, minute);
          expect([localDay(zone, ms), localMinute(zone, ms)]).toEqual([day, minute]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('brings every instant back from its local time, but for hours that clocks show twice', () => {
    const instants = fc.integer({ min: at('2022-01-01') / 60_000, max: at('2032-01-01') / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (zone, minutes) => {
        const ms = minutes * 60_000;
        const back = fromLocal(zone, localDay(zone, millis(ms)), localMinute(zone, millis(ms)));
        if (back !== ms) expect(localMinute(zone, back)).toBe(localMinute(zone, millis(ms)));
        expect(back).toBeLessThanOrEqual(ms);
        expect(ms - back).toBeLessThanOrEqual(60 * 60_000);
      }),
      { numRuns: 500 },
    );
  });

  it('counts days over months, leap days and changes of the clocks', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(dayNumber('1970-01-02')).toBe(1);
  });

  it('refuses what is no zone and no day', () => {
    expect(() => localDay('Europe/Nowhere', millis(0))).toThrow(RangeError);
    expect(() => fromLocal('Europe/Berlin', '2026-13-01', 0)).toThrow(RangeError);
    expect(() => fromLocal('Europe/Berlin', 'tomorrow', 0)).toThrow(RangeError);
  });
});
