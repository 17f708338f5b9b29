/** A booking as a calendar file by RFC 5545, and its cancellation as another. */
import type { Appointment } from '../compose.ts';

const LONGEST_LINE_BYTES = 75;

export function calendarFile(appointment: Appointment, domain: string): string {
  const { bookings, isCancelled, summary, location, description } = appointment;
  const { startMs, endMs, timeMs } = appointment;
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Usher//Tickets//EN'];
  lines.push(`METHOD:${isCancelled ? 'CANCEL' : 'PUBLISH'}`);
  for (const booking of bookings) {
    lines.push(
      'BEGIN:VEVENT',
      `UID:${text(booking)}@${domain}`,
      `SEQUENCE:${isCancelled ? 1 : 0}`,
      `STATUS:${isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
      `DTSTAMP:${instant(timeMs)}`,
      `DTSTART:${instant(startMs)}`,
      `DTEND:${instant(endMs)}`,
      `SUMMARY:${text(summary)}`,
      `LOCATION:${text(location)}`,
      `DESCRIPTION:${text(description)}`,
      'END:VEVENT',
    );
  }
  lines.push('END:VCALENDAR', '');
  return lines.map(folded).join('\r\n');
}

/** e.g. `20260505T123000Z`. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function text(value: string): string {
  return value.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/[\r\n]+/g, '\\n');
}

/** Lines of at most 75 bytes, never cut within a character. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (bytes + size > LONGEST_LINE_BYTES) {
      parts.push(part);
      // The space that a continued line begins with counts too.
      part = ' ';
      bytes = 1;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join('\r\n');
}
