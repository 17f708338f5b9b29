/**
 * Writes MessagePack into one growing buffer: many messages, one after the other, without an
 * object or a copy a message. Only what the log and the wire use: integers, texts, binary,
 * booleans, nil, arrays and maps.
 */
const utf8 = new TextEncoder();

/** Names of discounts and the like: the same few texts again and again, seldom all ASCII. */
const encoded = new Map<string, Uint8Array>();
const ENCODED_KEPT = 256;

function utf8Of(text: string): Uint8Array {
  let bytes = encoded.get(text);
  if (bytes !== undefined) return bytes;
  bytes = utf8.encode(text);
  if (text.length > 64) return bytes;
  if (encoded.size >= ENCODED_KEPT) encoded.clear();
  encoded.set(text, bytes);
  return bytes;
}

export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get offset(): number {
    return this.#at;
  }

  /** What was written, as its own buffer that can be transferred; the writer starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#at);
    this.#at = 0;
    return taken;
  }

  /** What was written since `from`, valid until the next write. */
  since(from: number): Uint8Array {
    return this.#bytes.subarray(from, this.#at);
  }

  rewind(to: number): void {
    this.#at = to;
  }

  /** Raw bytes, as they are. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  rawUint8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  rawUint32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Overwrites an earlier `rawUint32`. */
  patchUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  array(length: number): void {
    this.#head(length, 0x90, 15, 0xdc);
  }

  /** An array whose length is not known yet; `patchArrayLength` puts it in. */
  arrayOfLaterLength(): void {
    this.#room(5);
    this.#bytes[this.#at] = 0xdd;
    this.#at += 5;
  }

  patchArrayLength(at: number, length: number): void {
    this.#view.setUint32(at + 1, length);
  }

  map(length: number): void {
    this.#head(length, 0x80, 15, 0xde);
  }

  nil(): void {
    this.rawUint8(0xc0);
  }

  bool(value: boolean): void {
    this.rawUint8(value ? 0xc3 : 0xc2);
  }

  /** An unsigned integer up to 2^53 − 1 in its shortest form. */
  uint(value: number): void {
    this.#room(9);
    if (value < 0x80) {
      this.#bytes[this.#at++] = value;
    } else if (value < 0x100) {
      this.#bytes[this.#at++] = 0xcc;
      this.#bytes[this.#at++] = value;
    } else if (value < 0x1_0000) {
      this.#bytes[this.#at++] = 0xcd;
      this.#view.setUint16(this.#at, value);
      this.#at += 2;
    } else if (value < 0x1_0000_0000) {
      this.#bytes[this.#at++] = 0xce;
      this.#view.setUint32(this.#at, value);
      this.#at += 4;
    } else {
      this.#bytes[this.#at++] = 0xcf;
      this.#view.setUint32(this.#at, Math.floor(value / 0x1_0000_0000));
      this.#view.setUint32(this.#at + 4, value % 0x1_0000_0000);
      this.#at += 8;
    }
  }

  uints(values: readonly number[]): void {
    this.array(values.length);
    for (const value of values) this.uint(value);
  }

  text(text: string): void {
    const { length } = text;
    this.#room(5 + 3 * length);
    if (length < 32 && this.#ascii(text)) return;
    const bytes = utf8Of(text);
    this.#lengthHead(bytes.length, 0xd9);
    this.raw(bytes);
  }

  binary(bytes: Uint8Array): void {
    this.#room(5);
    this.#lengthHead(bytes.length, 0xc4);
    this.raw(bytes);
  }

  /** Any plain value: for answers that are not on the hot path. */
  value(value: unknown): void {
    if (value === null || value === undefined) return this.nil();
    if (typeof value === 'boolean') return this.bool(value);
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#number(value);
    if (value instanceof Uint8Array) return this.binary(value);
    if (Array.isArray(value)) {
      this.array(value.length);
      for (const element of value) this.value(element);
      return;
    }
    const entries = Object.entries(value as object).filter(([, field]) => field !== undefined);
    this.map(entries.length);
    for (const [key, field] of entries) {
      this.text(key);
      this.value(field);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && value >= 0) return this.uint(value);
    this.#room(9);
    this.#bytes[this.#at] = 0xcb;
    this.#view.setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  /** Short ASCII in one pass; takes back what it wrote where a character is not. */
  #ascii(text: string): boolean {
    const start = this.#at;
    this.#bytes[this.#at++] = 0xa0 | text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#at = start;
        return false;
      }
      this.#bytes[this.#at++] = code;
    }
    return true;
  }

  #head(length: number, fix: number, fixMost: number, wide: number): void {
    this.#room(5);
    if (length <= fixMost) {
      this.#bytes[this.#at++] = fix | length;
    } else if (length < 0x1_0000) {
      this.#bytes[this.#at++] = wide;
      this.#view.setUint16(this.#at, length);
      this.#at += 2;
    } else {
      this.#bytes[this.#at++] = wide + 1;
      this.#view.setUint32(this.#at, length);
      this.#at += 4;
    }
  }

  /** Heads of texts and binaries: 8, 16 or 32 bits of length. */
  #lengthHead(length: number, narrow: number): void {
    if (length < 0x100) {
      this.#bytes[this.#at++] = narrow;
      this.#bytes[this.#at++] = length;
    } else if (length < 0x1_0000) {
      this.#bytes[this.#at++] = narrow + 1;
      this.#view.setUint16(this.#at, length);
      this.#at += 2;
    } else {
      this.#bytes[this.#at++] = narrow + 2;
      this.#view.setUint32(this.#at, length);
      this.#at += 4;
    }
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
