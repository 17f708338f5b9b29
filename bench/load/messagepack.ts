/**
 * A small MessagePack reader and writer of the bench's own. The reader walks bytes without making
 * objects, which is what a load client and a sweep of millions of decisions need; and the sweep
 * shall not trust the code whose work it checks, so it shares none of it.
 */

/** The bytes are not the MessagePack that was expected at this place. */
export class MessagePackError extends Error {
  override readonly name = 'MessagePackError';
}

/** Reads values one after the other. */
export class Cursor {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  /** Where the next value begins. */
  at = 0;
  until = 0;

  /** Goes to `bytes[from … until)`. */
  reset(bytes: Uint8Array, from: number, until: number): this {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.at = from;
    this.until = until;
    return this;
  }

  /** The first byte of the next value, which tells its type. */
  peek(): number {
    if (this.at >= this.until) throw new MessagePackError('the bytes end too early');
    return this.#bytes[this.at] ?? 0;
  }

  /** Whether the next value is a text. */
  get isText(): boolean {
    const type = this.peek();
    return (type >= 0xa0 && type <= 0xbf) || (type >= 0xd9 && type <= 0xdb);
  }

  /** Number of elements of the array that begins here. */
  arrayLength(): number {
    const type = this.#byte();
    if (type >= 0x90 && type <= 0x9f) return type & 0x0f;
    if (type === 0xdc) return this.#uint16();
    if (type === 0xdd) return this.#uint32();
    throw new MessagePackError(`an array was expected, not type 0x${type.toString(16)}`);
  }

  /** A number of any width. */
  number(): number {
    const type = this.#byte();
    if (type <= 0x7f) return type;
    if (type >= 0xe0) return type - 256;
    switch (type) {
      case 0xcc:
        return this.#byte();
      case 0xcd:
        return this.#uint16();
      case 0xce:
        return this.#uint32();
      case 0xcf:
        return this.#uint32() * 2 ** 32 + this.#uint32();
      case 0xca:
        return this.#view.getFloat32(this.#take(4));
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
      case 0xd3:
        return Number(this.#view.getBigInt64(this.#take(8)));
      default:
        throw new MessagePackError(`a number was expected, not type 0x${type.toString(16)}`);
    }
  }

  /** A text of ASCII characters, as all identities are. */
  ascii(): string {
    const length = this.#textLength(this.#byte());
    let text = '';
    const from = this.#take(length);
    for (let at = from; at < from + length; at++) text += String.fromCharCode(this.#bytes[at] ?? 0);
    return text;
  }

  /** An array of numbers. */
  numbers(): number[] {
    const length = this.arrayLength();
    const values: number[] = [];
    for (let index = 0; index < length; index++) values.push(this.number());
    return values;
  }

  /** Where the content of the binary value that begins here starts; it is stepped over. */
  binary(): { readonly from: number; readonly length: number } {
    const type = this.#byte();
    let length: number;
    if (type === 0xc4) length = this.#byte();
    else if (type === 0xc5) length = this.#uint16();
    else if (type === 0xc6) length = this.#uint32();
    else throw new MessagePackError(`binary was expected, not type 0x${type.toString(16)}`);
    return { from: this.#take(length), length };
  }

  /** Steps over this many values. */
  skip(count = 1): void {
    for (let left = count; left > 0; left--) left += this.#skipHead();
  }

  /** Steps over a value but for its elements; returns how many of those follow. */
  #skipHead(): number {
    const type = this.#byte();
    if (type <= 0x7f || type >= 0xe0) return 0;
    if (type <= 0x8f) return (type & 0x0f) * 2;
    if (type <= 0x9f) return type & 0x0f;
    if (type <= 0xbf) return this.#over(type & 0x1f);
    switch (type) {
      case 0xc0:
      case 0xc2:
      case 0xc3:
        return 0;
      case 0xc4:
      case 0xd9:
        return this.#over(this.#byte());
      case 0xc5:
      case 0xda:
        return this.#over(this.#uint16());
      case 0xc6:
      case 0xdb:
        return this.#over(this.#uint32());
      case 0xcc:
      case 0xd0:
        return this.#over(1);
      case 0xcd:
      case 0xd1:
        return this.#over(2);
      case 0xca:
      case 0xce:
      case 0xd2:
        return this.#over(4);
      case 0xcb:
      case 0xcf:
      case 0xd3:
        return this.#over(8);
      case 0xdc:
        return this.#uint16();
      case 0xdd:
        return this.#uint32();
      case 0xde:
        return this.#uint16() * 2;
      case 0xdf:
        return this.#uint32() * 2;
      default:
        throw new MessagePackError(`type 0x${type.toString(16)} is not used here`);
    }
  }

  #over(bytes: number): 0 {
    this.#take(bytes);
    return 0;
  }

  #textLength(type: number): number {
    if (type >= 0xa0 && type <= 0xbf) return type & 0x1f;
    if (type === 0xd9) return this.#byte();
    if (type === 0xda) return this.#uint16();
    throw new MessagePackError(`a text was expected, not type 0x${type.toString(16)}`);
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  #uint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  #take(bytes: number): number {
    const from = this.at;
    this.at = from + bytes;
    if (this.at > this.until) throw new MessagePackError('the bytes end too early');
    return from;
  }
}

/** Bytes a number below 2^32 takes, written as short as possible. */
export function uintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x100) return 2;
  return value < 0x1_0000 ? 3 : 5;
}

/** Writes a number below 2^32 as short as possible; returns where the next value goes. */
export function writeUint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 0x100) {
    bytes[at] = 0xcc;
    bytes[at + 1] = value;
    return at + 2;
  }
  if (value < 0x1_0000) {
    bytes[at] = 0xcd;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value;
    return at + 3;
  }
  bytes[at] = 0xce;
  bytes[at + 1] = value >>> 24;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 8;
  bytes[at + 4] = value;
  return at + 5;
}

/** An ASCII text of at most 31 characters with its header. */
export function shortText(text: string): Uint8Array {
  if (text.length > 31) throw new MessagePackError(`${text} is longer than 31 characters`);
  return Uint8Array.from([0xa0 | text.length, ...Buffer.from(text, 'latin1')]);
}
