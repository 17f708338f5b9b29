/**
 * The state of every seat of one show, two bits a seat, with the four counts kept as seats
 * change. Every seat is in exactly one state by construction, so free + held + booked + blocked
 * is always the number of seats [S1, S2].
 *
 *   byte 0: seat 3 | seat 2 | seat 1 | seat 0 (lowest bits)
 */
import { invariant } from '../../unreachable.ts';

export const FREE = 0;
export const HELD = 1;
export const BOOKED = 2;
export const BLOCKED = 3;

export type SeatState = 0 | 1 | 2 | 3;

export class SeatBitmap {
  readonly size: number;
  readonly #bytes: Uint8Array;
  #free = 0;
  #held = 0;
  #booked = 0;
  #blocked = 0;

  /**
   * All seats free, or the states in `bytes` (see `toBytes`), which are copied. Throws where the
   * bytes are not those of this many seats.
   */
  constructor(seats: number, bytes?: Uint8Array) {
    invariant(Number.isSafeInteger(seats) && seats >= 0, 'a show has a whole number of seats');
    const length = Math.ceil(seats / 4);
    this.size = seats;
    if (bytes === undefined) {
      this.#bytes = new Uint8Array(length);
      this.#free = seats;
      return;
    }
    invariant(bytes.length === length, `${seats} seats take ${length} bytes, not ${bytes.length}`);
    this.#bytes = new Uint8Array(bytes);
    const unused = length * 4 - seats;
    const padding = unused === 0 ? 0 : (this.#bytes[length - 1] as number) >> (8 - 2 * unused);
    invariant(padding === 0, 'the bits after the last seat are zero');
    for (let seat = 0; seat < seats; seat++) this.#count(this.get(seat), 1);
  }

  get free(): number {
    return this.#free;
  }

  get held(): number {
    return this.#held;
  }

  get booked(): number {
    return this.#booked;
  }

  get blocked(): number {
    return this.#blocked;
  }

  get(seat: number): SeatState {
    this.#check(seat);
    return (((this.#bytes[seat >> 2] as number) >> ((seat & 3) << 1)) & 3) as SeatState;
  }

  set(seat: number, state: SeatState): void {
    this.#check(seat);
    const shift = (seat & 3) << 1;
    const byte = this.#bytes[seat >> 2] as number;
    this.#count(((byte >> shift) & 3) as SeatState, -1);
    this.#count(state, 1);
    this.#bytes[seat >> 2] = (byte & ~(3 << shift)) | (state << shift);
  }

  /** A copy, ceil(size / 4) bytes; unused bits of the last byte are zero. */
  toBytes(): Uint8Array {
    return new Uint8Array(this.#bytes);
  }

  #check(seat: number): void {
    // A fraction or NaN fails one of the two as well: `seat >>> 0` is another number then.
    if (seat >>> 0 !== seat || seat >= this.size) {
      invariant(false, `seat ${seat} is one of ${this.size}`);
    }
  }

  #count(state: SeatState, by: 1 | -1): void {
    if (state === FREE) this.#free += by;
    else if (state === HELD) this.#held += by;
    else if (state === BOOKED) this.#booked += by;
    else this.#blocked += by;
  }
}
