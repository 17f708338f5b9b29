/**
 * The order of one partition's frames: none missing, none moved, none changed, epochs and time
 * that only rise [F2, T1]. The hash is worked out from the words that describe it:
 *
 *   hash = SHA-256(previous hash ‖ partition u32, body bytes u32, LSN, epoch, time f64 ‖ body)
 */
import { hash as hashOf } from 'node:crypto';
import type { LogRow } from './auditor.ts';
import type { FindingCode } from './finding-codes.ts';

const HASH_BYTES = 32;
const HEADER_BYTES = 32;
const HEAD_BYTES = HASH_BYTES + HEADER_BYTES;

export interface ChainEnd {
  readonly lsn: number;
  readonly hash: Uint8Array;
  readonly timeMs: number;
}

let scratch = Buffer.alloc(64 * 1024);

export class Chain {
  lsn = 0;
  epoch = 0;
  timeMs = 0;
  /** True for the first frame of an epoch. */
  epochBegins = false;
  /** Unknown after a gap. */
  #hash: Uint8Array | undefined = new Uint8Array(HASH_BYTES);

  readonly #isCut: boolean;

  constructor(end?: ChainEnd) {
    this.#isCut = end !== undefined && end.lsn > 0;
    if (end === undefined) return;
    this.lsn = end.lsn;
    this.timeMs = end.timeMs;
    this.#hash = end.hash;
  }

  get hash(): Uint8Array | undefined {
    return this.#hash;
  }

  /** Takes the next frame; false for one that has no place here and is not to be read. */
  take(row: LogRow, tell: (code: FindingCode, sentence: string) => void): boolean {
    const { lsn, epoch, timeMs } = row;
    if (lsn <= this.lsn) {
      tell('frame-out-of-order', `LSN ${lsn} comes after LSN ${this.lsn}.`);
      return false;
    }
    if (lsn !== this.lsn + 1) {
      const gone =
        lsn - this.lsn === 2 ? `LSN ${lsn - 1} is` : `LSN ${this.lsn + 1} to ${lsn - 1} are`;
      tell('frame-missing', `${gone} missing from the log.`);
      this.#hash = undefined;
    }
    if (this.#hash !== undefined && !isChained(this.#hash, row)) {
      tell('chain-broken', 'The frame, or the one before it, is not as it was written.');
    }
    if (epoch < this.epoch) tell('epoch-fell', `Epoch ${epoch} follows epoch ${this.epoch}.`);
    if (!Number.isSafeInteger(timeMs)) tell('time-unsound', `${timeMs} is no time.`);
    if (timeMs < this.timeMs) tell('time-fell', `Time falls by ${this.timeMs - timeMs} ms.`);
    // Where the log was cut, its first epoch may have begun before.
    this.epochBegins = epoch > this.epoch && !(this.#isCut && this.epoch === 0);
    this.lsn = lsn;
    this.epoch = epoch;
    this.timeMs = timeMs;
    this.#hash = row.hash;
    return true;
  }
}

function isChained(previous: Uint8Array, { partition, lsn, epoch, timeMs, body, hash }: LogRow) {
  const length = HEAD_BYTES + body.byteLength;
  if (scratch.byteLength < length) scratch = Buffer.alloc(length * 2);
  scratch.set(previous, 0);
  scratch.writeUInt32LE(partition, HASH_BYTES);
  scratch.writeUInt32LE(body.byteLength, HASH_BYTES + 4);
  scratch.writeDoubleLE(lsn, HASH_BYTES + 8);
  scratch.writeDoubleLE(epoch, HASH_BYTES + 16);
  scratch.writeDoubleLE(timeMs, HASH_BYTES + 24);
  scratch.set(body, HEAD_BYTES);
  const right = hashOf('sha256', scratch.subarray(0, length), 'buffer');
  return right.equals(hash);
}
