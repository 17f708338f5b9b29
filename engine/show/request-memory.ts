/**
 * A user's latest accepted requests in one show, so that a request sent again is answered the
 * same [H7]. Hardly any is ever asked for again, but each is kept for a while: as bytes in one
 * buffer, since objects that live that long would cost the collector more than deciding costs,
 * and arrays beside each other would each miss the cache.
 *
 *   ┌ tags: 32 × u8 ┬ places: 32 × u24 ┬ forgotten ┬ id seq event ┬ id seq event ┬ … ┬ room ┐
 *
 * A tag is a small hash of the id. All are looked at: a retry comes soon or never, and a map of
 * its own for each user and show would cost more than it finds.
 */
import { fnv1a } from '../collections/fnv1a.ts';
import { type RequestId, type Seq, seq as toSeq } from '../ids.ts';
import { limits } from '../limits.ts';
import { ValueReader } from '../msgpack/value-reader.ts';
import { Writer } from '../msgpack/writer.ts';
import { decodeEvent, type Tuple, writeEvent } from '../shard/decision-codec.ts';
import type { FrameRef, ShowEvent } from './events.ts';

/** An accepted request and what it was answered from. */
export interface Remembered {
  readonly requestId: RequestId;
  readonly seq: Seq;
  /** The decision's first event: what was asked for. */
  readonly event: ShowEvent;
  readonly frame: FrameRef;
}

const ENTRIES = limits.rememberedRequests;
const PLACE_BYTES = 3;
const ENTRIES_AT = ENTRIES * (1 + PLACE_BYTES);
const FIRST_BYTES = 256;
const NOTHING = new Uint8Array(0);
const writer = new Writer(1024);
const reader = new ValueReader();

export class RequestMemory {
  #bytes: Uint8Array = NOTHING;
  /** Where the next entry's bytes go. */
  #end = ENTRIES_AT;
  /** The next entry's index: once the ring is full, that of the oldest. */
  #next = 0;
  readonly #frames: FrameRef[] = [];

  get size(): number {
    return this.#frames.length;
  }

  /** What the entries take, forgotten ones and room included. */
  get bytes(): number {
    return this.#bytes.length;
  }

  find(requestId: RequestId): Remembered | undefined {
    const { size } = this;
    if (size === 0) return undefined;
    const tag = tagOf(requestId);
    const bytes = this.#bytes;
    for (let index = 0; index < size; index++) {
      if (bytes[index] === tag && this.#isOf(index, requestId)) return this.#read(index);
    }
    return undefined;
  }

  /** Remembers one more; the oldest is forgotten where there are too many. */
  add({ requestId, seq, event, frame }: Remembered): void {
    writer.rewind(0);
    writer.text(requestId);
    writer.uint(seq);
    writeEvent(writer, event, frame.timeMs);
    if (this.#end + writer.offset > this.#bytes.length) this.#makeRoom(writer.offset);
    const index = this.#next;
    this.#bytes[index] = tagOf(requestId);
    this.#setPlace(index, this.#end);
    this.#frames[index] = frame;
    writer.copyTo(this.#bytes, this.#end);
    this.#end += writer.offset;
    this.#next = (index + 1) % ENTRIES;
  }

  /** Oldest first. */
  *values(): IterableIterator<Remembered> {
    const { size } = this;
    const first = this.#oldest;
    for (let index = 0; index < size; index++) yield this.#read((first + index) % size);
  }

  get #oldest(): number {
    return this.size === ENTRIES ? this.#next : 0;
  }

  /** Whether the entry's id is this one, without making a text of it: ids are short ASCII. */
  #isOf(index: number, requestId: RequestId): boolean {
    const bytes = this.#bytes;
    const at = this.#place(index);
    const { length } = requestId;
    if (length >= 32) return this.#read(index).requestId === requestId;
    if (bytes[at] !== (0xa0 | length)) return false;
    for (let each = 0; each < length; each++) {
      if (bytes[at + 1 + each] !== requestId.charCodeAt(each)) return false;
    }
    return true;
  }

  #read(index: number): Remembered {
    const frame = this.#frames[index] as FrameRef;
    reader.open(this.#bytes, this.#place(index));
    const requestId = reader.value() as RequestId;
    const seq = toSeq(reader.value() as number);
    const event = decodeEvent(reader.value() as Tuple, frame.timeMs, seq);
    return { requestId, seq, event, frame };
  }

  /** Drops the bytes of what was forgotten, into a larger buffer where that gains too little. */
  #makeRoom(length: number): void {
    const old = this.#bytes;
    const start = this.size === 0 ? ENTRIES_AT : this.#place(this.#oldest);
    const kept = this.#end - start;
    const wanted = ENTRIES_AT + 2 * (kept + length);
    if (wanted > old.length) {
      this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, wanted));
      this.#bytes.set(old.subarray(0, ENTRIES_AT));
    }
    this.#bytes.set(old.subarray(start, this.#end), ENTRIES_AT);
    for (let index = 0; index < this.size; index++) {
      this.#setPlace(index, this.#place(index) - start + ENTRIES_AT);
    }
    this.#end = ENTRIES_AT + kept;
  }

  #place(index: number): number {
    const bytes = this.#bytes;
    const at = ENTRIES + index * PLACE_BYTES;
    return (
      (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
    );
  }

  #setPlace(index: number, place: number): void {
    const bytes = this.#bytes;
    const at = ENTRIES + index * PLACE_BYTES;
    bytes[at] = place;
    bytes[at + 1] = place >> 8;
    bytes[at + 2] = place >> 16;
  }
}

function tagOf(text: string): number {
  return fnv1a(text) & 0xff;
}
