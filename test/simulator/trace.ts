/**
 * A running hash of all that happens, in order: two runs of one seed that differ in anything, be
 * it a byte or a microsecond, differ in this.
 */
export class Trace {
  #high = 0x811c9dc5;
  #low = 0x1b873593;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  number(value: number): void {
    this.#count++;
    this.#word(value | 0);
    this.#word(Math.floor(value / 2 ** 32) | 0);
  }

  text(value: string): void {
    for (let index = 0; index < value.length; index++) this.#word(value.charCodeAt(index));
  }

  bytes(value: Uint8Array): void {
    this.#word(value.length);
    for (let index = 0; index < value.length; index++) {
      this.#high = Math.imul(this.#high ^ (value[index] ?? 0), 0x01000193);
    }
    this.#low = Math.imul(this.#low ^ this.#high, 0x85ebca6b);
  }

  digest(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.#high) + hex(this.#low);
  }

  #word(word: number): void {
    this.#high = Math.imul(this.#high ^ word, 0x01000193);
    this.#low = Math.imul(this.#low ^ (word + this.#high), 0x85ebca6b);
    this.#low ^= this.#low >>> 13;
  }
}
