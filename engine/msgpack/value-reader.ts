/**
 * Reads back what `Writer` wrote: MessagePack of our own, so its shape is trusted and only a
 * length that leads past the end is a fault. Bytes of strangers go through the wire's reader.
 */
const utf8 = new TextDecoder();

export class ValueReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;

  /** Turns to `bytes`, of which the first value begins at `from`. */
  open(bytes: Uint8Array, from = 0): void {
    if (bytes.buffer !== this.#view.buffer || bytes.byteOffset !== this.#view.byteOffset) {
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#bytes = bytes;
    this.#at = from;
  }

  get offset(): number {
    return this.#at;
  }

  /**
   * The next value: number, text, boolean, null, `Uint8Array` of its own, array or plain object.
   * @throws RangeError where the bytes end too early; Error for a type that is never written.
   */
  value(): unknown {
    const head = this.#uint(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f);
    if (head < 0xa0) return this.#array(head & 0x0f);
    if (head < 0xc0) return this.#text(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#uint(1 << (head - 0xc4))).slice();
      case 0xcb:
        return this.#double();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(1 << (head - 0xcc));
      case 0xcf:
        return this.#uint(4) * 0x1_0000_0000 + this.#uint(4);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(2 << (head - 0xdc)));
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(2 << (head - 0xde)));
      default:
        throw new Error(`MessagePack type ${head} is never written here`);
    }
  }

  #uint(width: number): number {
    const at = this.#at;
    this.#at = at + width;
    if (width === 1) return this.#view.getUint8(at);
    return width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #double(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8);
  }

  #take(length: number): Uint8Array {
    const from = this.#at;
    this.#at = from + length;
    if (this.#at > this.#bytes.length) throw new RangeError('the bytes end too early');
    return this.#bytes.subarray(from, this.#at);
  }

  #text(length: number): string {
    const from = this.#at;
    if (length > 32) return utf8.decode(this.#take(length));
    let text = '';
    for (let at = from; at < from + length; at++) {
      const byte = this.#view.getUint8(at);
      if (byte > 0x7f) return utf8.decode(this.#take(length));
      text += String.fromCharCode(byte);
    }
    this.#at = from + length;
    return text;
  }

  #array(length: number): unknown[] {
    const values: unknown[] = [];
    for (let left = length; left > 0; left--) values.push(this.value());
    return values;
  }

  #map(length: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (let left = length; left > 0; left--) {
      const key = String(this.value());
      fields[key] = this.value();
    }
    return fields;
  }
}
