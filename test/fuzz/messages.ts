/**
 * Messages of a stranger, made from the wire's own table, so that a new message is fuzzed from
 * the day it is there: right ones, nearly right ones, and bytes that never were a message.
 */
import { isUtf8 } from 'node:buffer';
import type { Random } from '../../gateway/demo/random.ts';
import type { Kind } from '../../gateway/wire/kinds.ts';
import { up } from '../../gateway/wire/messages.ts';
import { toJsonText, toMessagePack } from './encode.ts';
import { junk, Raw, spoilt } from './junk.ts';

export type Protocol = 'msgpack' | 'json';

/** A message about to be sent. */
export interface FuzzMessage {
  readonly bytes: Buffer;
  /** Sent as a binary frame; a JSON client should send text. */
  readonly isBinary: boolean;
  /** A text frame that is no UTF-8: the WebSocket protocol itself has it end the connection. */
  readonly ends: boolean;
}

/** What right messages speak of. */
export interface World {
  /** Shows that exist and are on sale. */
  readonly shows: readonly string[];
  readonly seats: number;
}

interface Shape {
  readonly code: number;
  readonly fields: Readonly<Record<string, Kind>>;
}

const shapes = Object.entries(up) as [string, Shape][];
const MOST_BYTES = 2_048;

/** The next message of a seed; at most 2 KiB, since longer ones are refused unread. */
export function fuzzMessage(random: Random, protocol: Protocol, world: World): FuzzMessage {
  const wrongFrame = random.chance(0.01);
  const bytes = protocol === 'json' ? json(random, world) : messagePack(random, world);
  const spoil = random.chance(0.15) ? spoilt(random, bytes) : bytes;
  return frameOf(spoil.subarray(0, MOST_BYTES), (protocol === 'json') === wrongFrame);
}

export function frameOf(bytes: Buffer, isBinary: boolean): FuzzMessage {
  return { bytes, isBinary, ends: !isBinary && !isUtf8(bytes) };
}

function messagePack(random: Random, world: World): Buffer {
  const [, shape] = random.pick(shapes) as [string, Shape];
  const tuple: unknown[] = [shape.code];
  for (const kind of Object.values(shape.fields)) tuple.push(right(kind, random, world));
  mutate(tuple, random);
  const bytes = toMessagePack(tuple, random);
  if (!random.chance(0.01)) return bytes;
  return Buffer.concat([Buffer.of(0xdd, 0xff, 0xff, 0xff, 0xff), bytes.subarray(1)]);
}

/** Most messages get nothing or one thing wrong, so that they reach far. */
function mutate(tuple: unknown[], random: Random): void {
  for (let left = random.pick([0, 0, 1, 1, 1, 2, 4]) ?? 0; left > 0; left--) {
    const at = random.between(0, tuple.length - 1);
    const kind = random.between(0, 5);
    if (kind <= 2) tuple[at] = junk(random);
    else if (kind === 3) tuple.splice(at, 1);
    else if (kind === 4) tuple.splice(at, 0, junk(random));
    else tuple.push(junk(random));
    if (tuple.length === 0) tuple.push(0);
  }
}

function json(random: Random, world: World): Buffer {
  const [type, shape] = random.pick(shapes) as [string, Shape];
  const fields: [string, unknown][] = [['type', type]];
  for (const [name, kind] of Object.entries(shape.fields)) {
    fields.push([name, right(kind, random, world)]);
  }
  for (let left = random.pick([0, 0, 1, 1, 1, 2, 4]) ?? 0; left > 0; left--) {
    const at = random.between(0, Math.max(0, fields.length - 1));
    const name =
      random.pick(['__proto__', 'constructor', 'surplus', 'requestId', 'type', '']) ?? '';
    const kind = random.between(0, 4);
    if (kind <= 2 && fields[at] !== undefined) fields[at] = [fields[at][0], junk(random)];
    else if (kind === 3) fields.splice(at, 1);
    else fields.push([name, junk(random)]);
  }
  const parts = fields.map(
    ([name, value]) => `${JSON.stringify(name)}:${toJsonText(value, random)}`,
  );
  return Buffer.from(`{${parts.join(',')}}`);
}

/** A value that is right for a field of this kind. */
function right(kind: Kind, random: Random, world: World): unknown {
  if (kind.endsWith('?') && random.chance(0.3)) return null;
  switch (kind.replace('?', '')) {
    case 'requestId':
      return `f${random.between(0, 2 ** 31).toString(36)}`;
    case 'showId':
      return random.chance(0.9) ? random.pick(world.shows) : 'nosuch-show';
    case 'slug':
      return random.pick(['mumbai', 'pune', 'nosuch']);
    case 'date':
      return random.pick(['2030-01-02', '1999-12-31', '2030-13-45']);
    case 'bookingRef':
      return random.pick(['K3X-7QF', 'A', '0-0-0']);
    case 'partySize':
      return random.between(1, 12);
    case 'tier':
      return random.between(0, 3);
    case 'seatList':
      return Array.from({ length: random.between(0, 11) }, () => random.between(0, world.seats));
    case 'bookingList':
      return Array.from({ length: random.between(0, 4) }, () => 'K3X-7QF');
    case 'holdId':
      return random.between(0, 200);
    case 'text':
    case 'token':
      return random.pick(['a', 'Hindi', 'drama', 'a.b.c', 'ä']);
    default:
      // A kind that this fuzzer does not know yet is fuzzed with junk alone.
      return random.chance(0.5) ? random.between(0, 1_000) : new Raw(Buffer.of(0xc3));
  }
}
