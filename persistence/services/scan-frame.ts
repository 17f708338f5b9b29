/**
 * Finds in a frame's bytes the decisions that readers want, without decoding the others: in a
 * rush nearly all of them are holds and releases, which concern nobody but those at the map.
 *
 *   [version, entry, entry …]      entry: [show, seq, user, requestId, [code, …], [code, …] …]
 *                                      or [1 | 2, …], the partition's own (`partition-entry.ts`)
 */
import { FRAME_VERSION } from '../../engine/shard/partition-entry.ts';

const LAYOUT = 1;
const EPOCH = 2;

/** A place in the bytes that is not what a frame is made of. */
function strange(at: number): never {
  throw new TypeError(`byte ${at} is no part of a frame`);
}

/** Length of an array whose head is at `at`, and where its elements begin. */
function arrayAt(bytes: Uint8Array, at: number): readonly [length: number, next: number] {
  const head = bytes[at] ?? strange(at);
  if (head >= 0x90 && head <= 0x9f) return [head & 0x0f, at + 1];
  if (head === 0xdc) return [sizeAt(bytes, at + 1, 2), at + 3];
  if (head === 0xdd) return [sizeAt(bytes, at + 1, 4), at + 5];
  return strange(at);
}

function sizeAt(bytes: Uint8Array, at: number, count: number): number {
  let size = 0;
  for (let index = at; index < at + count; index++) {
    size = size * 256 + (bytes[index] ?? strange(index));
  }
  return size;
}

/** Bytes that follow the head of a value without parts, by head from 0xc0; −1: it has parts. */
const plainBytes: readonly number[] = [
  0, -1, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8,
];

/** Where the value at `from` ends. */
function skip(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let values = 1; values > 0; values--) {
    const head = bytes[at] ?? strange(at);
    at++;
    if (head < 0x80 || head >= 0xe0) continue;
    if (head < 0x90) values += 2 * (head & 0x0f);
    else if (head < 0xa0) values += head & 0x0f;
    else if (head < 0xc0) at += head & 0x1f;
    else {
      const plain = plainBytes[head - 0xc0] ?? -1;
      if (plain >= 0) at += plain;
      else if (head === 0xc4 || head === 0xd9) at += 1 + sizeAt(bytes, at, 1);
      else if (head === 0xc5 || head === 0xda) at += 2 + sizeAt(bytes, at, 2);
      else if (head === 0xc6 || head === 0xdb) at += 4 + sizeAt(bytes, at, 4);
      else if (head === 0xdc) {
        values += sizeAt(bytes, at, 2);
        at += 2;
      } else if (head === 0xdd) {
        values += sizeAt(bytes, at, 4);
        at += 4;
      } else if (head === 0xde) {
        values += 2 * sizeAt(bytes, at, 2);
        at += 2;
      } else if (head === 0xdf) {
        values += 2 * sizeAt(bytes, at, 4);
        at += 4;
      } else strange(at - 1);
    }
  }
  // Whatever was passed over in one go must have been there.
  if (at > bytes.length) strange(bytes.length);
  return at;
}

const DECISION_FIELDS = 4;

/**
 * The bytes of each decision that has an event of one of these codes, in order.
 * @throws TypeError where the bytes are not a frame's, Error where a later version wrote them.
 */
export function findDecisions(body: Uint8Array, isWanted: readonly boolean[]): Uint8Array[] {
  const found: Uint8Array[] = [];
  const [entries, first] = arrayAt(body, 0);
  const version = body[first];
  if (version !== FRAME_VERSION) {
    if (version === undefined) strange(first);
    throw new Error(`frame version ${version} is not known to this version`);
  }
  let at = first + 1;
  for (let left = entries - 1; left > 0; left--) {
    const start = at;
    const [fields, begin] = arrayAt(body, at);
    const head = body[begin] ?? strange(begin);
    const isDecision = (head >= 0xa0 && head < 0xc0) || (head >= 0xd9 && head <= 0xdb);
    if (!isDecision) {
      if (head !== LAYOUT && head !== EPOCH) {
        throw new Error(`log entry ${head} is not known to this version`);
      }
      at = skip(body, at);
      continue;
    }
    at = begin;
    for (let field = 0; field < DECISION_FIELDS; field++) at = skip(body, at);
    let wanted = false;
    for (let event = DECISION_FIELDS; event < fields; event++) {
      const [, codeAt] = arrayAt(body, at);
      if (isWanted[body[codeAt] ?? strange(codeAt)] === true) wanted = true;
      at = skip(body, at);
    }
    if (wanted) found.push(body.subarray(start, at));
  }
  if (at !== body.length) strange(at);
  return found;
}
