/**
 * Replays a log without any of the engine's code and says what is wrong with it: seats that two
 * had at once, decisions that are missing, frames whose chain does not hold. It reads the layout
 * of frames from the text of `decision-codec.ts` and `frame-hash.ts` only, as any auditor could.
 */
import { createHash } from 'node:crypto';
import { Cursor } from '../load/messagepack.ts';
import type { LogFrame } from './log-file.ts';
import { HOUSE, SeatClaims } from './seat-claims.ts';

const FRAME_VERSION = 1;
const HEADER_BYTES = 32;
/** Those above are not shows' (the catalogue is 64): only their chain is checked. */
const SHOW_PARTITIONS = 64;
/** Findings told in words; all are counted. */
const FINDINGS_TOLD = 10;

/** What the first event of a decision did. */
export const DID_HOLD = 5;
export const DID_CHANGE = 6;
export const DID_RELEASE = 7;
const DID_EXPIRE = 8;
export const DID_BOOK = 13;
const DID_CANCEL = 14;
const DID_BLOCK = 15;
const DID_UNBLOCK = 16;

/** Where one decision stands and what it was. */
export interface FoundDecision {
  readonly partition: number;
  readonly lsn: number;
  /** Code of its first event. */
  readonly did: number;
  /** First seat of a new hold; the hold that was released or booked; else 0. */
  readonly object: number;
}

const WORDS = 3;

/** One show's decisions, gapless from 1 on. */
class ShowLog {
  readonly partition: number;
  readonly claims: SeatClaims;
  seq = 0;
  #words = new Uint32Array(64 * WORDS);

  constructor(partition: number, claims: SeatClaims) {
    this.partition = partition;
    this.claims = claims;
  }

  add(lsn: number, did: number, object: number): void {
    const at = (this.seq - 1) * WORDS;
    if (at + WORDS > this.#words.length) {
      const grown = new Uint32Array(Math.max(this.#words.length * 2, at + WORDS));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[at] = lsn;
    this.#words[at + 1] = did;
    this.#words[at + 2] = object;
  }

  find(seq: number): FoundDecision | undefined {
    if (seq < 1 || seq > this.seq) return undefined;
    const [lsn = 0, did = 0, object = 0] = this.#words.subarray((seq - 1) * WORDS, seq * WORDS);
    return lsn === 0 ? undefined : { partition: this.partition, lsn, did, object };
  }
}

/** A log replayed frame by frame. */
export class ReplayedLog {
  readonly #shows = new Map<string, ShowLog>();
  /** First 64 bits of each frame's chain value, by partition and LSN − 1. */
  readonly #hashes = new Map<number, bigint[]>();
  readonly #cursor = new Cursor();
  readonly #header = new DataView(new ArrayBuffer(HEADER_BYTES));
  #previousHash: Uint8Array = new Uint8Array(32);
  /** The first few findings, in words. */
  readonly findings: string[] = [];
  /** Claims on a seat that somebody else had at that moment. */
  seatsSoldTwice = 0;
  /** Gaps, broken chains, decisions out of order, things that end but never began. */
  faults = 0;
  frames = 0;
  decisions = 0;
  bodyBytes = 0;

  constructor(frames: Iterable<LogFrame>) {
    for (const frame of frames) this.#take(frame);
  }

  /** The decision of a show with this number, or undefined where the log has none. */
  find(show: string, seq: number): FoundDecision | undefined {
    return this.#shows.get(show)?.find(seq);
  }

  /** First 64 bits of the chain value at a frame, or undefined where there is no such frame. */
  hashAt(partition: number, lsn: number): bigint | undefined {
    return this.#hashes.get(partition)?.[lsn - 1];
  }

  #take(frame: LogFrame): void {
    this.#checkChain(frame);
    if (frame.partition >= SHOW_PARTITIONS) return;
    this.frames++;
    this.bodyBytes += frame.body.length;
    const cursor = this.#cursor.reset(frame.body, 0, frame.body.length);
    const entries = cursor.arrayLength() - 1;
    const version = cursor.number();
    if (version !== FRAME_VERSION) {
      this.#fault(`${place(frame)} is of version ${version}`);
      return;
    }
    for (let entry = 0; entry < entries; entry++) {
      const length = cursor.arrayLength();
      if (cursor.isText) this.#takeDecision(frame, length);
      else cursor.skip(length);
    }
  }

  /** Each hash covers the one before it, a header and the body; the first follows 32 zeros. */
  #checkChain(frame: LogFrame): void {
    let hashes = this.#hashes.get(frame.partition);
    if (hashes === undefined) {
      hashes = [];
      this.#hashes.set(frame.partition, hashes);
      this.#previousHash = new Uint8Array(32);
    }
    if (frame.lsn !== hashes.length + 1) {
      this.#fault(`${place(frame)} follows LSN ${hashes.length}`);
      hashes.length = frame.lsn - 1;
    }
    const header = this.#header;
    header.setUint32(0, frame.partition, true);
    header.setUint32(4, frame.body.length, true);
    header.setFloat64(8, frame.lsn, true);
    header.setFloat64(16, frame.epoch, true);
    header.setFloat64(24, frame.timeMs, true);
    const hash = createHash('sha256')
      .update(this.#previousHash)
      .update(new Uint8Array(header.buffer))
      .update(frame.body)
      .digest();
    if (!hash.equals(frame.hash)) this.#fault(`${place(frame)} breaks the hash chain`);
    hashes.push(hash.readBigUInt64BE(0));
    this.#previousHash = hash;
  }

  /** [show, seq, user, requestId, event, event …] */
  #takeDecision(frame: LogFrame, length: number): void {
    const cursor = this.#cursor;
    const id = cursor.ascii();
    const show = this.#showOf(id, frame.partition);
    const seq = cursor.number();
    cursor.skip(2);
    this.decisions++;
    if (show.partition !== frame.partition) {
      this.#fault(`${place(frame)} has a decision of ${id}, which is in ${show.partition}`);
    }
    if (seq !== show.seq + 1) {
      this.#fault(`${place(frame)} has decision ${seq} of ${id} after ${show.seq}`);
    }
    show.seq = seq;
    for (let index = 4; index < length; index++) {
      const { did, object } = this.#takeEvent(frame, show, seq);
      if (index === 4) show.add(frame.lsn, did, object);
    }
  }

  #showOf(id: string, partition: number): ShowLog {
    let show = this.#shows.get(id);
    if (show === undefined) {
      const claims = new SeatClaims((seat, first, second) => {
        this.seatsSoldTwice++;
        this.#tell(`show ${id}: seat ${seat} of ${first} was given to ${second} as well`);
      });
      show = new ShowLog(partition, claims);
      this.#shows.set(id, show);
    }
    return show;
  }

