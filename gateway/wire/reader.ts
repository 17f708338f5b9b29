/**
 * Reads MessagePack from strangers. Decoding is an attack surface: a general decoder builds
 * whatever a frame says, thousands of nested arrays or a map with a million keys. This one only
 * ever answers the question it is asked (is there a small unsigned integer here? a text of at
 * most 32 bytes?), never goes deeper than it is led, and knows no extension types.
 *
 * The first answer that is no makes the reader *faulty*; every later answer is then a harmless
 * default, so callers read on without checks and look at `fault` once at the end.
 */
import { FNV_OFFSET, FNV_PRIME } from '../../engine/collections/fnv1a.ts';

export class Reader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #fault: string | undefined;

  /** Turns to another frame: `bytes[from … until − 1]`. */
  open(bytes: Uint8Array, from = 0, until = bytes.length): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = until;
    this.#fault = undefined;
  }

  /** What was wrong first; undefined while all is well. */
  get fault(): string | undefined {
    return this.#fault;
  }

  get offset(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  fail(what: string): void {
    this.#fault ??= what;
    this.#at = this.#end;
  }

  /** An array's length, at most `most`. */
  array(most: number): number {
    const head = this.#byte();
    let length = -1;
    if (head >= 0x90 && head <= 0x9f) length = head & 0x0f;
    else if (head === 0xdc) length = this.#uint(2);
    else if (head === 0xdd) length = this.#uint(4);
    if (length < 0) this.fail('expected an array');
    else if (length > most) this.fail(`expected at most ${most} elements`);
    return this.#fault === undefined ? length : 0;
  }

  /** Takes a nil if there is one here. */
  nil(): boolean {
    if (this.#bytes[this.#at] !== 0xc0 || this.atEnd) return false;
    this.#at++;
    return true;
  }

  bool(): boolean {
    const head = this.#byte();
    if (head !== 0xc2 && head !== 0xc3) this.fail('expected true or false');
    return head === 0xc3;
  }

  /** An unsigned integer of at most 2^53 − 1, in any of MessagePack's widths. */
  uint(): number {
    const head = this.#byte();
    if (head <= 0x7f) return head;
    switch (head) {
      case 0xcc:
        return this.#uint(1);
      case 0xcd:
        return this.#uint(2);
      case 0xce:
        return this.#uint(4);
      case 0xcf: {
        const value = this.#uint(4) * 0x1_0000_0000 + this.#uint(4);
        if (value > Number.MAX_SAFE_INTEGER) this.fail('expected an integer below 2^53');
        return value;
      }
      case 0xcb:
        return this.#double();
      default:
        this.fail('expected an unsigned integer');
        return 0;
    }
  }

  /** A text of `least` to `most` UTF-8 bytes. */
  text(least: number, most: number): string {
    const length = this.textLength();
    const from = this.#at;
    if (length < least || length > most) this.fail(`expected a text of ${least} to ${most} bytes`);
    if (from + length > this.#end) this.fail('the message ends too early');
    if (this.#fault !== undefined) return '';
    this.#at = from + length;
    return this.#decode(from, from + length);
  }

  /** A text of `least` to `most` characters, each marked in `allowed` (indexed by code). */
  ascii(least: number, most: number, allowed: CharacterSet): string {
    const length = this.textLength();
    const from = this.#at;
    if (length < least || length > most) this.fail(`expected a text of ${least} to ${most} bytes`);
    if (from + length > this.#end) this.fail('the message ends too early');
    if (this.#fault !== undefined) return '';
    for (let index = from; index < from + length; index++) {
      if (allowed.codes[this.#bytes[index] ?? 0] !== 1) {
        this.fail(`expected ${allowed.name}`);
        return '';
      }
    }
    this.#at = from + length;
    return shortText(this.#bytes, from, from + length);
  }

  /**
   * As `ascii`, for ids that come again and again: the text is the same object each time, whose
   * hash is known already, so that looking it up in a map costs next to nothing.
   */
  knownAscii(least: number, most: number, allowed: CharacterSet): string {
    const start = this.#at;
    const length = this.textLength();
    const from = this.#at;
    if (length >= least && length <= most && from + length <= this.#end) {
      const slot = slotOf(this.#bytes, from, from + length);
      const known = allowed.known[slot];
      if (known !== undefined && isText(known, this.#bytes, from, length)) {
        this.#at = from + length;
        return known;
      }
      this.#at = start;
      const text = this.ascii(least, most, allowed);
      if (this.#fault === undefined) allowed.known[slot] = text;
      return text;
    }
    if (this.#fault === undefined) this.#at = start;
    return this.ascii(least, most, allowed);
  }

  /** Length in bytes of the text that starts here; the reader then stands at its first byte. */
  textLength(): number {
    const head = this.#byte();
    if (head >= 0xa0 && head <= 0xbf) return head & 0x1f;
    if (head === 0xd9) return this.#uint(1);
    if (head === 0xda) return this.#uint(2);
    this.fail('expected a text');
    return 0;
  }

  /** Back to an earlier offset of the same frame, as if nothing after it had been read. */
  rewind(to: number): void {
    this.#at = to;
    this.#fault = undefined;
  }

  skip(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#end) this.fail('the message ends too early');
  }

  /** ASCII, as nearly every text here is, without the cost of a decoder; UTF-8 otherwise. */
  #decode(from: number, until: number): string {
    let text = '';
    for (let index = from; index < until; index++) {
      const byte = this.#bytes[index] ?? 0;
      if (byte > 0x7f) return this.#decodeUtf8(from, until);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #decodeUtf8(from: number, until: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(from, until));
    } catch {
      this.fail('expected UTF-8');
      return '';
    }
  }

  /** JavaScript encoders write large integers as doubles; whole ones are taken. */
  #double(): number {
    if (this.#at + 8 > this.#end) {
      this.fail('the message ends too early');
      return 0;
    }
    const { buffer, byteOffset } = this.#bytes;
    const value = new DataView(buffer, byteOffset + this.#at, 8).getFloat64(0);
    this.#at += 8;
    if (Number.isSafeInteger(value) && value >= 0) return value;
    this.fail('expected an unsigned integer');
    return 0;
  }

  #byte(): number {
    if (this.#at >= this.#end) {
      this.fail('the message ends too early');
      return 0;
    }
    return this.#bytes[this.#at++] ?? 0;
  }

  #uint(width: 1 | 2 | 4): number {
    const at = this.#at;
    if (at + width > this.#end) {
      this.fail('the message ends too early');
      return 0;
    }
    this.#at = at + width;
    let value = 0;
    for (let index = at; index < at + width; index++)
      value = value * 256 + (this.#bytes[index] ?? 0);
    return value;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Which ASCII characters a text may have. */
export interface CharacterSet {
  /** For the message of a refusal. */
  readonly name: string;
  /** 1 for each allowed character's code. */
  readonly codes: Uint8Array;
  /** Texts of this set that were read by `knownAscii`, each at the slot of its bytes. */
  readonly known: (string | undefined)[];
}

/** A power of two: more than the shows that are being sold at one time on one thread. */
const KNOWN_TEXTS = 4096;

export function characterSet(name: string, characters: RegExp): CharacterSet {
  const codes = new Uint8Array(256);
  for (let code = 0; code < 128; code++) {
    if (characters.test(String.fromCharCode(code))) codes[code] = 1;
  }
  return { name, codes, known: new Array(KNOWN_TEXTS).fill(undefined) };
}

/** Eight characters a step: most ids have just so many, and make one flat text. */
function shortText(bytes: Uint8Array, from: number, until: number): string {
  let text = '';
  let at = from;
  for (; at + 8 <= until; at += 8) {
    const eight = String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
      bytes[at + 4] as number,
      bytes[at + 5] as number,
      bytes[at + 6] as number,
      bytes[at + 7] as number,
    );
    text = at === from ? eight : text + eight;
  }
  for (; at < until; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

function slotOf(bytes: Uint8Array, from: number, until: number): number {
  let hash = FNV_OFFSET;
  for (let at = from; at < until; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  }
  return (hash ^ (hash >>> 16)) & (KNOWN_TEXTS - 1);
}

function isText(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) {
    if (text.charCodeAt(index) !== bytes[from + index]) return false;
  }
  return true;
}
