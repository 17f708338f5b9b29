/** A run of unsigned 32-bit numbers in a snapshot, the lowest byte first on every machine. */
import { invariant } from '../unreachable.ts';

const BYTES = 4;
const FIRST_WORDS = 64;

export class WordWriter {
  #bytes = new Uint8Array(FIRST_WORDS * BYTES);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  add(word: number): void {
    if (this.#end === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#view.setUint32(this.#end, word, true);
    this.#end += BYTES;
  }

  /** A copy of what was added; the writer begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#end);
    this.#end = 0;
    return bytes;
  }
}

export class WordReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isDone(): boolean {
    return this.#at === this.#view.byteLength;
  }

  next(): number {
    invariant(this.#at + BYTES <= this.#view.byteLength, 'a snapshot has all its words');
    const word = this.#view.getUint32(this.#at, true);
    this.#at += BYTES;
    return word;
  }
}
