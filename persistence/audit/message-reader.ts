/**
 * Reads MessagePack from the format's own description: nil, booleans, numbers, texts, byte
 * arrays, arrays and maps. Extension types, cut-off values and bytes left over are errors. It is
 * the auditor's own, so that a reader's mistake in the server cannot hide a fault from it.
 */

/** Why bytes could not be read, in words. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const DEEPEST = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export class MessageReader {
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;

  /** The one value that the bytes hold. @throws Unreadable */
  read(bytes: Uint8Array): unknown {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    let value: unknown;
    try {
      value = this.#value(0);
    } catch (error) {
      if (error instanceof RangeError) throw new Unreadable('it ends too early');
      throw error;
    }
    const left = bytes.byteLength - this.#at;
    if (left !== 0) throw new Unreadable(`${left} bytes are left over at its end`);
    return value;
  }

  #value(depth: number): unknown {
    const head = this.#view.getUint8(this.#at++);
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head >= 0xa0 && head < 0xc0) return this.#text(head & 0x1f);
    if (head >= 0x90 && head < 0xa0) return this.#array(head & 0x0f, depth);
    if (head < 0x90) return this.#map(head & 0x0f, depth);
    return this.#sized(head, depth);
  }

  #sized(head: number, depth: number): unknown {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#binary(this.#unsigned(1));
      case 0xc5:
        return this.#binary(this.#unsigned(2));
      case 0xc6:
        return this.#binary(this.#unsigned(4));
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#unsigned(1 << (head - 0xcc));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return Number(this.#view.getBigInt64(this.#skip(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (head - 0xdc)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (head - 0xde)), depth);
      default:
        throw new Unreadable(`byte ${this.#at - 1} (0x${head.toString(16)}) is no plain value`);
    }
  }

  #unsigned(bytes: number): number {
    const at = this.#skip(bytes);
    switch (bytes) {
      case 1:
        return this.#view.getUint8(at);
      case 2:
        return this.#view.getUint16(at);
      case 4:
        return this.#view.getUint32(at);
      default:
        return Number(this.#view.getBigUint64(at));
    }
  }

  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }

  #span(length: number): number {
    const at = this.#skip(length);
    if (this.#at > this.#bytes.length) throw new Unreadable('it ends too early');
    return at;
  }

  /** Names are short and nearly always ASCII; a loop beats a decoder for those. */
  #text(length: number): string {
    const from = this.#span(length);
    for (let at = from; at < this.#at; at++) {
      if ((this.#bytes[at] as number) > 0x7f) return this.#unicode(from);
    }
    return this.#bytes.toString('latin1', from, this.#at);
  }

  #unicode(from: number): string {
    try {
      return utf8.decode(this.#bytes.subarray(from, this.#at));
    } catch {
      throw new Unreadable(`the text at byte ${from} is no UTF-8`);
    }
  }

  #binary(length: number): Uint8Array {
    const from = this.#span(length);
    return new Uint8Array(this.#bytes.subarray(from, this.#at));
  }

  #array(length: number, depth: number): unknown[] {
    this.#descend(length, depth);
    const values: unknown[] = [];
    for (let index = 0; index < length; index++) values.push(this.#value(depth + 1));
    return values;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    this.#descend(length * 2, depth);
    const entries: [string, unknown][] = [];
    for (let index = 0; index < length; index++) {
      const key = this.#value(depth + 1);
      if (typeof key !== 'string') throw new Unreadable('a map has a key that is no text');
      entries.push([key, this.#value(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  /** A length that the bytes cannot hold is not believed, or it would take memory for nothing. */
  #descend(values: number, depth: number): void {
    if (depth >= DEEPEST) throw new Unreadable(`it is nested more than ${DEEPEST} deep`);
    if (values > this.#bytes.length - this.#at) throw new Unreadable('it ends too early');
  }
}