  #takeEvent(frame: LogFrame, show: ShowLog, seq: number): { did: number; object: number } {
    const cursor = this.#cursor;
    const fields = cursor.arrayLength() - 1;
    const did = cursor.number();
    const { claims } = show;
    switch (did) {
      case DID_HOLD: {
        const seats = cursor.numbers();
        cursor.skip(fields - 1);
        claims.claim(seq, seats);
        return { did, object: seats[0] ?? 0 };
      }
      case DID_CHANGE: {
        const hold = cursor.number();
        this.#drop(frame, show, hold);
        claims.claim(hold, cursor.numbers());
        cursor.skip(fields - 2);
        return { did, object: hold };
      }
      case DID_RELEASE:
      case DID_EXPIRE: {
        const hold = cursor.number();
        this.#drop(frame, show, hold);
        cursor.skip(fields - 1);
        return { did, object: hold };
      }
      case DID_BOOK: {
        const hold = cursor.number();
        const booking = cursor.ascii();
        const seats = cursor.numbers();
        cursor.skip(fields - 3);
        if (!sameSeats(claims.seatsOf(hold), seats)) {
          this.#fault(`${place(frame)} books other seats than hold ${hold} had`);
        }
        this.#drop(frame, show, hold);
        claims.claim(booking, seats);
        return { did, object: hold };
      }
      case DID_CANCEL: {
        const bookings = cursor.arrayLength();
        for (let left = bookings; left > 0; left--) this.#drop(frame, show, cursor.ascii());
        cursor.skip(fields - 1);
        return { did, object: 0 };
      }
      case DID_BLOCK: {
        const seats = cursor.numbers();
        claims.claim(HOUSE, seats);
        return { did, object: 0 };
      }
      case DID_UNBLOCK:
        claims.free(cursor.numbers());
        return { did, object: 0 };
      default:
        cursor.skip(fields);
        return { did, object: 0 };
    }
  }

  #drop(frame: LogFrame, show: ShowLog, claimant: number | string): void {
    if (show.claims.drop(claimant)) return;
    this.#fault(`${place(frame)} ends ${claimant}, which never began`);
  }

  #fault(what: string): void {
    this.faults++;
    this.#tell(what);
  }

  #tell(what: string): void {
    if (this.findings.length < FINDINGS_TOLD) this.findings.push(what);
  }
}

function sameSeats(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((seat, index) => seat === others[index]);
}

function place({ partition, lsn }: LogFrame): string {
  return `partition ${partition} LSN ${lsn}`;
}
