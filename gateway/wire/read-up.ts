/**
 * From a client's frame to a checked message: the exact shape and limits of every kind of field,
 * applied while reading. What comes out is safe to use; what is refused says which field.
 */
import { limits } from '../../engine/limits.ts';
import type { Kind } from './kinds.ts';
import type { UpMessage } from './message-types.ts';
import { up } from './messages.ts';
import { characterSet, type Reader } from './reader.ts';

/** A selection may name more seats than the rules allow, to be told so in the rules' words. */
const SEATS_READ = 64;

type UpKind = (typeof up)[keyof typeof up]['fields'] extends infer Fields
  ? Fields extends Record<string, Kind>
    ? Fields[keyof Fields]
    : never
  : never;

type FieldReader = (reader: Reader) => unknown;

const slug = characterSet('characters of a–z, 0–9 and "-"', /[a-z0-9-]/);
const reference = characterSet('characters of A–Z, 0–9 and "-"', /[A-Z0-9-]/);
const printable = characterSet('printable ASCII without spaces', /[\x21-\x7e]/);
const dateCharacters = characterSet('a day as YYYY-MM-DD', /[0-9-]/);
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

const readers = {
  requestId: readRequestId,
  showId: readShowId,
  slug: (reader) => reader.ascii(1, 48, slug),
  date: readDate,
  text: (reader) => reader.text(0, 128),
  token: (reader) => reader.text(1, 256),
  holdId: (reader) => reader.uint(),
  bookingRef: (reader) => reader.ascii(1, 48, reference),
  partySize: (reader) => ranged(reader, 1, SEATS_READ),
  flag: (reader) => reader.bool(),
  tier: (reader) => ranged(reader, 0, limits.tiersPerLayout - 1),
  seatList: readSeats,
  bookingList: (reader) =>
    list(reader, limits.bookingsPerCancel, () => reader.ascii(1, 48, reference)),
} satisfies Partial<Record<Kind, FieldReader>>;

interface MessageReader {
  readonly type: UpMessage['type'];
  readonly fields: readonly { name: string; nullable: boolean; read: FieldReader }[];
}

const byCode: readonly (MessageReader | undefined)[] = (() => {
  const table: (MessageReader | undefined)[] = new Array(128).fill(undefined);
  for (const [type, shape] of Object.entries(up)) {
    const fields = Object.entries(shape.fields as Record<string, UpKind>).map(([name, kind]) => {
      const nullable = kind.endsWith('?');
      const base = (nullable ? kind.slice(0, -1) : kind) as keyof typeof readers;
      return { name, nullable, read: readers[base] };
    });
    table[shape.code] = { type: type as UpMessage['type'], fields };
  }
  return table;
})();

type Tick<Type extends UpMessage['type']> = Extract<UpMessage, { type: Type }>;
/** The messages that come in crowds. */
export type FrequentMessage = Tick<'hold'> | Tick<'release'>;

/**
 * Reads a hold or a release, the messages of a crowd, without asking a table what each field is;
 * undefined where it is another message or anything is wrong with it. The reader then stands at
 * the beginning again, for `readUp` to say what.
 */
export function readFrequent(reader: Reader): FrequentMessage | undefined {
  const start = reader.offset;
  const length = reader.array(16);
  const code = reader.uint();
  if (length === 4 && (code === up.hold.code || code === up.release.code)) {
    const requestId = readRequestId(reader) as Tick<'hold'>['requestId'];
    const show = readShowId(reader) as Tick<'hold'>['show'];
    if (code === up.hold.code) {
      const seats = readSeats(reader);
      if (reader.fault === undefined && reader.atEnd) {
        return { type: 'hold', requestId, show, seats };
      }
    } else {
      const hold = reader.uint() as Tick<'release'>['hold'];
      if (reader.fault === undefined && reader.atEnd) {
        return { type: 'release', requestId, show, hold };
      }
    }
  }
  reader.rewind(start);
  return undefined;
}

/** Why a frame is no message; with the request's id where it could be read. */
export interface ReadFault {
  readonly type: 'fault';
  readonly reason: 'malformed' | 'unknownMessage' | 'invalidField';
  readonly requestId: string | null;
  readonly text: string;
}

/** Reads the message that the reader was opened on, to its very last byte. */
export function readUp(reader: Reader): UpMessage | ReadFault {
  const length = reader.array(16);
  const code = reader.uint();
  if (reader.fault !== undefined) return fault('malformed', null, reader.fault);
  const shape = byCode[code];
  if (shape === undefined) return fault('unknownMessage', null, `no message has code ${code}`);
  const message: Record<string, unknown> = { type: shape.type };
  let left = length - 1;
  for (const field of shape.fields) {
    const missing = left-- <= 0;
    if (field.nullable && (missing || reader.nil())) message[field.name] = null;
    else if (missing) reader.fail('missing');
    else message[field.name] = field.read(reader);
    if (reader.fault !== undefined) {
      const id = field.name === 'requestId' ? undefined : message.requestId;
      return fault('invalidField', id, `${shape.type}.${field.name}: ${reader.fault}`);
    }
  }
  if (left > 0 || !reader.atEnd) {
    return fault('malformed', message.requestId, `${shape.type}: bytes after the last field`);
  }
  return message as unknown as UpMessage;
}

function fault(reason: ReadFault['reason'], requestId: unknown, text: string): ReadFault {
  return {
    type: 'fault',
    reason,
    requestId: typeof requestId === 'string' ? requestId : null,
    text,
  };
}

function readRequestId(reader: Reader): string {
  return reader.ascii(1, limits.requestIdChars, printable);
}

function readShowId(reader: Reader): string {
  return reader.knownAscii(1, limits.showIdChars, slug);
}

function readSeats(reader: Reader): readonly number[] {
  const length = reader.array(SEATS_READ);
  if (length === 1) return [reader.uint()];
  const seats: number[] = [];
  for (let left = length; left > 0 && reader.fault === undefined; left--) seats.push(reader.uint());
  return seats;
}

function readDate(reader: Reader): string {
  const text = reader.ascii(10, 10, dateCharacters);
  if (reader.fault === undefined && !datePattern.test(text)) reader.fail('expected YYYY-MM-DD');
  return text;
}

function ranged(reader: Reader, least: number, most: number): number {
  const value = reader.uint();
  if (value < least || value > most) reader.fail(`expected ${least} to ${most}`);
  return value;
}

function list<Element>(reader: Reader, most: number, read: () => Element): readonly Element[] {
  const length = reader.array(most);
  const elements: Element[] = [];
  for (let index = 0; index < length && reader.fault === undefined; index++) elements.push(read());
  return elements;
}
