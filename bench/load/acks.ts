/**
 * What the server acknowledged, as the clients remember it: six 32-bit numbers a decision, so
 * that millions of them cost the load little. The sweep looks each of them up in the log.
 *
 *   show's number × 8 + kind │ seq │ LSN │ first and second word of the chain hash │ object
 *
 * The object is the first seat of a hold, the hold of a release, change or booking, and the ticket
 * of a place in the line.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

export const ACK_HELD = 0;
export const ACK_RELEASED = 1;
export const ACK_BOOKED = 2;
export const ACK_CHANGED = 3;
export const ACK_JOINED = 4;
export type AckKind =
  | typeof ACK_HELD
  | typeof ACK_RELEASED
  | typeof ACK_BOOKED
  | typeof ACK_CHANGED
  | typeof ACK_JOINED;

/** One acknowledged decision. `show` is an index into the load's list of shows. */
export interface Ack {
  readonly show: number;
  readonly kind: AckKind;
  readonly seq: number;
  readonly lsn: number;
  /** First 64 bits of the receipt's hash, as two big-endian words. */
  readonly hashHigh: number;
  readonly hashLow: number;
  readonly object: number;
}

const WORDS = 6;
const KINDS = 8;
const ACKS_A_CHUNK = 65_536;

/** Remembers acknowledgements in memory until the load is over. */
export class AckLedger {
  readonly #chunks: Uint32Array[] = [];
  #chunk: Uint32Array = new Uint32Array(0);
  #at = 0;

  get size(): number {
    const full = Math.max(0, this.#chunks.length - 1) * ACKS_A_CHUNK;
    return full + this.#at / WORDS;
  }

  add(
    show: number,
    kind: AckKind,
    seq: number,
    lsn: number,
    hashHigh: number,
    hashLow: number,
    object: number,
  ): void {
    if (this.#at === this.#chunk.length) {
      this.#chunk = new Uint32Array(ACKS_A_CHUNK * WORDS);
      this.#chunks.push(this.#chunk);
      this.#at = 0;
    }
    const chunk = this.#chunk;
    const at = this.#at;
    chunk[at] = show * KINDS + kind;
    chunk[at + 1] = seq;
    chunk[at + 2] = lsn;
    chunk[at + 3] = hashHigh;
    chunk[at + 4] = hashLow;
    chunk[at + 5] = object;
    this.#at = at + WORDS;
  }

  /** Writes all of them to a file of this machine's byte order. */
  save(path: string): void {
    const file = openSync(path, 'w');
    for (const chunk of this.#chunks) {
      const used = chunk === this.#chunk ? this.#at : chunk.length;
      const bytes = new Uint8Array(chunk.buffer, 0, used * 4);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes.subarray(done));
    }
    closeSync(file);
  }
}

/** The acknowledgements in a file that a ledger saved on this machine. */
export function* readAcks(path: string): Generator<Ack> {
  const bytes = readFileSync(path);
  const words = new Uint32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  for (let at = 0; at < words.length; at += WORDS) {
    const head = words[at] ?? 0;
    yield {
      show: Math.floor(head / KINDS),
      kind: (head % KINDS) as AckKind,
      seq: words[at + 1] ?? 0,
      lsn: words[at + 2] ?? 0,
      hashHigh: words[at + 3] ?? 0,
      hashLow: words[at + 4] ?? 0,
      object: words[at + 5] ?? 0,
    };
  }
}
